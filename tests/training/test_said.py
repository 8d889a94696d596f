"""What the large reader learns from: each text with what is known of it, and nothing that nobody said."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "training"))
WITHOUT = "the labelled replies are no part of a release"
corpus = pytest.importorskip("corpus", reason=WITHOUT)
said = pytest.importorskip("said", reason=WITHOUT)

EXCUSES, RUDE = corpus.NAMES.index("excuses"), corpus.NAMES.index("rude")
POINTS = (
    corpus.Point(0, "thanks", "Says thank you", ()),
    corpus.Point(1, "excuses", "Makes excuses", ()),
    corpus.Point(1, "own_one", "One of this call alone", ()),
    corpus.Point(1, "rude", "Is rude", ()),
)


def reply(id: str, text: str, yes: tuple[bool, ...], *, piece: str = "", weight: float = 1.0) -> object:
    words = tuple(text.split())
    marked = None
    if piece:
        start = text.split().index(piece.split()[0])
        marked = frozenset(range(start, start + len(piece.split())))
    evidence = tuple(marked if y else None for y in yes)
    return corpus.Labelled(id, "dont", words, yes, (1.0, weight, 1.0, 1.0), evidence)


LONG = "thank you for tuesday " + "and so on " * 15 + "zebras kept me up all night that is why"
TURN = corpus.Turn(
    "s",
    "t",
    "Hello?",
    POINTS,
    (
        reply("a", "zebras kept me up", (False, True, False, False)),
        reply("b", "thank you for tuesday", (True, False, True, False)),
        reply("c", LONG, (False, True, False, False), piece="zebras kept me up all night that is why"),
        reply("d", "who knows", (False, True, False, False), weight=0.0),
    ),
)


def test_only_shipped_names_that_somebody_labelled_count() -> None:
    short, _, _ = said.texts([TURN])
    of = {" ".join(s.words): s.of for s in short}
    assert of["zebras kept me up"] == {EXCUSES: 1, RUDE: 0}
    assert of["thank you for tuesday"] == {EXCUSES: 0, RUDE: 0}
    assert of["who knows"] == {RUDE: 0}  # two readers disagree on the excuse


def test_of_a_long_reply_the_piece_that_commits_and_pieces_that_do_not() -> None:
    short, whole, innocent = said.texts([TURN])
    pieces = {" ".join(s.words): s.of for s in short}
    assert pieces["zebras kept me up all night that is why"] == {EXCUSES: 1}
    assert [s.of for s in whole] == [{EXCUSES: 1, RUDE: 0}]
    assert all(s.of == {RUDE: 0} for s in innocent)
    assert [w for s in innocent for w in s.words] == LONG.split()


def test_a_pass_reads_every_short_text_once_in_batches_of_like_length() -> None:
    replies = tuple(reply(str(n), "well " * (n % 30) + f"word{n}", (False, False, False, False)) for n in range(200))
    turn = corpus.Turn("s", "t", "", POINTS, replies)
    groups = list(said.epoch([turn], 8, random.Random(1)))
    assert sum(map(len, groups)) == 200
    assert all(len(g) <= 8 for g in groups)
    assert sum(max(len(s.words) for s in g) - min(len(s.words) for s in g) for g in groups) / len(groups) < 15


def test_the_measuring_sentences_are_ten_of_each_kind() -> None:
    rows = said.sentences()
    assert len(rows) == 520
    assert sum(committed for _, _, committed in rows) == 260
