"""No network in a whole session, and files that only the learner can read."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.whole.running import SAMPLES, trainer

REFUSE = """
import socket
class Refused(socket.socket):
    def __init__(self, family=socket.AF_INET, *more, **named):
        if family in (socket.AF_INET, socket.AF_INET6):
            raise RuntimeError("a socket was opened")
        super().__init__(family, *more, **named)
def refused(*_, **__):
    raise RuntimeError("a name was looked up")
socket.socket = Refused
socket.getaddrinfo = socket.create_connection = refused
"""


def whole_session(home: Path, **how: object) -> dict[str, object]:
    """A recorded call, its history, and what is due."""
    replies = [word for sample in SAMPLES for word in ("--reply", str(sample))]
    called = trainer("practice", "voicemail-next-steps", *replies, "--json", home=home, **how)  # type: ignore[arg-type]
    assert called.returncode == 0, called.stderr
    for command in (["history", "--json"], ["today", "--json"], ["stats", "--json"]):
        done = trainer(*command, home=home, **how)  # type: ignore[arg-type]
        assert done.returncode == 0, done.stderr
    return json.loads(called.stdout)  # type: ignore[no-any-return]


def test_a_session_with_sockets_refused(tmp_path: Path) -> None:
    session = whole_session(tmp_path / "home", prelude=REFUSE)
    assert session["turns"]


def test_the_refusal_would_be_seen(tmp_path: Path) -> None:
    done = trainer("--version", home=tmp_path, prelude=REFUSE + "\nsocket.socket(socket.AF_INET)")
    assert "a socket was opened" in done.stderr


def test_a_session_in_an_empty_network_namespace(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode:
        pytest.skip("the kernel refuses an empty network namespace here (unshare -rn)")
    session = whole_session(tmp_path / "home", before=[unshare, "-rn"])
    assert session["turns"]


def test_nothing_is_written_outside_the_one_folder(tmp_path: Path) -> None:
    """Packages that report how they are used keep what they have not yet reported in the user's home."""
    user = tmp_path / "user"
    user.mkdir()
    whole_session(tmp_path / "home", HOME=str(user), XDG_CACHE_HOME="", XDG_CONFIG_HOME="", XDG_DATA_HOME="")
    assert [str(path.relative_to(user)) for path in user.rglob("*")] == []


def test_no_library_calls_out_beneath_python(tmp_path: Path) -> None:
    strace, traced = shutil.which("strace"), tmp_path / "calls"
    if not strace or subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip("no strace here, or the kernel lets it watch nothing; .ci/run installs it")
    whole_session(tmp_path / "home", before=[strace, "-f", "-A", "-e", "trace=socket", "-o", str(traced)])
    called = traced.read_text(encoding="utf-8")
    assert "exited with 0" in called
    assert [line for line in called.splitlines() if "AF_INET" in line] == []


def test_only_the_learner_can_read_what_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    trainer("practice", "voicemail-next-steps", "--typed", home=home, stdin="this is Robin\n", TRAINER_JUDGE="words")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_no_recording_is_kept_unless_asked_for(tmp_path: Path) -> None:
    home = tmp_path / "home"
    trainer("practice", "voicemail-next-steps", "--reply", str(SAMPLES[0]), home=home, TRAINER_JUDGE="words")
    assert not [p for p in home.rglob("*") if p.suffix in {".wav", ".flac", ".opus"}]
