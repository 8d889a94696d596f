"""When a point is next to be practised. FSRS does the sums; no other module knows of it.

Cards are a fold of the history: nothing here is stored. FSRS-6 with its default parameters, no fuzz, no steps within a
day, whole days: the same history gives the same due days on every machine.

What counts as a review: a point's grade in first takes and in replies to being asked again, of sessions that are
scheduled, neither set aside. Within a turn, saying it when asked again mends having missed it (hard, not again). Within
a practice day there is one review a card, with the worst grade of the day's turns: the order in which sessions arrived,
or were taken back and put forward again, cannot matter.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter, sub

import fsrs

from trainer.core.ledger import Played, Tried
from trainer.core.memory import AGAIN, Memory, Sums, card_of
from trainer.core.session import Grade, PointGrade
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
Points = tuple[Point, ...]
Grades = tuple[int, ...]  # one a point
Row = tuple[int, Grades]  # a practice day (its ordinal), and what it said of the points
Reviews = tuple[Sequence[int], Sequence[int]]  # practice days in their order, and the worst grade of each


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
class Folded:
    """What a card's first reviews came to. It stands for these alone, which a digest names: whatever was undone, set
    aside, overruled or imported since gives other reviews, and then it is of no use and does no harm."""

    reviews: int
    digest: bytes
    memory: Memory
    expected: array[float]  # before each review but the first


@dataclass(slots=True)
class Folds:
    """Folds that were kept from an earlier time, by card, and those that are worth keeping since."""

    kept: Mapping[str, Folded]
    fresh: dict[str, Folded] = field(default_factory=dict)
    least: int = 8  # reviews more than what is kept

    @property
    def steps(self) -> int:
        """How many reviews were gone through that need not be the next time."""
        return sum(f.reviews - (self.kept[n].reviews if n in self.kept else 0) for n, f in self.fresh.items())


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was expected of points before they were practised again, and what came of it: one entry a review."""

    expected: list[float]  # 0 to 1
    said: list[bool]


def cards(
    sessions: Iterable[Played],
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
    sessions: Iterable[Played],
    *,
    retention: float = RETENTION,
    today: date | None = None,
    suspended: frozenset[str] = frozenset(),
    renamed: Renamed | None = None,
    folds: Folds | None = None,
) -> tuple[dict[str, Card], Foretold]:
    """The cards, and on the way what was expected before each review but a point's first. With `folds` the same,
    sooner."""
    horizon = today.toordinal() + 1 if today else date.max.toordinal()
    found: dict[str, Card] = {}
    foretold = Foretold([], [])
    for family, points in reviews_of(sessions, renamed or {}).items():
        for (kind, point), (days, grades) in points.items():
            if days[-1] > horizon:
                days = days[: bisect_right(days, horizon)]
                grades = grades[: len(days)]
            if days:
                name = card_of(family, kind, point)
                memory = _fold(name, days, grades, foretold, folds)
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


def reviews_of(sessions: Iterable[Played], renamed: Renamed) -> dict[str, dict[Point, Reviews]]:
    """What the memory of each call type's points was asked, day by day."""
    asked: dict[str, dict[Points, list[Row]]] = {}  # takes that ask for the same points stay together
    alike: dict[str, dict[int, tuple[object, list[Row], Grades]]] = {}  # a history repeats the same few sets of grades
    for session in sessions:
        if not counts(session):
            continue
        of_family = alike.setdefault(session.family, {})
        for takes in _by_turn(session.takes):
            grades = takes[0].grades if len(takes) == 1 else _of_turn(takes)
            known = of_family.get(id(grades))
            if known is None:  # kept beside its id, which could be given anew otherwise
                points, told = _told(grades)
                rows = asked.setdefault(session.family, {}).setdefault(points, [])
                of_family[id(grades)] = known = grades, rows, told
            known[1].append((practice_day(takes[0].at).toordinal(), known[2]))
    return {family: _by_point(rows, renamed.get(family, {})) for family, rows in asked.items()}


def counts(session: Played) -> bool:
    """Does this session say anything to the schedule?"""
    return session.scheduled and not session.aside


def is_due(card: Card, today: date) -> bool:
    return not card.resting and card.due <= today


def retrievability(card: Card, day: date) -> float:
    """How likely the point is remembered on that day, 0 to 1."""
    return recall(card.memory, (day - card.last).days)


def recall(memory: Memory, days: int) -> float:
    """How likely a memory is still there `days` after its last review, 0 to 1."""
    return SUMS.recall(memory.stability, max(0, days))


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


