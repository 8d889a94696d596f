"""What FSRS expects of many memories at once: its sums over whole arrays, for the planner.

The formulas of FSRS-6 (github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm) with the parameters that the
schedule uses; a test holds them against the package, number for number. Arrays may have any shape; a stability of 0
stands for a point that was never met.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trainer.core.schedule import PARAMETERS

Floats = NDArray[np.float64]

W = PARAMETERS
DECAY = -W[20]
FACTOR = 0.9 ** (1 / DECAY) - 1
AGAIN, GOOD = 1, 3
SHORTEST = 0.001  # days; FSRS's own lower bound
FIRST_TIME = 0.3  # how often a point is said before it was ever practised; ours


def recall(stability: Floats, days: Floats) -> Floats:
    """How likely each is remembered after `days`; 0 for what was never met."""
    known = np.maximum(stability, SHORTEST)
    return np.where(stability > 0, (1 + FACTOR * np.maximum(days, 0) / known) ** DECAY, 0.0)


def after(stability: Floats, difficulty: Floats, days: Floats, grade: Floats) -> tuple[Floats, Floats]:
    """Stability and difficulty after a review `days` (at least 1) after the last, with grade 1 or 3."""
    met = stability > 0
    known, hard = np.maximum(stability, SHORTEST), np.clip(difficulty, 1, 10)
    forgotten = 1 - recall(known, days)
    said = known * (1 + np.exp(W[8]) * (11 - hard) * known ** -W[9] * np.expm1(forgotten * W[10]))
    missed = np.minimum(
        W[11] * hard ** -W[12] * ((known + 1) ** W[13] - 1) * np.exp(forgotten * W[14]), known / np.exp(W[17] * W[18])
    )
    good = grade >= GOOD
    first = np.where(good, W[2], W[0])
    new = np.maximum(np.where(met, np.where(good, said, missed), first), SHORTEST)
    return new, np.where(met, _difficulty(hard, grade), np.clip(_first_difficulty(grade), 1, 10))


def expected_after(stability: Floats, difficulty: Floats, days: Floats) -> tuple[Floats, Floats]:
    """The memory to expect after a practice: said and missed weighed by how likely each is (stability by its log)."""
    p = np.where(stability > 0, recall(stability, days), FIRST_TIME)
    good, easier = after(stability, difficulty, days, np.full(stability.shape, float(GOOD)))
    bad, harder = after(stability, difficulty, days, np.full(stability.shape, float(AGAIN)))
    return np.exp(p * np.log(good) + (1 - p) * np.log(bad)), p * easier + (1 - p) * harder


def _first_difficulty(grade: Floats | float) -> Floats:
    return np.asarray(W[4] - np.exp(W[5] * (np.asarray(grade) - 1)) + 1)


def _difficulty(difficulty: Floats, grade: Floats) -> Floats:
    moved = difficulty + (10 - difficulty) * -(W[6] * (grade - 3)) / 9
    return np.clip(W[7] * _first_difficulty(4.0) + (1 - W[7]) * moved, 1, 10)
