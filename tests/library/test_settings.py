"""Settings from file, environment and flags; what cannot be is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer.errors import TrainerError
from trainer.settings import Settings, load


def test_flags_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('minutes = 20\nlevel = "hard"\nplain = true\nspeed = 1\n', encoding="utf-8")
    found = load(tmp_path, {"TRAINER_MINUTES": "30", "TRAINER_LEVEL": "easy"}, level="normal", voice=None)
    assert (found.minutes, found.level, found.plain, found.speed) == (30, "normal", True, 1.0)
    assert load(tmp_path / "elsewhere", {"TRAINER_PLAIN": ""}) == Settings()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('level = "x"', "one of easy, normal, hard"),
        ("level = [1]", "takes a text"),
        ("voice = 3", "takes a text"),
        ("foo = 1", "unknown setting 'foo'"),
        ("minutes = ", "cannot be read"),
        ('minutes = "many"', "takes a number"),
        ("minutes = true", "takes a number"),
        ("minutes = [5]", "takes a number"),
        ("minutes = inf", "takes a number"),
        ("minutes = 1000", "goes from 1 to 240"),
        ("speed = nan", "goes from 0.5 to 2.0"),
        ("daily_limit = -1", "goes from 0 to 1000"),
        ('plain = "perhaps"', "true or false"),
        ("plain = 2", "true or false"),
        ("\udcff", "not UTF-8 text"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, written: str, says: str) -> None:
    (tmp_path / "settings.toml").write_bytes(written.encode("utf-8", "surrogateescape"))
    with pytest.raises(TrainerError, match=says) as fault:
        load(tmp_path, {})
    assert "\n" not in str(fault.value)
