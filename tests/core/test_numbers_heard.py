"""Telephone numbers in figures, in the groups in which they were said; other numbers as they were heard."""

from __future__ import annotations

import pytest

from trainer.core.normalise import tokens
from trainer.core.numbers_heard import holds_number, in_figures, settle
from trainer.core.slots import digit_runs
from trainer.core.speech import Word


def words(said: str) -> list[Word]:
    """A third of a second a word, and a pause where a bar stands."""
    found, at = [], 0.0
    for text in said.split():
        if text == "|":
            at += 0.5
        else:
            found.append(Word(text, round(at, 2), round(at + 0.3, 2), 0.9))
            at += 0.3
    return found


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("on three one two | five five five | oh one four seven. Thanks", "on 312 555 0147. Thanks"),
        ("on three one two, five five five, oh one four seven", "on 312, 555, 0147"),
        ("three one two five five five zero one four seven please", "312 555 0147 please"),
        ("five, five, five, zero, one, four, seven.", "555 0147."),
        ("Three one two triple five oh one forty-seven", "312 555 0147"),
        ("oh two oh | seven nine four six | oh nine five eight?", "020 7946 0958?"),
        ("zero seven seven zero zero nine zero zero one two three", "077 009 001 23"),
        ("again five five five | oh", "again five five five oh"),
    ],
)
def test_a_telephone_number_is_written_in_figures(said: str, written: str) -> None:
    assert " ".join(w.text for w in in_figures(words(said))) == written


@pytest.mark.parametrize(
    "said",
    [
        "I have one or two questions",
        "Oh, one more thing",
        "in twenty twenty six",
        "on the third of November at ten thirty",
        "extension four four two",
        "two hundred and fifty thousand items in six weeks",
        "",
    ],
)
def test_other_numbers_stay_as_they_were_heard(said: str) -> None:
    heard = tuple(words(said))
    assert in_figures(heard) == heard


def test_no_digit_is_lost_or_won_and_times_stay_in_their_order() -> None:
    heard = words("call oh two oh double seven nine | four six oh nine fifty eight or three one two four")
    written = in_figures(heard)
    before, after = (
        "".join(digits for digits, _, _ in digit_runs(tokens(" ".join(w.text for w in some))))
        for some in (heard, written)
    )
    assert before == after
    assert [w.start for w in written] == sorted(w.start for w in written)
    assert all(w.start <= w.end for w in written)
    assert (written[1].start, written[-1].end) == (heard[1].start, heard[-1].end)


@pytest.mark.parametrize(
    ("heard", "spelled", "settled"),
    [
        (  # a digit that the first decoding swallowed
            "on 312-550147. Thank you.",
            "on three one two five five five oh one four seven. Thank you.",
            "on 312 555 0147. Thank you.",
        ),
        (  # the second has fewer digits: what was there stands
            "on 312-555-0147. Thank you.",
            "on three one two five five. Thank you.",
            "on 312-555-0147. Thank you.",
        ),
        (  # each has lost another digit
            "on 312-550147 please",
            "on one two five five five oh one four seven please",
            "on 312 555 0147 please",
        ),
        (  # another digit in the same place: the decoding in words stands
            "on 312-590147 please",
            "on one two five five five oh one four seven please",
            "on 125 550 147 please",
        ),
        ("in 2026 and on 312", "in twenty twenty six and on three one two", "in 2026 and on 312"),
        ("call me at 3 or at 4", "call me at three or at four", "call me at 3 or at 4"),
        ("nothing here", "five five five oh one four seven", "nothing here"),
    ],
)
def test_a_number_is_taken_from_the_decoding_in_words(heard: str, spelled: str, settled: str) -> None:
    """Both last as long; each word of the second is as long as its share of letters."""
    assert " ".join(w.text for w in settle(over(heard), over(spelled))) == settled


def test_other_words_of_the_decoding_in_words_count_for_nothing() -> None:
    heard = over("it is 312. I'm 555. 0147 then, goodbye")
    spelled = over("it is three one two five five five oh one four seven and so on and so on")
    assert " ".join(w.text for w in settle(heard, spelled)).startswith("it is 312 555 0147")
    assert "so on" not in " ".join(w.text for w in settle(heard, spelled))


def test_what_may_be_a_number_is_worth_another_decoding() -> None:
    assert holds_number(over("call me on 312 thanks"))
    assert holds_number(over("on 3 -1 -2 -5"))
    assert not holds_number(over("at 10 on the 14 of May"))


def over(said: str, seconds: float = 8.0) -> list[Word]:
    """The words spread over so many seconds: a word in figures lasts as long as its digits do when they are spoken."""
    found, at = [], 0.0
    lengths = [max(1, 4.5 * sum(c.isdigit() for c in t)) + len([c for c in t if c.isalpha()]) for t in said.split()]
    for text, length in zip(said.split(), lengths, strict=True):
        took = seconds * length / sum(lengths)
        found.append(Word(text, round(at, 2), round(at + took, 2), 0.9))
        at += took
    return found
