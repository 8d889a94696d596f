"""Grades from verdicts."""

from __future__ import annotations

import pytest

from trainer.core.grading import grades_for
from trainer.core.scenario import Dont, KeyPoint, Turn
from trainer.core.session import Grade, TakeKind
from trainer.core.verdict import PointVerdict, Verdict

TURN = Turn.model_validate(
    {"id": "t", "says": "Yes?", "key_points": [KeyPoint(id="name", label="Say your name")], "donts": [Dont(id="rude")]}
)


def verdict(*, told: bool, rude: bool) -> Verdict:
    return Verdict(
        (PointVerdict("name", "key_point", told, 0.9),), (PointVerdict("rude", "dont", rude, 0.9),), 100, "words/1"
    )


def grades(told: bool, rude: bool, tempts: tuple[str, ...] = (), kind: TakeKind = "first", helped: bool = False):  # type: ignore[no-untyped-def]
    return {g.id: g.grade for g in grades_for(TURN, verdict(told=told, rude=rude), tempts, kind, helped)}


def test_a_point_told_unaided_is_good_and_a_missed_one_is_again() -> None:
    assert grades(told=True, rude=False) == {"name": Grade.GOOD}
    assert grades(told=False, rude=False) == {"name": Grade.AGAIN}


@pytest.mark.parametrize(("kind", "helped"), [("again", False), ("first", True)])
def test_told_after_help_or_on_being_asked_again_is_hard(kind: TakeKind, helped: bool) -> None:
    assert grades(told=True, rude=False, kind=kind, helped=helped) == {"name": Grade.HARD}


def test_a_dont_avoided_says_something_only_where_the_line_tempts() -> None:
    assert "rude" not in grades(told=True, rude=False)
    assert grades(told=True, rude=False, tempts=("rude",))["rude"] is Grade.GOOD
    assert grades(told=True, rude=True)["rude"] is Grade.AGAIN
