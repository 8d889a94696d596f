"""What happens to words on their way through a nervous speaker and a recogniser: the same labels, other words."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from corpus import Labelled, Turn

SWAPS = {
    "the": "a", "a": "the", "i'm": "i am", "it's": "its", "you": "ya", "your": "you're", "to": "two", "for": "four", "know": "no",
    "would": "wood", "hear": "here", "their": "there", "and": "an", "in": "and", "that": "the", "is": "as", "was": "were",
    "of": "off", "we": "he", "he": "she", "him": "them", "interview": "inner view", "really": "rarely", "call": "col",
    "thank": "tank", "thanks": "tanks", "manager": "manger", "role": "roll", "week": "weak", "hiring": "higher ring",
}  # fmt: skip
"""How recognisers commonly mishear short words."""


def mishear(words: list[str], chance: random.Random, rate: float, lexicon: list[str]) -> list[str]:
    """Words lost, or heard as others."""
    out = []
    for word in words:
        if chance.random() < rate:
            bare = word.lower().strip(".,!?")
            roll = chance.random()
            if roll < 0.3:
                word = ""
            elif bare in SWAPS:
                word = SWAPS[bare]
            elif roll < 0.65 and len(bare) > 3:
                at = chance.randrange(1, len(bare))
                word = bare[:at] + chance.choice(("", "s", "n", "er", " ", "t")) + bare[at + 1 :]
            else:
                word = chance.choice(lexicon)
        out.append(word)
    return out


def vary(reply: Labelled, chance: random.Random, lexicon: list[str]) -> Labelled:
    """The reply as another recogniser would have given it. A place in `words` keeps its meaning."""
    if chance.random() < 0.5:
        return replace(reply, words=tuple(mishear(list(reply.words), chance, chance.uniform(0.03, 0.3), lexicon)))
    return reply


def only_evidence(reply: Labelled, point: int, chance: random.Random) -> Labelled:
    """The words that carry one point, alone (with a word or two around them): they have to do by themselves.

    What the whole reply does not say its part does not say either (half weight); the other points are left out
    unless their evidence lies inside.
    """
    kept = reply.evidence[point]
    assert kept
    if chance.random() < 0.4:
        kept = kept | {n + d for n in kept for d in (-1, 1)} & set(range(len(reply.words)))
    places = sorted(kept)
    at = {old: new for new, old in enumerate(places)}
    weight, evidence = [], []
    for n, (yes, w, spans) in enumerate(zip(reply.yes, reply.weight, reply.evidence, strict=True)):
        inside = spans is not None and spans <= kept
        weight.append(w if n == point or (yes and inside) else 0.0 if yes else 0.5 * w)
        evidence.append(frozenset(at[i] for i in spans) if inside and spans else None)
    return replace(reply, words=tuple(reply.words[i] for i in places), weight=tuple(weight), evidence=tuple(evidence))


def without_evidence(reply: Labelled, point: int) -> Labelled:
    """The reply with one point's words cut out: that point is (nearly always) gone, whatever touched it is unknown."""
    cut = reply.evidence[point]
    assert cut
    places = [i for i in range(len(reply.words)) if i not in cut]
    at = {old: new for new, old in enumerate(places)}
    yes, weight, evidence = [], [], []
    for n, (y, w, spans) in enumerate(zip(reply.yes, reply.weight, reply.evidence, strict=True)):
        touched = spans is not None and bool(spans & cut)
        yes.append(False if n == point else y)
        weight.append(0.4 * w if n == point else 0.0 if y and (touched or spans is None) else w)
        evidence.append(None if n == point or touched or spans is None else frozenset(at[i] for i in spans))
    return replace(
        reply,
        words=tuple(reply.words[i] for i in places),
        yes=tuple(yes),
        weight=tuple(weight),
        evidence=tuple(evidence),
    )


def join(first: Labelled, second: Labelled) -> Labelled:
    """Two replies in one breath: what either says is said."""
    shift = len(first.words)
    moved = [frozenset(i + shift for i in s) if s else None for s in second.evidence]
    return replace(
        first,
        words=first.words + second.words,
        yes=tuple(a or b for a, b in zip(first.yes, second.yes, strict=True)),
        weight=tuple(
            min(a, b) if ya == yb else (a if ya else b)
            for a, b, ya, yb in zip(first.weight, second.weight, first.yes, second.yes, strict=True)
        ),
        evidence=tuple(
            (a | b if a and b else (a or b)) if not ((ya and a is None) or (yb and b is None)) else None
            for a, b, ya, yb in zip(first.evidence, moved, first.yes, second.yes, strict=True)
        ),
    )


