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
from operator import sub

import fsrs

from trainer.core.memory import AGAIN, Memory, Sums, card_of
from trainer.core.session import Grade, PointGrade, Session, Take
from trainer.core.verdict import Kind

DAY_TURNS_AT = timedelta(hours=4)  # a session after midnight still belongs to the evening before
RETENTION = 0.9
LEECH = 4  # misses in a row
UNGRADED = 5  # above every grade
SCHEDULER = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)  # whose sums these are
PARAMETERS: tuple[float, ...] = SCHEDULER.parameters
LONGEST: int = SCHEDULER.maximum_interval  # days
SUMS = Sums(PARAMETERS)

Renamed = Mapping[str, Mapping[str, str]]  # call type → old point id → new point id
Point = tuple[Kind, str]
Told = tuple[tuple[Point, int], ...]  # a grade a point
Reviews = dict[int, int]  # practice day (its ordinal) → the worst grade of that day


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


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was expected of points before they were practised again, and what came of it: one entry a review."""

    expected: list[float]  # 0 to 1
    said: list[bool]


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
    return replay(sessions, retention=retention, today=today, suspended=suspended, renamed=renamed)[0]


def replay(
    sessions: Iterable[Session],
    *,
    retention: float = RETENTION,
    today: date | None = None,
    suspended: frozenset[str] = frozenset(),
    renamed: Renamed | None = None,
) -> tuple[dict[str, Card], Foretold]:
    """The cards, and on the way what was expected before each review but a point's first."""
    horizon = today.toordinal() + 1 if today else date.max.toordinal()
    found: dict[str, Card] = {}
    foretold = Foretold([], [])
    for family, points in reviews_of(sessions, renamed or {}).items():
        for (kind, point), reviews in points.items():
            days = sorted(day for day in reviews if day <= horizon)
            if days:
                name = card_of(family, kind, point)
                grades = [reviews[day] for day in days]
                memory = _fold(days, grades, foretold)
                found[name] = Card(
                    name=name, family=family, kind=kind, point=point,
                    due=date.fromordinal(days[-1] + interval(memory, retention)), last=date.fromordinal(days[-1]),
                    grade=Grade(grades[-1]), memory=memory, reviews=len(days), misses=grades.count(AGAIN),
                    misses_running=_running(grades), resting=family in suspended or name in suspended,
                )  # fmt: skip
    return found, foretold


def card_name(family: str, grade: PointGrade) -> str:
    """The card that a grade is about."""
    return card_of(family, grade.kind, grade.id)


def practice_day(at: datetime) -> date:
    """The day that a moment belongs to, where it was recorded: it turns at 4 in the morning."""
    return (at - DAY_TURNS_AT).date()


def reviews_of(sessions: Iterable[Session], renamed: Renamed) -> dict[str, dict[Point, Reviews]]:
    """What the memory of each call type's points was asked, day by day."""
    found: dict[str, dict[Point, Reviews]] = {}
    told: dict[int, tuple[tuple[PointGrade, ...], Told]] = {}  # a history repeats the same few tuples of grades
    for session in sessions:
        if not counts(session):
            continue
        points = found.setdefault(session.family, {})
        new_ids = renamed.get(session.family)
        for takes in _by_turn(session.takes):
            day = practice_day(takes[0].at).toordinal()
            grades = takes[0].grades
            if len(takes) > 1:
                of_turn = _of_turn(takes)
            elif (known := told.get(id(grades))) is not None:
                of_turn = known[1]
            else:  # kept beside its id, which could be given anew otherwise
                of_turn = tuple(((g.kind, g.id), int(g.grade)) for g in grades)
                told[id(grades)] = grades, of_turn
            for point, grade in of_turn:
                if new_ids:
                    point = (point[0], _new_id(new_ids, point[1]))
                reviews = points.get(point)
                if reviews is None:
                    points[point] = {day: grade}
                elif grade < reviews.get(day, UNGRADED):
                    reviews[day] = grade
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


def _fold(days: Sequence[int], grades: Sequence[int], foretold: Foretold) -> Memory:
    stability, difficulty = SUMS.first(grades[0])
    later = grades[1:]
    foretold.said.extend([grade != AGAIN for grade in later])
    return Memory(*SUMS.run(stability, difficulty, map(sub, days[1:], days), later, foretold.expected))


def _running(grades: Sequence[int]) -> int:
    return next((n for n, grade in enumerate(reversed(grades)) if grade != AGAIN), len(grades))


def _new_id(new_ids: Mapping[str, str] | None, point: str) -> str:
    """The point's id today, through any chain of renamings (one that runs in a circle ends where it began)."""
    seen = {point}
    while new_ids and (new := new_ids.get(point)) and new not in seen:
        seen.add(new)
        point = new
    return point


def _by_turn(takes: Sequence[Take]) -> Iterable[Sequence[Take]]:
    """The takes that count, those of one turn together."""
    if all(take.kind == "first" for take in takes):
        return [(take,) for take in takes if not take.aside]
    turns: dict[str, list[Take]] = {}
    for take in takes:
        if take.kind != "retake" and not take.aside:
            turns.setdefault(take.turn, []).append(take)
    return turns.values()


def _of_turn(takes: Sequence[Take]) -> Told:
    """A turn's grades: the learner's own before the judge's; a key point said when asked again is mended by it."""
    found: dict[Point, PointGrade] = {}
    for take in takes:
        for grade in take.grades:
            key = (grade.kind, grade.id)
            found[key] = _together(found[key], grade) if key in found else grade
    return tuple((point, int(g.grade)) for point, g in found.items())


def _together(one: PointGrade, two: PointGrade) -> PointGrade:
    if one.overruled != two.overruled:
        return one if one.overruled else two
    if one.overruled:
        return two
    better = max if one.kind == "key_point" else min
    return better(one, two, key=lambda g: g.grade)
