"""Was each key point conveyed, was each don't committed, and which words show it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from trainer.core.scenario import Turn
from trainer.core.verdict import Kind, Verdict


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
    raise NotImplementedError
