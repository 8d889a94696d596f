"""The history: takes as they were judged, what the learner did with them since, and backups of both.

`sessions()` is what stands; every other module works from it. Opened when first used.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer.core import history as log
from trainer.core.history import Action, ActionKind, History, Logged, Rejudged
from trainer.core.ledger import Page
from trainer.core.session import DRILL, Grade, PointGrade, Session, Take
from trainer.core.speech import Recording
from trainer.core.verdict import Kind
from trainer.errors import TrainerError
from trainer.store import backups, database, folds, forgetting, recordings, rows
from trainer.store.files import KeptFile, files_in
from trainer.store.rows import ACTION, ENTRY, PAGE, SESSION, TAKE, marks

if TYPE_CHECKING:
    from trainer.core.judging import Accepted
    from trainer.ports import Clock

FILE = "history.sqlite3"
# Where all letters are plain, SQLite's own lower case is the same, and many times as quick.
SAID = (
    "s.id IN (SELECT session FROM takes, (SELECT ? AS wanted)"
    " WHERE instr(lower(said), wanted) OR (length(said) <> length(CAST(said AS BLOB)) AND said_in(said, wanted)))"
)
LAST = f"SELECT {ACTION} FROM actions WHERE undone IS NULL ORDER BY place DESC, id DESC LIMIT 1"  # noqa: S608
REPLIED = f"plan IS NOT '{DRILL}' AND EXISTS (SELECT 1 FROM takes WHERE session = s.id)"  # noqa: S608
STANDS = "s.id IN (SELECT session FROM actions WHERE kind = 'session' AND undone IS NULL)"


class SqliteStore:
    """The history in `home`; raises TrainerError with the way out wherever the disk or the file is not in order."""

    def __init__(self, home: Path, clock: Clock, *, migrations: Path = database.MIGRATIONS) -> None:
        self.home = home
        self.path = home / FILE
        self.backup_folder = home / "backups"
        self.recording_folder = home / "recordings"
        self._clock = clock
        self._migrations = migrations
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # A call that is going on.

    def begin(self, session: Session) -> None:
        """A session has started. It counts as an action, so that `undo` takes the whole of it back."""
        with self._writing() as db:
            action = self._add(db, "session", id=session.id, session=session.id)
            row = rows.session_row(session, action.place)
            db.execute(f"INSERT INTO sessions ({SESSION}) VALUES ({marks(SESSION)})", row)  # noqa: S608

    def keep(self, take: Take) -> None:
        """Save the take at once: on the disk when this returns. Raises DiskFull; the same take can be offered again."""
        with self._writing() as db:
            db.execute(
                f"INSERT INTO takes ({TAKE}) VALUES ({marks(TAKE)}) ON CONFLICT (id) DO NOTHING",  # noqa: S608
                rows.take_row(take),
            )

    def finish(self, session: Session) -> None:
        """How the session ended, and what the learner said of their nerves. Makes the day's backup."""
        with self._writing() as db:
            self._finish(db, session)
        # A backup that fails is no reason to lose the debrief: the next session's end makes it.
        with contextlib.suppress(TrainerError):
            self._daily_backup()

    def keep_script(self, session_id: str, digest: str, text: str) -> None:
        """The filled scenario and its facts (JSON), once a digest of that text: enough to judge again later."""
        with self._writing() as db:
            db.execute("INSERT INTO scripts (digest, text) VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, text))
            db.execute("INSERT OR REPLACE INTO played (session, script) VALUES (?, ?)", (session_id, digest))

    def script(self, session_id: str) -> str | None:
        """What `keep_script` kept for this session, or None."""
        found = self._read(
            "SELECT text FROM scripts JOIN played ON played.script = scripts.digest WHERE played.session = ?",
            (session_id,),
        )
        return found[0][0] if found else None

    def keep_recording(self, take_id: str, recording: Recording) -> None:
        recordings.save(self.recording_folder, take_id, recording)

    def recording(self, take_id: str) -> Recording | None:
        return recordings.load(self.recording_folder, take_id)

    # What stands.

    def sessions(
        self,
        *,
        scenario: str | None = None,
        family: str | None = None,
        application: str | None = None,
        since: date | None = None,
        until: date | None = None,
        words: str | None = None,
        everything: bool = False,
    ) -> tuple[Session, ...]:
        """The sessions that stand, in the order of playing; `everything` has those that were taken back too.

        `since` and `until` are days, both included, as the learner's calendar had them; `words` were said in some take.
        Who only counts is quicker with the `ledger`.
        """
        wanted: list[tuple[str, Any]] = []
        if scenario is not None:
            wanted.append(("s.scenario = ?", scenario))
        if family is not None:
            wanted.append(("s.family = ?", family))
        if application is not None:
            wanted.append(("s.application = ?", application))
        if since is not None:
            wanted.append(("substr(s.started, 1, 10) >= ?", since.isoformat()))
        if until is not None:
            wanted.append(("substr(s.started, 1, 10) <= ?", until.isoformat()))
        if words is not None:
            wanted.append((SAID, words.casefold()))
        where = " AND ".join([condition for condition, _ in wanted] + ([] if everything else [STANDS])) or "1"
        return self._sessions(where, tuple(value for _, value in wanted), narrow=bool(wanted))

    def ledger(self) -> tuple[Page, ...]:
        """All sessions that stand, in the order of playing, as far as schedule and charts go by them."""
        with self._reading() as db, _without_collecting():
            sessions = db.execute(
                f"SELECT {PAGE} FROM sessions s WHERE {STANDS} ORDER BY place, id"  # noqa: S608
            ).fetchall()
            entries = rows.entries_of(db.execute(f"SELECT {ENTRY} FROM takes").fetchall())  # noqa: S608
            pages = [rows.page_of(row, entries.get(row[0], ())) for row in sessions]
        return log.standing_pages(pages, self._actions("kind NOT IN ('session', 'suspend', 'resume')"))

    def session(self, id: str, *, everything: bool = False, replied: bool = False) -> Session:
        """The session of this id, of an id that begins like it, or the `last` one. Raises TrainerError.

        With `replied`, the last is the last one in which the learner replied.
        """
        which = "1" if everything else STANDS
        if id == "last":
            having = REPLIED if replied else "1"
            order = f"{which} AND {having} ORDER BY place DESC, id DESC LIMIT 1"
            found = self._read(f"SELECT id FROM sessions s WHERE {order}")  # noqa: S608
            if not found:
                kind = "session with a reply" if replied else "session"
                raise TrainerError(f"There is no {kind} yet; `trainer practice` makes the first.")
        else:
            query = f"SELECT id FROM sessions s WHERE (id = ? OR substr(id, 1, ?) = ?) AND {which} LIMIT 9"  # noqa: S608
            found = self._read(query, (id, len(id), id)) if id else []
            found = [row for row in found if row[0] == id] or found
            if not found:
                raise TrainerError(f"There is no session {id!r}; `trainer history` lists them.")
            if len(found) > 1:
                raise TrainerError(f"Several sessions begin with {id!r}: {', '.join(row[0] for row in found)}.")
        return self._sessions("s.id = ?", (found[0][0],), narrow=True)[0]

    def accepted(self) -> tuple[Accepted, ...]:
        """The learner's own list of wordings."""
        return log.accepted(self._actions("kind = 'dispute'"))

    def suspended(self) -> frozenset[str]:
        """Call types and cards that are put to rest."""
        return log.suspended(self._actions("kind IN ('suspend', 'resume')"))

    # What changes what stands: one row each.

    def overrule(self, take: Take, kind: Kind, point: str, grade: Grade) -> Action:
        """The learner's own grade for one point of a take, in place of the judge's."""
        return self._act("overrule", session=take.session, take=take.id, grade=PointGrade(kind, point, grade, True))

    def exclude(self, session_id: str, turn: str | None = None) -> Action:
        """Set a session, or one turn of it, aside: kept and shown, and counted nowhere."""
        return self._act("exclude", session=session_id, turn=turn)

    def dispute(self, session_id: str, accepted: Accepted, rejudged: Sequence[Rejudged] = ()) -> Action:
        """Put a wording on the learner's own list, with the takes that are judged otherwise by it."""
        return self._act("dispute", session=session_id, accepted=accepted, rejudged=tuple(rejudged))

    def rejudge(self, rejudged: Sequence[Rejudged]) -> Action:
        """The takes as the judge sees them now."""
        return self._act("rejudge", rejudged=tuple(rejudged))

    def suspend(self, what: str) -> Action:
        """Put a call type or a card to rest."""
        return self._act("suspend", what=what)

    def resume(self, what: str) -> Action:
        return self._act("resume", what=what)

    def log(self, logged: Logged) -> Action:
        """A real contact was logged; its words are in the application's file alone."""
        return self._act("log", logged=logged)

    def last_action(self) -> Action | None:
        """The last action that stands: what `undo` takes back."""
        found = self._read(LAST)
        return rows.action_of(found[0]) if found else None

    def undo(self) -> Action | None:
        """Take back the last action that stands; None where there is none left."""
        with self._writing() as db:
            found = db.execute(LAST).fetchone()
            if found is None:
                return None
            now = self._clock.now()
            db.execute("UPDATE actions SET undone = ? WHERE id = ?", (now.isoformat(), found[0]))
            return replace(rows.action_of(found), undone=now)

    # Small things to remember.

    def state(self, key: str) -> Any:
        """What was remembered under this key (a JSON value), or None."""
        found = self._read("SELECT value FROM states WHERE key = ?", (key,))
        return json.loads(found[0][0]) if found else None

    def set_state(self, key: str, value: Any) -> None:
        """Remember a JSON value; None forgets it."""
        with self._writing() as db:
            if value is None:
                db.execute("DELETE FROM states WHERE key = ?", (key,))
            else:
                db.execute("INSERT OR REPLACE INTO states (key, value) VALUES (?, ?)", (key, json.dumps(value)))

    # In and out.

    def history(self) -> History:
        """Every row as it was kept, for an export."""
        with self._reading() as db:
            return History(
                sessions=self._kept(db, "1", (), narrow=False),
                actions=tuple(
                    rows.action_of(r)
                    for r in db.execute(f"SELECT {ACTION} FROM actions ORDER BY place, id")  # noqa: S608
                ),
                scripts=dict(db.execute("SELECT digest, text FROM scripts ORDER BY digest").fetchall()),
                played=dict(db.execute("SELECT session, script FROM played ORDER BY session").fetchall()),
                states={k: json.loads(v) for k, v in db.execute("SELECT key, value FROM states ORDER BY key")},
            )

    def merge(self, other: History) -> tuple[int, int]:
        """Add what is not here yet, by id, in one step. Says how many sessions and takes are new.

        What is taken back on either side is taken back; a session that was still going on here takes the other's end;
        states that are here stay.
        """
        with self._writing() as db:
            before = _counts(db)
            places = {a.session: a.place for a in other.actions if a.kind == "session"}
            for session in other.sessions:
                place = places.get(session.id, rows.microseconds(session.started))
                db.execute(
                    f"INSERT INTO sessions ({SESSION}) VALUES ({marks(SESSION)}) ON CONFLICT (id) DO NOTHING",  # noqa: S608
                    rows.session_row(session, place),
                )
                if session.finished:
                    self._finish(db, session, only_if_open=True)
                db.executemany(
                    f"INSERT INTO takes ({TAKE}) VALUES ({marks(TAKE)}) ON CONFLICT (id) DO NOTHING",  # noqa: S608
                    [rows.take_row(t) for t in session.takes],
                )
            db.executemany(
                f"INSERT INTO actions ({ACTION}) VALUES ({marks(ACTION)})"  # noqa: S608
                " ON CONFLICT (id) DO UPDATE SET undone = min(coalesce(undone, excluded.undone),"
                " coalesce(excluded.undone, undone))",
                [rows.action_row(a) for a in other.actions],
            )
            db.executemany("INSERT OR IGNORE INTO scripts (digest, text) VALUES (?, ?)", other.scripts.items())
            db.executemany("INSERT OR IGNORE INTO played (session, script) VALUES (?, ?)", other.played.items())
            db.executemany(
                "INSERT OR IGNORE INTO states (key, value) VALUES (?, ?)",
                [(key, json.dumps(value)) for key, value in other.states.items()],
            )
            after = _counts(db)
        return after[0] - before[0], after[1] - before[1]

    # Backups.

    def backup(self, reason: str = "asked") -> Path:
        """A whole copy now. Says where it is."""
        with self._reading() as db:
            return backups.make(db, self.backup_folder, self._clock.now(), reason)

    def backups(self) -> tuple[backups.Backup, ...]:
        return backups.listed(self.backup_folder)

    def restore(self, file: Path) -> None:
        """Put this backup in the history's place, all of it or nothing; the history as it was is backed up first.

        One that is no use has no backup: it is kept aside. Where the backup fails otherwise (no room, no access),
        raises TrainerError and changes nothing.
        """
        backups.check(file, max(database.migrations(self._migrations)))
        self.close()
        database.private_folder(self.home)
        try:
            self.backup("before-restore")
            backed_up = True
        except database.Unusable:
            backed_up = False
        self.close()
        backups.put_back(file, self.path, over=backed_up)

    # Forgetting.

    def forget_session(self, id: str) -> tuple[Path, ...]:
        """Delete a session from the history, its log, the backups and the recordings.

        What the learner's own list took from it goes too. Says which backups could not be read, and so not searched.
        """
        with self._writing() as db:
            takes = forgetting.delete_session(db, id)
        folds.forget(self.home)
        with self._reading() as db:
            forgetting.wash(db, self.path)
        recordings.forget(self.recording_folder, takes)
        unread = forgetting.wash_backups(self.backup_folder, lambda copy: forgetting.delete_session(copy, id))
        return (*unread, *self.home.glob("history.damaged-*"))

    def forget_recordings(self, session: Session | None = None) -> int:
        """Delete the sound of a session, or all of it. Says how many files went."""
        return recordings.forget(self.recording_folder, frozenset(t.id for t in session.takes) if session else None)

    def forget_everything(self) -> tuple[Path, ...]:
        """Delete all that this program wrote below its folder; says what it did not write, and left."""
        self.close()
        for file in files_in(self.home):
            if file.ours:
                with database.saying(file.path):
                    file.path.unlink(missing_ok=True)
        for folder in sorted((p for p in self.home.rglob("*") if p.is_dir() and not p.is_symlink()), reverse=True):
            with contextlib.suppress(OSError):  # not empty: it holds files that are not ours
                folder.rmdir()
        return tuple(file.path for file in files_in(self.home))

    def files(self) -> tuple[KeptFile, ...]:
        """Every file below the folder, with what it is for."""
        return files_in(self.home)

    # Inside.

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            if not self.path.exists():
                self._begin_history()
            database.private_folder(self.home)
            connection = database.connect(self.path)
            try:
                connection.create_function("said_in", 2, _said_in, deterministic=True)
                database.migrate(
                    connection,
                    self.path,
                    self._migrations,
                    lambda version: self._before_migration(connection, version),
                )
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _begin_history(self) -> None:
        """A new history, but never silently in the place of one that is gone."""
        left = [*backups.listed(self.backup_folder), *self.home.glob(FILE + "-wal")]
        if left:
            raise database.Unusable(
                f"The history {self.path} is missing, and there was one. `trainer restore` lists the backups and puts"
                " one back; `trainer forget --everything` starts anew."
            )
        database.make(self.path, self._migrations)

    def _before_migration(self, connection: sqlite3.Connection, version: int) -> None:
        backups.make(connection, self.backup_folder, self._clock.now(), f"before-format-{version + 1}")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        db = self._open()
        with database.writing(db, self.path):
            yield db

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        db = self._open()
        with database.saying(self.path):
            yield db

    def _read(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._reading() as db:
            return db.execute(query, tuple(values)).fetchall()

    def _act(self, kind: ActionKind, **what: Any) -> Action:
        with self._writing() as db:
            return self._add(db, kind, **what)

    def _add(self, db: sqlite3.Connection, kind: ActionKind, id: str | None = None, **what: Any) -> Action:
        import secrets

        now = self._clock.now()
        last = db.execute("SELECT max(place) FROM actions").fetchone()[0] or 0
        place = max(rows.microseconds(now), last + 1)  # a clock that was moved back does not change the order of doing
        action = Action(id or f"{place:x}-{secrets.token_hex(6)}", now, place, kind, **what)
        db.execute(f"INSERT INTO actions ({ACTION}) VALUES ({marks(ACTION)})", rows.action_row(action))  # noqa: S608
        return action

    def _finish(self, db: sqlite3.Connection, session: Session, *, only_if_open: bool = False) -> None:
        db.execute(
            "UPDATE sessions SET ended = ?, finished = ?, nerves_before = ?, nerves_after = ?"
            " WHERE id = ? AND (finished IS NULL OR NOT ?)",
            (
                session.ended,
                session.finished.isoformat() if session.finished else None,
                session.nerves_before,
                session.nerves_after,
                session.id,
                only_if_open,
            ),
        )

    def _daily_backup(self) -> None:
        today = self._clock.now().date()
        if backups.is_due(self.backup_folder, today):
            self.backup(backups.DAILY)
            backups.thin(self.backup_folder, today)

    def _sessions(self, where: str, values: Sequence[Any], *, narrow: bool) -> tuple[Session, ...]:
        with self._reading() as db:
            kept = self._kept(db, where, values, narrow=narrow)
        return log.standing(kept, self._actions("kind NOT IN ('session', 'suspend', 'resume')"), everything=True)

    def _kept(self, db: sqlite3.Connection, where: str, values: Sequence[Any], *, narrow: bool) -> tuple[Session, ...]:
        with _without_collecting():
            found = db.execute(
                f"SELECT {SESSION} FROM sessions s WHERE {where} ORDER BY place, id",  # noqa: S608
                tuple(values),
            ).fetchall()
            if narrow:  # few sessions of many: only their takes are read
                take_rows = [
                    row
                    for session in found
                    for row in db.execute(
                        f"SELECT {TAKE} FROM takes WHERE session = ?",  # noqa: S608
                        (session[0],),
                    )
                ]
            else:
                take_rows = db.execute(f"SELECT {TAKE} FROM takes").fetchall()  # noqa: S608
            takes: dict[str, list[Take]] = {}
            for take in rows.takes_of(take_rows):
                takes.setdefault(take.session, []).append(take)
            return tuple(rows.session_of(row, tuple(sorted(takes.get(row[0], ()), key=_number))) for row in found)

    def _actions(self, where: str) -> Iterable[Action]:
        found = self._read(f"SELECT {ACTION} FROM actions WHERE undone IS NULL AND {where} ORDER BY place, id")  # noqa: S608
        return [rows.action_of(row) for row in found]


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """A long history is many small values and no garbage: looking for some takes as long as reading it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()  # nor is there any later in what was read: it is let go one by one
            gc.enable()


def _number(take: Take) -> tuple[int, str]:
    return take.number, take.id


def _said_in(said: str, words: str) -> bool:
    return words in said.casefold()


def _counts(db: sqlite3.Connection) -> tuple[int, int]:
    count = "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM takes)"
    sessions, takes = db.execute(count).fetchone()
    return sessions, takes
