"""Finds a phrase in a reply: how much of what an example says was said in one place, forgiving misheard words.

Each example is laid over windows of the reply. A word counts by how much it tells, fully where it was said, partly where
a word of its family or one that looks like it was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from trainer.core.normalise import Token, tokens
from trainer.core.stems import families, stem, weight

WINDOWS = (5, 9, 14)  # tokens
FAMILY_LIKENESS = 0.75
LOOKS_ALIKE = 0.9  # Jaro-Winkler from which a word was misheard or bent
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """Where an example is best met: tokens first up to (not including) last, and how well, 0 to 1."""

    likeness: float
    first: int
    last: int
    example: str


@dataclass(frozen=True)
class Phrases:
    """Example phrases of several points, prepared for comparing."""

    texts: tuple[str, ...]
    vocabulary: tuple[str, ...]
    share: Floats  # (phrases, vocabulary): how much of the phrase's weight a word carries
    window: tuple[int, ...]  # index into WINDOWS, of each phrase


@lru_cache(maxsize=256)
def prepare(texts: tuple[str, ...]) -> Phrases:
    words = [[t.text for t in tokens(text)] for text in texts]
    vocabulary: dict[str, int] = {}
    for phrase in words:
        for word in phrase:
            vocabulary.setdefault(stem(word), len(vocabulary))
    share = np.zeros((len(texts), max(1, len(vocabulary))), dtype=np.float32)
    for row, phrase in enumerate(words):
        for word in phrase:
            share[row, vocabulary[stem(word)]] = weight(word)
    total = share.sum(axis=1, keepdims=True)
    share /= np.where(total > 0, total, 1)
    window = tuple(next((i for i, w in enumerate(WINDOWS) if w >= 1.2 * len(p)), len(WINDOWS) - 1) for p in words)
    return Phrases(texts, tuple(vocabulary), share, window)


def match(phrases: Phrases, said: Sequence[Token]) -> tuple[Match, ...]:
    """The best place of every phrase in what was said."""
    if not said or not phrases.vocabulary:
        return tuple(Match(0.0, 0, 0, t) for t in phrases.texts)
    alike = word_likeness(phrases.vocabulary, tuple(stem(t.text) for t in said))
    by_window = [phrases.share @ _widest(alike, size) for size in WINDOWS]
    out = []
    for row, text in enumerate(phrases.texts):
        size = WINDOWS[phrases.window[row]]
        scores = by_window[phrases.window[row]][row]
        at = int(scores.argmax())
        first, last = _trimmed(phrases.share[row], alike, at, min(at + size, len(said)))
        out.append(Match(min(1.0, float(scores[at])), first, last, text))
    return tuple(out)


def word_likeness(vocabulary: Sequence[str], said: Sequence[str]) -> Floats:
    """(vocabulary, said): 1 for the same word, less for one of its family or one that was misheard."""
    alike = process.cdist(vocabulary, said, scorer=JaroWinkler.normalized_similarity, score_cutoff=LOOKS_ALIKE)
    alike = np.asarray(alike, dtype=np.float32)
    short = np.array([len(v) < 5 for v in vocabulary])
    alike[short] = np.where(alike[short] < 1, 0, alike[short])
    alike = np.where(alike < 1, alike * 0.85, alike)
    kin: dict[int, list[int]] = {}
    for column, word in enumerate(said):
        for family in families(word):
            kin.setdefault(family, []).append(column)
    for row, word in enumerate(vocabulary):
        for family in families(word):
            if columns := kin.get(family):
                alike[row, columns] = np.maximum(alike[row, columns], FAMILY_LIKENESS)
    return alike.astype(np.float32)


def _widest(alike: Floats, size: int) -> Floats:
    """For every place, the best likeness of each word within the window that starts there."""
    padded = np.pad(alike, ((0, 0), (0, size - 1)))
    return sliding_window_view(padded, size, axis=1).max(axis=2)


def _trimmed(share: Floats, alike: Floats, first: int, last: int) -> tuple[int, int]:
    """The window without the words at its ends that say nothing of the phrase."""
    telling = (share[:, None] * alike[:, first:last]).max(axis=0) if last > first else np.zeros(0)
    places = np.flatnonzero(telling > 0.02)
    if not len(places):
        return first, last
    return first + int(places[0]), first + int(places[-1]) + 1
