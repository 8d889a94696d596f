"""The large reader: how likely it is that some words commit each of the shipped don'ts.

It reads the words alone, once for all don'ts, and knows the shipped ones by heart. A don't under another name is read
as the shipped one that its own examples commit, where they do; of a don't that is like none it has nothing to say.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from trainer.core import normalise
from trainer.meaning.packed import Floats, Numbers, by_layer, floats, matrix, unpack_at_once
from trainer.meaning.sessions import Graph, Lent, Scratch, normal, size

WORDS = "words.weight"
PARTS = {"attend": ("query", "key", "value", "out", "norm1"), "widen": ("up",), "narrow": ("down", "norm2")}
LONGEST, OVERLAP = 128, 32  # tokens read at a time
BUCKETS, FAR = 32, 128  # of the distance between two tokens, as MPNet has them
LEAST = 1e-5
CLOSED = np.float32(-1e4)
SURE = 6.0  # logit beyond which nothing gets surer
AKIN = 0.5  # mean likelihood of a don't's examples from which it is read as that shipped one
EXAMPLES = 4  # of a don't, that are looked at
KEPT_TEXTS = 4
TOGETHER = 4  # pieces that are read at a time: a very long reply has many


class LargeReader:
    def __init__(
        self, folder: Path, card: Mapping[str, Any], files: Mapping[str, bytes], cutter: Any, lent: Lent
    ) -> None:
        self._cutter, self._lent = cutter, lent
        words = json.loads(files["words.json"])
        self._first, self._last, self._spelling = words["first"], words["last"], words["spelling"]
        layers, own = by_layer(unpack_at_once(folder / "large.bin", card["large"], 2))
        self._layers = [  # of each layer, by what it is for
            {
                title: {part: values for part, values in layer.items() if part.split(".")[0] in names}
                for title, names in PARTS.items()
            }
            for layer in layers
        ]
        self._words, self._own = matrix(own, WORDS), floats(own)
        self._graphs = {title: Graph(files[f"{title}.onnx"]) for title in PARTS}
        lent.need(max(map(size, self._layers[0].values())))
        self._names: Mapping[str, int] = card["names"]  # counted from 1
        self._keeping = Lock()
        self._akin: dict[tuple[str, ...], int | None] = {}
        self._read: OrderedDict[str, Floats] = OrderedDict()

    def read(self, words: str) -> Floats:
        """A logit for each shipped don't, in the order of their names, at the most -6 to 6."""
        found = self._read.get(words)
        if found is None:
            found = self._logits([words])[0]
            with self._keeping:
                self._read[words] = found
                while len(self._read) > KEPT_TEXTS:
                    self._read.popitem(last=False)
        return found

    def place(self, id: str, examples: tuple[str, ...]) -> int | None:
        """The shipped don't as which this one is read; None where it is like none of them."""
        if id in self._names:
            return self._names[id] - 1
        examples = examples[:EXAMPLES]
        if not examples:
            return None
        if examples not in self._akin:
            place = akin(self._logits(examples))
            with self._keeping:
                self._akin[examples] = place
        return self._akin[examples]

    def _logits(self, texts: Sequence[str]) -> Floats:
        """(texts, names); a long text counts as its likeliest piece."""
        pieces = [(n, piece) for n, text in enumerate(texts) for piece in self._pieces(text)]
        out = np.full((len(texts), len(self._names)), -SURE, np.float32)
        for start in range(0, len(pieces), TOGETHER):
            some = pieces[start : start + TOGETHER]
            for (n, _), row in zip(some, self._read_pieces([ids for _, ids in some]), strict=True):
                out[n] = np.maximum(out[n], np.clip(row, -SURE, SURE))
        return out

    def _read_pieces(self, pieces: Sequence[Sequence[int]]) -> Floats:
        length = max(map(len, pieces))
        ids, full = np.zeros((len(pieces), length), np.int64), np.zeros((len(pieces), length), bool)
        for row, some in enumerate(pieces):
            ids[row, : len(some)], full[row, : len(some)] = some, True
        closed = np.where(full, np.float32(0), CLOSED)
        bias = np.moveaxis(self._own["far.weight"][buckets(length)], -1, 0)[None] + closed[:, None, None, :]
        embedded = self._words.rows(ids) + self._own["positions.weight"][np.arange(length) + 2]
        states = normal(embedded, self._own["norm.weight"], self._own["norm.bias"], LEAST)
        with self._lent.scratch() as scratch:
            for layer in self._layers:
                states = self._run("attend", layer, scratch, states=states, bias=bias)
                fed = self._run("widen", layer, scratch, states=states)
                states = self._run("narrow", layer, scratch, states=states, fed=fed)
        return self._decided(states, closed)

    def _run(
        self, title: str, layer: Mapping[str, Mapping[str, Floats | Numbers]], scratch: Scratch, **feed: Floats
    ) -> Floats:
        """One part of a layer, its matrices laid out as floats for it."""
        return self._graphs[title].run(["done"], feed, scratch.lay(layer[title]))[0]

    def _decided(self, states: Floats, closed: Floats) -> Floats:
        """Each don't gathers its own mean of the states; that and the first state decide."""
        asked = states @ self._own["look.weight"].T + closed[:, :, None]
        heed = np.exp(asked - asked.max(1, keepdims=True))
        heed /= heed.sum(1, keepdims=True)
        gathered = np.swapaxes(heed, 1, 2) @ states  # (texts, names, size)
        by_gathered, by_first = np.split(self._own["decide.weight"], 2, axis=1)
        logits: Floats = (gathered * by_gathered).sum(-1) + states[:, 0] @ by_first.T + self._own["decide.bias"]
        return logits

    def _pieces(self, text: str) -> list[list[int]]:
        said = [t.text for t in normalise.tokens(text)]
        cut = self._cutter.encode(said, is_pretokenized=True, add_special_tokens=False)
        ids = [n for i in cut.ids for n in self._spelling[i]]
        starts = range(0, max(1, len(ids) - OVERLAP), LONGEST - OVERLAP)
        return [[self._first, *ids[at : at + LONGEST], self._last] for at in starts]


def akin(logits: Floats) -> int | None:
    """The shipped don't that these examples (a row each) commit, if they do."""
    mean = (1 / (1 + np.exp(-logits))).mean(0)
    best = int(mean.argmax())
    return best if mean[best] >= AKIN else None


def buckets(length: int) -> npt.NDArray[np.int64]:
    """(length, length): how far apart two tokens are, near ones exactly, far ones roughly (Raffel et al. 2020, T5)."""
    apart = np.arange(length)[:, None] - np.arange(length)[None, :]
    half, exact = BUCKETS // 2, BUCKETS // 4
    n = np.abs(apart)
    far = exact + (np.log(np.maximum(n, 1) / exact) / math.log(FAR / exact) * (half - exact)).astype(np.int64)
    found: npt.NDArray[np.int64] = (apart < 0) * half + np.where(n < exact, n, np.minimum(far, half - 1))
    return found
