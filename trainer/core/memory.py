"""FSRS-6's sums on plain numbers: the same results as the package, to the bit, at a fraction of its time.

The package's `review_card` copies a card, reads dates and writes a log for every review; folding years of practice
that way takes seconds. Formulas: github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm. Each expression stands
as in the package, term by term in its order, so that rounding is alike; a test feeds both and asks for equality.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
SHORTEST = 0.001  # days
MILDEST, HARDEST = 1.0, 10.0


@dataclass(frozen=True, slots=True)
class Memory:
    """FSRS's two numbers: days until recall falls to 9 in 10, and difficulty from 1 to 10."""

    stability: float
    difficulty: float


def card_of(family: str, kind: str, id: str) -> str:
    """The name of the memory that a point trains: `voicemail/leave_number`, `voicemail/dont.excuses`."""
    return f"{family}/{'dont.' if kind == 'dont' else ''}{id}"


class Sums:
    """The formulas with one set of 21 parameters."""

    def __init__(self, parameters: Sequence[float]) -> None:
        self.w = w = tuple(parameters)
        self.decay = -w[20]
        self.factor = 0.9 ** (1 / self.decay) - 1
        self._said = math.e ** w[8]
        self._easiest = self._first_difficulty(EASY)
        self._damping = {grade: -(w[6] * (grade - 3)) for grade in (AGAIN, HARD, GOOD, EASY)}
        self._penalty = {HARD: (w[15], 1.0), GOOD: (1.0, 1.0), EASY: (1.0, w[16])}
        self._short = math.e ** (w[17] * w[18])

    def recall(self, stability: float, days: int) -> float:
        return float((1 + self.factor * days / stability) ** self.decay)

    def first(self, grade: int) -> tuple[float, float]:
        """Stability and difficulty after the first review of all."""
        return max(self.w[grade - 1], SHORTEST), min(max(self._first_difficulty(grade), MILDEST), HARDEST)

    def run(
        self, stability: float, difficulty: float, gaps: Iterable[int], grades: Iterable[int], expected: list[float]
    ) -> tuple[float, float]:
        """The same after more reviews, each `gaps` days (at least 1) after the one before; how likely recall was before
        each is added to `expected`. One loop without calls: years of practice run through it."""
        w7, w9, w10, w11, w12, w13, w14 = self.w[7], -self.w[9], self.w[10], self.w[11], -self.w[12], *self.w[13:15]
        factor, decay, said, easiest, short = self.factor, self.decay, self._said, self._easiest, self._short
        rest, e, damping, penalty = 1 - self.w[7], math.e, self._damping, self._penalty
        add = expected.append
        for days, grade in zip(gaps, grades, strict=True):
            recall = (1 + factor * days / stability) ** decay
            add(recall)
            if grade == AGAIN:
                long = w11 * (difficulty**w12) * (((stability + 1) ** w13) - 1) * (e ** ((1 - recall) * w14))
                stability = stability / short
                if long < stability:
                    stability = long
            else:
                hard, easy = penalty[grade]
                stability = stability * (
                    1 + said * (11 - difficulty) * (stability**w9) * ((e ** ((1 - recall) * w10)) - 1) * hard * easy
                )
            if stability < SHORTEST:
                stability = SHORTEST
            moved = difficulty + (10.0 - difficulty) * damping[grade] / 9.0
            difficulty = w7 * easiest + rest * moved
            if difficulty < MILDEST:
                difficulty = MILDEST
            elif difficulty > HARDEST:
                difficulty = HARDEST
        return stability, difficulty

    def _first_difficulty(self, grade: int) -> float:
        return float(self.w[4] - (math.e ** (self.w[5] * (grade - 1))) + 1)
