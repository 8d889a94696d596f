"""Simulated learners prepare for a call: by the plan, massed on the last day, at random, and by plain due days.

Every way has the same takes in sum: six turns a day, about ten minutes. All learners are simulated at once; a learner
in one way and the same learner in another share knack and difficulties, and so can be compared in pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.bench.learners import DAY, FAMILIES, Learners
from trainer.core import forecast
from trainer.core.plan import OTHER_WEIGHT, whole_at_first
from trainer.core.spreading import Memories, spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CALLS, TURNS, POINTS = 3, 3, 5  # three calls, three turns each, five points a turn
MUSTS = (3, 2, 1)  # musts of a call's first, second and third turn
EVERY = CALLS * TURNS
CALL_OF = [str(turn // TURNS) for turn in range(EVERY)]
TAKES = 6
MINUTES = 1.5  # a take
HORIZONS = (1, 3, 7, 14)  # days before the call
RETENTION = 0.9
NONE = EVERY  # the turn that stands for no practice


@dataclass
class Practice:
    """Many learners, what they have practised so far, and what the schedule makes of it."""

    learners: Learners
    chance: np.random.Generator
    count: int

    def __post_init__(self) -> None:
        shape = (self.count, EVERY + 1, POINTS)
        self.stability, self.difficulty = np.zeros(shape), np.zeros(shape)
        self.last = np.full(shape, -1.0)  # the day of the last review
        self.takes = np.zeros(shape)  # on how many days

    def take(self, turn: Ints, day: int, number: int) -> None:
        """Each learner practises one turn and then sees what was missed."""
        rows = np.arange(self.count)
        points = turn[:, None] * POINTS + np.arange(POINTS)
        now = day * DAY + number * MINUTES
        said = self.chance.random(points.shape) < self.learners.recall(points, now)
        self.learners.meet(points, said, now)
        last, stability, difficulty = self.last[rows, turn], self.stability[rows, turn], self.difficulty[rows, turn]
        grade = np.where(said, 3.0, 1.0)
        better, harder = forecast.after(stability, difficulty, np.maximum(day - last, 1), grade)
        fresh = last != day  # one review a day a card
        self.stability[rows, turn] = np.where(fresh, better, stability)
        self.difficulty[rows, turn] = np.where(fresh, harder, difficulty)
        self.takes[rows, turn] += fresh
        self.last[rows, turn] = day

    def share_of_musts(self, day: int) -> Floats:
        """How likely each learner says a must on the morning of that day, on average."""
        musts = np.flatnonzero(is_must().ravel())
        points = np.broadcast_to(musts, (self.count, len(musts)))
        return self.learners.recall(points, day * DAY).mean(1)


Way = Callable[[Practice, int, int], Ints]  # practice, day, days until the call → (learner, take) turns


def is_must() -> NDArray[np.bool_]:
    """(turn, point)"""
    return np.array([[point < MUSTS[turn % TURNS] for point in range(POINTS)] for turn in range(EVERY)])


def by_plan(practice: Practice, day: int, days: int) -> Ints:
    now = Memories(
        stability=practice.stability[:, :EVERY],
        difficulty=practice.difficulty[:, :EVERY],
        age=day - practice.last[:, :EVERY],
        takes=practice.takes[:, :EVERY],
        weight=np.where(is_must(), 1.0, OTHER_WEIGHT),
    )
    takes = np.full(days - day, TAKES)
    placed = spread(now, days - day, takes)
    met = (practice.takes[:, :EVERY] > 0).any(2)
    first = [
        whole_at_first(one, CALL_OF, takes, frozenset(c for c, m in zip(CALL_OF, known, strict=True) if m))
        for one, known in zip(placed, met, strict=True)
    ]
    return _in_order(np.stack([one[0] for one in first]))


def massed(practice: Practice, day: int, days: int) -> Ints:
    """Call after call on the last day, as many takes as the other ways have in sum."""
    if day < days - 1:
        return np.empty((practice.count, 0), dtype=np.int64)
    return np.broadcast_to(np.arange(TAKES * days) % EVERY, (practice.count, TAKES * days))


def at_random(practice: Practice, day: int, days: int) -> Ints:
    """Whole calls, drawn anew each time."""
    calls = practice.chance.integers(0, CALLS, (practice.count, TAKES // TURNS))
    return (calls[:, :, None] * TURNS + np.arange(TURNS)).reshape(practice.count, -1)


def when_due(practice: Practice, day: int, days: int) -> Ints:
    """What FSRS says is due, the weakest first, and then what was never met, in the order of the calls."""
    stability, age = practice.stability[:, :EVERY], day - practice.last[:, :EVERY]
    met = stability > 0
    recall = np.where(met, forecast.recall(stability, age), 1.0)
    interval = np.maximum(np.round(stability / forecast.FACTOR * (RETENTION ** (1 / forecast.DECAY) - 1)), 1)
    due = np.where(met & (age >= interval), recall, 1.0).min(2)  # the turn's weakest due point
    order = np.where(due < 1, due, np.where(met.any(2), np.inf, 2 + np.arange(EVERY)))
    first = np.argsort(order, axis=1, kind="stable")[:, :TAKES]
    wanted = np.take_along_axis(order, first, 1) < np.inf
    return np.where(wanted, first, NONE)


WAYS: dict[str, Way] = {
    "plan": by_plan, "massed": massed, "random": at_random, "due days": when_due,
}  # fmt: skip


def prepare(family: type[Learners], way: Way, days: int, count: int, seed: int) -> Floats:
    """Share of musts that each learner is expected to say on the call day."""
    learners = family(count, (EVERY + 1) * POINTS, seed)  # type: ignore[call-arg]
    practice = Practice(learners, np.random.default_rng(seed + 1), count)
    for day in range(days):
        for number, turn in enumerate(way(practice, day, days).T):
            practice.take(turn, day, number)
    return practice.share_of_musts(days)


@dataclass(frozen=True)
class Row:
    """One line of the table: the plan against one other way."""

    family: str
    days: int
    other: str
    plan: float
    theirs: float
    low: float  # of the paired difference, 95 %, bootstrap
    high: float


def table(count: int = 200, seed: int = 20260101, horizons: tuple[int, ...] = HORIZONS) -> list[Row]:
    rows = []
    for family in FAMILIES:
        for days in horizons:
            said = {name: prepare(family, way, days, count, seed) for name, way in WAYS.items()}
            for other in list(WAYS)[1:]:
                low, high = interval(said["plan"] - said[other], seed)
                rows.append(Row(family.name, days, other, said["plan"].mean(), said[other].mean(), low, high))
    return rows


def interval(differences: Floats, seed: int, draws: int = 2000) -> tuple[float, float]:
    """The middle 95 % of the mean difference, learners drawn anew with replacement."""
    chance = np.random.default_rng(seed)
    means = differences[chance.integers(0, len(differences), (draws, len(differences)))].mean(1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def holds(row: Row) -> bool:
    """Not lower at one day (within 0.02), higher at three and more."""
    return row.low > (-0.02 if row.days == 1 else 0.0)


def _in_order(today: NDArray[np.bool_]) -> Ints:
    """(learner, turn) flags → (learner, take) turns, in the order of the calls."""
    most = int(today.sum(1).max())
    order = np.argsort(~today, axis=1, kind="stable")[:, :most]
    return np.where(np.take_along_axis(today, order, 1), order, NONE)


def lines(rows: list[Row]) -> list[str]:
    """The table as printed."""
    head = f"{'forgetting':<13}{'days':>5}  {'against':<10}{'plan':>6}{'other':>7}{'95 % of the difference':>27}"
    body = [
        f"{r.family:<13}{r.days:>5}  {r.other:<10}{r.plan:>6.3f}{r.theirs:>7.3f}   [{r.low:+.3f}, {r.high:+.3f}]"
        f"{'' if holds(r) else '   not met':<10}"
        for r in rows
    ]
    return [head, *body]


if __name__ == "__main__":
    import sys

    print("\n".join(lines(table(int(sys.argv[1]) if len(sys.argv) > 1 else 200))))
