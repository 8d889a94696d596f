"""A name stands only where an ear that was not told of it heard something alike."""

from __future__ import annotations

import pytest

from trainer.core.names_heard import holds_name, settle
from trainer.core.speech import Word

NAMES = ("Robin Castellano", "Grace Oyelaran", "Halden Foods")


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(w, i * 0.3, i * 0.3 + 0.2, 0.9) for i, w in enumerate(text.split()))


def settled(told: str, plain: str) -> str:
    return " ".join(w.text for w in settle(words(told), words(plain), NAMES))


@pytest.mark.parametrize(
    ("plain", "stands"),
    [
        ("This is Robin Casilano calling", True),
        ("This is Robin Castle Anno calling", True),
        ("This is Robin Castellano calling", True),
        ("This is Robin Delgado calling", False),
        ("This is Robin Whitfield calling", False),
        ("This is Robin calling", False),
    ],
)
def test_a_name_stands_where_the_other_ear_heard_it(plain: str, stands: bool) -> None:
    told = "This is Robin Castellano calling"
    assert settled(told, plain) == (told if stands else plain)


def test_where_the_other_ear_heard_nothing_only_the_name_falls() -> None:
    told = "I would love to join Halden Foods call me on 312 555 0147"
    assert settled(told, "I would love to join") == "I would love to join Foods call me on 312 555 0147"


def test_a_company_stands_by_its_plain_word() -> None:
    assert (
        settled("the job at Halden Foods today", "the job at how long Foods today") == "the job at Halden Foods today"
    )
    assert settled("the job at Halden today", "the job at million today") == "the job at million today"


def test_words_beside_a_name_keep_the_told_decoding() -> None:
    assert settled("um hello Grace Oyelaran", "hello Grace Oy a laran") == "um hello Grace Oyelaran"


def test_a_possessive_and_a_full_stop_are_still_the_name() -> None:
    assert holds_name(words("about Castellano's offer."), NAMES)
    assert not holds_name(words("about the foods of the world."), NAMES)


def test_nothing_heard_is_nothing_settled() -> None:
    assert settle((), (), NAMES) == ()
    assert settled("Castellano", "") == ""
