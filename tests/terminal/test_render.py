"""How the end of a call reads, without a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from trainer.core import moments
from trainer.core.call import Ended
from trainer.core.scenario import Mood, Scenario
from trainer.core.session import Session, Take, TakeKind
from trainer.core.verdict import Verdict
from trainer.terminal.render import moment, take_rows

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
CALL = Scenario.model_validate({"id": "x", "title": "X", "mood": {}, "turns": [{"id": "a", "says": "Hello?"}]})


def take(number: int, mood: Mood, kind: TakeKind = "first") -> Take:
    return Take(f"t{number}", "s", "a", number, kind, NOON, "", "", "", Verdict((), (), 40, "t"), weight=1, mood=mood)


def shown_at_the_end(*takes: Take, ended: Ended = "complete", mood: Mood | None = None) -> list[str]:
    session = Session("s", "x", "X", "x", "d", "sample", "normal", 1, "typed", NOON, takes, ended)
    return [line.plain for line in moment(moments.Ended(session, CALL, mood=mood))]


@pytest.mark.parametrize(
    ("moods", "after", "shown"),
    [
        (("neutral", "warm", "warm"), "warm", ["Their mood: neutral → warm"]),
        (("neutral", "warm"), "neutral", ["Their mood: neutral → warm → neutral"]),
        (("warm", "neutral", "neutral", "warm"), "warm", ["Their mood: warm → neutral → warm"]),
        (("warm", "warm"), "warm", ["Their mood: warm"]),
        (("cool",), "cool", ["Their mood: cool"]),
    ],
)
def test_each_change_of_mood_is_shown_once(moods: tuple[Mood, ...], after: Mood, shown: list[str]) -> None:
    takes = tuple(take(number, mood) for number, mood in enumerate(moods, 1))
    lines = shown_at_the_end(*takes, mood=after)
    assert [line for line in lines if line.startswith("Their mood")] == shown


def test_a_call_in_which_nothing_was_judged_says_so_and_shows_no_score() -> None:
    assert shown_at_the_end(ended="hung_up") == ["", "You hung up. Nothing was judged."]
    assert (
        shown_at_the_end(take(1, "warm"), ended="hung_up")[1]
        == "You hung up. What was judged is kept. Score: 40 of 100."
    )


def test_a_reply_that_is_not_scored_shows_no_score() -> None:
    heads = [next(take_rows("a", take(1, "warm", kind))).plain for kind in get_args(TakeKind)]
    assert heads == ["a: 40 of 100", "a (asked again, not scored)", "a (retake): 40 of 100"]
