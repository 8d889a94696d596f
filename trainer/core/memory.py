"""FSRS-6's sums on plain numbers: the same results as the package, to the bit, at a fraction of its time.

The package's `review_card` copies a card, reads dates and writes a log for every review; folding years of practice
that way takes seconds. Formulas: github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm. Each expression stands
as in the package, term by term in its order, so that rounding is alike; a test feeds both and asks for equality.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
SHORTEST = 0.001  # days
MILDEST, HARDEST = 1.0, 10.0


@dataclass(frozen=True, slots=True)
class Memory:
    """FSRS's two numbers: days until recall falls to 9 in 10, and difficulty from 1 to 10."""

    stability: float
    difficulty: float


class Sums:
    """The formulas with one set of 21 parameters."""

    def __init__(self, parameters: Sequence[float]) -> None:
        self.w = w = tuple(parameters)
        self.decay = -w[20]
        self.factor = 0.9 ** (1 / self.decay) - 1
        self._said = math.e ** w[8]
        self._easiest = self._first_difficulty(EASY)
        self._damping = {grade: -(w[6] * (grade - 3)) for grade in (AGAIN, HARD, GOOD, EASY)}
        self._short = math.e ** (w[17] * w[18])

    def recall(self, stability: float, days: int) -> float:
        return float((1 + self.factor * days / stability) ** self.decay)

    def first(self, grade: int) -> tuple[float, float]:
        """Stability and difficulty after the first review of all."""
        return max(self.w[grade - 1], SHORTEST), min(max(self._first_difficulty(grade), MILDEST), HARDEST)

    def later(self, stability: float, difficulty: float, days: int, grade: int) -> tuple[float, float, float]:
        """The same after a review `days` (at least 1) after the last; and how likely recall was before it."""
        w = self.w
        recall = (1 + self.factor * days / stability) ** self.decay
        forgotten = 1 - recall
        if grade == AGAIN:
            long = w[11] * (difficulty ** -w[12]) * (((stability + 1) ** (w[13])) - 1) * (math.e ** (forgotten * w[14]))
            short = stability / self._short
            new = long if long < short else short
        else:
            new = stability * (
                1
                + self._said
                * (11 - difficulty)
                * (stability ** -w[9])
                * ((math.e ** (forgotten * w[10])) - 1)
                * (w[15] if grade == HARD else 1)
                * (w[16] if grade == EASY else 1)
            )
        moved = difficulty + (10.0 - difficulty) * self._damping[grade] / 9.0
        harder = w[7] * self._easiest + (1 - w[7]) * moved
        return max(new, SHORTEST), min(max(harder, MILDEST), HARDEST), recall

    def _first_difficulty(self, grade: int) -> float:
        return float(self.w[4] - (math.e ** (self.w[5] * (grade - 1))) + 1)
