"""Cards: sentences of many calls beside don'ts of many calls."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "training"))

cards = pytest.importorskip("cards", reason="the labelled replies are no part of a release")
corpus = pytest.importorskip("corpus")


def turn(number: int) -> Any:
    """A don't that replies a, b and c commit in their last three words, and a key point that d conveys."""
    points = (
        corpus.Point(0, "thank", "says thanks", ("thank you",)),
        corpus.Point(1, f"own{number}", f"label {number}", ("e1", "e2")),
    )
    replies = [
        corpus.Labelled(
            name,
            "dont",
            ("well", name, f"wrong{number}", "that", name),
            (False, True),
            (1, 1),
            (None, frozenset({2, 3, 4})),
        )
        for name in "abc"
    ]
    good = corpus.Labelled(
        "d", "strong", ("thank", "you", "so", "much"), (True, False), (1, 1), (frozenset({0, 1, 2}), None)
    )
    return corpus.Turn("call", f"t{number}", "hello", points, (*replies, good))


BANK = cards.bank_of([turn(n) for n in range(20)])


def test_the_bank_holds_what_was_marked_and_what_is_innocent() -> None:
    point, pieces = BANK.donts[0]
    assert (point.id, pieces[0]) == ("own0", ("wrong0", "that", "a"))
    assert set(BANK.innocent) == {("thank", "you", "so", "much"), ("thank", "you", "so")}


def test_a_sentence_commits_its_own_dont_alone_and_shows_where() -> None:
    for seed in range(30):
        card = cards.card(BANK, random.Random(seed))
        assert len({p.id for p in card.points}) == cards.DONTS
        assert sum(r.kind == "near" for r in card.replies) == cards.INNOCENT
        for reply in card.replies:
            assert sum(reply.yes) == (reply.kind == "dont")
            for point, said, marked in zip(card.points, reply.yes, reply.evidence, strict=True):
                number = point.id.removeprefix("own")
                shown = " ".join(reply.words[i] for i in sorted(marked or ()))
                assert shown.startswith(f"wrong{number} that ") == said


def test_a_sentence_is_never_its_own_example() -> None:
    for seed in range(30):
        card = cards.card(BANK, random.Random(seed))
        examples = {e for p in card.points for e in p.examples}
        assert not examples & {" ".join(r.words) for r in card.replies}
