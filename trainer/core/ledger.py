"""What schedule and charts go by: which point was said when, without the verdicts. A long history is read so.

An entry is a take and a page a session, as far as anything is counted by them; whoever counts takes either.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from trainer.core.session import DRILL, PointGrade, TakeKind


class Tried(Protocol):
    """A take, or an entry."""

    @property
    def turn(self) -> str: ...
    @property
    def kind(self) -> TakeKind: ...
    @property
    def at(self) -> datetime: ...
    @property
    def said(self) -> str: ...
    @property
    def grades(self) -> tuple[PointGrade, ...]: ...
    @property
    def aside(self) -> bool: ...


class Played(Protocol):
    """A session, or a page."""

    @property
    def id(self) -> str: ...
    @property
    def scenario(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def started(self) -> datetime: ...
    @property
    def takes(self) -> Sequence[Tried]: ...
    @property
    def scheduled(self) -> bool: ...
    @property
    def plan(self) -> str | None: ...
    @property
    def nerves_before(self) -> int | None: ...
    @property
    def nerves_after(self) -> int | None: ...
    @property
    def aside(self) -> bool: ...


class Entry(NamedTuple):
    """One attempt at a turn; the fields are those of `Take`."""

    number: int
    id: str
    turn: str
    kind: TakeKind
    at: datetime
    said: str
    grades: tuple[PointGrade, ...]
    aside: bool


class Page(NamedTuple):
    """One run through a scenario; the fields are those of `Session`."""

    id: str
    scenario: str
    family: str
    started: datetime
    takes: tuple[Entry, ...]
    scheduled: bool
    plan: str | None
    nerves_before: int | None
    nerves_after: int | None
    aside: bool


def is_own(session: Played) -> bool:
    """Did the learner reply in it? In a drill they mark somebody else's words: these say something of the points, and
    nothing of the calls that were practised."""
    return bool(session.takes) and session.plan != DRILL