def _told(grades: Iterable[PointGrade]) -> tuple[Points, Grades]:
    """Of a point that stands there twice, the worse grade."""
    worst: dict[Point, int] = {}
    for g in grades:
        worst[g.kind, g.id] = min(g.grade, worst.get((g.kind, g.id), UNGRADED))
    return tuple(worst), tuple(int(grade) for grade in worst.values())


def _by_point(asked: Mapping[Points, list[Row]], new_ids: Mapping[str, str]) -> dict[Point, Reviews]:
    """Rows of grades turned into columns."""
    found: dict[Point, Reviews] = {}
    for points, rows in asked.items():
        days, grades = _worst_a_day(rows)
        for (kind, id), column in zip(points, zip(*grades, strict=True), strict=True):
            point = kind, _new_id(new_ids, id)
            found[point] = _both(found[point], (days, column)) if point in found else (days, column)
    return found


def _worst_a_day(rows: list[Row]) -> tuple[list[int], list[Grades]]:
    """One row a day, the days in their order."""
    days: list[int] = []
    worst: list[Grades] = []
    for day, grades in sorted(rows, key=itemgetter(0)):
        if days and days[-1] == day:
            worst[-1] = tuple(map(min, worst[-1], grades))
        else:
            days.append(day)
            worst.append(grades)
    return days, worst


def _both(one: Reviews, two: Reviews) -> Reviews:
    """The reviews of a point that was asked for in two companies."""
    worst = dict(zip(*one, strict=True))
    for day, grade in zip(*two, strict=True):
        worst[day] = min(grade, worst.get(day, UNGRADED))
    days = sorted(worst)
    return days, [worst[day] for day in days]


def _fold(name: str, days: Sequence[int], grades: Sequence[int], foretold: Foretold, folds: Folds | None) -> Memory:
    foretold.said.extend([grade != AGAIN for grade in grades[1:]])
    expected = foretold.expected
    begun = len(expected)
    known = folds.kept.get(name) if folds else None
    if known is not None and known.digest == _digest(days, grades, known.reviews):
        done, (stability, difficulty) = known.reviews, (known.memory.stability, known.memory.difficulty)
        expected.extend(known.expected)
    else:
        done, (stability, difficulty) = 1, SUMS.first(grades[0])
    memory = Memory(*SUMS.run(stability, difficulty, map(sub, days[done:], days[done - 1 :]), grades[done:], expected))
    if folds and len(days) - done >= folds.least:
        folds.fresh[name] = Folded(len(days), _digest(days, grades, len(days)), memory, array("d", expected[begun:]))
    return memory


def _digest(days: Sequence[int], grades: Sequence[int], reviews: int) -> bytes:
    """Names the first so many reviews."""
    from hashlib import blake2b  # loaded where there is a long history

    told = array("q", days[:reviews]).tobytes() + bytes(grades[:reviews])
    return blake2b(told, digest_size=16).digest()


def _running(grades: Sequence[int]) -> int:
    return next((n for n, grade in enumerate(reversed(grades)) if grade != AGAIN), len(grades))


def _new_id(new_ids: Mapping[str, str] | None, point: str) -> str:
    """The point's id today, through any chain of renamings (one that runs in a circle ends where it began)."""
    seen = {point}
    while new_ids and (new := new_ids.get(point)) and new not in seen:
        seen.add(new)
        point = new
    return point


def _by_turn(takes: Sequence[Tried]) -> Iterable[Sequence[Tried]]:
    """The takes that count, those of one turn together."""
    if all(take.kind == "first" for take in takes):
        return [(take,) for take in takes if not take.aside]
    turns: dict[str, list[Tried]] = {}
    for take in takes:
        if take.kind != "retake" and not take.aside:
            turns.setdefault(take.turn, []).append(take)
    return turns.values()


def _of_turn(takes: Sequence[Tried]) -> tuple[PointGrade, ...]:
    """A turn's grades: the learner's own before the judge's; a key point said when asked again is mended by it."""
    found: dict[Point, PointGrade] = {}
    for take in takes:
        for grade in take.grades:
            key = (grade.kind, grade.id)
            found[key] = _together(found[key], grade) if key in found else grade
    return tuple(found.values())


def _together(one: PointGrade, two: PointGrade) -> PointGrade:
    if one.overruled != two.overruled:
        return one if one.overruled else two
    if one.overruled:
        return two
    better = max if one.kind == "key_point" else min
    return better(one, two, key=lambda g: g.grade)
