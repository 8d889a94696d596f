"""Telephone numbers in figures, in the groups in which they were said; other numbers as they were heard."""

from __future__ import annotations

import pytest

from trainer.core.normalise import tokens
from trainer.core.numbers_heard import in_figures
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
