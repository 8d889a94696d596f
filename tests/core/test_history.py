"""What stands depends on the rows alone: not on their order, nor on when they were taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.store.made import NOON, a_session
from trainer.core.history import Action, Logged, Rejudged, accepted, standing, suspended
from trainer.core.judging import Accepted
from trainer.core.session import Grade, PointGrade, Session
from trainer.core.verdict import Verdict

SESSIONS = tuple(a_session(f"s{n}", takes=2) for n in range(3))
TAKES = [t.id for s in SESSIONS for t in s.takes]


def an_action(place: int, kind: str, which: int, value: int) -> Action:
    act = Action(f"a{place}", NOON + timedelta(seconds=place), place, kind)  # type: ignore[arg-type]
    session, take = SESSIONS[which % 3], TAKES[which % 6]
    match kind:
        case "session":
            return replace(act, session=session.id)
        case "overrule":
            grade = PointGrade("key_point", ("ask_for_person", "new")[value % 2], Grade(value % 4 + 1))
            return replace(act, session=take[:2], take=take, grade=grade)
        case "exclude":
            return replace(act, session=session.id, turn=(None, "reception", "other")[value % 3])
        case "dispute":
            words = Accepted("key_point", "reach-hr/x", f"w{value}", bool(value % 2))
            return replace(act, session=session.id, accepted=words)
        case "rejudge":
            return replace(act, rejudged=(Rejudged(take, Verdict((), (), value, "words/9"), ()),))
        case "log":
            return replace(act, logged=Logged("voicemail", NOON.date(), "ring", "phone", before={}, after={}))
        case _:
            return replace(act, what=("voicemail", "voicemail/x")[value % 2])


KINDS = ("session", "overrule", "exclude", "dispute", "rejudge", "suspend", "resume", "log")
ACTIONS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 9)), max_size=12).map(
    lambda rows: [an_action(place, *row) for place, row in enumerate(rows)]
)


def all_of(actions: list[Action]) -> tuple[object, ...]:
    return standing(SESSIONS, actions), accepted(actions), suspended(actions)


@given(ACTIONS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(actions: list[Action], chance: object) -> None:
    shuffled = list(actions)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert all_of(shuffled) == all_of(actions)


@given(ACTIONS, st.sets(st.integers(0, 11)))
def test_what_is_taken_back_is_as_if_it_had_never_been(actions: list[Action], back: set[int]) -> None:
    marked = [replace(a, undone=NOON) if n in back else a for n, a in enumerate(actions)]
    assert all_of(marked) == all_of([a for n, a in enumerate(actions) if n not in back])


@given(ACTIONS)
def test_only_sessions_that_were_begun_and_stand_are_there(actions: list[Action]) -> None:
    begun = {a.session for a in actions if a.kind == "session"}
    assert [s.id for s in standing(SESSIONS, actions)] == [s.id for s in SESSIONS if s.id in begun]
    assert [s.id for s in standing(SESSIONS, actions, everything=True)] == [s.id for s in SESSIONS]


@given(ACTIONS)
def test_the_learners_last_grade_is_the_one_that_counts(actions: list[Action]) -> None:
    stand: tuple[Session, ...] = standing(SESSIONS, actions, everything=True)
    last = {(a.take, a.grade.id): a.grade.grade for a in actions if a.kind == "overrule" and a.grade}
    found = {(t.id, g.id): g.grade for s in stand for t in s.takes for g in t.grades if g.overruled}
    assert found == last


def test_nothing_done_leaves_everything_equal() -> None:
    begun = [an_action(n, "session", n, 0) for n in range(3)]
    assert standing(SESSIONS, begun) == SESSIONS
