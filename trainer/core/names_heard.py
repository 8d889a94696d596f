"""A name counts as heard only where an ear that was not told of it takes it for as likely as what it wrote itself.

A recogniser that is told the call's names writes them right, and also writes them where something else was said. So the
recording is decoded twice, with and without the names. Where the two differ, the ear that knows no names says how much
less likely the name is to it than its own words. A name that is far less likely, and not only because it is a rare one
(as it would be before anything is heard), was not said, and the ear's own words stand. The verdict then still follows
from what was said alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import jellyfish
from rapidfuzz.distance import JaroWinkler, Levenshtein

from trainer.core.speech import Word

# Natural logarithms of the odds from which a name was said: as they are, and less what they are for silence. Measured
# by tests/bench/bench_speech.py.
LIKELY, LIKELY_IF_RARE = -6.5, -4.5
LONGEST_RUN = 4  # words that one name may be heard as
TRIED = 2  # places tried for a name within a stretch
SAME = 0.95  # likeness by sound from which two words are one, spelt in two ways
COMMON = frozenset(
    ["the", "and", "for", "foods", "group", "company", "inc", "ltd", "limited", "sons", "partners", "team", "systems"]
)


@dataclass(frozen=True, slots=True)
class _Change:
    """A stretch of words that the two decodings have differently."""

    told: tuple[int, int]
    plain: tuple[int, int]


def settle(
    told: Sequence[Word],
    plain: Sequence[Word],
    names: Sequence[str],
    likelihood: Callable[[str], float],
    beforehand: Callable[[str], float],
) -> tuple[Word, ...]:
    """The words of the decoding that was told the names, but those of the plain one where a name was not said.

    `likelihood`: the natural logarithm of how likely a text is, to an ear that knows no names, for what was said;
    `beforehand`: the same for silence.
    """
    wanted = name_words(names)
    left, right = [key(w.text) for w in told], [key(w.text) for w in plain]

    def said(change: _Change, named: Iterable[int]) -> bool:
        (a, b), (c, d) = change.told, change.plain
        if all(_spelt_otherwise(left[i], right[c:d]) for i in named):
            return True
        with_name, without = _text((*plain[:c], *told[a:b], *plain[d:])), _text(plain)
        odds = likelihood(with_name) - likelihood(without)
        return odds >= LIKELY or odds - (beforehand(with_name) - beforehand(without)) >= LIKELY_IF_RARE

    words: list[Word] = []
    for change in _changes(left, right):
        words += _settled(change, left, right, wanted, said, told, plain)
    return tuple(words)


def _settled(
    change: _Change,
    left: Sequence[str],
    right: Sequence[str],
    wanted: frozenset[str],
    said: Callable[[_Change, Iterable[int]], bool],
    told: Sequence[Word],
    plain: Sequence[Word],
) -> Sequence[Word]:
    """The words of one stretch. A name not said with all that stands around it may have been said by itself."""
    (a, b), (c, d) = change.told, change.plain
    named = [i for i in range(a, b) if left[i] in wanted]
    if not named or left[a:b] == right[c:d] or said(change, named):
        return told[a:b]
    if c == d:  # the plain decoding stopped or left something out: what is no name stands
        return [told[i] for i in range(a, b) if i not in named]
    if b - a == d - c > 1:
        parts = [_Change((a + i, a + i + 1), (c + i, c + i + 1)) for i in range(b - a)]
        return [w for part in parts for w in _settled(part, left, right, wanted, said, told, plain)]
    words, at = [], c
    for first, last in _runs(named) if d - c > 1 else ():
        for start, end in _likest("".join(left[first:last]), right, at, d):
            if said(_Change((first, last), (start, end)), range(first, last)):
                words += [*plain[at:start], *told[first:last]]
                at = end
                break
    return [*words, *plain[at:d]]


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Places that follow one another, as first and last + 1."""
    starts = [n for n, i in enumerate(places) if not n or places[n - 1] != i - 1]
    return [(places[a], places[b - 1] + 1) for a, b in zip(starts, [*starts[1:], len(places)], strict=True)]


def _likest(name: str, heard: Sequence[str], start: int, end: int) -> list[tuple[int, int]]:
    """The few runs of the heard words, written as one, that sound most like the name."""
    runs = [(i, j) for i in range(start, end) for j in range(i + 1, min(i + LONGEST_RUN, end) + 1)]
    return sorted(runs, key=lambda run: -sounds_alike(name, "".join(heard[slice(*run)])))[:TRIED]


def holds_name(words: Sequence[Word], names: Sequence[str]) -> bool:
    """Is there anything to settle?"""
    return count(words, names) > 0


def count(words: Sequence[Word], names: Sequence[str]) -> int:
    """How many of the names' words are among these, each counted once."""
    return len(name_words(names) & {key(w.text) for w in words})


def name_words(names: Sequence[str]) -> frozenset[str]:
    """The single words of the names, those of two letters and common ones left out."""
    parts = {key(part) for name in names for part in re.split(r"[\s\-]+", name)}
    return frozenset(part for part in parts if len(part) > 2 and part not in COMMON)


def key(word: str) -> str:
    """The letters of a word, for comparing: lower case, no marks, no possessive."""
    bare = re.sub(r"['’]s$", "", word.strip().lower().strip('.,;:!?"“”()-'))
    return "".join(c for c in bare if c.isalnum())


def sounds_alike(name: str, heard: str) -> float:
    """How alike two words sound, 0 to 1: the mean of their letters' likeness and that of their metaphones."""
    if name == heard:
        return 1.0
    letters = JaroWinkler.normalized_similarity(name, heard)
    codes = Levenshtein.normalized_similarity(_code(name), _code(heard))
    return (letters + codes) / 2


def _code(word: str) -> str:
    return str(jellyfish.metaphone(word)).replace(" ", "")


def _spelt_otherwise(name: str, heard: Sequence[str]) -> bool:
    """Is some run of the heard words, written as one, the name by sound?"""
    runs = ("".join(heard[i:j]) for i in range(len(heard)) for j in range(i + 1, min(i + 4, len(heard)) + 1))
    return any(sounds_alike(name, run) >= SAME for run in runs)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _changes(left: Sequence[str], right: Sequence[str]) -> list[_Change]:
    """The stretches that differ, and those that don't."""
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [_Change((a, b), (c, d)) for _, a, b, c, d in codes]
