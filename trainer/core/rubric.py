"""A turn made ready for judging: its points with their wordings prepared and the facts that each asks for.

Made once a turn and kept, so that judging a reply costs only what the reply asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from trainer.core.matching import Floats, Phrases, match, prepare
from trainer.core.normalise import tokens
from trainer.core.polarity import denies
from trainer.core.sayings import SAYINGS
from trainer.core.scenario import Dont, KeyPoint, Turn
from trainer.core.slots import Fact, asked_for, facts_of
from trainer.core.verdict import Kind

Facts = tuple[tuple[str, str], ...]
WORDINGS = tuple(wording for family in SAYINGS.values() for wording in family)
FIRST_WORDINGS = np.cumsum([0, *map(len, SAYINGS.values())])[:-1]  # of each family
SAME_SAYING = 0.62  # mean likeness of a point's examples to a family of sayings from which the family is added


@dataclass(frozen=True, slots=True)
class Point:
    """One point with what it is compared with."""

    kind: Kind
    id: str
    label: str
    examples: tuple[str, ...]
    own: range  # rows of its examples (of its label where it has none)
    label_row: int
    against: range  # rows of wordings that look like it and are not
    sayings: range  # rows of further ways to say it
    saying_strength: float
    asks: tuple[tuple[Fact, float], ...]
    source: KeyPoint | Dont

    @property
    def rows(self) -> range:
        return range(self.own.start, self.sayings.stop)


@dataclass(frozen=True)
class Rubric:
    points: tuple[Point, ...]
    phrases: Phrases
    denying: tuple[bool, ...]  # of each phrase: does it say no itself?
    facts: tuple[Fact, ...]

    @property
    def donts(self) -> int:
        return sum(p.kind == "dont" for p in self.points)


@lru_cache(maxsize=128)
def rubric(turn: Turn, facts: Facts) -> Rubric:
    texts: list[str] = []

    def rows(wordings: tuple[str, ...]) -> range:
        first = len(texts)
        texts.extend(wordings)
        return range(first, len(texts))

    points = []
    sources: tuple[KeyPoint | Dont, ...] = (*turn.key_points, *turn.donts)
    for source in sources:
        label = source.label or source.id.replace("_", " ")
        name, strength = _saying(source.examples or (label,)) if isinstance(source, KeyPoint) else ("", 0.0)
        points.append(
            Point(
                "key_point" if isinstance(source, KeyPoint) else "dont",
                source.id,
                label,
                source.examples,
                rows(source.examples or (label,)),
                rows((label,)).start,
                rows(source.misses if isinstance(source, KeyPoint) else source.innocent),
                rows(SAYINGS[name] if name else ()),
                strength,
                asked_for(source, dict(facts)) if isinstance(source, KeyPoint) else (),
                source,
            )
        )
    said = [tokens(t) for t in texts]
    return Rubric(
        tuple(points),
        prepare(tuple(texts)),
        tuple(denies(s) for s in said),
        facts_of(dict(facts)),
    )


@lru_cache(maxsize=4096)
def _saying(examples: tuple[str, ...]) -> tuple[str, float]:
    """The family of sayings that these examples belong to, and how well; ('', 0) where there is none."""
    likeness = np.array([_to_sayings(e) for e in examples])
    strengths = np.maximum.reduceat(likeness, FIRST_WORDINGS, axis=1).mean(axis=0)
    best = int(strengths.argmax())
    return (tuple(SAYINGS)[best], float(strengths[best])) if strengths[best] >= SAME_SAYING else ("", 0.0)


@lru_cache(maxsize=4096)
def _to_sayings(example: str) -> Floats:
    """How like the example is to each saying; calls of a family share their examples."""
    return match(prepare(WORDINGS), tokens(example)).likeness
