"""A telephone number is heard digit by digit and written in figures, as one reads it.

The recogniser is kept from writing figures itself: a small model that writes 5-5-5 as '55' has lost a digit, and one
that writes 'five five five' has not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from trainer.core.normalise import TEENS, TENS, TIMES, UNITS, tokens
from trainer.core.speech import Word

SHORTEST = 5  # digits from which a run of number words is a telephone number: 'twenty twenty-six' is a year
PAUSE = 0.25  # seconds between two groups of digits
LONGEST_GROUP = 6  # digits that are read in one go
MARKS = ".,;:!?"
SPOKEN = frozenset({*UNITS, *TEENS, *TENS, *TIMES, "oh", "o"})


def in_figures(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with every telephone number in figures, in the groups in which it was said."""
    found: list[Word] = []
    i = 0
    while i < len(words):
        end = i
        while end < len(words) and _is_spoken_number(words[end].text):
            end += 1
        run = words[i:end]
        written = [_written(group) for group in _groups(run)]
        if run and all(written) and sum(len(_digits(w.text)) for w in written if w) >= SHORTEST:
            found += [part for word in written if word for part in _readable(word)]
        else:
            found += words[i : max(end, i + 1)]
        i = max(end, i + 1)
    return tuple(found)


def _is_spoken_number(text: str) -> bool:
    parts = [part for part in re.split(r"[-\s]+", text.lower().strip(MARKS)) if part]
    return bool(parts) and all(part in SPOKEN for part in parts)


def _groups(run: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The run, cut where the speaker paused or the recogniser wrote a mark (but where it has one after every digit)."""
    marked = sum(word.text[-1] in MARKS for word in run) <= len(run) / 2
    start = 0
    for i in range(1, len(run)):
        before, word = run[i - 1], run[i]
        if word.start - before.end >= PAUSE or (marked and before.text[-1] in MARKS):
            yield run[start:i]
            start = i
    if run:
        yield run[start:]


def _written(group: Sequence[Word]) -> Word | None:
    """A group as one word in figures; None where it is no number after all."""
    said = " ".join(word.text for word in group)
    found = tokens(said)
    if not found or not all(token.is_number for token in found):
        return None
    mark = said[-1] if said[-1] in MARKS else ""
    figures = "".join(token.text for token in found)
    return Word(figures + mark, group[0].start, group[-1].end, min(word.confidence for word in group))


def _readable(word: Word) -> Iterator[Word]:
    """A long group in threes, the last of up to four digits: 312 555 0147."""
    digits = _digits(word.text)
    if len(digits) <= LONGEST_GROUP:
        yield word
        return
    cuts = [cut for cut in range(0, len(digits), 3) if len(digits) - cut > 1] + [len(digits)]
    each = (word.end - word.start) / len(digits)
    for a, b in pairwise(cuts):
        last = b == len(digits)
        text = digits[a:b] + (word.text[len(digits) :] if last else "")
        end = word.end if last else round(word.start + b * each, 2)
        yield replace(word, text=text, start=round(word.start + a * each, 2), end=end)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
