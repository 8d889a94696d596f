"""How it was said: pace, length, pauses, fillers, the number's speed. Shown as bands, never scored.

Only where a recogniser gave the words their times; otherwise there is nothing to show. The bands' figures are those of
rules.md D1; what no source says is our default.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from trainer.core.normalise import FILLERS, tokens
from trainer.core.slots import SHORTEST_NUMBER, digit_runs
from trainer.core.speech import Word

Band = Literal["green", "amber", "red"]

PACE_GREEN = (110, 170)  # words a minute
PACE_AMBER = (90, 190)
FILLERS_GREEN = 5.0  # a 100 words: fewer is fluent
FILLERS_RED = 8.0  # more than this is heard as hesitant; natural speech has 6 to 10
VOICEMAIL_SHORT, VOICEMAIL_GREEN, VOICEMAIL_AMBER = 20.0, 35.0, 45.0  # seconds
DIGITS_GREEN = 1.5  # digits a second that can be written down
DIGITS_AMBER = 2.5  # our default
PAUSE = 1.0  # seconds of silence between two words from which it is a pause
LONG_PAUSE = 3.0  # … from which it is noticed; our default
FEWEST_WORDS = 8  # for a pace that means anything


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with its band and unit."""

    value: float
    unit: str
    band: Band


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was measured; None where it could not be."""

    length: Measure | None = None  # seconds from the first word to the last
    pace: Measure | None = None
    pauses: Measure | None = None  # how many of a second or more; its band by the longest
    longest_pause: float | None = None  # seconds
    fillers: Measure | None = None  # a 100 words; None on engines that leave them out
    number: Measure | None = None  # digits a second of the slowest telling of a phone number

    def lines(self) -> tuple[str, ...]:
        """What was measured, a line each, with its band and what the band asks for."""
        out = []
        if self.length:
            out.append(f"length {self.length.value:g} s{_said(self.length, 'voicemail: 20 to 35 s')}")
        if self.pace:
            out.append(f"pace {self.pace.value:g} words a minute{_said(self.pace, '110 to 170')}")
        if self.pauses and self.pauses.value:
            longest = f", the longest {self.longest_pause:g} s" if self.longest_pause else ""
            out.append(f"pauses of a second or more: {self.pauses.value:g}{longest}")
        if self.fillers:
            out.append(f"fillers {self.fillers.value:g} in 100 words{_said(self.fillers, 'under 5')}")
        if self.number:
            out.append(f"your number at {self.number.value:g} digits a second{_said(self.number, '1.5 at most')}")
        return tuple(out)


def _said(measure: Measure, aim: str) -> str:
    return " (good)" if measure.band == "green" else f" ({measure.band}; aim: {aim})"


def delivery(
    words: Sequence[tuple[str, float, float]],
    seconds: float | None = None,
    *,
    voicemail: bool = False,
    keeps_fillers: bool = True,
) -> Delivery | None:
    """The delivery of one reply, or None ('not measured') where words have no times.

    `words` are (text, start, end) in seconds; `seconds` is the length of the recording, else from first word to last.
    `keeps_fillers` is false for an engine that deletes um and uh: they are then not measured.
    """
    timed = [Word(text, start, end, 1.0) for text, start, end in words if end > start]
    if not timed:
        return None
    spoke = timed[-1].end - timed[0].start
    length = seconds if seconds is not None else spoke
    spoken = [w for w in timed if not _is_filler(w)]
    gaps = [b.start - a.end for a, b in pairwise(timed)]
    return Delivery(
        length=Measure(round(length, 1), "s", _length_band(length) if voicemail else "green"),
        pace=_pace(len(spoken), spoke),
        pauses=_pauses(gaps),
        longest_pause=round(max(gaps), 1) if gaps else None,
        fillers=_fillers(len(timed) - len(spoken), len(spoken)) if keeps_fillers else None,
        number=_number(timed),
    )


def _is_filler(word: Word) -> bool:
    return word.text.strip(" .,…-!?").lower() in FILLERS


def _length_band(seconds: float) -> Band:
    if seconds > VOICEMAIL_AMBER:
        return "red"
    return "green" if VOICEMAIL_SHORT <= seconds <= VOICEMAIL_GREEN else "amber"


def _pace(count: int, seconds: float) -> Measure | None:
    if count < FEWEST_WORDS or seconds <= 0:
        return None
    pace = 60 * count / seconds
    if PACE_GREEN[0] <= pace <= PACE_GREEN[1]:
        return Measure(round(pace), "words/min", "green")
    inside = PACE_AMBER[0] <= pace <= PACE_AMBER[1]
    return Measure(round(pace), "words/min", "amber" if inside else "red")


def _pauses(gaps: Sequence[float]) -> Measure:
    long = max(gaps, default=0.0) >= LONG_PAUSE
    return Measure(sum(g >= PAUSE for g in gaps), "pauses", "amber" if long else "green")


def _fillers(count: int, spoken: int) -> Measure | None:
    if spoken < FEWEST_WORDS:
        return None
    rate = 100 * count / spoken
    band: Band = "green" if rate < FILLERS_GREEN else "amber" if rate <= FILLERS_RED else "red"
    return Measure(round(rate, 1), "per 100 words", band)


def _number(words: Sequence[Word]) -> Measure | None:
    """Digits a second of the slowest telling: said twice, one slow time is enough to write it down."""
    starts: list[int] = []
    text = ""
    for word in words:
        starts.append(len(text))
        text += word.text.strip() + " "
    said = tokens(text)
    rates = []
    for digits, first, last in digit_runs(said):
        if len(digits) <= SHORTEST_NUMBER:
            continue
        at = [n for n, s in enumerate(starts) if said[first].start - 1 <= s < said[last - 1].end]
        if at and (took := words[at[-1]].end - words[at[0]].start) > 0:
            rates.append(len(digits) / took)
    if not rates:
        return None
    rate = min(rates)
    band: Band = "green" if rate <= DIGITS_GREEN else "amber" if rate <= DIGITS_AMBER else "red"
    return Measure(round(rate, 2), "digits/s", band)
