"""Killed before or after any write: the history opens, holds what was shown, and a step is done or not done."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.killing import Report, killed_after, killed_at
from tests.store.made import NOON, Told, a_session, a_store, a_take, play
from tests.store.test_faults import next_format
from trainer.core.history import History
from trainer.exports import json as exported
from trainer.store.sqlite import SqliteStore

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
MOST_POINTS = 400
Kills = Callable[[Callable[[Path], None], Callable[[Path, Report], None]], list[tuple[Path, list[str]]]]


@pytest.fixture(params=[8, pytest.param(1, marks=pytest.mark.slow)])
def at_every_point(tmp_path: Path, request: pytest.FixtureRequest) -> Kills:
    """Kills the work at every point in the long run, at a seeded part of them in the short one.

    Gives the folder as each kill left it, with what was reported done before; the last one was not killed.
    """

    def kills(prepare: Callable[[Path], None], work: Callable[[Path, Report], None]) -> list[tuple[Path, list[str]]]:
        left = []
        first = random.Random(prepare.__qualname__).randrange(request.param)
        for point in range(first, MOST_POINTS, request.param):
            home = tmp_path / f"at{point}"
            prepare(home)
            killed, reports = killed_at(point, lambda report, home=home: work(home, report))
            left.append((home, reports))
            if not killed:
                assert point > 10
                assert len(left) > 3
                return left
        raise AssertionError("too many points")

    return kills


def save(home: Path, report: Report) -> None:
    """What the loop does; a take is reported when it could be shown."""
    store = a_store(home, Told(NOON + timedelta(days=1)))
    session = a_session("s2", takes=2)
    store.begin(replace(session, takes=()))
    report("s2")
    for take in session.takes:
        store.keep(take)
        report(take.id)
    store.finish(replace(session, ended="complete", finished=NOON))
    report("finished")


def opens_and_holds(home: Path, reports: list[str], before: int) -> None:
    store = a_store(home, Told(NOON + timedelta(days=1)))
    sessions = {s.id: s for s in store.sessions()}
    assert ("s1" in sessions) == bool(before)
    assert store._open().execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    takes = {t.id: t for t in sessions["s2"].takes} if "s2" in sessions else {}
    for number in (1, 2):
        take = a_take("s2", number)
        assert takes.get(take.id, take) == take
        assert take.id in takes or take.id not in reports
    assert ("s2" in sessions) or "s2" not in reports
    if "finished" in reports:
        assert sessions["s2"].ended == "complete"
    play(store, a_session("s3", takes=1))  # and life goes on
    store.close()


def one_session(home: Path) -> None:
    store = a_store(home)
    play(store, a_session("s1", takes=2))
    store.close()


def test_saving_into_a_new_folder(at_every_point: Kills) -> None:
    for home, reports in at_every_point(lambda home: None, save):
        opens_and_holds(home, reports, before=0)


def test_saving_beside_an_older_session(at_every_point: Kills) -> None:
    """With the day's backup at the end."""
    for home, reports in at_every_point(one_session, save):
        opens_and_holds(home, reports, before=1)
        for backup in a_store(home).backups():
            a_store(home).restore(backup.path)


def test_migrating(at_every_point: Kills, tmp_path: Path) -> None:
    folder = next_format(tmp_path, "CREATE TABLE marks (a TEXT) STRICT; UPDATE takes SET mood = 'warm';")

    def work(home: Path, report: Report) -> None:
        SqliteStore(home, Told(), migrations=folder).sessions()

    for home, _ in at_every_point(one_session, work):
        before = a_version(home)
        store = SqliteStore(home, Told(), migrations=folder)
        moods = {t.mood for s in store.sessions() for t in s.takes}
        assert moods == {"warm"}
        assert before in (1, 2)
        assert any(b.reason.startswith("before-format") for b in store.backups())


