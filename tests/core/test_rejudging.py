"""Verdicts that the learner settled: each hit quotes the words that it rests on."""

from __future__ import annotations

from datetime import UTC, datetime

from trainer.core.normalise import tokens
from trainer.core.quoting import nearest
from trainer.core.rejudging import answered
from trainer.core.scenario import Turn
from trainer.core.session import Take
from trainer.core.verdict import PointVerdict, Verdict

SAID = "Um, it's private, but honestly Grace told me to call her directly on her mobile so just connect me"
TURN = Turn.model_validate(
    {
        "id": "desk",
        "says": "Who is this?",
        "donts": [
            {"id": "ask_private_number", "label": "Ask for a mobile number", "examples": ["what is her mobile"]},
            {"id": "other", "label": "Quarrel", "examples": ["nonsense"]},
        ],
    }
)


def quoted(said: str, id: str) -> str | None:
    point = PointVerdict(id, "dont", False, 0.55, unsure=True)
    take = Take(
        "t", "s", "desk", 1, "first", datetime(2026, 11, 9, tzinfo=UTC), "", said, said, Verdict((), (point,), 0, "t")
    )
    evidence = answered(take, TURN, point, True).evidence
    assert evidence is None or said[evidence.start : evidence.end] == evidence.quote
    return evidence.quote if evidence else None


def test_what_the_learner_says_is_a_hit_rests_on_the_nearest_words() -> None:
    assert quoted(SAID, "ask_private_number") == "to call her directly on her mobile so just"


def test_a_name_that_is_another_is_quoted_with_the_words_that_name_it() -> None:
    said = "Good morning Grace, this is Peter Miller. What are the next steps? My number is 555 0147."
    text = tokens(said)
    first, last = nearest(("this is Robin Hale", "my name is Robin Hale"), text, said)
    assert said[text[first].start : text[last - 1].end] == "this is Peter Miller"
    first, last = nearest(("my number is 555 0147",), text, said)
    assert said[text[first].start : text[last - 1].end] == "My number is 555 0147"


def test_it_rests_on_the_whole_reply_where_no_words_are_near_and_on_nothing_in_silence() -> None:
    assert quoted("Go away", "other") == "Go away"
    assert quoted("", "other") is None
