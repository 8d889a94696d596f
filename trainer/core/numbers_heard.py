"""A telephone number is taken from a decoding that had to write it digit by digit, and written in figures.

A small model that may write figures loses digits: 5-5-5 becomes '55'. One that is kept from writing figures writes
'five five five', but is worse at everything else. So where the first decoding has a number, the recording is decoded
once more in words, and only the number is taken from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from rapidfuzz.distance import LCSseq

from trainer.core.normalise import TEENS, TENS, TIMES, UNITS, tokens
from trainer.core.speech import Word

FEWEST = 3  # digits in a row in the first decoding that may be what is left of a telephone number
SHORTEST = 5  # digits from which a run of number words is a telephone number: 'twenty twenty-six' is a year
IN_FULL = 10  # digits of a number that is said in full: with as many, nothing was left out
PAUSE = 0.25  # seconds between two groups of digits
LONGEST_GROUP = 6  # digits that are read in one go
MARKS = ".,;:!?"
SPOKEN = frozenset({*UNITS, *TEENS, *TENS, *TIMES, "oh", "o"})


def holds_number(words: Sequence[Word]) -> bool:
    """Is there anything to settle?"""
    return any(len(_digits("".join(w.text for w in words[a:b]))) >= FEWEST for a, b in _runs(words))


def settle(words: Sequence[Word], spelled: Sequence[Word]) -> tuple[Word, ...]:
    """The words, with each telephone number as the decoding in words has it, where that has no fewer digits.

    The two are laid side by side by time: what is replaced reaches from the first to the last word with a figure in it
    that was said while the number was. Where each has lost digits that the other has, the number has them all.
    """
    found = list(words)
    figures = in_figures(spelled)
    for a, b in reversed(_runs(figures)):
        start, end = figures[a].start, figures[b - 1].end
        said = [i for i, w in enumerate(found) if w.start < end and w.end > start and _digits(w.text)]
        if not said:
            continue
        first, last = said[0], said[-1] + 1
        before, after = (_digits("".join(w.text for w in some)) for some in (found[first:last], figures[a:b]))
        if len(after) < max(SHORTEST, len(before)):
            continue
        number = figures[a:b]
        if len(after) < IN_FULL and (whole := _together(before, after)) != after:
            number = tuple(_readable(Word(whole + _mark(number[-1].text), start, end, number[0].confidence)))
        found[first:last] = number
    return tuple(found)


def _together(one: str, other: str) -> str:
    """The digits of both, where they differ only by what each left out; else `other`."""
    parts: list[str] = []
    left_out = ""
    for op in LCSseq.opcodes(one, other):
        if op.tag != "equal" and left_out not in ("", op.tag):
            return other  # another digit in the same place
        left_out = "" if op.tag == "equal" else op.tag
        parts.append(one[op.src_start : op.src_end] if op.tag == "delete" else other[op.dest_start : op.dest_end])
    return "".join(parts)


def _mark(text: str) -> str:
    return text[-1] if text[-1] in MARKS else ""


def _runs(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where words with figures in them follow each other: first and one past the last."""
    found, i = [], 0
    for figure, run in groupby(words, lambda w: bool(_digits(w.text))):
        length = len(list(run))
        if figure:
            found.append((i, i + length))
        i += length
    return found


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
    figures = "".join(token.text for token in found)
    return Word(figures + _mark(said), group[0].start, group[-1].end, min(word.confidence for word in group))


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
