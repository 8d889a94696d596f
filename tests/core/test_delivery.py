"""Pace, length, pauses, fillers and the number's speed."""

from __future__ import annotations

import pytest

from trainer.core.delivery import delivery

Times = list[tuple[str, float, float]]


def spoken(text: str, every: float) -> Times:
    return [(w, n * every, n * every + every * 0.8) for n, w in enumerate(text.split())]


TEXT = "hello this is Robin Hale and I wanted to thank you for the interview"


def test_without_times_nothing_is_measured() -> None:
    assert delivery([]) is None


@pytest.mark.parametrize(("every", "band"), [(0.42, "green"), (0.6, "amber"), (0.9, "red"), (0.2, "red")])
def test_pace_bands(every: float, band: str) -> None:
    measured = delivery(spoken(TEXT, every))
    assert measured is not None
    assert measured.pace is not None
    assert measured.pace.band == band


def test_fillers_are_counted_where_the_engine_keeps_them() -> None:
    words = spoken("um " + TEXT, 0.4)
    kept, lost = delivery(words), delivery(words, keeps_fillers=False)
    assert kept is not None
    assert lost is not None
    assert kept.fillers is not None
    assert kept.fillers.value == pytest.approx(100 / 14, abs=0.1)
    assert lost.fillers is None


def test_a_number_that_nobody_can_write_down() -> None:
    fast, slow = (delivery(spoken("five five five oh one four two", every)) for every in (0.2, 0.8))
    assert fast is not None
    assert slow is not None
    assert fast.number is not None
    assert slow.number is not None
    assert (fast.number.band, slow.number.band) == ("red", "green")


def test_a_long_pause_is_shown() -> None:
    measured = delivery([("hello", 0.0, 0.5), ("there", 4.0, 4.5)])
    assert measured is not None
    assert measured.longest_pause == 3.5
    assert any("pauses" in line for line in measured.lines())


@pytest.mark.parametrize(("seconds", "band"), [(10, "amber"), (30, "green"), (40, "amber"), (50, "red")])
def test_the_length_of_a_voicemail(seconds: float, band: str) -> None:
    measured = delivery(spoken(TEXT, 0.4), seconds, voicemail=True)
    assert measured is not None
    assert measured.length is not None
    assert measured.length.band == band
