"""Spoken forms made equal."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trainer.core.normalise import plain, tokens


@pytest.mark.parametrize(
    ("spoken", "same"),
    [
        ("I-I-I w-wanted to say", "I wanted to say"),
        ("um, I uh wanted, er, to say", "I wanted to say"),
        ("u-um I wanted", "I wanted"),
        ("I was I was wondering", "I was wondering"),
        ("five five five oh one four two", "555-0142"),
        ("double five five oh one four two", "555 0142"),
        ("March third", "march 3rd"),
        ("twenty-two percent", "22 %"),
        ("twelve thousand items", "12,000 items"),
        ("I can't, you know, wait", "I cannot wait"),
        ("it's ROBIN!", "it is robin"),
    ],
)
def test_alike_however_it_is_said(spoken: str, same: str) -> None:
    assert plain(spoken) == plain(same)


def test_a_repeated_digit_is_no_stammer() -> None:
    assert plain("five five five") == "5 5 5"


def test_the_question_do_you_know_is_no_filler() -> None:
    assert plain("do you know if she is in") == "do you know if she is in"


def test_oh_is_a_word_unless_a_digit_stands_beside_it() -> None:
    assert plain("oh I see") == "oh i see"


@pytest.mark.parametrize("said", ["", "...", "um uh er", "👍", "—"])
def test_nothing_but_noise_is_silence(said: str) -> None:
    assert tokens(said) == ()


@given(st.text(max_size=120))
@example("N'T")
@settings(max_examples=150, deadline=None)
def test_every_token_stands_in_the_original(said: str) -> None:
    for token in tokens(said):
        assert 0 <= token.start < token.end <= len(said)
        assert token.text
    starts = [t.start for t in tokens(said)]
    assert starts == sorted(starts)


def test_numbers_of_any_length_are_read() -> None:
    assert len(tokens("two thousand " + "9" * 6000)) > 6000
    assert tokens("²³ ٣٤٥") != ()
