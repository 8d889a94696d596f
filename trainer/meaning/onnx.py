"""The trained judge: reads a reply once and lets every point ask it, by onnxruntime on one thread.

Two graphs share one file of weights: `alone` reads a text by itself, `ask` lets points read a reply. The weights are
16-bit and run as 32-bit, so that machines agree; every file is checked against the hash in `judge.json` when loaded.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trainer.core.combining import Calibration, Weights
from trainer.core.judging import Pair, Question, Reading
from trainer.errors import JudgeUnavailable

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

CLS, SEP = 101, 102
LABEL_TOKENS, EXAMPLE_TOKENS, EXAMPLES = 24, 20, 4
OTHER_TOKENS, REPLY_TOKENS, OVERLAP = 64, 256, 64
UPPER = range(2, 6)  # the layers in which points read the reply
CLOSED = np.float32(-1e4)
ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # a terminal's colours are no words
KEPT = 512  # questions and replies remembered


@dataclass(frozen=True, slots=True)
class Asked:
    """Points made ready to read any reply."""

    feed: dict[str, npt.NDArray[Any]]  # what `ask` gets of them
    bar: Floats  # (P, askers + tokens): closed where there is only padding
    askers: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of a reply made ready to be asked."""

    read: dict[str, Floats]
    words: tuple[tuple[int, int], ...]  # where each word stands in the reply's characters
    owner: Ints  # the word that each token belongs to, -1: none


