"""The score of a turn and of a session, as the contract states them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.core.verdict import PointVerdict, Weighing, score, session_score


def points(kind: str, *hits: bool) -> tuple[PointVerdict, ...]:
    return tuple(PointVerdict(str(i), kind, hit, 0.9) for i, hit in enumerate(hits))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "weights", "committed", "soft", "expected"),
    [
        ((True, True), (1, 1), (), (), 100),
        ((True, False), (1, 1), (), (), 50),
        ((True, False, False), (1, 1, 1), (), (), 33),
        ((True, True, False), (1, 1, 1), (), (), 67),
        ((True, False), (3, 1), (), (), 75),
        ((True,), (1,), (True, True), (False, True), 75),
        ((False,), (1,), (True,), (False,), 0),
        ((), (), (False,), (False,), 100),
        ((), (), (True,), (True,), 95),
        ((), (), (), (), None),
    ],
)
def test_score(
    said: tuple[bool, ...],
    weights: tuple[float, ...],
    committed: tuple[bool, ...],
    soft: tuple[bool, ...],
    expected: int | None,
) -> None:
    assert (
        score(points("key_point", *said), points("dont", *committed), Weighing(weights, soft), silent=False) == expected
    )


def test_a_reply_without_a_word_is_worth_nothing() -> None:
    assert score(points("key_point", False), (), Weighing((1.0,), ()), silent=True) == 0
    assert score((), points("dont", False), Weighing((), (False,)), silent=True) == 0
    assert score((), (), Weighing((), ()), silent=True) is None


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.lists(st.booleans(), max_size=8))
def test_a_score_is_between_0_and_100(said: list[bool], committed: list[bool]) -> None:
    weighing = Weighing((1.0,) * len(said), (False,) * len(committed))
    value = score(points("key_point", *said), points("dont", *committed), weighing, silent=False)
    assert value is not None
    assert 0 <= value <= 100


def test_a_session_is_the_weighted_mean_of_the_turns_reached() -> None:
    assert session_score(((100, 3.0), (50, 1.0))) == 88  # 87.5 rounds up
    assert session_score(((100, 0.0), (0, 1.0))) == 50  # a turn without key points weighs 1
    assert session_score(((None, 2.0), (40, 2.0))) == 40
    assert session_score(((None, 1.0),)) is None
