"""Don'ts from anywhere, side by side with the words that commit them: which words commit which?

On its own call a don't can be told by the call: its label stands beside the same few replies at every pass, and what a
small network learns by heart there helps with no other don't. Here ten don'ts of ten calls meet sentences of all ten.
Whether a sentence commits a foreign don't, too, nobody has said; where the weights that a run started from find that
likely, the decision is left out (`train.py`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Labelled, Point, Turn

CARD = "card"  # the id of such a turn
DONTS = 10  # a card
INNOCENT = 4  # sentences that commit nothing on their own call
SHORTEST, LONGEST = 3, 30  # words of a sentence
GLUED = 0.35  # share of sentences that get an innocent one before or after them
SHOWN = 0.3  # share of don'ts whose examples are sentences of other replies


@dataclass(frozen=True)
class Bank:
    """What cards are made of."""

    donts: tuple[tuple[Point, tuple[tuple[str, ...], ...]], ...]  # each with the pieces of replies that commit it
    innocent: tuple[tuple[str, ...], ...]


def bank_of(turns: Sequence[Turn]) -> Bank:
    donts, innocent = [], []
    for turn in turns:
        pieces: dict[int, list[tuple[str, ...]]] = {}
        for reply in turn.replies:
            clean = not any(y for y, p in zip(reply.yes, turn.points, strict=True) if p.kind)
            if clean and SHORTEST <= len(reply.words) <= LONGEST:
                innocent.append(reply.words)
            for n, point in enumerate(turn.points):
                if not reply.weight[n] or not reply.yes[n]:
                    continue
                piece = reply.piece(n)
                if SHORTEST <= len(piece) <= LONGEST and (point.kind or clean):
                    (pieces.setdefault(n, []) if point.kind else innocent).append(piece)
        donts += [(turn.points[n], tuple(some)) for n, some in pieces.items()]
    return Bank(tuple(donts), tuple(innocent))


def card(bank: Bank, chance: random.Random) -> Turn:
    """A turn of foreign don'ts. Each sentence commits one for certain; all others have yet to be looked at."""
    drawn: dict[str, tuple[Point, tuple[tuple[str, ...], ...]]] = {}
    while len(drawn) < DONTS:
        point, pieces = chance.choice(bank.donts)
        drawn.setdefault(point.id, (point, pieces))
    points, replies = [], []
    for n, (point, pieces) in enumerate(drawn.values()):
        some = chance.sample(pieces, len(pieces))
        said = some[: chance.choice((1, 1, 2))]
        others = some[len(said) :]
        if len(others) >= 2 and chance.random() < SHOWN:
            point = Point(1, point.id, point.label, tuple(" ".join(o) for o in others[:4]))
        points.append(point)
        for piece in said:
            before: tuple[str, ...] = ()
            after: tuple[str, ...] = ()
            if chance.random() < GLUED:
                beside = chance.choice(bank.innocent)
                before, after = (beside, after) if chance.random() < 0.5 else (before, beside)
            at = range(len(before), len(before) + len(piece))
            replies.append(
                Labelled(
                    f"{n}-{len(replies)}",
                    "dont",
                    before + piece + after,
                    tuple(i == n for i in range(DONTS)),
                    (1.0,) * DONTS,
                    tuple(frozenset(at) if i == n else None for i in range(DONTS)),
                )
            )
    for piece in chance.sample(bank.innocent, INNOCENT):
        nothing = ((False,) * DONTS, (1.0,) * DONTS, (None,) * DONTS)
        replies.append(Labelled(f"innocent-{len(replies)}", "near", piece, *nothing))
    return Turn(CARD, CARD, "", tuple(points), tuple(replies))
