"""`trainer doctor` always prints its rows, and each that failed says what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.whole.running import trainer

IDS = ["settings", "microphone", "speakers", "voice", "recogniser", "judge", "data", "terminal"]


@pytest.fixture
def deaf(tmp_path: Path) -> dict[str, str]:
    """No sound system, whatever the machine has."""
    return {"PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}


def test_every_row_is_there_and_a_failed_one_says_what_to_do(tmp_path: Path, deaf: dict[str, str]) -> None:
    done = trainer("doctor", "--json", home=tmp_path / "home", **deaf)
    rows = json.loads(done.stdout)
    assert done.returncode == 0  # one can type
    assert [row["id"] for row in rows] == IDS
    assert all(set(row) == {"id", "ok", "detail", "fix"} for row in rows)
    assert all(row["fix"] for row in rows if not row["ok"])
    assert not (tmp_path / "home").exists()  # looking leaves nothing behind


def test_the_rows_can_be_read(tmp_path: Path, deaf: dict[str, str]) -> None:
    done = trainer("doctor", home=tmp_path / "home", **deaf)
    assert [line.split()[1] for line in done.stdout.splitlines() if line[:4] in {"ok  ", "FAIL"}] == IDS
    assert done.stderr == ""


def test_a_device_that_is_not_there_is_a_failed_row(tmp_path: Path, deaf: dict[str, str]) -> None:
    done = trainer("doctor", "--json", "--input", "Tin Can", "--output", "Tin Can", home=tmp_path / "home", **deaf)
    rows = {row["id"]: row for row in json.loads(done.stdout)}
    assert not rows["microphone"]["ok"]
    assert not rows["speakers"]["ok"]


def test_settings_that_cannot_be_are_a_failed_row(tmp_path: Path, deaf: dict[str, str]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text('voice = "robot"\n')
    rows = {row["id"]: row for row in json.loads(trainer("doctor", "--json", home=home, **deaf).stdout)}
    assert "There is no voice 'robot'" in rows["voice"]["detail"]
    (home / "settings.toml").write_text('speed = "fast"\n')
    done = trainer("doctor", "--json", home=home, **deaf)
    rows = {row["id"]: row for row in json.loads(done.stdout)}
    assert "'speed' takes a number" in rows["settings"]["detail"]
