"""Everything that was ever kept, and what of it stands.

Takes never change. What the learner did with them afterwards (overruled, set aside, disputed, taken back) is a log of
actions beside them; `standing` reads both. Taking an action back marks one row, and the same rows give the same result
in whatever order they arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from trainer.core.ledger import Page
from trainer.core.session import PointGrade, Session, Take
from trainer.core.verdict import Verdict

if TYPE_CHECKING:  # the judge with all that it needs is not loaded to read a history
    from trainer.core.judging import Accepted

ActionKind = Literal["session", "overrule", "exclude", "dispute", "rejudge", "suspend", "resume", "log"]


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What a take is worth since the judge, or the learner's own list, changed."""

    take: str
    verdict: Verdict
    grades: tuple[PointGrade, ...]


@dataclass(frozen=True, slots=True)
class Logged:
    """What logging a real contact changed in an application: enough to take it back, and nothing that was said."""

    application: str
    on: date
    kind: str
    channel: str | None
    before: Mapping[str, Any]  # the fields that changed with it, as they were written; what was empty is left out
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that changed what stands: a session played, a grade overruled, a take set aside, …"""

    id: str
    at: datetime
    place: int  # in the order of doing: microseconds UTC, never below an earlier action's on the same machine
    kind: ActionKind
    session: str | None = None
    turn: str | None = None  # of an exclusion: this turn only
    take: str | None = None  # of an overrule
    grade: PointGrade | None = None  # of an overrule
    accepted: Accepted | None = None  # of a dispute
    rejudged: tuple[Rejudged, ...] = ()  # of a dispute, or of judging again
    what: str | None = None  # of a suspension: a call type, or a card
    logged: Logged | None = None  # of a log of a real contact
    undone: datetime | None = None  # None: it stands


@dataclass(frozen=True, slots=True)
class History:
    """All rows as they were kept: what is exported, imported and merged by id."""

    sessions: tuple[Session, ...] = ()
    actions: tuple[Action, ...] = ()
    scripts: Mapping[str, str] = field(default_factory=dict)  # digest → the filled scenario and its facts, as JSON
    played: Mapping[str, str] = field(default_factory=dict)  # session → digest of its script
    states: Mapping[str, Any] = field(default_factory=dict)


def standing(
    sessions: Sequence[Session], actions: Iterable[Action], *, everything: bool = False
) -> tuple[Session, ...]:
    """The sessions as they stand: those taken back left out (unless `everything`), the rest as put right.

    Verdicts given again come first, in their order; the learner's own grades go before any judge's; then what was set
    aside is marked.
    """
    done = _done(actions)
    kept = []
    for session in sessions:
        if session.id not in done.played and not everything:
            continue
        turns = done.aside.get(session.id, set())
        if turns or any(t.id in done.touched for t in session.takes):
            takes = tuple(_as_stands(t, done, turns) for t in session.takes)
            session = replace(session, takes=takes, aside=session.aside or None in turns)
        kept.append(session)
    return tuple(kept)


def standing_pages(pages: Iterable[Page], actions: Iterable[Action]) -> tuple[Page, ...]:
    """The same of a ledger's pages, all of which were played."""
    done = _done(actions)
    if not (done.aside or done.touched):
        return tuple(pages)
    kept = []
    for page in pages:
        turns = done.aside.get(page.id, set())
        takes = tuple(
            entry._replace(grades=_grades_now(entry.id, entry.grades, done), aside=entry.aside or entry.turn in turns)
            for entry in page.takes
        )
        kept.append(page._replace(takes=takes, aside=page.aside or None in turns))
    return tuple(kept)


def accepted(actions: Iterable[Action]) -> tuple[Accepted, ...]:
    """The learner's own list: wordings that count, and wordings that were not meant so."""
    stand = sorted((a for a in actions if a.undone is None), key=_order)
    return tuple(a.accepted for a in stand if a.accepted)


def suspended(actions: Iterable[Action]) -> frozenset[str]:
    """The call types (`voicemail`) and cards (`voicemail/leave_number`) that are put to rest."""
    resting: set[str] = set()
    for action in sorted((a for a in actions if a.undone is None and a.what), key=_order):
        assert action.what
        if action.kind == "suspend":
            resting.add(action.what)
        else:
            resting.discard(action.what)
    return frozenset(resting)


def overrule(grades: tuple[PointGrade, ...], by: PointGrade) -> tuple[PointGrade, ...]:
    """The grades with the learner's own in place of the judge's."""
    mine = replace(by, overruled=True)
    rest = tuple(mine if (g.kind, g.id) == (by.kind, by.id) else g for g in grades)
    return rest if mine in rest else (*rest, mine)


def _order(action: Action) -> tuple[int, str]:
    return action.place, action.id


@dataclass(frozen=True, slots=True)
class _Done:
    """What the learner did with what was kept, as far as it stands."""

    played: frozenset[str]  # sessions
    rejudged: Mapping[str, Rejudged]  # by take
    overruled: Mapping[str, Sequence[PointGrade]]  # by take
    aside: Mapping[str, set[str | None]]  # session → its turns; None: all of it
    touched: frozenset[str]  # takes


def _done(actions: Iterable[Action]) -> _Done:
    stand = sorted((a for a in actions if a.undone is None), key=_order)
    rejudged: dict[str, Rejudged] = {r.take: r for a in stand for r in a.rejudged}
    overruled: dict[str, list[PointGrade]] = {}
    aside: dict[str, set[str | None]] = {}
    for action in stand:
        if action.kind == "overrule" and action.take and action.grade:
            overruled.setdefault(action.take, []).append(action.grade)
        if action.kind == "exclude" and action.session:
            aside.setdefault(action.session, set()).add(action.turn)
    played = frozenset(a.session for a in stand if a.kind == "session" and a.session)
    return _Done(played, rejudged, overruled, aside, frozenset(rejudged.keys() | overruled.keys()))


def _as_stands(take: Take, done: _Done, turns: set[str | None]) -> Take:
    if new := done.rejudged.get(take.id):
        take = replace(take, verdict=new.verdict)
    if take.id in done.touched:
        take = replace(take, grades=_grades_now(take.id, take.grades, done))
    return replace(take, aside=True) if take.turn in turns else take


def _grades_now(take: str, grades: tuple[PointGrade, ...], done: _Done) -> tuple[PointGrade, ...]:
    if new := done.rejudged.get(take):
        grades = new.grades
    for mine in done.overruled.get(take, ()):
        grades = overrule(grades, mine)
    return grades
