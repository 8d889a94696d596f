"""A name stands only where an ear that was not told of it takes it for as likely as its own words."""

from __future__ import annotations

import pytest

from trainer.core.names_heard import LIKELY, LIKELY_IF_RARE, holds_name, settle
from trainer.core.speech import Word

NAMES = ("Robin Castellano", "Grace Oyelaran", "Halden Foods")
TOLD = "This is Robin Castellano calling"


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(w, i * 0.3, i * 0.3 + 0.2, 0.9) for i, w in enumerate(text.split()))


def settled(told: str, plain: str, odds: float = -20.0, beforehand: float = 0.0) -> str:
    """`odds` of whatever the plain ear did not write itself, for what was said and for silence."""
    found = settle(
        words(told),
        words(plain),
        NAMES,
        lambda text: 0.0 if text == plain else odds,
        lambda text: 0.0 if text == plain else beforehand,
    )
    return " ".join(w.text for w in found)


@pytest.mark.parametrize(
    ("odds", "beforehand", "stands"),
    [
        (LIKELY + 0.1, 0.0, True),
        (LIKELY - 0.1, 0.0, False),
        (-12.0, -12.0 - LIKELY_IF_RARE - 0.1, True),  # unlikely, but a rare name always is
        (-12.0, -12.0 - LIKELY_IF_RARE + 0.1, False),
    ],
)
def test_a_name_stands_where_the_other_ear_takes_it_for_likely(odds: float, beforehand: float, stands: bool) -> None:
    plain = "This is Robin Castleton calling"
    assert settled(TOLD, plain, odds, beforehand) == (TOLD if stands else plain)


@pytest.mark.parametrize("plain", ["This is Robin Castelano calling", "This is Robin Castell Ano calling"])
def test_the_same_name_spelt_otherwise_stands(plain: str) -> None:
    assert settled(TOLD, plain) == TOLD


@pytest.mark.parametrize("plain", ["This is Robin Delgado calling", "This is Robin calling"])
def test_another_name_or_none_does_not(plain: str) -> None:
    assert settled(TOLD, plain) == plain


def test_each_name_is_asked_about_by_itself_in_the_other_ears_words() -> None:
    asked = []

    def likelihood(text: str) -> float:
        asked.append(text)
        return -20.0 if "Grace" in text else 0.0

    told, plain = "Grace Oyelaran this is Robin Castellano", "Greg Oyelaran this is Robin Castleton"
    found = settle(words(told), words(plain), NAMES, likelihood, lambda text: 0.0)
    assert " ".join(w.text for w in found) == "Greg Oyelaran this is Robin Castellano"
    assert "Grace Oyelaran this is Robin Castleton" in asked
    assert "Greg Oyelaran this is Robin Castellano" in asked


def test_names_beside_one_another_are_asked_about_together() -> None:
    """By itself neither is likely: 'court mining', 'quartz smiling'."""
    told, plain = "I called Robin Castellano today", "I called rob incastle today"
    found = settle(
        words(told), words(plain), NAMES, lambda text: 0.0 if text in (told, plain) else -20.0, lambda text: 0.0
    )
    assert " ".join(w.text for w in found) == told


def test_a_name_is_found_in_garbled_words_that_are_not_the_names() -> None:
    """What is told may be garbled around the name in another way than what is not: the name alone is put in its place."""
    told = "for tray Halden Foods I'm out in"
    plain = "for a soil and at held on foods I'm out in"
    found = settle(
        words(told),
        words(plain),
        NAMES,
        lambda text: 0.0 if text in (plain, "for a soil and at Halden foods I'm out in") else -20.0,
        lambda text: 0.0,
    )
    assert " ".join(w.text for w in found) == "for a soil and at Halden Foods I'm out in"


def test_where_the_other_ear_heard_nothing_only_the_name_falls() -> None:
    told = "I would love to join Halden Foods call me on 312 555 0147"
    assert settled(told, "I would love to join") == "I would love to join Foods call me on 312 555 0147"


def test_words_beside_a_name_keep_the_told_decoding() -> None:
    assert settled("um hello Grace Oyelaran", "hello Grace Oyelaran") == "um hello Grace Oyelaran"


def test_where_both_agree_nothing_is_asked() -> None:
    def never(text: str) -> float:
        raise AssertionError(text)

    assert settle(words(TOLD), words(TOLD), NAMES, never, never) == words(TOLD)


def test_a_possessive_and_a_full_stop_are_still_the_name() -> None:
    assert holds_name(words("about Castellano's offer."), NAMES)
    assert not holds_name(words("about the foods of the world."), NAMES)


def test_nothing_heard_is_nothing_settled() -> None:
    assert settled("", "") == ""
    assert settled("Castellano", "") == ""
