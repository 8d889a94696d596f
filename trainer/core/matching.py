"""Finds a phrase in a reply: how much of an example was said in one place, forgiving misheard words.

Each example is laid over windows of the reply. A word counts by how much it tells: fully where it was said, partly
where a word of its family or one that looks like it was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from trainer.core.normalise import Token, tokens
from trainer.core.stems import families, stem, weight

WINDOWS = (5, 9, 14)  # tokens
FAMILY_LIKENESS = 0.75
LOOKS_ALIKE = 0.9  # Jaro-Winkler from which a word was misheard or bent
BENT = 0.85  # what such a word counts, times that likeness
LONG_ENOUGH = 5  # letters from which words are compared by looks; shorter ones look alike by chance
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases made ready for comparing. Rows of `share` are phrases, columns are words of the vocabulary."""

    texts: tuple[str, ...]
    column: dict[str, int]  # of each stem
    long_words: tuple[str, ...]
    long_columns: Rows
    kin: dict[int, Rows]  # the columns of each family of words
    share: Floats  # how much of the phrase's weight a word carries
    mass: Floats  # of each phrase: the weight of its words
    window: NDArray[np.intp]  # of each phrase: which of WINDOWS fits it


@dataclass(frozen=True, slots=True)
class Matches:
    """How well phrases are met, 0 to 1, and from which token on. Rows outside those that were laid are 0."""

    phrases: Phrases
    alike: Floats  # (vocabulary, tokens)
    likeness: Floats
    at: Rows

    def place(self, row: int) -> tuple[int, int]:
        """Tokens from first up to (not including) last, without words at the ends that say nothing of the phrase."""
        first = int(self.at[row])
        last = min(first + WINDOWS[self.phrases.window[row]], self.alike.shape[1])
        share = self.phrases.share[row]
        words = np.flatnonzero(share)
        telling = (share[words, None] * self.alike[words, first:last]).max(axis=0, initial=0.0)
        places = np.flatnonzero(telling > 0.02)
        return (first + int(places[0]), first + int(places[-1]) + 1) if len(places) else (first, last)


@lru_cache(maxsize=256)
def prepare(texts: tuple[str, ...]) -> Phrases:
    words = [_weighed(text) for text in texts]
    column: dict[str, int] = {}
    for phrase in words:
        for word, _ in phrase:
            column.setdefault(word, len(column))
    share = np.zeros((len(texts), max(1, len(column))), dtype=np.float32)
    for row, phrase in enumerate(words):
        share[row, [column[word] for word, _ in phrase]] = [told for _, told in phrase]
    total = share.sum(axis=1, keepdims=True)
    share /= np.where(total > 0, total, 1)
    mass = np.array([sum(told for _, told in phrase) for phrase in words], dtype=np.float32)
    window = [next((i for i, w in enumerate(WINDOWS) if w >= 1.2 * len(p)), len(WINDOWS) - 1) for p in words]
    long = [w for w in column if len(w) >= LONG_ENOUGH]
    kin: dict[int, list[int]] = {}
    for word, at in column.items():
        for family in families(word):
            kin.setdefault(family, []).append(at)
    return Phrases(
        texts,
        column,
        tuple(long),
        np.array([column[w] for w in long], dtype=np.intp),
        {f: np.array(c, dtype=np.intp) for f, c in kin.items()},
        share,
        mass,
        np.array(window, dtype=np.intp),
    )


@lru_cache(maxsize=4096)
def _weighed(text: str) -> tuple[tuple[str, float], ...]:
    """The stem of each word, and how much the word tells."""
    return tuple((stem(t.text), weight(t.text)) for t in tokens(text))


def match(phrases: Phrases, said: Sequence[Token]) -> Matches:
    """The best place of every phrase in what was said."""
    return lay(phrases, word_likeness(phrases, [stem(t.text) for t in said]), range(len(phrases.texts)))


def lay(phrases: Phrases, alike: Floats, rows: range) -> Matches:
    """The best place of some phrases, given how like the words are; a part of a reply is a slice of `alike`."""
    likeness, at = np.zeros(len(phrases.texts), dtype=np.float32), np.zeros(len(phrases.texts), dtype=np.intp)
    met = np.flatnonzero(alike.any(axis=1))
    if len(met) and len(rows):
        share = phrases.share[rows.start : rows.stop, met]
        window = phrases.window[rows.start : rows.stop]
        for which, widest in enumerate(_widest(alike[met])):
            fit = np.flatnonzero(window == which)
            if len(fit):
                scores = share[fit] @ widest
                at[fit + rows.start] = scores.argmax(axis=1)
                likeness[fit + rows.start] = np.minimum(scores.max(axis=1), 1.0)
    return Matches(phrases, alike, likeness, at)


def word_likeness(phrases: Phrases, said: Sequence[str]) -> Floats:
    """(vocabulary, said): 1 for the same word, less for one of its family or one that was misheard."""
    places: dict[str, list[int]] = {}
    for i, word in enumerate(said):
        places.setdefault(word, []).append(i)
    alike = np.zeros((max(1, len(phrases.column)), len(said)), dtype=np.float32)
    long = [w for w in places if len(w) >= LONG_ENOUGH]
    if long and phrases.long_words:
        looks = process.cdist(
            phrases.long_words, long, scorer=JaroWinkler.normalized_similarity, score_cutoff=LOOKS_ALIKE
        )
        for row, col in zip(*np.nonzero(looks), strict=True):
            alike[phrases.long_columns[row], places[long[col]]] = BENT * looks[row, col]
    for word, where in places.items():
        for family in families(word):
            if (rows := phrases.kin.get(family)) is not None:
                for i in where:
                    alike[rows, i] = np.maximum(alike[rows, i], FAMILY_LIKENESS)
        if (column := phrases.column.get(word)) is not None:
            alike[column, where] = 1.0
    return alike


def _widest(alike: Floats) -> tuple[Floats, Floats, Floats]:
    """For every place, the best likeness of each word within the window that starts there: of 5, 9 and 14 tokens.

    Windows are doubled: the best of 4 is the better of two neighbouring bests of 2.
    """
    two = _better(alike, alike, 1)
    four = _better(two, two, 2)
    eight = _better(four, four, 4)
    return _better(four, alike, 4), _better(eight, alike, 8), _better(eight, eight, 6)


def _better(here: Floats, there: Floats, by: int) -> Floats:
    out = here.copy()
    if by < here.shape[1]:
        np.maximum(out[:, :-by], there[:, by:], out=out[:, :-by])
    return out
