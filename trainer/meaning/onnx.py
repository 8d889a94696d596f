"""The trained judge: reads a reply once and lets every point ask it, by onnxruntime on one thread.

A graph reads a text by itself, another lets points read a reply, both a layer at a time; a third makes an answer of
that. A large reader (`large.py`) adds what it makes of the shipped don'ts. All sums are in 32 bit, so that machines
agree; every file is checked against the hash in `judge.json` when loaded.

Everything is read as `normalise` leaves it: no fillers, stutters, case or punctuation, numbers as digits. So how
something was said, typed or written down by a recogniser cannot change what the network makes of it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from trainer.core import normalise
from trainer.core.combining import Calibration, Weights, logit_of
from trainer.core.judging import Pair, Question, Reading
from trainer.core.signs import FULL
from trainer.errors import JudgeUnavailable
from trainer.meaning.large import LargeReader
from trainer.meaning.packed import Floats, by_layer, floats, matrix, unpack
from trainer.meaning.sessions import Graph, Lent, Scratch, give_back, normal, size

Ints = npt.NDArray[np.int64]

T = TypeVar("T")

CLS, SEP = 101, 102
WORDS = "words.weight"
WEIGHTS = ".bin"
LABEL_TOKENS, EXAMPLE_TOKENS, EXAMPLES = 24, 20, 4
OTHER_TOKENS, REPLY_TOKENS, OVERLAP = 64, 256, 64
UPPER = range(2, 6)  # the layers in which points read the reply
LEAST = 1e-12
HARMLESS = -4.0  # logit: a long reply is harmless in which no don't has more
CLOSED = np.float32(-1e4)
KEPT = 8  # turns whose points are remembered
KEPT_REPLIES = 4  # replies remembered: a reply is read once, and rarely again
SHORT = 128  # tokens up to which texts are read side by side
SIDE_BY_SIDE = 4  # of them
TOGETHER = 3  # points that are read at a time: more take memory and hardly less time


@dataclass(frozen=True, slots=True)
class Asked:
    """Points made ready to read any reply."""

    feed: dict[str, npt.NDArray[Any]]  # what the answer needs of them
    states: Floats  # of their askers
    read: dict[str, Floats]  # keys and values of the upper layers
    bar: Floats  # (P, askers + tokens): closed where there is only padding
    askers: int
    tokens: int
    rows: Mapping[Question, int]

    def only(self, questions: Sequence[Question]) -> Asked:
        """Some of the points, in this order."""
        at = np.array([self.rows[q] for q in questions])
        feed, read = ({name: values[at] for name, values in some.items()} for some in (self.feed, self.read))
        return Asked(
            feed, self.states[at], read, self.bar[at], self.askers, self.tokens, {q: n for n, q in enumerate(questions)}
        )


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a reply as tokens, after the other side's line."""

    ids: Ints
    owner: Ints  # the word that each token belongs to, -1: none
    words: tuple[tuple[int, int], ...]  # where each word stands in the reply's characters


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of a reply made ready to be asked."""

    cut: Cut
    read: dict[str, Floats]  # a row each


class OnnxMeaning:
    """Readings by the weights in a folder. Raises JudgeUnavailable where they are not the ones that ship."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        give_back()
        card, files = _checked(folder)
        both = "".join(card["files"][name] for name in ("weights.bin", "large.bin"))
        self.name = f"judge/{card['version']}-{hashlib.sha256(both.encode()).hexdigest()[:8]}"
        self._thresholds: Mapping[str, float] = card["thresholds"]
        self._steepness: Mapping[str, float] = card["steepness"]
        self._names: Mapping[str, int] = card["names"]
        self.calibration = _calibration(card)
        self._cutter = Tokenizer.from_str(files["tokenizer.json"].decode("utf-8"))
        self._cutter.no_padding()
        self._cutter.no_truncation()
        self._lent = Lent()
        with ThreadPoolExecutor(2) as beside:
            sound = beside.submit(_check_weights, folder, card)
            large = beside.submit(LargeReader, folder, card, files, self._cutter, self._lent)
            try:
                self._load(folder, card, files)
                self._large = large.result()
            except Exception:
                sound.result()  # what other weights bring about on being unpacked is told by their hash
                raise
            sound.result()
        self._keeping = Lock()  # the caches
        self._asked: OrderedDict[tuple[Question, ...], Asked] = OrderedDict()
        self._heard: OrderedDict[tuple[str, str], tuple[Heard, ...]] = OrderedDict()

    def _load(self, folder: Path, card: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        """The small network."""
        self._layers, others = by_layer(unpack(folder / "weights.bin", card["weights"]))
        self._words, self._weights = matrix(others, WORDS), floats(others)
        held = {name: values for name, values in others.items() if name.split(".")[0] in ("finder", "found")}
        self._held = Scratch(size(held)).lay(held)  # what the answer asks for
        self._lent.need(size(self._layers[0]))
        self._hear_layer, self._ask, self._answered = (Graph(files[f"{n}.onnx"]) for n in ("hear", "ask", "answer"))

    def read(self, pairs: Sequence[Pair]) -> tuple[Reading, ...]:
        """A reading a pair, in order; what pairs share is read once. May be asked from several threads."""
        readings = self._readings(pairs)
        doubtful = _doubtful(pairs, readings)
        return tuple(
            self._closely(p, r) if p.closely and p.words in doubtful else r
            for p, r in zip(pairs, readings, strict=True)
        )

    def _readings(self, pairs: Sequence[Pair]) -> list[Reading]:
        """By the small network."""
        groups: dict[tuple[str, str], list[int]] = {}
        for n, pair in enumerate(pairs):
            groups.setdefault((pair.before, pair.words), []).append(n)
        readings: list[Reading] = [Reading(0.0, ())] * len(pairs)
        alone: list[tuple[int, Heard]] = []  # one question on one short text: answered side by side
        for places, heard in zip(groups.values(), self._hear(tuple(groups)), strict=True):
            if len(places) == len(heard) == 1 and len(heard[0].cut.ids) <= SHORT:
                alone.append((places[0], heard[0]))
            elif heard:  # no words, nothing said
                asked = self._prepare(tuple(pairs[n].question for n in places))
                both = [self._answer(asked, (piece,)) for piece in heard]
                for at, n in enumerate(places):
                    readings[n] = self._reading(
                        pairs[n].question,
                        [(logits[at], row[at], h.cut) for (logits, row), h in zip(both, heard, strict=True)],
                    )
        for some in _in_runs(alone):
            asked = self._prepare(tuple(pairs[n].question for n, _ in some))
            logits, rows = self._answer(asked, [h for _, h in some])
            for at, (n, h) in enumerate(some):
                readings[n] = self._reading(pairs[n].question, [(logits[at], rows[at], h.cut)])
        return readings

    def _closely(self, pair: Pair, reading: Reading) -> Reading:
        """With what the large reader makes of a don't."""
        if pair.question.kind != "dont":
            return reading
        place = self._large.place(pair.question.id, pair.question.examples)
        if place is None:
            return reading
        akin = pair.question.id not in self._names
        return replace(reading, large=float(self._large.read(pair.words)[place]), akin=akin)

    def _reading(self, question: Question, answers: Sequence[tuple[np.float32, Floats, Cut]]) -> Reading:
        logit, scores, cut = max(answers, key=lambda a: float(a[0]))
        focus: dict[int, float] = {}
        for word, score in zip(cut.owner.tolist(), scores.tolist(), strict=False):  # behind the text: padding
            if word >= 0:
                focus[word] = max(focus.get(word, 0.0), _sigmoid(score))
        likelihood = _sigmoid((float(logit) - self._thresholds[question.kind]) * self._steepness[question.kind])
        return Reading(likelihood, tuple((*cut.words[w], weight) for w, weight in focus.items()))

    def _answer(self, asked: Asked, heard: Sequence[Heard]) -> tuple[Floats, Floats]:
        """What all points make of one text, or each of its own."""
        length = max(len(h.cut.ids) for h in heard)
        full, own = _laid([h.cut for h in heard], length)
        closed = np.broadcast_to(np.where(full, np.float32(0), CLOSED), (len(asked.bar), length))
        bar = np.concatenate([closed, asked.bar], 1)[:, None, None, :]
        sizes = np.array([length, asked.askers, asked.tokens], np.int64)
        reply, states = _side_by_side([h.read for h in heard], length), asked.states
        with self._lent.scratch() as scratch:
            for n in UPPER:
                feed = {"states": states, "bar": bar, "sizes": sizes}
                for what in ("keys", "values"):
                    feed |= {f"reply_{what}": reply[f"{what}{n}"], f"point_{what}": asked.read[f"{what}{n}"]}
                (states,) = self._ask.run(["done"], feed, scratch.lay(self._layers[n]))
        feed = {"states": states, "closed": closed, "own": own >= 0, "reply_last": reply["last"], **asked.feed}
        logits, scores = self._answered.run(["logits", "scores"], feed, self._held)
        return logits, scores

    def _hear(self, texts: Sequence[tuple[str, str]]) -> list[tuple[Heard, ...]]:
        """Each text (what was said before, what was said) made ready, in pieces that fit the network."""
        with self._keeping:
            kept = {text: self._heard[text] for text in texts if text in self._heard}
        cuts = {text: self._pieces(*text) for text in texts if text not in kept}
        short = {text: some[0] for text, some in cuts.items() if len(some) == 1 and len(some[0].ids) <= SHORT}
        found: dict[tuple[str, str], tuple[Heard, ...]] = {
            text: (heard,) for text, heard in zip(short, self._entered(tuple(short.values())), strict=True)
        }
        for text, some in cuts.items():
            if text not in found:
                found[text] = tuple(h for cut in some for h in self._entered([cut]))
        with self._keeping:
            self._heard.update(found)
            while len(self._heard) > KEPT_REPLIES:
                self._heard.popitem(last=False)
        return [found[text] if text in found else kept[text] for text in texts]

    def _entered(self, cuts: Sequence[Cut]) -> Iterator[Heard]:
        for some in _in_runs(cuts):
            length = max(len(c.ids) for c in some)
            full, own = _laid(some, length)
            ids = np.zeros((len(some), length), np.int64)
            for n, cut in enumerate(some):
                ids[n, : len(cut.ids)] = cut.ids
            added = (own >= 0).astype(np.float32)[:, :, None] * self._weights["mark"]
            bar = np.where(full, np.float32(0), CLOSED)
            read = self._alone(self._embed(ids, np.where(full, np.arange(length), 0)), added, bar)
            del read["entry"]
            for n, cut in enumerate(some):
                yield Heard(cut, {k: _row(k, v, n, len(cut.ids)) for k, v in read.items()})

    def _pieces(self, before: str, words: str) -> tuple[Cut, ...]:
        """The reply in pieces that fit the network, overlapping so that nothing is cut in two."""
        said = normalise.tokens(words)
        spans = tuple((t.start, t.end) for t in said)
        cut = self._cutter.encode([t.text for t in said], is_pretokenized=True, add_special_tokens=False)
        tokens = list(zip(cut.ids, cut.word_ids, strict=True))
        if not tokens:
            return ()
        head = [CLS, *self._cut(before)[:OTHER_TOKENS], SEP]
        pieces = []
        for start in range(0, max(1, len(tokens) - OVERLAP), REPLY_TOKENS - OVERLAP):
            some = tokens[start : start + REPLY_TOKENS]
            ids = np.array([*head, *(t for t, _ in some), SEP], np.int64)
            owner = np.array([-1] * len(head) + [n for _, n in some] + [-1], np.int64)
            pieces.append(Cut(ids, owner, spans))
        return tuple(pieces)

    def _prepare(self, questions: tuple[Question, ...]) -> Asked:
        """The points made ready; some of the turn's that was read last are taken from it."""
        with self._keeping:
            if questions in self._asked:
                self._asked.move_to_end(questions)
                return self._asked[questions]
            last = next(reversed(self._asked.values()), None)
        if last and all(q in last.rows for q in questions):
            return last.only(questions)
        asked = self._points(questions)
        with self._keeping:
            self._asked[questions] = asked
            if len(self._asked) > KEPT:
                self._asked.popitem(last=False)
        return asked

    def _points(self, questions: tuple[Question, ...]) -> Asked:
        kinds = np.array([int(q.kind == "dont") for q in questions])
        names = np.array([self._names.get(q.id, 0) if q.kind == "dont" else 0 for q in questions])
        rows = [self._parts(q) for q in questions]
        count, width = len(rows), max(sum(map(len, row)) for row in rows)
        ids, full = np.zeros((count, width), np.int64), np.zeros((count, width), bool)
        parts = np.zeros((count, max(2, *map(len, rows)), width), np.float32)
        for n, row in enumerate(rows):
            at = 0
            for g, some in enumerate(row):
                ids[n, at : at + len(some)] = some
                first, last = at + (g == 0), at + len(some) - 1  # without CLS and SEP
                parts[n, g, first:last] = 1 / max(1, last - first)
                at += len(some)
            full[n, :at] = True
        entered = np.zeros((count, width, self._words.codes.shape[1]), np.float32)
        entered[:, 0] = self._weights["kind.weight"][kinds] + self._weights["name.weight"][names]
        places = np.where(full, np.arange(width), 0)
        embedded, bar = self._embed(ids, places), np.where(full, np.float32(0), CLOSED)
        runs = [slice(n, n + TOGETHER) for n in range(0, count, TOGETHER)]
        by_run = [self._alone(embedded[r], entered[r], bar[r]) for r in runs]
        read = {name: np.concatenate([one.pop(name) for one in by_run]) for name in tuple(by_run[0])}
        entry = read.pop("entry")
        there = parts.sum(2) > 0
        which = self._weights["part.weight"][(np.arange(parts.shape[1]) > 0).astype(int)]
        askers = np.concatenate([entry[:, :1], np.einsum("pgw,pws->pgs", parts, entry) + which], 1)
        shown = there[:, 1:]
        return Asked(
            feed={
                "point_last": read.pop("last"),
                "parts": parts,
                "among": (there / np.maximum(1, there.sum(1, keepdims=True))).astype(np.float32)[:, None, :],
                "inside": (parts.sum(1) > 0)[:, :, None],
                "shown": shown,
                "examples": shown.sum(1, keepdims=True).astype(np.float32),
                "decide": self._weights["decide.weight"][kinds] + self._weights["by_name.weight"][names],
                "numbers": self._weights["numbers.weight"][kinds],
            },
            states=askers,
            read=read,
            bar=np.where(np.concatenate([np.ones((count, 1), bool), there, full], 1), np.float32(0), CLOSED),
            askers=askers.shape[1],
            tokens=width,
            rows={q: n for n, q in enumerate(questions)},
        )

    def _parts(self, question: Question) -> list[list[int]]:
        label = [CLS, *self._cut(question.label or question.id.replace("_", " "))[:LABEL_TOKENS], SEP]
        return [label, *([*self._cut(e)[:EXAMPLE_TOKENS], SEP] for e in question.examples[:EXAMPLES])]

    def _alone(self, embedded: Floats, added: Floats, bar: Floats) -> dict[str, Floats]:
        """Texts that read themselves: their last states, keys and values of the upper layers, what enters these."""
        states = normal(embedded, self._weights["norm.weight"], self._weights["norm.bias"], LEAST)
        read: dict[str, Floats] = {}
        with self._lent.scratch() as scratch:
            for n, layer in enumerate(self._layers):
                if n == UPPER[0]:
                    read["entry"] = states = states + added
                wanted = ["done", "keys", "values"] if n in UPPER else ["done"]
                feed = {"states": states, "bar": bar[:, None, None, :]}
                states, *others = self._hear_layer.run(wanted, feed, scratch.lay(layer))
                read |= {f"{what}{n}": values for what, values in zip(wanted[1:], others, strict=True)}
        return read | {"last": states}

    def _embed(self, ids: Ints, at: Ints) -> Floats:
        rows: Floats = self._words.rows(ids) + self._weights["positions.weight"][at] + self._weights["segment"]
        return rows if rows.ndim == 3 else rows[None]

    def _cut(self, text: str) -> list[int]:
        ids: list[int] = self._cutter.encode(normalise.plain(text), add_special_tokens=False).ids
        return ids


def _doubtful(pairs: Sequence[Pair], readings: Sequence[Reading]) -> set[str]:
    """The replies that need a second look: all short ones, and those in which the small network suspects any don't.

    Of the labelled long replies that commit one it overlooked none so far.
    """
    found = set()
    for pair, reading in zip(pairs, readings, strict=True):
        if pair.question.kind == "dont" and (logit_of(reading.likelihood) > HARMLESS or len(pair.words.split()) < FULL):
            found.add(pair.words)
    return found


def _in_runs(some: Sequence[T]) -> Iterator[Sequence[T]]:
    return (some[n : n + SIDE_BY_SIDE] for n in range(0, len(some), SIDE_BY_SIDE))


def _laid(cuts: Sequence[Cut], length: int) -> tuple[npt.NDArray[np.bool_], Ints]:
    """A row a text: where it has tokens, and the word of each (-1: none)."""
    full, own = np.zeros((len(cuts), length), bool), np.full((len(cuts), length), -1, np.int64)
    for n, cut in enumerate(cuts):
        full[n, : len(cut.ids)] = True
        own[n, : len(cut.ids)] = cut.owner
    return full, own


def _axis(name: str) -> int:
    """Along which a text's tokens stand."""
    return 3 if name.startswith("keys") else 2 if name.startswith("values") else 1


def _row(name: str, values: Floats, n: int, length: int) -> Floats:
    """One text's values of a run, without padding."""
    row = values[n : n + 1]
    return row if row.shape[_axis(name)] == length else row.take(range(length), _axis(name))


def _side_by_side(reads: Sequence[dict[str, Floats]], length: int) -> dict[str, Floats]:
    if len(reads) == 1:
        return reads[0]
    out = {}
    for name in reads[0]:
        axis, rows = _axis(name), [r[name] for r in reads]
        shape = [len(rows), *rows[0].shape[1:]]
        shape[axis] = length
        laid = np.zeros(shape, np.float32)
        for n, row in enumerate(rows):
            np.moveaxis(laid[n], axis - 1, 0)[: row.shape[axis]] = np.moveaxis(row[0], axis - 1, 0)
        out[name] = laid
    return out


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _checked(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The card and the small files it lists, each with the hash it promises; the weights stay on disk."""
    try:
        card: dict[str, Any] = json.loads((folder / "judge.json").read_text(encoding="utf-8"))
        files = {name: (folder / name).read_bytes() for name in card["files"] if not name.endswith(WEIGHTS)}
        found = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _unreadable(folder, fault) from fault
    _compare(folder, card, found)
    return card, files


def _check_weights(folder: Path, card: Mapping[str, Any]) -> None:
    found = {}
    for name in card["files"]:
        if name.endswith(WEIGHTS):
            try:
                with (folder / name).open("rb") as weights:
                    found[name] = hashlib.file_digest(weights, "sha256").hexdigest()
            except OSError as fault:
                raise _unreadable(folder, fault) from fault
    _compare(folder, card, found)


def _unreadable(folder: Path, fault: Exception) -> JudgeUnavailable:
    return JudgeUnavailable(f"the trained judge cannot be read from {folder}: {fault}")


def _compare(folder: Path, card: Mapping[str, Any], found: Mapping[str, str]) -> None:
    for name, hash in found.items():
        if hash != card["files"][name]:
            raise JudgeUnavailable(
                f"{folder / name} is not the file that ships: its hash differs; install the trainer again"
            )


def _calibration(card: Mapping[str, Any]) -> Calibration | None:
    """How these weights want to be weighed together with the words' signs, if they say so."""
    own = card.get("calibration")
    return Calibration(Weights(**own["key_points"]), Weights(**own["donts"])) if own else None
