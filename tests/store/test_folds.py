"""The ledger is the history without its words; folds that were kept change nothing but the time that it takes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench.histories import history
from tests.store.killing import killed_at
from tests.store.made import NOON, Told, a_session, a_store, a_take, play
from trainer.core import schedule
from trainer.core.history import Rejudged
from trainer.core.ledger import Entry, Page
from trainer.core.schedule import Card, Folds, Foretold
from trainer.core.session import Grade, PointGrade, Session, TakeKind
from trainer.core.verdict import Verdict
from trainer.store import folds
from trainer.store.sqlite import SqliteStore

POINTS = ("ask_for_person", "leave_number")
kinds: st.SearchStrategy[TakeKind] = st.sampled_from(["first", "first", "again", "retake"])
takes = st.lists(st.tuples(kinds, st.sampled_from("ab"), st.tuples(*[st.sampled_from(Grade)] * 2)), max_size=4)
moments = st.tuples(st.integers(0, 40), st.sampled_from([0, 15, 16, 17]))  # days, hours: 3 in the morning is among them
played = st.tuples(st.just("play"), st.booleans(), moments, takes)
done = st.tuples(
    st.sampled_from(["undo", "exclude", "exclude turn", "overrule", "rejudge", "suspend", "import", "forget"]),
    st.integers(0, 9),
    st.sampled_from(Grade),
)


def a_played(number: int, moment: tuple[int, int], takes: list[Any]) -> Session:
    at = NOON + timedelta(days=moment[0], hours=moment[1])
    session = a_session(f"s{number}", started=at, nerves_after=number % 11)
    made = [
        a_take(session.id, n + 1, turn=turn, kind=kind, at=at + timedelta(minutes=n), grades=graded(grades))
        for n, (kind, turn, grades) in enumerate(takes)
    ]
    return replace(session, takes=tuple(made))


def graded(grades: tuple[Grade, ...]) -> tuple[PointGrade, ...]:
    return tuple(PointGrade("key_point", id, grade) for id, grade in zip(POINTS, grades, strict=True))


def do(store: SqliteStore, other: SqliteStore, number: int, what: tuple[Any, ...]) -> None:
    """One thing that a learner does; those that find nothing to do it to do nothing."""
    if what[0] == "play":
        play(other if what[1] else store, a_played(number, *what[2:]))
    elif what[0] == "undo":
        store.undo()
    elif what[0] == "suspend":
        store.suspend("reach-hr")
    elif what[0] == "import":
        store.merge(other.history())
    elif sessions := store.sessions():
        session = sessions[what[1] % len(sessions)]
        take = session.takes[what[1] % len(session.takes)] if session.takes else None
        if what[0] == "forget":
            store.forget_session(session.id)
        elif what[0] == "exclude":
            store.exclude(session.id)
        elif take and what[0] == "exclude turn":
            store.exclude(session.id, take.turn)
        elif take and what[0] == "overrule":
            store.overrule(take, "key_point", POINTS[what[1] % 2], what[2])
        elif take:
            store.rejudge([Rejudged(take.id, Verdict((), (), 1, "words/2"), graded((what[2], what[2])))])


def page(session: Session) -> Page:
    entries = tuple(Entry(t.number, t.id, t.turn, t.kind, t.at, t.said, t.grades, t.aside) for t in session.takes)
    s = session
    return Page(
        s.id, s.scenario, s.family, s.started, entries, s.scheduled, s.plan, s.nerves_before, s.nerves_after, s.aside
    )


def with_folds(home: Path, sessions: Any, least: int = 1) -> tuple[dict[str, Card], Foretold]:
    """As the commands do it, but that everything is kept at once."""
    known = Folds(folds.load(home), least=least)
    made = schedule.replay(sessions, folds=known)
    folds.save(home, {**known.kept, **known.fresh})
    return made


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(played, played, done), max_size=14))
def test_ledger_and_kept_folds_are_the_history_step_by_step(steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        store, other = a_store(home, Told()), a_store(Path(folder) / "other", Told())
        for number, what in enumerate(steps):
            do(store, other, number, what)
            sessions, ledger = store.sessions(), store.ledger()
            assert ledger == tuple(page(s) for s in sessions)
            expected = schedule.replay(sessions)
            assert schedule.replay(ledger) == expected
            assert with_folds(home, ledger) == expected
        store.close()
        other.close()


def test_what_was_kept_is_not_gone_through_again(tmp_path: Path) -> None:
    sessions = history(600)
    expected = with_folds(tmp_path, sessions[:100])
    known = Folds(folds.load(tmp_path), least=1)
    assert schedule.replay(sessions[:100], folds=known) == expected
    assert known.steps == 0
    schedule.replay(sessions, folds=known)
    kept = sum(f.reviews for f in known.kept.values())
    assert known.steps == sum(c.reviews for c in schedule.cards(sessions).values()) - kept


def test_short_histories_keep_no_folds(tmp_path: Path) -> None:
    known = Folds({})
    schedule.replay(history(60), folds=known)
    assert known.steps < 100


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[:-4] + b"\0\0\0\0",
        lambda data: data.replace(b"voicemail", b"voicemaim"),
        lambda data: b"\xff" + data,
    ],
    ids=["empty", "cut", "other numbers", "other names", "no text"],
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    sessions = history(200)
    expected = with_folds(tmp_path, sessions)
    file = tmp_path / folds.FILE
    file.write_bytes(spoil(file.read_bytes()))
    assert folds.load(tmp_path) == {}
    assert with_folds(tmp_path, sessions) == expected
    assert folds.load(tmp_path)


def test_what_other_sums_gave_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_folds(tmp_path, history(100))
    monkeypatch.setattr(folds, "WRITER", "2")
    assert folds.load(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with_folds(tmp_path, history(40))
    assert folds.load(tmp_path) == {}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_killed_while_they_are_kept_the_old_or_the_new_ones_are_there(tmp_path: Path) -> None:
    sessions = history(400)
    with_folds(tmp_path, sessions[:40])
    old = folds.load(tmp_path)
    for point in range(20):
        folds.save(tmp_path, old)
        killed, _ = killed_at(point, lambda report: (with_folds(tmp_path, sessions), None)[1])
        known = folds.load(tmp_path)
        assert known == old or sum(f.reviews for f in known.values()) > sum(f.reviews for f in old.values())
        assert schedule.replay(sessions, folds=Folds(known)) == schedule.replay(sessions)
        if not killed:
            break
    assert point > 2
    assert known != old
    folds.forget(tmp_path)
    assert not list((tmp_path / "cache").iterdir())


def test_forgetting_a_session_forgets_the_folds(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    play(store, a_session(takes=1))
    with_folds(tmp_path, store.ledger())
    kept = {f.name: f for f in store.files()}
    assert "to be quick" in kept[folds.FILE].purpose
    store.forget_session("s1")
    assert not (tmp_path / folds.FILE).exists()
    with_folds(tmp_path, store.ledger())
    store.forget_everything()
    assert not tmp_path.exists() or not list(tmp_path.rglob("*"))