def a_version(home: Path) -> int:
    import sqlite3

    db = sqlite3.connect(home / "history.sqlite3")
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    (mood,) = {row[0] for row in db.execute("SELECT mood FROM takes")}
    assert (version, mood) in ((1, "cool"), (2, "warm"))
    db.close()
    return version


def test_backing_up(at_every_point: Kills) -> None:
    def work(home: Path, report: Report) -> None:
        a_store(home).backup()
        report("done")

    for home, reports in at_every_point(one_session, work):
        store = a_store(home)
        kept = store.sessions()
        names = [b.reason for b in store.backups()]
        assert "asked" in names or "done" not in reports
        for backup in store.backups():
            store.restore(backup.path)
            assert store.sessions() == kept


@pytest.mark.parametrize("harmed", [False, True])
def test_restoring(at_every_point: Kills, harmed: bool) -> None:
    """A damaged history may still be damaged; then the same command goes through."""

    def prepare(home: Path) -> None:
        one_session(home)
        store = a_store(home, Told(NOON + timedelta(hours=1)))
        store.begin(a_session("s2"))
        store.close()
        if harmed:
            (home / "history.sqlite3").write_bytes(b"")

    def copy_of(home: Path) -> Path:
        return next(b.path for b in a_store(home).backups() if b.reason == "daily")

    def work(home: Path, report: Report) -> None:
        a_store(home, Told(NOON + timedelta(hours=2))).restore(copy_of(home))
        report("done")

    for home, reports in at_every_point(prepare, work):
        if harmed and "done" not in reports and (home / "history.sqlite3").stat().st_size == 0:
            a_store(home).restore(copy_of(home))
        ids = [s.id for s in a_store(home).sessions()]
        assert ids == ["s1"] or (ids == ["s1", "s2"] and "done" not in reports and not harmed)


def test_importing(at_every_point: Kills, tmp_path: Path) -> None:
    other = a_store(tmp_path / "other")
    for id in ("s2", "s3"):
        play(other, a_session(id, takes=2))
    document = exported.write(other.history(), NOON)

    def work(home: Path, report: Report) -> None:
        a_store(home).merge(exported.read(document.encode(), "other.json"))
        report("done")

    for home, reports in at_every_point(one_session, work):
        ids = [s.id for s in a_store(home).sessions()]
        assert ids == ["s1", "s2", "s3"] or (ids == ["s1"] and "done" not in reports)


def test_forgetting(at_every_point: Kills) -> None:
    """Done, or not done and done by the same command."""

    def prepare(home: Path) -> None:
        one_session(home)
        play(a_store(home), a_session("s2", takes=1))

    def work(home: Path, report: Report) -> None:
        a_store(home).forget_session("s2")
        report("done")

    for home, reports in at_every_point(prepare, work):
        store = a_store(home)
        ids = [s.id for s in store.sessions()]
        assert ids == ["s1"] or "done" not in reports
        for backup in store.backups():
            store.restore(backup.path)
            assert {s.id for s in store.sessions()} <= {"s1", "s2"}


@pytest.mark.slow
def test_at_fifty_random_moments(tmp_path: Path) -> None:
    chance = random.Random(2026)

    def work(home: Path, report: Report) -> None:
        store = a_store(home)
        for n in range(1000):
            session = a_session(f"r{n}", takes=3)
            store.begin(replace(session, takes=()))
            for take in session.takes:
                store.keep(take)
                report(take.id)
            store.finish(replace(session, ended="complete", finished=NOON))
            if n % 5 == 4:
                store.backup()
            if n % 7 == 6:
                store.merge(History(states={"n": n}))

    for moment in range(50):
        home = tmp_path / str(moment)
        _, reports = killed_after(chance.uniform(0.005, 0.6), lambda report, home=home: work(home, report))
        store = a_store(home)
        takes = {t.id: t for s in store.sessions() for t in s.takes}
        for id in reports:
            session, _, number = id.partition("t")
            assert takes[id] == a_take(session, int(number))
        for backup in store.backups():
            store.restore(backup.path)
