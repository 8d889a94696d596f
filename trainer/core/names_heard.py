"""A name counts as heard only where an ear that was not told of it heard something alike.

A recogniser that is told the call's names writes them right, and also writes them where something else was said. So the
recording is decoded twice, with and without the names, and a name stands only where both agree by sound; elsewhere the
words of the decoding that knew no names stand. The verdict then still follows from what was said alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import jellyfish
from rapidfuzz.distance import JaroWinkler, Levenshtein

from trainer.core.speech import Word

ALIKE = 0.66  # likeness by sound from which a name was said; measured by tests/bench/bench_speech.py
ALIKE_COMPANY = 0.45  # … of a company, where the plain word in its name ("Foods") was heard by both
COMMON = frozenset(
    ["the", "and", "for", "foods", "group", "company", "inc", "ltd", "limited", "sons", "partners", "team", "systems"]
)


@dataclass(frozen=True, slots=True)
class _Change:
    """A stretch of words that the two decodings have differently."""

    told: tuple[int, int]
    plain: tuple[int, int]


def settle(told: Sequence[Word], plain: Sequence[Word], names: Sequence[str]) -> tuple[Word, ...]:
    """The words of the decoding that was told the names, but those of the plain one where a name was not said."""
    wanted = _thresholds(names, {key(w.text) for w in plain})
    left, right = [key(w.text) for w in told], [key(w.text) for w in plain]
    words: list[Word] = []
    for change in _changes(left, right):
        (a, b), (c, d) = change.told, change.plain
        named = [i for i in range(a, b) if left[i] in wanted]
        if named and left[a:b] != right[c:d] and not all(_said(left[i], right[c:d], wanted[left[i]]) for i in named):
            # Where the plain decoding has nothing at all, it stopped or left something out: what is no name stands.
            words += plain[c:d] or [told[i] for i in range(a, b) if i not in named]
        else:
            words += told[a:b]
    return tuple(words)


def holds_name(words: Sequence[Word], names: Sequence[str]) -> bool:
    """Is there anything to settle?"""
    wanted = name_words(names)
    return any(key(w.text) in wanted for w in words)


def name_words(names: Sequence[str]) -> frozenset[str]:
    """The single words of the names, those of two letters and common ones left out."""
    return frozenset(_thresholds(names, set()))


def _thresholds(names: Sequence[str], heard: set[str]) -> dict[str, float]:
    """Every word of the names, with the likeness that it takes for having been said."""
    found: dict[str, float] = {}
    for name in names:
        parts = [key(part) for part in re.split(r"[\s\-]+", name)]
        company = any(part in COMMON and any(_nearly(part, word) for word in heard) for part in parts)
        for part in parts:
            if len(part) > 2 and part not in COMMON:
                found[part] = max(found.get(part, 0.0), ALIKE_COMPANY if company else ALIKE)
    return found


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


def _nearly(part: str, heard: str) -> bool:
    """The same plain word, whatever its ending."""
    return JaroWinkler.normalized_similarity(part, heard) >= 0.9


def _said(name: str, heard: Sequence[str], alike: float) -> bool:
    """Does some run of the heard words, written as one, sound like the name?"""
    runs = ("".join(heard[i:j]) for i in range(len(heard)) for j in range(i + 1, min(i + 4, len(heard)) + 1))
    return any(sounds_alike(name, run) >= alike for run in runs)


def _changes(left: Sequence[str], right: Sequence[str]) -> list[_Change]:
    """The stretches that differ (and those that don't); as many words on both sides are compared word by word."""
    found: list[_Change] = []
    for _, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if b - a == d - c:
            found += [_Change((a + i, a + i + 1), (c + i, c + i + 1)) for i in range(b - a)]
        else:
            found.append(_Change((a, b), (c, d)))
    return found
