"""The plan up to a call: nothing after it, moved dates, whole minutes, the run-through; and that it pays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench import preparing
from tests.bench.learners import DAY as MINUTES
from tests.bench.learners import FAMILIES
from tests.schedule.made import AGAIN, DAY, GOOD, card, days, scenario
from trainer.core import forecast, schedule
from trainer.core.memory import Memory
from trainer.core.plan import HORIZON, LONE, make_plan
from trainer.core.session import Grade
from trainer.core.spreading import Memories, expected, spread

CALLS = [scenario("a"), scenario("b", turns=2)]


@given(
    st.lists(st.tuples(st.floats(0.01, 300), st.floats(1, 10), st.integers(1, 200)), min_size=1, max_size=20),
    st.sampled_from([Grade.AGAIN, Grade.GOOD]),
)
def test_sums_in_bulk_are_the_schedules_own(known: list[tuple[float, float, int]], grade: Grade) -> None:
    stability, difficulty, elapsed = (np.array(column, dtype=float) for column in zip(*known, strict=True))
    new = forecast.after(stability, difficulty, elapsed, np.full(len(known), float(grade)))
    for n, (s, d, gap) in enumerate(known):
        one = Memory(*schedule.SUMS.run(s, d, (gap,), (grade,), []))
        assert new[0][n] == pytest.approx(one.stability, rel=1e-9)
        assert new[1][n] == pytest.approx(one.difficulty, rel=1e-9)
        assert forecast.recall(stability, elapsed)[n] == pytest.approx(schedule.recall(Memory(s, d), gap), rel=1e-9)


@pytest.mark.parametrize("grade", [Grade.AGAIN, Grade.GOOD])
def test_a_first_meeting_in_bulk_is_the_schedules_own(grade: Grade) -> None:
    zero = np.zeros(1)
    new = forecast.after(zero, zero, zero, np.full(1, float(grade)))
    one = Memory(*schedule.SUMS.first(grade))
    assert (new[0][0], new[1][0]) == (pytest.approx(one.stability), pytest.approx(one.difficulty))


def test_nothing_is_planned_on_the_day_of_the_call_or_after() -> None:
    made = make_plan(CALLS, {}, today=DAY, call=DAY + days(5), minutes=10)
    assert [d.day for d in made.days] == [DAY + days(n) for n in range(5)]
    assert made.run_through
    assert make_plan(CALLS, {}, today=DAY, call=DAY - days(1), minutes=10).run_through is None


def test_the_minutes_of_a_day_are_kept() -> None:
    for minutes in (3, 6, 10, 20):
        made = make_plan(CALLS, {}, today=DAY, call=DAY + days(4), minutes=minutes)
        assert all(d.minutes <= minutes + 0.5 for d in made.days)


def test_what_was_practised_today_is_not_planned_again_today() -> None:
    cards = {n: card(n, last=DAY, stability=1.0) for n in ("a/0-0", "a/0-1", "a/0-2", "a/dont.rude")}
    made = make_plan(CALLS[:1], cards, today=DAY, call=DAY + days(3), minutes=60, met=frozenset("a"))
    assert {i.turn for i in made.on(DAY)} == {"t1", "t2"}
    used_up = make_plan(CALLS, {}, today=DAY, call=DAY + days(3), minutes=10, practised=10)
    assert used_up.on(DAY) == ()


def test_another_date_is_another_plan() -> None:
    near = make_plan(CALLS, {}, today=DAY, call=DAY + days(2), minutes=6)
    far = make_plan(CALLS, {}, today=DAY, call=DAY + days(9), minutes=6)
    assert len(near.days) == 2
    assert len(far.days) == 9
    assert far.then > near.then > near.now == 0


def test_a_call_far_off_is_practised_for_when_it_comes_nearer() -> None:
    made = make_plan(CALLS, {}, today=DAY, call=DAY + days(HORIZON + 10), minutes=6)
    assert not made.began(DAY)
    assert min(d.day for d in made.days) >= DAY + days(10)
    assert made.began(DAY + days(10))


def test_practice_raises_what_is_expected_on_the_day() -> None:
    cards = {"a/0-0": card("a/0-0", grade=AGAIN, stability=0.3), "a/1-0": card("a/1-0", grade=GOOD, stability=3)}
    made = make_plan(CALLS, cards, today=DAY + days(1), call=DAY + days(6), minutes=5)
    assert 0 < made.now < made.then <= 1


def test_a_call_is_met_whole_and_in_pieces_only_afterwards() -> None:
    calls = [scenario("a"), scenario("b"), scenario("c")]
    made = make_plan(calls, {}, today=DAY, call=DAY + days(6), minutes=6)
    seen: set[str] = set()
    for day in made.days:
        assert all(i.turn is None for i in day.items if i.scenario not in seen)
        seen |= {i.scenario for i in day.items}
    assert seen == {"a", "b", "c"}
    known = make_plan(calls, {}, today=DAY, call=DAY + days(6), minutes=6, met=frozenset("abc"))
    assert any(i.turn for i in known.days[0].items)
    for day in (*made.days, *known.days):
        pieces = [i.turn is not None for i in day.items]
        assert pieces == sorted(pieces)


def test_a_call_longer_than_a_days_minutes_comes_in_pieces() -> None:
    made = make_plan([scenario("a", turns=6)], {}, today=DAY, call=DAY + days(4), minutes=3)
    assert made.days
    assert all(d.minutes <= 3.5 for d in made.days)


def test_resting_points_are_not_planned_for() -> None:
    call = scenario("a", turns=2, points=1)
    resting = {n: card(n, resting=True) for n in ("a/0-0", "a/dont.rude")}
    made = make_plan([call], resting, today=DAY + days(1), call=DAY + days(2), minutes=LONE)
    assert [i.turn for d in made.days for i in d.items] == ["t1"]


def test_the_run_through_is_the_call_known_best() -> None:
    cards = {"b/0-0": card("b/0-0", reviews=9)}
    made = make_plan(CALLS, cards, today=DAY, call=DAY, minutes=10)
    assert made.run_through
    assert (made.run_through.scenario, made.run_through.kind) == ("b", "call-day")
    assert made.days == ()


def test_a_spread_fills_the_takes_and_never_doubles_a_day() -> None:
    shape = (2, 5, 3)
    nothing = Memories(np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape), np.ones((5, 3)))
    placed = spread(nothing, 4, np.array([2, 2, 0, 9]))
    assert placed.sum(2).tolist() == [[2, 2, 0, 5]] * 2
    worse = placed.copy()
    worse[:, 3] = False
    assert (expected(nothing, placed, 4) > expected(nothing, worse, 4)).all()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
@pytest.mark.parametrize("later", [1, 14])
@pytest.mark.parametrize("meetings", [2, 3, 6, 9])
def test_a_repeat_on_the_same_day_strengthens_less(family: type, later: int, meetings: int) -> None:
    """The spacing effect that every family of learners must have; seen so many days after the last meeting."""

    def said(gap: float) -> float:
        learners, point = family(100, 1, 3), np.zeros((100, 1), dtype=np.int64)
        for n in range(meetings):
            learners.meet(point, np.ones((100, 1), dtype=bool), n * gap)
        return float(learners.recall(point, (meetings - 1) * gap + later * MINUTES).mean())

    assert said(MINUTES) > said(20.0)


@pytest.mark.parametrize(("days_left", "learners"), [(1, 200), (3, 40)])
def test_the_plan_pays_for_simulated_learners(days_left: int, learners: int) -> None:
    """A small version of the table in the bench (200 learners, up to 14 days)."""
    rows = preparing.table(learners, seed=5, horizons=(days_left,))
    assert len(rows) == len(FAMILIES) * 3
    assert [r for r in rows if not preparing.holds(r)] == []
