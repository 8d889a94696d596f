"""Standard input that is closed, or is no text."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.gate.running import machine
from tests.whole.running import SAMPLES, trainer
from trainer.cli import run

CLOSED = ("sh", "-c", 'exec "$@" <&-', "sh")  # what comes after it runs without a standard input

no_shell = pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the input")


@no_shell
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 0, "Start with: trainer practice"),
        (("practice",), 3, "There is no terminal to practise in"),
        (("practice", "reach-hr", "--typed", "--mute"), 0, "You hung up"),
        (("application", "add"), 1, "needs the name of the company"),
    ],
)
def test_a_closed_input_is_an_empty_one(arguments: tuple[str, ...], code: int, says: str, tmp_path: Path) -> None:
    done = trainer(*arguments, home=tmp_path, before=CLOSED, TRAINER_JUDGE="words")
    assert done.returncode == code, done.stderr
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@no_shell
def test_recordings_need_no_input(tmp_path: Path) -> None:
    arguments = ("practice", "voicemail-next-steps", "--reply", str(SAMPLES[0]), "--json")
    done = trainer(*arguments, home=tmp_path, before=CLOSED, TRAINER_JUDGE="words")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["turns"]


@no_shell
def test_where_neither_voice_nor_typing_can_work_the_doctor_says_so(tmp_path: Path) -> None:
    deaf = {"PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}
    done = trainer("doctor", "--json", home=tmp_path / "home", before=CLOSED, **deaf)
    assert done.returncode == 3
    assert "standard input is closed" in done.stderr
    assert json.loads(done.stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        ("application", "add"),
        ("log", "halden"),
        ("scenarios", "new"),
        ("scenarios", "preview", "reach-hr"),
        ("drill", "spot", "reach-hr", "--mute"),
    ],
)
def test_what_is_typed_and_no_text_is_one_sentence(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    learner = machine(tmp_path, monkeypatch)
    if "halden" in arguments:
        learner("application", "add", "--file", learner.write("h.yaml", "id: halden\ncompany: Halden\n"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9\n"), encoding="utf-8"))
    assert run(list(arguments)) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("Standard input is not UTF-8 text;")
