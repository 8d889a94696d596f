"""Which words to quote: pieces of a reply that might carry a point by themselves, the shortest first."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.core.normalise import Token
from trainer.core.signs import Heard, Signs

MOST = 8  # pieces tried
RAMBLED = 12  # words quoted of a ramble


def pieces(signs: Signs, heard: Heard, focus: Sequence[tuple[int, int, float]] = ()) -> tuple[tuple[int, int], ...]:
    """Token ranges that might carry the point, shortest first, the earlier of two equals first.

    They come from the nearest wording, the fact itself, the clauses round both and, of a model, where it looked.
    """
    count = len(heard.said)
    seeds = {signs.place}
    seeds |= {(f.first, f.last) for f in signs.fact_places}
    if focused := _focused(heard.said, focus):
        seeds.add(focused)
    grown = set(seeds)
    for first, last in seeds:
        inside = [(a, b) for a, b in heard.parts if a < last and first < b]
        if inside:
            grown.add((inside[0][0], inside[-1][1]))
        grown.add((max(0, first - 2), min(count, last + 2)))
        grown.add((max(0, first - 5), min(count, last + 4)))
    if signs.fact_places and signs.place[1] > signs.place[0]:
        fact = signs.fact_places[0]
        grown.add((min(fact.first, signs.place[0]), max(fact.last, signs.place[1])))
    proper = {(a, b) for a, b in grown if a < b and (a, b) != (0, count)}
    return tuple(sorted(proper, key=lambda p: (p[1] - p[0], p[0]))[:MOST])


def _focused(said: Sequence[Token], focus: Sequence[tuple[int, int, float]]) -> tuple[int, int] | None:
    """Tokens from the first to the last word that the model leaned on most."""
    if not focus:
        return None
    most = max(weight for _, _, weight in focus)
    looked = [(a, b) for a, b, weight in focus if weight >= most / 2 and most > 0]
    inside = [i for i, t in enumerate(said) if any(a < t.end and t.start < b for a, b in looked)]
    return (inside[0], inside[-1] + 1) if inside else None


def characters(said: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """Where tokens first to last stand in the original, to the letter."""
    return said[first].start, said[last - 1].end
