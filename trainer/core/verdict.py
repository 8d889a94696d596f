"""A verdict on one reply: every key point and don't of the turn, with the words that each rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["key_point", "dont"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that carry a hit. `said[start:end] == quote`, to the letter."""

    start: int
    end: int
    quote: str
    rule: str  # what spoke: a few plain words, such as 'like an example', 'what it means', 'said twice'
    why: str  # one sentence for the learner
    likeness: float  # 0 to 1: to what the point asks for, all signs weighed together
    threshold: float  # what the likeness had to reach


@dataclass(frozen=True, slots=True)
class PointVerdict:
    """Was this key point conveyed, or this don't committed?"""

    id: str
    kind: Kind
    hit: bool
    confidence: float  # 0.5 to 1: how sure the judge is of `hit`
    unsure: bool = False  # calibration does not reach: the learner is asked
    evidence: Evidence | None = None  # None unless hit
    spans: tuple[tuple[int, int], ...] = ()  # further places in the reply, (start, end)


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the score needs to know of a turn's points, in the order of the verdict."""

    weights: tuple[float, ...]  # of the key points
    soft: tuple[bool, ...]  # of the don'ts


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything judged of one reply. `score` is 0 to 100, or None for a turn that asks and forbids nothing."""

    key_points: tuple[PointVerdict, ...]
    donts: tuple[PointVerdict, ...]
    score: int | None
    judge: str  # which judge spoke, with its version: 'words/1', 'model/<hash>'
    milliseconds: int = 0

    def point(self, kind: Kind, id: str) -> PointVerdict | None:
        points = self.key_points if kind == "key_point" else self.donts
        return next((p for p in points if p.id == id), None)


def score(
    key_points: tuple[PointVerdict, ...], donts: tuple[PointVerdict, ...], weighing: Weighing, *, silent: bool
) -> int | None:
    """`max(0, floor(100 · weight hit / weight − 20 · hard don'ts − 5 · soft don'ts + 0.5))`, each don't once.

    A turn with don'ts only starts at 100; with neither kind None; otherwise a reply without a word is 0.
    """
    if not key_points and not donts:
        return None
    if silent:
        return 0
    weight = sum(weighing.weights)
    hit = sum(w for p, w in zip(key_points, weighing.weights, strict=True) if p.hit)
    start = 100 * hit / weight if key_points else 100.0
    lost = sum((5 if soft else 20) for p, soft in zip(donts, weighing.soft, strict=True) if p.hit)
    return max(0, math.floor(start - lost + 0.5))


def session_score(parts: tuple[tuple[int | None, float], ...]) -> int | None:
    """The mean of (score, sum of key-point weights) over the turns reached, weighted (1 where there is no weight)."""
    counted = [(s, w or 1.0) for s, w in parts if s is not None]
    if not counted:
        return None
    return math.floor(sum(s * w for s, w in counted) / sum(w for _, w in counted) + 0.5)