STARTS = frozenset(
    [
        "and",
        "but",
        "so",
        "because",
        "i",
        "i'm",
        "i'll",
        "i've",
        "i'd",
        "it",
        "it's",
        "my",
        "we",
        "you",
        "if",
        "would",
        "could",
        "can",
        "just",
        "anyway",
        "also",
    ]
)


def insert(reply: Labelled, other: Labelled, point: int, chance: random.Random) -> Labelled:
    """The words that carry one point of another reply, said in passing: between two clauses of this one."""
    marked = other.evidence[point]
    assert marked
    piece = other.piece(point)
    words = reply.words
    at = gap(words, chance)
    size = len(piece)
    moved = [frozenset(i if i < at else i + size for i in s) if s else None for s in reply.evidence]
    yes, weight, evidence = list(reply.yes), list(reply.weight), moved
    here = frozenset(range(at, at + size))
    for n, (said, spans) in enumerate(zip(other.yes, other.evidence, strict=True)):
        touched = said and (spans is None or bool(spans & marked))
        if n == point:
            evidence[n] = here | (moved[n] or frozenset()) if not yes[n] or moved[n] else None
            yes[n], weight[n] = True, other.weight[n]
        elif touched and not yes[n]:
            weight[n] = 0.0
    return replace(
        reply, words=(*words[:at], *piece, *words[at:]), yes=tuple(yes), weight=tuple(weight), evidence=tuple(evidence)
    )


@dataclass(frozen=True)
class Said:
    """The words that committed a shipped don't on some call, and what is known of the others in them."""

    words: tuple[str, ...]
    committed: frozenset[str]  # ids of shipped don'ts
    free_of: frozenset[str]


def said_elsewhere(turns: list[Turn], longest: int = 25) -> dict[str, list[Said]]:
    """By shipped don't: the pieces of replies that were marked as committing it."""
    out: dict[str, list[Said]] = {}
    for turn in turns:
        named = [n for n, p in enumerate(turn.points) if p.name]
        for reply in turn.replies:
            for n in named:
                marked = reply.evidence[n]
                if not marked or not reply.weight[n] or max(marked) - min(marked) >= longest:
                    continue
                committed = frozenset(
                    turn.points[i].id for i in named if reply.yes[i] and (e := reply.evidence[i]) and e & marked
                )
                free = frozenset(turn.points[i].id for i in named if not reply.yes[i] and reply.weight[i])
                out.setdefault(turn.points[n].id, []).append(Said(reply.piece(n), committed, free))
    return out


def borrow(reply: Labelled, turn: Turn, said: Said, chance: random.Random) -> Labelled:
    """The reply with a don't in it that was committed on another call, in passing; what nobody knows of it is left out."""
    at = gap(reply.words, chance)
    size = len(said.words)
    here = frozenset(range(at, at + size))
    moved = [frozenset(i if i < at else i + size for i in s) if s else None for s in reply.evidence]
    yes, weight, evidence = list(reply.yes), list(reply.weight), moved
    for n, point in enumerate(turn.points):
        if point.name and point.id in said.committed:
            evidence[n] = here | (moved[n] or frozenset()) if not yes[n] or moved[n] else None
            yes[n], weight[n] = True, 0.7
        elif not yes[n] and not (point.name and point.id in said.free_of):
            weight[n] = 0.0 if point.kind else 0.5 * weight[n]
    words = (*reply.words[:at], *said.words, *reply.words[at:])
    return replace(reply, words=words, yes=tuple(yes), weight=tuple(weight), evidence=tuple(evidence))


def gap(words: tuple[str, ...], chance: random.Random) -> int:
    """A place between two clauses, or an end."""
    gaps = [n for n in range(1, len(words)) if words[n - 1][-1:] in ".,;?!"]
    gaps = gaps or [n for n in range(1, len(words)) if words[n].lower() in STARTS]
    return chance.choice([*gaps, *gaps, len(words), 0])


def lexicon_of(turns: list[Turn]) -> list[str]:
    """The words that a mishearing may put in."""
    return sorted({w.lower().strip(".,!?") for t in turns for r in t.replies for w in r.words if w[:1].isalpha()})
