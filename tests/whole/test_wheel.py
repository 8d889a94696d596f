"""The built wheel carries scenarios and assets and works outside the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.whole.running import ROOT, environment


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    env = environment(folder / "home", TRAINER_JUDGE="words") | {"PYTHONPATH": str(unpacked)}
    return subprocess.run(
        [sys.executable, "-m", "trainer", *arguments],
        input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=folder, env=env, timeout=120,
    )  # fmt: skip


def test_the_wheel_is_what_runs(unpacked: Path, tmp_path: Path) -> None:
    env = environment(tmp_path) | {"PYTHONPATH": str(unpacked)}
    code = "import trainer; print(trainer.__file__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=env)
    assert str(unpacked) in done.stdout


def test_a_call_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    done = run(
        unpacked, tmp_path, "practice", "voicemail-next-steps", "--typed", "--json", stdin="this is Robin Castellano\n"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["turns"][0]["said"] == "this is Robin Castellano"


def test_the_sample_recordings_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    done = run(unpacked, tmp_path, "practice", "--sample", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["score"] > 0


def test_the_wheel_carries_its_data(unpacked: Path) -> None:
    data = unpacked / "trainer" / "_data"
    assert list((data / "scenarios").glob("*.yaml"))
    assert list((data / "assets" / "sounds").glob("*.wav"))
    (wheel,) = unpacked.parent.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:  # itself: a run from the unpacked one leaves bytecode there
        names = archive.namelist()
    assert not [name for name in names if name.endswith(".pyc") or "tests" in name.split("/")]
