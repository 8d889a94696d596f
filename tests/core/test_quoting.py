"""Which words are quoted: pieces that begin and end where something begins and ends."""

from __future__ import annotations

from trainer.core.normalise import tokens
from trainer.core.quoting import HANGS_BEFORE, HANGS_BEHIND, pieces
from trainer.core.rubric import rubric
from trainer.core.scenario import Turn
from trainer.core.signs import hear, signs_of

TURN = Turn.model_validate(
    {
        "id": "t",
        "says": "Hello?",
        "key_points": [],
        "donts": [{"id": "excuses", "label": "Make excuses", "examples": ["I had not slept"]}],
    }
)
SAID = "It went well with them and the baby had me up from three so I was slow on the forecasting and my hand shook."


def tried(word: str) -> list[str]:
    ready, said = rubric(TURN, ()), tokens(SAID)
    heard = hear(ready, said)
    at = SAID.index(word)
    focus = ((at, at + len(word), 1.0),)
    some = pieces(signs_of(ready, ready.points[0], heard), heard, focus)
    return [SAID[said[first].start : said[last - 1].end] for first, last in some]


def test_no_piece_ends_in_the_middle_of_what_comes_next() -> None:
    found = tried("slow")
    assert "slow" in found
    assert len(found) > 2
    for piece in found:
        words = piece.lower().split()
        assert words[-1] not in HANGS_BEHIND
        assert words[0] not in HANGS_BEFORE


def test_what_was_looked_at_stays_even_where_it_is_a_small_word() -> None:
    assert all("from" in piece.split() for piece in tried("from"))


def test_what_a_small_word_belongs_to_is_taken_in() -> None:
    assert tried("from")[0] == "from three"
    assert tried("on")[0] == "on the forecasting"
    assert tried("slow")[0] == "slow"
