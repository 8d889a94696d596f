"""Making what was said unreadable: in the history, its log, its backups and the recordings.

Deleted rows are overwritten (`secure_delete`), the file is written anew (VACUUM) and its log emptied.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from trainer.errors import TrainerError
from trainer.store import backups, database


def delete_session(db: sqlite3.Connection, id: str) -> frozenset[str]:
    """Delete every row that holds words of this session. Says which takes went. Inside a transaction."""
    takes = frozenset(row[0] for row in db.execute("SELECT id FROM takes WHERE session = ?", (id,)))
    db.execute("DELETE FROM actions WHERE session = ?", (id,))
    for take in takes:  # what later judging said of its takes quotes them
        db.execute(
            "UPDATE actions SET body = json_set(body, '$.rejudged', (SELECT json_group_array(json(value))"
            " FROM json_each(body, '$.rejudged') WHERE json_extract(value, '$.take') <> ?))"
            " WHERE instr(body, ?)",
            (take, take),
        )
    db.execute("DELETE FROM actions WHERE kind = 'rejudge' AND json_array_length(body, '$.rejudged') = 0")
    db.execute("DELETE FROM states WHERE key = ?", (f"opinions/{id}",))
    db.execute("DELETE FROM takes WHERE session = ?", (id,))
    db.execute("DELETE FROM sessions WHERE id = ?", (id,))
    db.execute("DELETE FROM played WHERE session = ?", (id,))
    db.execute("DELETE FROM scripts WHERE digest NOT IN (SELECT script FROM played)")
    return takes


def wash(db: sqlite3.Connection, path: Path) -> None:
    """Write the file anew without what was deleted, and empty its log."""
    with database.saying(path):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def wash_backups(folder: Path, delete: Callable[[sqlite3.Connection], object]) -> tuple[Path, ...]:
    """Delete from every backup too, each replaced whole. Says which could not be read, and so were not searched."""
    unread = []
    for leftover in folder.glob("*.new"):
        leftover.unlink()
    for backup in backups.listed(folder):
        made = backup.path.with_name(backup.path.name + ".new")
        try:
            database.private_file(made)
            shutil.copyfile(backup.path, made)
            with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as db, database.saying(backup.path):
                db.execute("PRAGMA secure_delete = ON")
                db.execute("PRAGMA foreign_keys = ON")
                with database.writing(db, backup.path):
                    delete(db)
                db.execute("VACUUM")
            backups.synced(made)
            made.replace(backup.path)
        except TrainerError:
            unread.append(backup.path)
        finally:
            made.unlink(missing_ok=True)
            made.with_name(made.name + "-journal").unlink(missing_ok=True)
    return tuple(unread)
