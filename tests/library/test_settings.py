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
        ("speed = 0", "goes from 0.5 to 2.0"),
        ("minutes = 0", "goes from 1 to 240"),
        ("retention = 0.0", "goes from 0.7 to 0.97"),
        ("silence = 0.3", "goes from 0.7 to 6.0"),
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


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('minutes = 5\n\nlevle = "x"\n', "3:1"),
        ("minutes = 5\n  'speed' = 9\n", "2:4"),
        ("minutes = 5\n\nx = = 3\n", "3:5"),
        ("minutes = 5\nspeed = ", "2:9"),
        ('minutes = 5\nlevel = "\udcff"\n', "2:10"),
        ("minutes = 5\n[voice]\nname = 1\n", "2:2"),
    ],
)
def test_a_fault_in_the_file_has_its_place(tmp_path: Path, written: str, place: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(written.encode("utf-8", "surrogateescape"))
    with pytest.raises(TrainerError) as fault:
        load(tmp_path, {})
    assert str(fault.value).startswith(f"{path}:{place}: ")


def test_what_the_environment_says_is_no_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("speed = 1\n", encoding="utf-8")
    with pytest.raises(TrainerError, match=r"^The setting 'speed'"):
        load(tmp_path, {"TRAINER_SPEED": "9"})


def test_silence_may_be_off(tmp_path: Path) -> None:
    assert load(tmp_path, {"TRAINER_SILENCE": "0"}).silence == 0.0
