"""A copy a day, thinned as they age; and one put back whole."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.store.made import NOON, Told, a_session, a_store, play
from trainer.errors import TrainerError
from trainer.store import backups


def test_the_first_session_of_a_day_makes_its_backup(tmp_path: Path) -> None:
    clock = Told()
    store = a_store(tmp_path, clock)
    for day, id in ((0, "s1"), (0, "s2"), (1, "s3")):
        clock.at = NOON + timedelta(days=day)
        play(store, a_session(id, started=clock.at))
    assert [(b.day, b.reason) for b in store.backups()] == [(date(2026, 11, 9), "daily"), (date(2026, 11, 10), "daily")]


def test_old_backups_are_thinned_to_weeks_and_months(tmp_path: Path) -> None:
    today = date(2026, 11, 30)
    for age in range(200):
        (tmp_path / f"history-{today - timedelta(days=age):%Y%m%d}T180000-daily.sqlite3").touch()
    backups.thin(tmp_path, today)
    ages = [(today - b.day).days for b in backups.listed(tmp_path)]
    assert sorted(ages)[:8] == list(range(8))
    weekly = [a for a in ages if 7 < a <= 35]
    monthly = [a for a in ages if a > 35]
    assert 4 <= len(weekly) <= 5
    assert 5 <= len(monthly) <= 7
    assert backups.thin(tmp_path, today) == ()


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    names = ["notes.txt", "history-soon-daily.sqlite3", "history.sqlite3"]
    for name in names:
        (tmp_path / name).touch()
    backups.thin(tmp_path, date(2030, 1, 1))
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names)


def test_a_backup_is_put_back_and_what_was_there_is_kept(tmp_path: Path) -> None:
    clock = Told()
    store = a_store(tmp_path, clock)
    first = play(store, a_session("s1", takes=1))
    copy = store.backup()
    clock.at += timedelta(hours=2)
    play(store, a_session("s2", takes=1, started=NOON + timedelta(hours=1)))
    watching = a_store(tmp_path)
    assert len(watching.sessions()) == 2
    store.restore(copy)
    assert store.sessions() == (first,)
    assert watching.sessions() == (first,)  # another trainer that is open goes on with it
    newest = store.backups()[-1]
    assert newest.reason.startswith("before-restore")
    store.restore(newest.path)
    assert [s.id for s in store.sessions()] == ["s1", "s2"]


@pytest.mark.parametrize("content", [b"", b"hello", os.urandom(20_000), None])
def test_what_is_no_whole_backup_changes_nothing(tmp_path: Path, content: bytes | None) -> None:
    store = a_store(tmp_path / "home")
    kept = play(store, a_session(takes=1))
    bad = tmp_path / "bad.sqlite3"
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(TrainerError):
        store.restore(bad)
    assert store.sessions() == (kept,)
    assert len(store.backups()) == 1


def test_a_backup_harmed_inside_is_refused(tmp_path: Path) -> None:
    store = a_store(tmp_path / "home")
    kept = play(store, a_session(takes=30))
    bad = store.backup()
    data = bytearray(bad.read_bytes())
    data[4096 * 12 : 4096 * 14] = os.urandom(8192)
    bad.write_bytes(data)
    with pytest.raises(TrainerError, match=r"damaged|not a whole backup"):
        store.restore(bad)
    assert store.sessions() == (kept,)
