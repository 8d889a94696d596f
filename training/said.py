"""What the labelled replies say of the shipped don'ts: words, and the names that they commit or do not."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from augment import lexicon_of, vary
from corpus import NAMES, Labelled, Turn

from trainer.core.normalise import tokens

HERE = Path(__file__).resolve().parent
SHORT = 40  # words of a reply that is read whole at every pass
WHOLE = 0.6  # share of the longer ones that are
INNOCENT = 0.25  # share of the pieces which commit nothing that are read in a pass
PIECE = (8, 30)  # words of such a piece
HARD = 126  # writers from this number on wrote against what a network got wrong: all of theirs is read at every pass
OTHER = 0.5  # share of the others' that is
GLUED = 0.3  # share of short texts that get innocent pieces before or after them, or both
VARIED = 0.4  # share of texts that are misheard a little
USUAL = 24  # words of a text of which a batch holds as many as it is asked for


@dataclass(frozen=True)
class Said:
    """Some words, and what is known of them: 1 committed, 0 not, by the place of the name."""

    words: tuple[str, ...]
    of: dict[int, int]


def known(turn: Turn, reply: Labelled) -> dict[int, int]:
    return {p.name - 1: int(y) for p, y, w in zip(turn.points, reply.yes, reply.weight, strict=True) if p.name and w}


def texts(turns: Sequence[Turn]) -> tuple[list[Said], list[Said], list[Said]]:
    """Short replies and pieces that commit a don't; whole long replies; pieces of these that commit nothing."""
    short: dict[tuple[str, ...], dict[int, int]] = {}
    whole, innocent = [], []
    for turn in turns:
        for reply in turn.replies:
            of = known(turn, reply)
            if not of:
                continue
            if len(reply.words) <= SHORT:
                short.setdefault(reply.words, {}).update(of)
                continue
            whole.append(Said(reply.words, of))
            for n, point in enumerate(turn.points):
                piece = reply.piece(n)
                if point.name and of.get(point.name - 1) and 3 <= len(piece) <= SHORT:
                    short.setdefault(piece, {})[point.name - 1] = 1
            no = {k: 0 for k, y in of.items() if not y}
            chance, at = random.Random(reply.id + turn.id), 0
            while no and at < len(reply.words):
                length = chance.randint(*PIECE)
                innocent.append(Said(reply.words[at : at + length], no))
                at += length
    return [Said(w, of) for w, of in short.items()], whole, innocent


def is_hard(turn: Turn) -> bool:
    written = re.search(r"-w(\d+)-", turn.id)
    return written is not None and int(written[1]) >= HARD


def epoch(turns: Sequence[Turn], size: int, chance: random.Random) -> Iterator[list[Said]]:
    """A pass in batches of like length."""
    lexicon = lexicon_of(turns)
    short, whole, innocent = texts([t for t in turns if is_hard(t) or chance.random() < OTHER])
    beside = [s.words for s in innocent] + [s.words for s in short if not any(s.of.values()) and len(s.words) < 25]
    some = []
    for said in short:
        if chance.random() < GLUED:
            before, after = chance.choice(((1, 0), (0, 1), (1, 1)))
            said = Said(before * chance.choice(beside) + said.words + after * chance.choice(beside), said.of)
        some.append(said)
    some += [s for s in whole if chance.random() < WHOLE] + [s for s in innocent if chance.random() < INNOCENT]
    varied = []
    for said in some:
        if chance.random() < VARIED:
            blank = Labelled("", "", said.words, (), (), ())
            said = Said(vary(blank, chance, lexicon).words or said.words, said.of)
        varied.append(said)
    chance.shuffle(varied)
    for start in range(0, len(varied), size * 20):
        groups, group = [], []
        for said in sorted(varied[start : start + size * 20], key=lambda s: len(s.words)):
            if group and (len(group) >= size or (len(group) + 1) * max(USUAL // 2, len(said.words)) > size * USUAL):
                groups.append(group)
                group = []
            group.append(said)
        groups.append(group)
        chance.shuffle(groups)
        yield from groups


def sentences() -> list[tuple[tuple[str, ...], int, bool]]:
    """The choosing set's: words, name, committed."""
    out = []
    for path in sorted((HERE / "choose" / "sentences").glob("*.yaml")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        name = NAMES.index(written["id"])
        for committed, key in ((True, "must"), (False, "must_not")):
            out += [(tuple(t.text for t in tokens(s)), name, committed) for s in written[key]]
    return out