class OnnxMeaning:
    """Readings by the weights in a folder. Raises JudgeUnavailable where they are not the ones that ship."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        card, files = _checked(folder)
        self.name = f"judge/{card['version']}-{card['files']['weights.bin'][:8]}"
        self._thresholds: Mapping[str, float] = card["thresholds"]
        self._steepness: Mapping[str, float] = card["steepness"]
        self._names: Mapping[str, int] = card["names"]
        self.calibration = _calibration(card)
        weights = _weights(files["weights.bin"], card["weights"])
        self._words = weights.pop("words.weight").copy()  # stays 16-bit: only the rows that are read are cast
        held = {
            n: onnxruntime.OrtValue.ortvalue_from_numpy(a.astype(np.float32))
            for n, a in weights.items()
            if _in_graph(n)
        }
        self._weights = {n: a.astype(np.float32) for n, a in weights.items() if not _in_graph(n)}
        del weights, files["weights.bin"]
        self._cutter = Tokenizer.from_str(files["tokenizer.json"].decode("utf-8"))
        self._cutter.no_padding()
        self._cutter.no_truncation()
        self._alone = _session(onnxruntime, files["alone.onnx"], held)
        self._ask = _session(onnxruntime, files["ask.onnx"], held)
        self._asked: OrderedDict[tuple[Question, ...], Asked] = OrderedDict()
        self._heard: OrderedDict[tuple[str, str], tuple[Heard, ...]] = OrderedDict()

    def read(self, pairs: Sequence[Pair]) -> tuple[Reading, ...]:
        """A reading a pair, in order; what pairs share is read once."""
        groups: dict[tuple[str, str], list[int]] = {}
        for n, pair in enumerate(pairs):
            groups.setdefault((pair.before, pair.words), []).append(n)
        readings: list[Reading] = [Reading(0.0, ())] * len(pairs)
        for (before, words), places in groups.items():
            heard = self._hear(before, words)
            if not heard:
                continue  # no words, nothing said
            asked = self._prepare(tuple(pairs[n].question for n in places))
            both = [self._answer(asked, piece) for piece in heard]
            for at, n in enumerate(places):
                readings[n] = self._reading(
                    pairs[n].question, [(logits[at], row[at], h) for (logits, row), h in zip(both, heard, strict=True)]
                )
        return tuple(readings)

    def _reading(self, question: Question, answers: Sequence[tuple[np.float32, Floats, Heard]]) -> Reading:
        logit, scores, heard = max(answers, key=lambda a: float(a[0]))
        focus: dict[int, float] = {}
        for word, score in zip(heard.owner.tolist(), scores.tolist(), strict=True):
            if word >= 0:
                focus[word] = max(focus.get(word, 0.0), _sigmoid(score))
        likelihood = _sigmoid((float(logit) - self._thresholds[question.kind]) * self._steepness[question.kind])
        return Reading(likelihood, tuple((*heard.words[w], weight) for w, weight in focus.items()))

    def _answer(self, asked: Asked, heard: Heard) -> tuple[Floats, Floats]:
        length = len(heard.owner)
        bar = np.concatenate([np.zeros((len(asked.bar), length), np.float32), asked.bar], 1)
        logits, scores = self._ask.run(
            ["logits", "scores"],
            {
                "bar": bar[:, None, None, :],
                "sizes": np.array([length, asked.askers, asked.tokens], np.int64),
                "own": heard.owner >= 0,
                **asked.feed,
                **heard.read,
            },
        )
        return logits, scores

    def _hear(self, before: str, words: str) -> tuple[Heard, ...]:
        key = (before, words)
        if key not in self._heard:
            self._heard[key] = self._pieces(before, words)
            if len(self._heard) > KEPT // 16:
                self._heard.popitem(last=False)
        return self._heard[key]

    def _pieces(self, before: str, words: str) -> tuple[Heard, ...]:
        """The reply in pieces that fit the network, overlapping so that nothing is cut in two."""
        spans = tuple((m.start(), m.end()) for m in re.finditer(r"\S+", words))
        cuts = self._cutter.encode_batch([ESCAPES.sub("", words[a:b]) for a, b in spans], add_special_tokens=False)
        tokens = [(t, n) for n, cut in enumerate(cuts) for t in cut.ids]
        if not tokens:
            return ()
        head = [CLS, *self._cut(before)[:OTHER_TOKENS], SEP]
        pieces = []
        for start in range(0, max(1, len(tokens) - OVERLAP), REPLY_TOKENS - OVERLAP):
            some = tokens[start : start + REPLY_TOKENS]
            ids = np.array([*head, *(t for t, _ in some), SEP], np.int64)
            owner = np.array([-1] * len(head) + [n for _, n in some] + [-1], np.int64)
            added = (owner >= 0).astype(np.float32)[:, None] * self._weights["mark"]
            last, *others = self._run_alone(
                self._embed(ids, np.arange(len(ids))), added[None], np.zeros((1, len(ids)), np.float32), "last"
            )
            read = {"reply_last": last[0]} | dict(zip((f"reply_{k}" for k in _KEYS), others, strict=True))
            pieces.append(Heard(read, spans, owner))
        return tuple(pieces)

    def _prepare(self, questions: tuple[Question, ...]) -> Asked:
        if questions not in self._asked:
            self._asked[questions] = self._points(questions)
            if len(self._asked) > KEPT:
                self._asked.popitem(last=False)
        return self._asked[questions]

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
        entered = np.zeros((count, width, self._words.shape[1]), np.float32)
        entered[:, 0] = self._weights["kind.weight"][kinds] + self._weights["name.weight"][names]
        places = np.where(full, np.arange(width), 0)
        entry, last_states, *others = self._run_alone(
            self._embed(ids, places), entered, np.where(full, np.float32(0), CLOSED), "entry", "last"
        )
        there = parts.sum(2) > 0
        which = self._weights["part.weight"][(np.arange(parts.shape[1]) > 0).astype(int)]
        askers = np.concatenate([entry[:, :1], np.einsum("pgw,pws->pgs", parts, entry) + which], 1)
        shown = there[:, 1:]
        return Asked(
            feed={
                "askers": askers,
                "point_last": last_states,
                "parts": parts,
                "among": (there / np.maximum(1, there.sum(1, keepdims=True))).astype(np.float32)[:, None, :],
                "inside": (parts.sum(1) > 0)[:, :, None],
                "shown": shown,
                "examples": shown.sum(1, keepdims=True).astype(np.float32),
                "decide": self._weights["decide.weight"][kinds] + self._weights["by_name.weight"][names],
                "numbers": self._weights["numbers.weight"][kinds],
                **dict(zip((f"point_{k}" for k in _KEYS), others, strict=True)),
            },
            bar=np.where(np.concatenate([np.ones((count, 1), bool), there, full], 1), np.float32(0), CLOSED),
            askers=askers.shape[1],
            tokens=width,
        )

    def _parts(self, question: Question) -> list[list[int]]:
        label = [CLS, *self._cut(question.label or question.id.replace("_", " "))[:LABEL_TOKENS], SEP]
        return [label, *([*self._cut(e)[:EXAMPLE_TOKENS], SEP] for e in question.examples[:EXAMPLES])]

    def _run_alone(self, embedded: Floats, added: Floats, bar: Floats, *also: str) -> list[Floats]:
        feed = {"embedded": embedded, "added": added, "bar": bar[:, None, None, :]}
        found: list[Floats] = self._alone.run([*also, *_KEYS], feed)
        return found

    def _embed(self, ids: Ints, at: Ints) -> Floats:
        rows: Floats = (
            self._words[ids].astype(np.float32) + self._weights["positions.weight"][at] + self._weights["segment"]
        )
        return rows if rows.ndim == 3 else rows[None]

    def _cut(self, text: str) -> list[int]:
        ids: list[int] = self._cutter.encode(text, add_special_tokens=False).ids
        return ids


_KEYS = tuple(f"{what}{n}" for n in UPPER for what in ("keys", "values"))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _checked(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The card and the files it lists, each with the hash it promises."""
    try:
        card: dict[str, Any] = json.loads((folder / "judge.json").read_text(encoding="utf-8"))
        wanted = dict(card["files"])
        files = {name: (folder / name).read_bytes() for name in wanted}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise JudgeUnavailable(f"the trained judge cannot be read from {folder}: {fault}") from fault
    for name, promised in wanted.items():
        if hashlib.sha256(files[name]).hexdigest() != promised:
            raise JudgeUnavailable(
                f"{folder / name} is not the file that ships: its hash differs; install the trainer again"
            )
    return card, files


def _calibration(card: Mapping[str, Any]) -> Calibration | None:
    """How these weights want to be weighed together with the words' signs, if they say so."""
    own = card.get("calibration")
    return Calibration(Weights(**own["key_points"]), Weights(**own["donts"])) if own else None


def _weights(data: bytes, index: Mapping[str, tuple[int, list[int]]]) -> dict[str, npt.NDArray[np.float16]]:
    return {
        name: np.frombuffer(data, np.float16, math.prod(shape), start).reshape(shape)
        for name, (start, shape) in index.items()
    }


def _in_graph(name: str) -> bool:
    return name.split(".")[0] in ("layers", "norm", "finder", "found")


def _session(onnxruntime: Any, graph: bytes, weights: Mapping[str, Any]) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.disable_prepacking", "1")  # both graphs share the weights as they are
    names = [n for n in weights if n.encode() in graph]
    options.add_external_initializers(names, [weights[n] for n in names])
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # whatever the runtime makes of a graph it does not know
        raise JudgeUnavailable(f"this onnxruntime cannot run the trained judge: {fault}") from fault
