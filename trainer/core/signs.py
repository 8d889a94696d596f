"""What speaks for and against each point in a reply, or a piece of it: likeness, facts, polarity. No verdict yet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.core.habits import counted
from trainer.core.matching import Floats, lay, word_likeness
from trainer.core.normalise import Token
from trainer.core.polarity import Stance, clauses, stance
from trainer.core.rubric import Point, Rubric
from trainer.core.slots import Found, find
from trainer.core.stems import stem, weight

ASKED = 0.5  # share of a point's examples that hold a fact from which the point asks for it
SETTLED = 0.75  # … from which a name or number settles it
FULL = 30  # words from which a reply is no brief one
MANY = 5  # don'ts from which a turn has not few
TELLING = 0.75  # weight of matched words at which a match is half as telling as it can be


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply, prepared for one turn: its tokens, how like they are to the phrases, and where facts stand."""

    said: tuple[Token, ...]
    alike: Floats
    found: Mapping[str, tuple[Found, ...]]  # by the fact's key
    parts: tuple[tuple[int, int], ...]  # clauses

    def piece(self, first: int, last: int) -> Heard:
        """Only the tokens from first up to (not including) last, as if nothing else had been said."""
        return Heard(
            self.said[first:last],
            self.alike[:, first:last],
            {
                key: tuple(
                    Found(f.first - first, f.last - first, f.how) for f in places if first <= f.first and f.last <= last
                )
                for key, places in self.found.items()
            },
            clauses(self.said[first:last]),
        )


@dataclass(frozen=True, slots=True)
class Signs:
    """Of one point. All but the places are between 0 and 1."""

    likeness: float  # to the nearest example
    mass: float  # how much was matched: two function words tell little
    second: float  # to the nearest other example
    label: float
    saying: float  # to the other ways of saying it
    against: float  # to a wording that looks like it and is not
    asked: float  # does the point ask for a fact?
    fact: float  # is that fact said?
    slot: float  # 1: the name or number that the point is about was said; -1: it was not; 0: it is about none
    count: float  # what is counted rather than compared: apologies, questions
    brief: float  # of the reply: 1 where there are no words, 0 from FULL on
    few: float  # of the turn: 1 where it has one don't, 0 from MANY on
    stance: Stance
    place: tuple[int, int]  # tokens of the nearest wording
    fact_places: tuple[Found, ...]
    example: str

    @property
    def told(self) -> float:
        return self.likeness * self.mass


def hear(ready: Rubric, said: tuple[Token, ...]) -> Heard:
    alike = word_likeness(ready.phrases, [stem(t.text) for t in said])
    return Heard(said, alike, {f.key: find(f, said) for f in ready.facts}, clauses(said))


def signs(ready: Rubric, heard: Heard) -> tuple[Signs, ...]:
    """Of every point of the turn, in order."""
    rows = range(len(ready.phrases.texts))
    return _signs(ready, ready.points, heard, rows)


def signs_of(ready: Rubric, point: Point, heard: Heard) -> Signs:
    """Of one point."""
    return _signs(ready, (point,), heard, point.rows)[0]


def _signs(ready: Rubric, points: Sequence[Point], heard: Heard, rows: range) -> tuple[Signs, ...]:
    matches = lay(ready.phrases, heard.alike, rows)
    masses = ready.phrases.mass * matches.likeness
    tells = masses / (masses + TELLING)
    told: list[float] = (matches.likeness * tells).tolist()
    few = _few(ready.donts)
    out = []
    for point in points:
        row = example = max(point.own, key=told.__getitem__)
        further = max(point.sayings, key=told.__getitem__, default=None)
        saying = 0.0
        if further is not None and told[further] > 0:
            tells_most = _mass(masses[further], heard, matches.place(further))
            saying = float(matches.likeness[further]) * tells_most * point.saying_strength
        if further is not None and saying > told[row]:
            example = further
        place = matches.place(example)
        wanted = [(f, share) for f, share in point.asks if share >= ASKED]
        right = sum(share for f, share in wanted if any(x.right for x in heard.found[f.key]))
        fact_places = sorted((x for f, _ in wanted for x in heard.found[f.key] if x.right), key=lambda x: x.first)
        out.append(
            Signs(
                likeness=float(matches.likeness[row]),
                mass=_mass(masses[row], heard, matches.place(row)),
                second=max((told[r] for r in point.own if r != row), default=0.0),
                label=told[point.label_row],
                saying=saying,
                against=max((told[r] for r in point.against), default=0.0),
                asked=1.0 if wanted else 0.0,
                fact=right / sum(share for _, share in wanted) if wanted else 0.0,
                slot=_slot(point, heard),
                count=counted(point.id, heard.said) if point.kind == "dont" else 0.0,
                brief=max(0.0, 1 - len(heard.said) / FULL),
                few=few,
                stance=stance(heard.said, *place, ready.denying[example], heard.parts),
                place=place,
                fact_places=tuple(fact_places),
                example=ready.phrases.texts[example],
            )
        )
    return tuple(out)


def _few(donts: int) -> float:
    """Falls with the logarithm, as the threshold does that accuses the same share of innocent replies."""
    return max(0.0, 1 - math.log(max(1, donts)) / math.log(MANY))


def _mass(matched: float, heard: Heard, place: tuple[int, int]) -> float:
    """How telling the match is, 0 to 1; one word that stands for many words of an example tells no more than itself."""
    spoken = sum(weight(word) for word in {t.text for t in heard.said[place[0] : place[1]]})
    least = min(float(matched), spoken)
    return least / (least + TELLING)


def _slot(point: Point, heard: Heard) -> float:
    """Points that are about a name or a number are decided by it."""
    about = [f for f, share in point.asks if share >= SETTLED and f.sort in ("name", "phone", "email")]
    if not about:
        return 0.0
    return 1.0 if all(any(x.right for x in heard.found[f.key]) for f in about) else -1.0
