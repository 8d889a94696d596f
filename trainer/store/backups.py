"""Copies of the history: one a day and one before each migration, thinned as they age; and putting one back."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from trainer.errors import TrainerError
from trainer.store import database

DAILY = "daily"
KEEP_DAYS = 7  # then one a week
KEEP_WEEKS = 5  # then one a month


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy, by its file name: history-20261109T100000-daily.sqlite3."""

    path: Path
    day: date
    reason: str


def listed(folder: Path) -> tuple[Backup, ...]:
    """The backups that there are, oldest first."""
    found = []
    for path in sorted(folder.glob("history-*.sqlite3")):
        parts = path.stem.split("-", 2)
        with contextlib.suppress(ValueError, IndexError):
            found.append(Backup(path, datetime.strptime(parts[1][:8], "%Y%m%d").date(), parts[2]))  # noqa: DTZ007
    return tuple(found)


def make(connection: sqlite3.Connection, folder: Path, now: datetime, reason: str) -> Path:
    """A whole copy, in its place only when it is complete. Raises TrainerError (DiskFull)."""
    database.private_folder(folder)
    stem = f"history-{now:%Y%m%dT%H%M%S}"
    path = folder / f"{stem}-{reason}.sqlite3"
    count = 1
    while path.exists():
        count += 1
        path = folder / f"{stem}-{reason}.{count}.sqlite3"
    made = path.with_name(path.name + ".new")
    with database.saying(path):
        try:
            made.unlink(missing_ok=True)
            database.private_file(made)
            connection.execute("VACUUM INTO ?", (str(made),))
            synced(made)
            made.replace(path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
        database.sync_folder(folder)
    return path


def thin(folder: Path, today: date) -> tuple[Path, ...]:
    """Delete what is one too many: all of the last week stay, then one a week, then one a month. Says which went."""
    newest_first = sorted(listed(folder), key=lambda b: b.path.name, reverse=True)
    kept: set[tuple[str, int, int]] = set()
    gone = []
    for backup in newest_first:
        age = (today - backup.day).days
        if age <= KEEP_DAYS:
            continue
        weekly = age <= KEEP_WEEKS * 7
        slot = ("week", *backup.day.isocalendar()[:2]) if weekly else ("month", backup.day.year, backup.day.month)
        if slot in kept:
            backup.path.unlink(missing_ok=True)
            gone.append(backup.path)
        kept.add(slot)
    return tuple(gone)


def is_due(folder: Path, today: date) -> bool:
    """No backup of today yet."""
    return not any(b.day >= today and b.reason.startswith(DAILY) for b in listed(folder))


def check(path: Path, newest: int) -> None:
    """Is this file a whole history that this program can read? Raises TrainerError that says what is wrong with it."""
    if not path.is_file():
        raise TrainerError(f"There is no file {path}.")
    try:
        with contextlib.closing(_reading(path)) as copy:
            ours = copy.execute("PRAGMA application_id").fetchone()[0] == database.OURS
            version = copy.execute("PRAGMA user_version").fetchone()[0]
            whole = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.Error as fault:
        raise TrainerError(f"{path} is not a whole backup ({fault}); nothing was changed.") from None
    if not ours:
        raise TrainerError(f"{path} is not a history of this program; nothing was changed.")
    if version > newest:
        raise TrainerError(f"{path} was written by a newer version of this program; update it. Nothing was changed.")
    if not whole:
        raise TrainerError(f"{path} is damaged; nothing was changed. `trainer restore` lists the other backups.")


def put_back(source: Path, path: Path, *, over: bool) -> None:
    """Replace the history by this copy in one step: the whole of it or nothing of it.

    It goes `over` one that there is a backup of, inside one transaction, which open trainers survive; else what stands
    there is moved aside.
    """
    with contextlib.closing(_reading(source)) as copy:
        if over:
            with contextlib.closing(database.connect(path)) as current, database.saying(path):
                copy.backup(current)
                current.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        made = path.with_name(path.name + ".restored.new")
        with database.saying(path):
            made.unlink(missing_ok=True)
            database.private_file(made)
            with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as new:
                copy.backup(new)
            synced(made)
            move_aside(path)
            made.replace(path)
            database.sync_folder(path.parent)


def move_aside(path: Path) -> None:
    """Keep a history that is no use under another name. Its log goes first: it must never meet the new file."""
    count = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{count}{path.suffix}")).exists():
        count += 1
    for end in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{end}", f"{kept}{end}")
    if path.exists():
        try:
            os.link(path, kept)
        except OSError:  # a file system without links
            os.replace(path, kept)


def synced(path: Path) -> None:
    """On the disk, not only in the system's memory."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, not even beside the file."""
    with database.saying(path):
        beside = Path(f"{path}-wal")
        how = "mode=ro" if beside.exists() and beside.stat().st_size else "mode=ro&immutable=1"
        return sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, isolation_level=None)
