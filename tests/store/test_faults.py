"""A folder or file that is not in order: one sentence and the way out, and never a new history in silence."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.made import NOON, Told, a_session, a_store, a_take, play
from trainer.errors import TrainerError
from trainer.store import backups, database
from trainer.store.sqlite import SqliteStore


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A history of one session, closed."""
    home = tmp_path / "home"
    store = a_store(home)
    play(store, a_session(takes=2))
    store.close()
    return home


def one_sentence(told: pytest.ExceptionInfo[TrainerError]) -> str:
    text = str(told.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.mark.parametrize("harm", ["empty", "noise", "cut", "text", "page"])
def test_a_damaged_history_is_said_and_left_as_it_is(home: Path, harm: str) -> None:
    path = home / "history.sqlite3"
    whole = path.read_bytes()
    page = bytearray(whole)
    page[100:4096] = os.urandom(3996)  # the first page, where the tables are listed
    harmed = {
        "empty": b"",
        "noise": os.urandom(len(whole)),
        "cut": whole[:5000],
        "text": b"hello",
        "page": bytes(page),
    }[harm]
    path.write_bytes(harmed)
    with pytest.raises(TrainerError) as told:
        a_store(home).sessions()
    assert "trainer restore" in one_sentence(told)
    with pytest.raises(TrainerError):
        a_store(home).begin(a_session("s2"))
    assert path.read_bytes() == harmed


@pytest.mark.parametrize("harm", [b"", b"hello", None])
def test_a_backup_takes_the_place_of_a_damaged_or_missing_history(home: Path, harm: bytes | None) -> None:
    path = home / "history.sqlite3"
    path.unlink() if harm is None else path.write_bytes(harm)
    store = a_store(home)
    (backup,) = store.backups()
    store.restore(backup.path)
    assert [len(s.takes) for s in store.sessions()] == [2]
    kept = [p.read_bytes() for p in home.glob("history.damaged-*")]
    assert kept == ([] if harm is None else [harm])


def harm_inside(path: Path) -> bytes:
    """A bad page among the takes: the file opens, and cannot be read. Says what it holds now."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'takes'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : (page - 1) * size + 200] = b"\xff" * 200
    path.write_bytes(data)
    return bytes(data)


def a_newer_format(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


@pytest.mark.parametrize("harm", [harm_inside, a_newer_format])
def test_a_history_that_opens_and_cannot_be_backed_up_is_kept_when_a_backup_is_put_back(
    home: Path, harm: Callable[[Path], bytes]
) -> None:
    store = a_store(home)
    play(store, a_session("s2", takes=1))  # later than the backup
    store.close()
    there = harm(home / "history.sqlite3")
    store = a_store(home)
    (backup,) = store.backups()
    store.restore(backup.path)
    assert [s.id for s in store.sessions()] == ["s1"]
    assert [p.read_bytes() for p in home.glob("history.damaged-*")] == [there]


def test_a_history_that_there_is_no_room_to_back_up_is_not_replaced(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_store(home)
    (backup,) = store.backups()
    kept = play(store, a_session("s2", takes=1))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(backups, "synced", full)
        with pytest.raises(database.DiskFull):
            store.restore(backup.path)
    assert store.session("s2") == kept
    assert list(home.glob("history.damaged-*")) == []


def test_a_history_that_is_gone_is_not_begun_anew(home: Path) -> None:
    (home / "history.sqlite3").unlink()
    with pytest.raises(TrainerError, match="missing, and there was one"):
        a_store(home).begin(a_session("s2"))
    assert not (home / "history.sqlite3").exists()


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "history.sqlite3")) as other:
        other.execute("CREATE TABLE letters (text)")
    with pytest.raises(TrainerError, match="not a history of this program"):
        a_store(tmp_path).sessions()


def test_a_newer_history_is_refused_and_not_touched(home: Path) -> None:
    path = home / "history.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(TrainerError, match="newer version") as told:
        a_store(home).sessions()
    assert "update the program" in one_sentence(told)
    assert path.read_bytes() == before
    with pytest.raises(TrainerError, match="newer version"):
        a_store(home).restore(path)


@pytest.mark.parametrize("where", ["a_file", "below"])
def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    home = tmp_path / "file" if where == "a_file" else tmp_path / "file" / "home"
    with pytest.raises(TrainerError, match="TRAINER_HOME") as told:
        a_store(home).begin(a_session())
    one_sentence(told)


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_a_read_only_folder_is_said(home: Path) -> None:
    """In a process of another user: root may write everywhere."""
    for path in (home, *home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in home.parents:
        if parent.stat().st_uid == os.getuid() and len(parent.parts) > 2:
            parent.chmod(0o755)
    code = (
        "import os, sys\n"
        "from tests.store.made import a_session, a_store\n"
        "from pathlib import Path\n"
        "from trainer.errors import TrainerError\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try: a_store(Path(sys.argv[1])).begin(a_session('s9'))\n"
        "except TrainerError as fault: print(fault)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert done.stderr == ""
    assert "TRAINER_HOME" in done.stdout
    assert done.stdout.count("\n") == 1


def test_a_full_disk_keeps_what_was_there_and_takes_the_same_take_later(home: Path) -> None:
    store = a_store(home)
    store.begin(a_session("s2"))
    db = store._open()
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    long = a_take("s2", said="a b c " * 20_000)
    with pytest.raises(database.DiskFull, match="make room") as told:
        store.keep(long)
    assert isinstance(told.value, OSError)  # the loop offers the take again
    assert store.session("s2").takes == ()
    db.execute("PRAGMA max_page_count = 1000000")
    store.keep(long)
    assert a_store(home).session("s2").takes == (long,)


def test_a_full_disk_at_the_daily_backup_does_not_lose_the_session(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "synced", full)
    store = a_store(home, Told(NOON + timedelta(days=1)))
    kept = play(store, a_session("s2", takes=1))
    assert store.session("s2") == kept
    assert len(store.backups()) == 1
    assert list((home / "backups").glob("*.new")) == []


def test_two_trainers_write_at_once_and_lose_nothing(home: Path) -> None:
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            store = a_store(home)
            store.begin(a_session(name))
            for number in range(1, 16):
                store.keep(a_take(name, number))
            store.finish(a_session(name, ended="complete", finished=NOON))
            store.close()
        except BaseException as fault:
            failed.append(fault)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {s.id: len(s.takes) for s in a_store(home).sessions()} == {"s1": 2, "one": 15, "two": 15}


def test_two_trainers_that_both_begin_the_history_share_it(tmp_path: Path) -> None:
    one, two = a_store(tmp_path), a_store(tmp_path)
    made = tmp_path / "history.sqlite3"
    database.make(made)
    database.make(made)  # the slower one
    one.begin(a_session("s1"))
    two.begin(a_session("s2"))
    assert len(one.sessions()) == len(two.sessions()) == 2
    assert list(tmp_path.glob("*.new")) == []


def test_who_waits_too_long_for_another_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 10)
    other = a_store(home)
    store = a_store(home)
    other._open().execute("BEGIN IMMEDIATE")
    with pytest.raises(TrainerError, match="Another trainer is writing"):
        store.begin(a_session("s2"))
    other._open().execute("ROLLBACK")
    store.begin(a_session("s2"))


def next_format(tmp_path: Path, sql: str) -> Path:
    """The migrations as they are, and one more."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in database.MIGRATIONS.glob("*.sql"):
        (folder / path.name).write_bytes(path.read_bytes())
    newest = max(database.migrations(folder))
    (folder / f"{newest + 1:03}_more.sql").write_text(sql)
    return folder


def test_a_migration_is_made_once_with_a_backup_before_it(home: Path, tmp_path: Path) -> None:
    folder = next_format(tmp_path, "ALTER TABLE takes ADD COLUMN mark TEXT; CREATE TABLE marks (a TEXT) STRICT;")
    newest = max(database.migrations(folder))
    for _ in range(2):
        store = SqliteStore(home, Told(), migrations=folder)
        assert len(store.sessions()) == 1
        assert store._open().execute("PRAGMA user_version").fetchone()[0] == newest
        store.close()
    before = [b for b in backups.listed(home / "backups") if b.reason == f"before-format-{newest}"]
    assert len(before) == 1
    with closing(sqlite3.connect(before[0].path)) as old:
        assert old.execute("PRAGMA user_version").fetchone()[0] == newest - 1
        assert old.execute("SELECT count(*) FROM takes").fetchone()[0] == 2


def test_a_migration_that_fails_changes_nothing(home: Path, tmp_path: Path) -> None:
    folder = next_format(tmp_path, "CREATE TABLE marks (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);")
    with pytest.raises(TrainerError):
        SqliteStore(home, Told(), migrations=folder).sessions()
    store = a_store(home)
    assert len(store.sessions()) == 1
    assert store._open().execute("SELECT count(*) FROM sqlite_master WHERE name = 'marks'").fetchone()[0] == 0
