"""When a point is next to be practised. FSRS does the sums; no other module knows of it.

Cards are a fold of the history: nothing here is stored. FSRS-6 with its default parameters, no fuzz, no steps within a
day, whole days: the same history gives the same due days on every machine.

What counts as a review: a point's grade in first takes and in replies to being asked again, of sessions that are
scheduled, neither set aside. Within a turn, saying it when asked again mends having missed it (hard, not again). Within
a practice day there is one review a card, with the worst grade of the day's turns: the order in which sessions arrived,
or were taken back and put forward again, cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

import fsrs

from trainer.core.memory import Memory, Sums
from trainer.core.scenario import card_of
from trainer.core.session import Grade, PointGrade, Session, Take
from trainer.core.verdict import Kind

DAY_TURNS_AT = timedelta(hours=4)  # a session after midnight still belongs to the evening before
RETENTION = 0.9
LEECH = 4  # misses in a row
SCHEDULER = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)  # whose sums these are
PARAMETERS: tuple[float, ...] = SCHEDULER.parameters
LONGEST: int = SCHEDULER.maximum_interval  # days
SUMS = Sums(PARAMETERS)

Renamed = Mapping[str, Mapping[str, str]]  # call type → old point id → new point id
Reviews = dict[date, Grade]


@dataclass(frozen=True, slots=True)
class Card:
    """What is remembered of one point of one call type, and when it is next to be practised."""

    name: str  # voicemail/leave_number, voicemail/dont.excuses
    family: str
    kind: Kind
    point: str
    due: date
    last: date  # the practice day of the last review
    grade: Grade  # of that review
    memory: Memory
    reviews: int  # practice days on which it was met
    misses: int  # of these, how many went wrong
    misses_running: int  # the last so many went wrong
    resting: bool = False  # suspended by the learner: never due

    @property
    def is_weak(self) -> bool:
        """It went wrong the last time."""
        return self.grade == Grade.AGAIN

    @property
    def is_leech(self) -> bool:
        """It keeps going wrong: repeating it as before does not help."""
        return self.misses_running >= LEECH


def cards(
    sessions: Iterable[Session],
    *,
    retention: float = RETENTION,
    today: date | None = None,
    suspended: frozenset[str] = frozenset(),
    renamed: Renamed | None = None,
) -> dict[str, Card]:
    """Every card that the history has met, by name.

    `today` leaves out what is dated later than tomorrow: a clock that ran ahead makes nothing due in its future
    (tomorrow is let in, since a traveller's evening may be the day after here). Points in `renamed` carry their history
    to the new id.
    """
    horizon = today + timedelta(days=1) if today else date.max
    found = {}
    for (family, kind, point), reviews in reviews_of(sessions, renamed or {}).items():
        name = card_of(family, kind, point)
        days = sorted(day for day in reviews if day <= horizon)
        if not days:
            continue
        grades = tuple(reviews[day] for day in days)
        resting = family in suspended or name in suspended
        memory = _fold(days, grades)
        found[name] = Card(
            name=name, family=family, kind=kind, point=point,
            due=days[-1] + timedelta(days=interval(memory, retention)), last=days[-1], grade=grades[-1], memory=memory,
            reviews=len(days), misses=grades.count(Grade.AGAIN), misses_running=_running(grades), resting=resting,
        )  # fmt: skip
    return found


def card_name(family: str, grade: PointGrade) -> str:
    """The card that a grade is about."""
    return card_of(family, grade.kind, grade.id)


def practice_day(at: datetime) -> date:
    """The day that a moment belongs to, where it was recorded: it turns at 4 in the morning."""
    return (at - DAY_TURNS_AT).date()


def reviews_of(sessions: Iterable[Session], renamed: Renamed) -> dict[tuple[str, Kind, str], Reviews]:
    """What each point's memory was asked, day by day: the worst grade of the day."""
    found: dict[tuple[str, Kind, str], Reviews] = {}
    for session in sessions:
        if not counts(session):
            continue
        new_ids = renamed.get(session.family)
        for takes in _by_turn(session.takes):
            day = practice_day(takes[0].at)
            for kind, point, grade in _of_turn(takes):
                reviews = found.setdefault((session.family, kind, _new_id(new_ids, point) if new_ids else point), {})
                if grade < reviews.get(day, Grade.EASY + 1):
                    reviews[day] = grade
    return found


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was expected of a point before a review, and what came of it."""

    card: str
    day: date
    expected: float  # 0 to 1
    said: bool


def forecasts(sessions: Iterable[Session], renamed: Renamed | None = None) -> list[Forecast]:
    """Every review but each point's first, with the recall expected on that morning."""
    found = []
    for (family, kind, point), reviews in reviews_of(sessions, renamed or {}).items():
        name = card_of(family, kind, point)
        days = sorted(reviews)
        stability, difficulty = SUMS.first(reviews[days[0]])
        for before, day in pairwise(days):
            elapsed, grade = (day - before).days, reviews[day]
            found.append(Forecast(name, day, SUMS.recall(stability, elapsed), grade != Grade.AGAIN))
            stability, difficulty = SUMS.later(stability, difficulty, elapsed, grade)
    return found


def counts(session: Session) -> bool:
    """Does this session say anything to the schedule?"""
    return session.scheduled and not session.aside


def is_due(card: Card, today: date) -> bool:
    return not card.resting and card.due <= today


def due(every: Mapping[str, Card], today: date) -> tuple[Card, ...]:
    """The cards that are due, the likeliest forgotten first."""
    wanted = (card for card in every.values() if is_due(card, today))
    return tuple(sorted(wanted, key=lambda card: (retrievability(card, today), card.name)))


def retrievability(card: Card, day: date) -> float:
    """How likely the point is remembered on that day, 0 to 1."""
    return recall(card.memory, (day - card.last).days)


def recall(memory: Memory, days: int) -> float:
    """How likely a memory is still there `days` after its last review, 0 to 1."""
    return SUMS.recall(memory.stability, max(0, days))


def after(memory: Memory | None, days: int, grade: Grade) -> Memory:
    """The memory after a review `days` (at least 1) after the last one; None is a point never met before."""
    if memory is None:
        return Memory(*SUMS.first(grade))
    return Memory(*SUMS.later(memory.stability, memory.difficulty, days, grade))


def next_due(card: Card | None, today: date, retention: float = RETENTION) -> dict[Grade, date]:
    """When the point would be due after each grade today, for the labels of a choice of grades.

    A second review on one day changes nothing but for a worse grade, so the day's earlier review is thought away only
    as far as FSRS can: the last interval is taken as one day.
    """
    elapsed = max(1, (today - card.last).days) if card else 1
    memory = card.memory if card else None
    return {g: today + timedelta(days=interval(after(memory, elapsed, g), retention)) for g in Grade}


def interval(memory: Memory, retention: float) -> int:
    """Whole days from a review until recall has fallen to `retention`; at least 1. As FSRS rounds it."""
    due = memory.stability / SUMS.factor * (retention ** (1 / SUMS.decay) - 1)
    return int(min(max(round(due), 1), LONGEST))


def renamed_in(scenarios: Iterable[tuple[str, Mapping[str, str]]]) -> Renamed:
    """Old point ids by call type, from (call type, the `renamed` of one of its scenarios) each."""
    found: dict[str, dict[str, str]] = {}
    for family, new_ids in scenarios:
        if new_ids:
            found.setdefault(family, {}).update(new_ids)
    return found


def resting(every: Mapping[str, Card], suspended: frozenset[str]) -> dict[str, Card]:
    """The cards with what the learner has put to rest marked so."""
    return {n: replace(c, resting=c.family in suspended or n in suspended) for n, c in every.items()}


def _fold(days: Sequence[date], grades: Sequence[Grade]) -> Memory:
    stability, difficulty = SUMS.first(grades[0])
    for before, day, grade in zip(days, days[1:], grades[1:], strict=False):
        stability, difficulty = SUMS.later(stability, difficulty, (day - before).days, grade)
    return Memory(stability, difficulty)


def _running(grades: Sequence[Grade]) -> int:
    return next((n for n, grade in enumerate(reversed(grades)) if grade != Grade.AGAIN), len(grades))


def _new_id(new_ids: Mapping[str, str] | None, point: str) -> str:
    """The point's id today, through any chain of renamings (one that runs in a circle ends where it began)."""
    seen = {point}
    while new_ids and (new := new_ids.get(point)) and new not in seen:
        seen.add(new)
        point = new
    return point


def _by_turn(takes: Iterable[Take]) -> Iterable[list[Take]]:
    """The takes that count, those of one turn together."""
    turns: dict[str, list[Take]] = {}
    for take in takes:
        if take.kind != "retake" and not take.aside:
            turns.setdefault(take.turn, []).append(take)
    return turns.values()


def _of_turn(takes: Sequence[Take]) -> Iterable[tuple[Kind, str, Grade]]:
    """A turn's grades: the learner's own before the judge's; a key point said when asked again is mended by it."""
    if len(takes) == 1:
        return _told(takes[0].grades)
    found: dict[tuple[Kind, str], PointGrade] = {}
    for take in takes:
        for grade in take.grades:
            key = (grade.kind, grade.id)
            found[key] = _together(found[key], grade) if key in found else grade
    return [(kind, point, g.grade) for (kind, point), g in found.items()]


@lru_cache(5_000)  # a history repeats the same few sets of grades
def _told(grades: tuple[PointGrade, ...]) -> tuple[tuple[Kind, str, Grade], ...]:
    return tuple((g.kind, g.id, g.grade) for g in grades)


def _together(one: PointGrade, two: PointGrade) -> PointGrade:
    if one.overruled != two.overruled:
        return one if one.overruled else two
    if one.overruled:
        return two
    better = max if one.kind == "key_point" else min
    return better(one, two, key=lambda g: g.grade)
