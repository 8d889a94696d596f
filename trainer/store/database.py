"""One SQLite file that is never lost: opened, made, brought up to date, and every fault said in a sentence.

A new file is made beside its place and put there whole, so that an empty or half-made one is never taken for a history.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from trainer.errors import TrainerError

OURS = 0x46545231  # application_id: says that a file is a history of this program
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 10_000  # how long one trainer waits for another's write


class DiskFull(TrainerError, OSError):
    """There is no room; what was to be saved is still in hand and can be offered again."""


class Unusable(TrainerError):
    """A history that is damaged, missing or of a newer program: `trainer restore` puts a backup in its place."""


def connect(path: Path) -> sqlite3.Connection:
    """An open connection in WAL mode, each commit on the disk when it returns. Raises TrainerError."""
    with saying(path):
        if path.stat().st_size == 0:
            raise damaged(path, "is empty")
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def migrate(connection: sqlite3.Connection, path: Path, folder: Path, before: Callable[[int], None]) -> None:
    """Bring the file up to date, one numbered .sql file a transaction. `before(version)` makes a backup first."""
    with saying(path):
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        steps = migrations(folder)
        newest = max(steps, default=0)
        if version > newest:
            raise Unusable(
                f"{path} was written by a newer version of this program (its format {version}, here {newest} at most);"
                " update the program, or `trainer restore` an older backup."
            )
        for number in range(version + 1, newest + 1):
            if version:
                before(version)
            with writing(connection, path):
                if connection.execute("PRAGMA user_version").fetchone()[0] >= number:
                    continue  # another trainer was faster
                for statement in _statements(steps[number].read_text(encoding="utf-8")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")


def migrations(folder: Path) -> dict[int, Path]:
    return {int(p.name.split("_")[0]): p for p in sorted(folder.glob("[0-9]*.sql"))}


@contextlib.contextmanager
def writing(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """One transaction: all of it, or none of it."""
    with saying(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def saying(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk complain of into one sentence with the way out."""
    try:
        yield
    except sqlite3.Error as fault:
        sentence = _sentence(path, fault)
        if sentence is None:
            raise
        raise sentence from fault
    except TrainerError:
        raise
    except OSError as fault:
        raise _refused(path, fault) from fault


def damaged(path: Path, how: str) -> Unusable:
    return Unusable(
        f"The history {path} {how}. `trainer restore` lists the backups and puts one back; the damaged file is kept."
    )


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder last through a power cut, where the system can."""
    with contextlib.suppress(OSError, AttributeError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def private_folder(folder: Path) -> None:
    """The folder, made where it is missing, for the learner's eyes only."""
    with saying(folder):
        if not folder.is_dir():
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)


def private_file(path: Path) -> None:
    """An empty new file for the learner's eyes only."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def place_new(made: Path, path: Path) -> None:
    """Put a finished file in its place unless another trainer was faster."""
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not path.exists():
            os.rename(made, path)
            return
    made.unlink()
    sync_folder(path.parent)


def make(path: Path, folder: Path = MIGRATIONS) -> None:
    """A new, empty history, put in its place whole."""
    private_folder(path.parent)
    made = path.with_name(f"{path.name}.{os.getpid()}.new")
    with saying(path):
        made.unlink(missing_ok=True)
        private_file(made)
        with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA application_id = {OURS}")
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection, path, folder, lambda version: None)
        handle = os.open(made, os.O_RDWR)
        os.fsync(handle)
        os.close(handle)
        place_new(made, path)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    if connection.execute("PRAGMA application_id").fetchone()[0] != OURS:
        raise damaged(path, "is not a history of this program")
    connection.execute("PRAGMA synchronous = FULL")  # a take that was shown survives a power cut
    connection.execute("PRAGMA journal_mode = WAL")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for piece in re.split(r"(?<=;)", script):  # a semicolon in a comment or a text ends nothing
        statement += piece
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _sentence(path: Path, fault: sqlite3.Error) -> TrainerError | None:
    code = getattr(fault, "sqlite_errorcode", None)
    match None if code is None else code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return DiskFull(f"There is no room left on the disk for {path}; make room and try again.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path, "is damaged")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return TrainerError(f"Another trainer is writing to {path}; wait until it is done and try again.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return TrainerError(
                f"{path} cannot be written; give yourself write access to it and its folder, or name another folder"
                " with TRAINER_HOME."
            )
        case sqlite3.SQLITE_IOERR:
            return DiskFull(f"The disk refused to read or write {path} ({fault}); see that it is there and has room.")
    if isinstance(fault, sqlite3.OperationalError | sqlite3.DatabaseError) and "no such" in str(fault):
        return damaged(path, f"has parts missing ({fault})")
    return None


def _refused(path: Path, fault: OSError) -> TrainerError:
    if fault.errno in {28, 122}:  # ENOSPC, EDQUOT
        return DiskFull(f"There is no room left on the disk for {path}; make room and try again.")
    return TrainerError(
        f"{path} cannot be used ({fault.strerror or fault}); give yourself access to it, or name another folder with"
        " TRAINER_HOME."
    )
