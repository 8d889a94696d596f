"""How the end of a call reads, without a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from trainer.core import moments
from trainer.core.scenario import Mood, Scenario
from trainer.core.session import Session, Take
from trainer.core.verdict import Verdict
from trainer.terminal.render import moment

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
CALL = Scenario.model_validate({"id": "x", "title": "X", "mood": {}, "turns": [{"id": "a", "says": "Hello?"}]})


def take(number: int, mood: Mood) -> Take:
    return Take(f"t{number}", "s", "a", number, "first", NOON, "", "", "", Verdict((), (), None, "t"), mood=mood)


@pytest.mark.parametrize(
    ("moods", "shown"),
    [
        (("neutral", "warm", "warm"), ["Their mood: neutral → warm"]),
        (("warm", "neutral", "neutral", "warm"), ["Their mood: warm → neutral → warm"]),
        (("warm", "warm"), ["Their mood: warm"]),
        (("cool",), ["Their mood: cool"]),
    ],
)
def test_each_change_of_mood_is_shown_once(moods: tuple[Mood, ...], shown: list[str]) -> None:
    takes = tuple(take(number, mood) for number, mood in enumerate(moods, 1))
    session = Session("s", "x", "X", "x", "d", "sample", "normal", 1, "typed", NOON, takes, "complete")
    lines = [line.plain for line in moment(moments.Ended(session, CALL))]
    assert [line for line in lines if line.startswith("Their mood")] == shown
