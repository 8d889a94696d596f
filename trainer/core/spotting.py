"""Spot the don't: which pieces of a bad take are its faults, and what the learner found of them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from trainer.core.scenario import BadTake
from trainer.core.session import Grade, PointGrade

PIECE = re.compile(r"[^.!?;]+[.!?;]*\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of the take, and the don'ts that it commits."""

    text: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spotted:
    """What was found: numbers of pieces (from 0), and a grade for each don't of the take."""

    hits: tuple[int, ...]
    misses: tuple[int, ...]
    false_alarms: tuple[int, ...]
    grades: tuple[PointGrade, ...]


def pieces(take: BadTake) -> tuple[Piece, ...]:
    """The take cut into sentences. A fault belongs to every sentence that its words reach into."""
    found = []
    for match in PIECE.finditer(take.reply):
        if not match[0].strip():
            continue
        faults = tuple(
            id for id, words in take.faults.items() if _reaches(take.reply, words, match.start(), match.end())
        )
        found.append(Piece(match[0].strip(), faults))
    return tuple(found)


def spot(cut: tuple[Piece, ...], marked: Collection[int]) -> Spotted:
    """Marked pieces against the faults. A don't is found where any piece of it was marked: good, else again."""
    faulty = {n for n, piece in enumerate(cut) if piece.faults}
    names = dict.fromkeys(id for piece in cut for id in piece.faults)
    grades = tuple(
        PointGrade("dont", id, Grade.GOOD if any(id in cut[n].faults for n in marked if n < len(cut)) else Grade.AGAIN)
        for id in names
    )
    return Spotted(
        tuple(sorted(faulty & set(marked))),
        tuple(sorted(faulty - set(marked))),
        tuple(sorted(n for n in set(marked) - faulty if 0 <= n < len(cut))),
        grades,
    )


def _reaches(reply: str, words: str, start: int, end: int) -> bool:
    at = reply.find(words)
    return at >= 0 and at < end and at + len(words.rstrip()) > start
