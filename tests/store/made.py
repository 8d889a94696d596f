"""Histories to test with: a clock that is told the time, sessions, takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from trainer.core.session import Grade, PointGrade, Session, Take
from trainer.core.verdict import Evidence, PointVerdict, Verdict
from trainer.store.sqlite import SqliteStore

NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
SAID = "Hello, this is Robin Hale. Could I speak to Dana Ruiz please?"


@dataclass
class Told:
    """A clock that stands where it is put."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return (self.at - timedelta(hours=4)).date()


def a_take(session: str = "s1", number: int = 1, turn: str = "reception", **what: Any) -> Take:
    """A take with one key point said, one missed, and a don't avoided."""
    said = what.pop("said", SAID)
    quote = said[:5]
    verdict = Verdict(
        key_points=(
            PointVerdict(
                "ask_for_person", "key_point", True, 0.97,
                evidence=Evidence(0, len(quote), quote, "like an example", "Close to 'is Dana there'.", 0.93, 0.6),
                spans=((0, 1),),
            ),
            PointVerdict("leave_number", "key_point", False, 0.81, unsure=True),
        ),
        donts=(PointVerdict("rude", "dont", False, 0.99),),
        score=50, judge="words/1", milliseconds=3,
    )  # fmt: skip
    take = Take(
        id=f"{session}t{number}", session=session, turn=turn, number=number, kind="first",
        at=NOON + timedelta(minutes=number), says="Good morning, Hale and Sons?", heard=said.lower(), said=said,
        verdict=verdict, weight=2.0, obstacle="in_a_meeting", mood="cool", engine="whisper",
        grades=(
            PointGrade("key_point", "ask_for_person", Grade.GOOD), PointGrade("key_point", "leave_number", Grade.AGAIN),
        ),
        words=(("hello", 0.1, 0.42), ("this", 0.5, 0.6)), seconds=3.25, transcribe_ms=120,
    )  # fmt: skip
    return replace(take, **what)


def a_session(id: str = "s1", takes: int = 0, **what: Any) -> Session:
    session = Session(
        id=id, scenario="reach-hr", title="Past the switchboard", family="reach-hr", digest="d1", application="sample",
        level="normal", seed=7, mode="typed", started=NOON, plan="chosen", nerves_before=6,
    )  # fmt: skip
    return replace(session, **{"takes": tuple(a_take(id, n + 1) for n in range(takes)), **what})


def a_store(home: Path, clock: Told | None = None) -> SqliteStore:
    return SqliteStore(home, clock or Told())


def play(store: SqliteStore, session: Session) -> Session:
    """Keep a session as the loop does. Returns it as it ended."""
    store.begin(replace(session, takes=()))
    for take in session.takes:
        store.keep(take)
    ended = replace(session, ended="complete", finished=session.started + timedelta(minutes=5), nerves_after=3)
    store.finish(ended)
    return ended
