"""Was each key point conveyed, was each don't committed, and which words show it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from trainer.core.matching import match, prepare
from trainer.core.normalise import tokens
from trainer.core.scenario import Dont, KeyPoint, Turn
from trainer.core.slots import asked_for, find
from trainer.core.verdict import Evidence, Kind, PointVerdict, Verdict, Weighing, score


@dataclass(frozen=True, slots=True)
class Question:
    """A point as a model reads it."""

    kind: Kind
    id: str  # a shipped don't's name has a meaning shared by all calls
    label: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One question about some words."""

    question: Question
    before: str  # the other side's line
    words: str  # the reply, or a piece of it


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model makes of a pair."""

    likelihood: float  # calibrated, 0 to 1; 0.5 is the threshold that decides by itself
    focus: tuple[tuple[int, int, float], ...]  # (start, end, weight) in characters of `words`, a row a word


class Meaning(Protocol):
    """A trained model beside the words: it answers a batch of questions at once."""

    @property
    def name(self) -> str: ...  # with the hash of its weights

    def read(self, pairs: Sequence[Pair]) -> tuple[Reading, ...]: ...


@dataclass(frozen=True, slots=True)
class Accepted:
    """A wording that the learner has had counted ('this counts') or struck out ('not meant so')."""

    kind: Kind
    point: str  # the card, such as 'voicemail/leave_number'
    words: str
    counts: bool


WORDS_JUDGE = "words/1"


def judge(
    turn: Turn,
    said: str,
    *,
    before: str = "",
    facts: Mapping[str, str] | None = None,
    meaning: Meaning | None = None,
    accepted: Sequence[Accepted] = (),
    family: str = "",
    whole_call: bool = True,
) -> Verdict:
    """Every key point and don't of the (filled) turn, judged on these words alone.

    `facts` are what is true of this caller (`me.phone`, `company`, …, and the file's own keys), for names, numbers and
    dates. `whole_call=False` leaves out don'ts that are judged over the whole call only (generic).
    """
    words = tokens(said)
    texts: list[str] = []
    rows: list[tuple[int, int]] = []
    points: list[KeyPoint | Dont] = [*turn.key_points, *turn.donts]
    for p in points:
        rows.append((len(texts), len(texts) + len(p.examples) + (0 if p.examples else 1)))
        texts += p.examples or (p.label or p.id,)
    matches = match(prepare(tuple(texts)), words)
    key, bad = [], []
    for p, (a, b) in zip(points, rows, strict=True):
        best = max(matches[a:b], key=lambda m: m.likeness)
        threshold = 0.6 if isinstance(p, KeyPoint) else 0.85
        first, last, like = best.first, best.last, best.likeness
        if isinstance(p, KeyPoint):
            for fact, share in asked_for(p, facts or {}):
                if share >= 0.75 and fact.sort in ("phone", "name"):
                    found = [f for f in find(fact, words) if f.right]
                    like = 1.0 if found else 0.0
                    if found:
                        first, last = found[0].first, found[0].last
        hit = bool(words) and like >= threshold and last > first
        evidence = None
        if hit:
            start, end = words[first].start, words[last - 1].end
            evidence = Evidence(start, end, said[start:end], "like an example", "", like, threshold)
        kind: Kind = "key_point" if isinstance(p, KeyPoint) else "dont"
        verdict = PointVerdict(p.id, kind, hit, 0.5 + abs(like - threshold) / 2, False, evidence)
        (key if kind == "key_point" else bad).append(verdict)
    weighing = Weighing(tuple(p.weight for p in turn.key_points), tuple(d.is_soft for d in turn.donts))
    silent = not words
    return Verdict(tuple(key), tuple(bad), score(tuple(key), tuple(bad), weighing, silent=silent), WORDS_JUDGE)
