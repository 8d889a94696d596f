"""Spot the don't: pieces, hits, misses and false alarms."""

from __future__ import annotations

from trainer.core.scenario import BadTake
from trainer.core.session import Grade
from trainer.core.spotting import pieces, spot

TAKE = BadTake(
    turn="t",
    reply="Hello, it's Robin. I need an answer today! You said Friday, and it's Monday. Thank you, bye.",
    faults={"pressuring": "I need an answer today", "deadline_reminder": "You said Friday, and it's Monday"},
)


def test_each_sentence_is_a_piece_with_its_faults() -> None:
    assert [(p.text, p.faults) for p in pieces(TAKE)] == [
        ("Hello, it's Robin.", ()),
        ("I need an answer today!", ("pressuring",)),
        ("You said Friday, and it's Monday.", ("deadline_reminder",)),
        ("Thank you, bye.", ()),
    ]


def test_what_was_found_overlooked_and_marked_without_need() -> None:
    found = spot(pieces(TAKE), {1, 3, 99})
    assert (found.hits, found.misses, found.false_alarms) == ((1,), (2,), (3,))
    assert {g.id: g.grade for g in found.grades} == {"pressuring": Grade.GOOD, "deadline_reminder": Grade.AGAIN}


def test_a_fault_over_two_sentences_is_found_by_either() -> None:
    take = BadTake(turn="t", reply="Sorry. The bus was late. Bye.", faults={"excuses": "Sorry. The bus was late"})
    assert [g.grade for g in spot(pieces(take), {1}).grades] == [Grade.GOOD]
