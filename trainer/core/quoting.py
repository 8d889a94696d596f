"""Which words to quote: pieces of a reply that might carry a point by themselves, the shortest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from trainer.core.matching import match, prepare
from trainer.core.normalise import Token, tokens
from trainer.core.signs import Heard, Signs
from trainer.core.wordlists import listed

MOST = 8  # pieces tried
MOST_FOCUSED = 4  # … where a model looked first
LOOKED = 0.4  # share of the strongest focus from which a word is worth quoting
MUCH_LIKE, SHARED = 0.5, 2  # likeness; words in a row
HANGS_BEFORE = frozenset(listed("and or but so of to than then me him us them"))
HANGS_BEHIND = frozenset(
    listed("the a an of on to and or but so with for my your our his her their at in into by from as if that which who")
    + listed("i we is are was am because when while than")
)
ENDS = re.compile(r"[.?!]")
FURTHER = 3  # words behind a piece that are taken in so that it ends where something ends
RAMBLED = 12  # words quoted of a ramble


def pieces(signs: Signs, heard: Heard, focus: Sequence[tuple[int, int, float]] = ()) -> tuple[tuple[int, int], ...]:
    """Token ranges that might carry the point, shortest first, the earlier of two equals first.

    They come from the nearest wording, the fact itself, the clauses round both and, of a model, where it looked.
    """
    count = len(heard.said)
    seeds = {signs.place}
    seeds |= {(f.first, f.last) for f in signs.fact_places}
    focused = _focused(heard.said, focus)
    if focused:
        seeds.add(focused)
    grown = set(seeds)
    for first, last in seeds:
        inside = [(a, b) for a, b in heard.parts if a < last and first < b]
        wider = [(inside[0][0], inside[-1][1])] if inside else []
        wider += [(max(0, first - 2), min(count, last + 2)), (max(0, first - 5), min(count, last + 4))]
        core = (min(first, focused[0]), max(last, focused[1])) if focused else (first, last)
        grown |= {_rounded(heard.said, piece, core) for piece in wider}
    if signs.fact_places and signs.place[1] > signs.place[0]:
        fact = signs.fact_places[0]
        grown.add((min(fact.first, signs.place[0]), max(fact.last, signs.place[1])))
    ended = {_ended(heard, piece) for piece in grown if piece[0] < piece[1]}
    proper = ended - {(0, count)}
    if focused is None:
        return tuple(sorted(proper, key=lambda p: (p[1] - p[0], p[0]))[:MOST])
    # Pieces that hold what the model leaned on, the tightest first; the others rarely stand alone.
    first, last = focused
    holding = [p for p in proper if p[0] <= first and last <= p[1]]
    return tuple(sorted(holding, key=lambda p: (p[1] - p[0], p[0]))[:MOST_FOCUSED])


def _rounded(said: Sequence[Token], piece: tuple[int, int], core: tuple[int, int]) -> tuple[int, int]:
    """Without small words at its ends that belong to what comes before or behind, as far as the core allows."""
    first, last = piece
    while first < min(core[0], last - 1) and said[first].text in HANGS_BEFORE:
        first += 1
    while last > max(core[1], first + 1) and said[last - 1].text in HANGS_BEHIND:
        last -= 1
    return first, last


def _ended(heard: Heard, piece: tuple[int, int]) -> tuple[int, int]:
    """With what belongs to a small word at its end: 'that is why I was slow on the' is no quotation."""
    first, last = piece
    end = next((b for a, b in heard.parts if a < last <= b), last)
    while heard.said[last - 1].text in HANGS_BEHIND and last < min(end, piece[1] + FURTHER):
        last += 1
    return piece if heard.said[last - 1].text in HANGS_BEHIND else (first, last)


def _focused(said: Sequence[Token], focus: Sequence[tuple[int, int, float]]) -> tuple[int, int] | None:
    """The run of tokens that the model leaned on most: the largest sum of what is above a share of the strongest."""
    most = max((weight for _, _, weight in focus), default=0.0)
    if most <= 0:
        return None
    best, run, start = (0.0, 0, 0), 0.0, 0
    for i, token in enumerate(said):
        weight = max((w for a, b, w in focus if a < token.end and token.start < b), default=0.0)
        if run <= 0:
            run, start = 0.0, i
        run += weight - LOOKED * most
        if run > best[0]:
            best = (run, start, i + 1)
    return best[1:]


def nearest(wordings: Sequence[str], said: Sequence[Token], text: str) -> tuple[int, int]:
    """The tokens of a text most like one of the wordings, and two more on either side, within their sentence;
    everything where nothing is like them.

    Where none is much like them, the most words in a row that one of them has, too: 'this is Peter Miller' for 'this is
    Robin Hale'.
    """
    matches = match(prepare(tuple(wordings)), said)
    told = matches.likeness * matches.phrases.mass
    best = int(told.argmax())
    first, last = matches.place(best) if told[best] > 0 else (0, 0)
    if told[best] <= 0 or matches.likeness[best] < MUCH_LIKE:
        words = [t.text for t in said]
        runs = (SequenceMatcher(None, words, [t.text for t in tokens(w)], False).find_longest_match() for w in wordings)
        run = max(runs, key=lambda r: r.size)
        if run.size >= SHARED:
            return _within(said, text, run.a, run.a + run.size, before=0)
        if told[best] <= 0:
            return 0, len(said)
    return _within(said, text, first, last, before=2)


def _within(said: Sequence[Token], text: str, first: int, last: int, before: int) -> tuple[int, int]:
    """These tokens, some before them and two behind, as far as their sentence goes."""

    def joined(n: int) -> bool:
        return 0 < n < len(said) and not ENDS.search(text, said[n - 1].end, said[n].start)

    start, end = first, last
    while start > first - before and joined(start):
        start -= 1
    while end < last + 2 and joined(end):
        end += 1
    return start, end


def characters(said: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """Where tokens first to last stand in the original, to the letter."""
    return said[first].start, said[last - 1].end
