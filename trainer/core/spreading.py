"""Takes spread over the days left before a call, so that the musts are best remembered on that day.

Greedy: of all (turn, day) pairs, take the one that raises the expected recall on the call day most, with what is
already placed taken into account; until the takes of every day are used up. Nothing is placed on the call day or
after. Works on many learners at once, so that simulated ones can use the very plan that the product makes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.core import forecast
from trainer.core.forecast import Floats

LEAST = 1e-9  # of expected recall: what is worth a take
HALFWAY, STEEPNESS = 3.0, 1.3  # takes; how slowly it starts


@dataclass(frozen=True, slots=True)
class Memories:
    """What each learner has of each turn's points: arrays (learner, turn, point). Stability 0: never met."""

    stability: Floats
    difficulty: Floats
    age: Floats  # days since the last review
    takes: Floats  # practice days on which it was met
    weight: Floats  # (turn, point): what each counts on the call day; 0 for a place that holds no point


def spread(now: Memories, days: int, takes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(learner, day, turn): is the turn practised on that day? Day 0 is today, the call is on day `days`.

    `takes` (day,): how many turns fit into each day. A turn comes at most once a day.
    """
    learners, turns, _ = now.stability.shape
    placed = np.zeros((learners, turns, days), dtype=bool)
    left = np.minimum(np.broadcast_to(takes, (learners, days)), turns).copy()
    gains = np.stack([_gains(now, np.full(learners, t), placed[:, t], days) for t in range(turns)], 1)
    rows = np.arange(learners)
    for _ in range(int(np.minimum(takes, turns).sum())):
        open_ = np.where((left > 0)[:, None, :] & ~placed, gains, -np.inf)
        best = open_.reshape(learners, -1).argmax(1)
        turn, day = np.divmod(best, days)
        worth = open_[rows, turn, day] > LEAST  # what was practised today gains nothing by once more today
        placed[rows, turn, day] |= worth
        left[rows, day] -= worth
        if not worth.any():
            break
        gains[rows, turn] = _gains(now, turn, placed[rows, turn], days)
    return placed.transpose(0, 2, 1)


def fluent(takes: Floats) -> Floats:
    """The share of what is remembered that comes out on the telephone, after so many days of practice.

    FSRS knows cards that were studied until they stuck; a point that was only met on a call or two is not that far. It
    starts slowly and is nearly there by nine takes, the number that readiness aims at (ours).
    """
    return np.asarray(1 - np.exp(-((takes / HALFWAY) ** STEEPNESS)))


def expected(now: Memories, placed: NDArray[np.bool_], days: int) -> Floats:
    """(learner,): the weighed share of points expected to be said on the call day, with this plan."""
    learners, turns, _ = now.stability.shape
    value: Floats = np.zeros(learners)
    for turn in range(turns):
        value += _value(now, np.full(learners, turn), placed[:, :, turn][:, None, :], days)[:, 0]
    return np.asarray(value / max(float(now.weight.sum()), 1e-9))


def _gains(now: Memories, turn: NDArray[np.int64], placed: NDArray[np.bool_], days: int) -> Floats:
    """(learner, day): how much placing this turn on that day too raises the expected recall on the call day."""
    options = np.concatenate([placed[:, None, :], placed[:, None, :] | np.eye(days, dtype=bool)[None]], 1)
    values = _value(now, turn, options, days)
    return values[:, 1:] - values[:, :1]


def _value(now: Memories, turn: NDArray[np.int64], options: NDArray[np.bool_], days: int) -> Floats:
    """(learner, option): the turn's weighed recall on the call day, for each way to place it."""
    rows = np.arange(len(turn))
    shape = (*options.shape[:2], now.stability.shape[2])
    stability = np.broadcast_to(now.stability[rows, turn][:, None], shape)
    difficulty = np.broadcast_to(now.difficulty[rows, turn][:, None], shape)
    age = np.broadcast_to(now.age[rows, turn][:, None], shape)
    takes = np.broadcast_to(now.takes[rows, turn][:, None], shape)
    for day in range(days):
        practised = options[:, :, day, None]
        if practised.any():
            again_today = (age < 1) & (stability > 0)  # a second review on one day adds nothing
            better, harder = forecast.expected_after(stability, difficulty, np.maximum(age, 1))
            use = practised & ~again_today
            stability = np.where(use, better, stability)
            difficulty = np.where(use, harder, difficulty)
            age = np.where(use, 0.0, age)
            takes = takes + use
        age = age + 1
    said: Floats = (forecast.recall(stability, age) * fluent(takes) * now.weight[turn][:, None]).sum(-1)
    return said
