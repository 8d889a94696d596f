"""Cards as a fold of the history: what counts as a review, on which day, and that FSRS does the sums."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trainer
from tests.schedule.made import AGAIN, DAY, EASY, GOOD, HARD, START, days, session, take
from trainer.core import history, schedule
from trainer.core.session import Grade, PointGrade

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
steps = st.lists(st.tuples(st.integers(1, 400), st.sampled_from(Grade)), min_size=1, max_size=25)


@given(steps, st.floats(0.70, 0.97))
def test_the_fold_is_fsrs_fed_step_by_step(practised: list[tuple[int, Grade]], retention: float) -> None:
    scheduler = fsrs.Scheduler(
        desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    theirs = fsrs.Card(card_id=1, due=EPOCH)
    sessions, at = [], START
    for elapsed, grade in practised:
        at += days(elapsed)
        sessions.append(session(take(at=at, name=grade)))
        theirs, _ = scheduler.review_card(theirs, fsrs.Rating(int(grade)), EPOCH + (at - START))
    ours = schedule.cards(sessions, retention=retention)["voicemail/name"]
    assert (ours.memory.stability, ours.memory.difficulty) == (theirs.stability, theirs.difficulty)
    assert theirs.last_review is not None
    assert (ours.due - ours.last).days == (theirs.due - theirs.last_review).days
    for later in (0, 1, 30):
        expected = scheduler.get_card_retrievability(theirs, theirs.last_review + days(later))
        assert schedule.retrievability(ours, ours.last + days(later)) == expected


def test_a_bare_card_of_fsrs_is_made_nowhere() -> None:
    """Without an id and a due day it reads the clock and sleeps."""
    for path in Path(trainer.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        uses = any(
            (isinstance(n, ast.Import) and any(a.name.split(".")[0] == "fsrs" for a in n.names))
            or (isinstance(n, ast.ImportFrom) and (n.module or "").split(".")[0] == "fsrs")
            for n in ast.walk(tree)
        )
        assert not uses or path.name == "schedule.py", path
        for call in (n for n in ast.walk(tree) if uses and isinstance(n, ast.Call)):
            if ast.unparse(call.func) == "fsrs.Card":
                assert {"card_id", "due"} <= {k.arg for k in call.keywords}, f"{path}:{call.lineno}"


def test_the_fold_reads_no_clock_and_does_not_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("slept"))
    assert schedule.cards([session(take(name=GOOD))])["voicemail/name"].due == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-03-02T03:59:59+00:00", date(2026, 3, 1)),
        ("2026-03-02T04:00:00+00:00", date(2026, 3, 2)),
        ("2026-03-03T02:00:00-10:00", date(2026, 3, 2)),  # where it was recorded, whatever the day in London
        ("2026-03-03T05:00:00+13:00", date(2026, 3, 3)),
    ],
)
def test_the_practice_day_turns_at_four_where_the_learner_is(at: str, day: date) -> None:
    moment = datetime.fromisoformat(at)
    assert schedule.practice_day(moment) == day
    assert schedule.cards([session(take(at=moment, name=GOOD))])["voicemail/name"].last == day


def test_an_evening_past_midnight_is_one_practice_day() -> None:
    evening = [session(take(at=START + timedelta(hours=h), name=GOOD)) for h in (4, 8)]
    assert schedule.cards(evening)["voicemail/name"].reviews == 1


def test_one_review_a_day_with_the_worst_grade() -> None:
    worse = schedule.cards([session(take(name=GOOD)), session(take(at=START + timedelta(hours=1), name=AGAIN))])
    assert worse["voicemail/name"].grade == AGAIN
    assert worse["voicemail/name"].reviews == 1


def test_an_id_on_two_turns_is_one_card_with_the_worse_grade() -> None:
    made = schedule.cards([session(take("desk", name=GOOD), take("close", name=AGAIN))])
    assert made["voicemail/name"].grade == AGAIN


def test_what_was_said_when_asked_again_is_hard_and_the_rest_stays() -> None:
    made = schedule.cards([session(take(name=AGAIN, role=GOOD), take(kind="again", name=HARD, role=AGAIN))])
    assert (made["voicemail/name"].grade, made["voicemail/role"].grade) == (HARD, GOOD)


def test_a_dont_committed_when_asked_again_counts() -> None:
    made = schedule.cards([session(take(dont_rude=GOOD), take(kind="again", dont_rude=AGAIN))])
    assert made["voicemail/dont.rude"].grade == AGAIN


def test_the_learners_own_grade_goes_before_the_judges() -> None:
    again = take(kind="again", name=HARD)
    mine = take(name=EASY, overruled=True)
    assert schedule.cards([session(mine, again)])["voicemail/name"].grade == EASY


@pytest.mark.parametrize(
    "left_out",
    [
        session(take(name=AGAIN), scheduled=False),
        session(take(name=AGAIN), aside=True),
        session(take(name=AGAIN, aside=True)),
        session(take(name=AGAIN, kind="retake")),
    ],
    ids=["unscheduled", "session aside", "take aside", "retake"],
)
def test_what_does_not_count(left_out: object) -> None:
    good = session(take(name=GOOD))
    assert schedule.cards([good, left_out]) == schedule.cards([good])  # type: ignore[list-item]
    assert schedule.cards([left_out]) == {}  # type: ignore[list-item]


def test_a_clock_that_ran_ahead_makes_nothing_due_in_its_future() -> None:
    ahead = session(take(at=START + days(700), name=GOOD))
    now = session(take(name=GOOD))
    assert schedule.cards([now, ahead], today=DAY) == schedule.cards([now], today=DAY)
    assert schedule.cards([ahead], today=DAY) == {}


def test_a_clock_moved_back_keeps_the_order_of_days() -> None:
    first, second = session(take(name=AGAIN)), session(take(at=START - days(3), name=GOOD))
    assert schedule.cards([first, second]) == schedule.cards([second, first])


def test_a_travellers_evening_may_be_tomorrow_here() -> None:
    tokyo = datetime(2026, 3, 3, 9, 0, tzinfo=timezone(timedelta(hours=9)))
    assert schedule.cards([session(take(at=tokyo, name=GOOD))], today=DAY)["voicemail/name"].last == date(2026, 3, 3)


def test_a_renamed_point_keeps_its_history() -> None:
    old, new = session(take(phone=GOOD)), session(take(at=START + days(3), number=GOOD))
    renamed = {"voicemail": {"phone": "tel", "tel": "number"}}
    made = schedule.cards([old, new], renamed=renamed)
    assert made.keys() == {"voicemail/number"}
    assert made["voicemail/number"].reviews == 2
    assert schedule.cards([old], renamed={"voicemail": {"phone": "x", "x": "phone"}}).keys()  # a circle ends


def test_what_rests_is_never_due_and_keeps_its_memory() -> None:
    sessions = [session(take(name=GOOD, role=GOOD)), session(take(name=GOOD), family="status")]
    made = schedule.cards(sessions, suspended=frozenset({"voicemail/name", "status"}))
    late = DAY + days(90)
    assert [n for n, c in made.items() if schedule.is_due(c, late)] == ["voicemail/role"]
    assert made["voicemail/name"].memory == schedule.cards(sessions)["voicemail/name"].memory


def test_four_misses_in_a_row_are_a_leech() -> None:
    sessions = [session(take(at=START + days(n), name=AGAIN)) for n in range(4)]
    assert not schedule.cards(sessions[:3])["voicemail/name"].is_leech
    assert schedule.cards(sessions)["voicemail/name"].is_leech
    mended = [*sessions, session(take(at=START + days(5), name=GOOD))]
    assert not schedule.cards(mended)["voicemail/name"].is_leech


def test_due_after_each_grade_grows_with_it() -> None:
    for before in ([], [session(take(name=GOOD))]):
        last = START + days(20)
        due = [
            schedule.cards([*before, session(take(at=last, name=grade))])["voicemail/name"].due
            for grade in (AGAIN, HARD, GOOD, EASY)
        ]
        assert due == sorted(due)
        assert due[0] > last.date()


def test_a_higher_retention_never_puts_a_point_off() -> None:
    sessions = [session(take(at=START + days(n), name=GOOD)) for n in (0, 3, 12)]
    due = [schedule.cards(sessions, retention=r)["voicemail/name"].due for r in (0.70, 0.80, 0.90, 0.97)]
    assert due == sorted(due, reverse=True)
    assert due[0] > due[-1]


# What stands is a matter of rows, not of their order.

PLAYED = tuple(
    session(take(at=START + days(n), said=str(n), name=grade, role=GOOD), id=f"s{n}")
    for n, grade in enumerate((GOOD, AGAIN, GOOD, HARD, GOOD))
)


def _actions() -> list[history.Action]:
    made = [history.Action(id=f"a{n}", at=START, place=n, kind="session", session=s.id) for n, s in enumerate(PLAYED)]
    overruled = PointGrade("key_point", "name", EASY)
    made.append(history.Action("o1", START, 10, "overrule", session="s1", take=PLAYED[1].takes[0].id, grade=overruled))
    made.append(history.Action("x2", START, 11, "exclude", session="s2"))
    made.append(history.Action("x3", START, 12, "exclude", session="s3", turn="desk"))
    return made


@settings(max_examples=60)
@given(st.sets(st.sampled_from([a.id for a in _actions()])), st.randoms(use_true_random=False))
def test_the_fold_depends_on_the_rows_that_stand_alone(undone: set[str], chance: object) -> None:
    from dataclasses import replace

    marked = [replace(a, undone=START) if a.id in undone else a for a in _actions()]
    never = [a for a in _actions() if a.id not in undone]
    sessions = list(PLAYED)
    expected = schedule.cards(history.standing(PLAYED, never))
    chance.shuffle(marked)  # type: ignore[attr-defined]
    chance.shuffle(sessions)  # type: ignore[attr-defined]  # as imported from another machine
    assert schedule.cards(history.standing(sessions, marked)) == expected
