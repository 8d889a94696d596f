"""Weights in a file: whole numbers of a step, packed by zlib to four to six bits each, and a few as 16-bit floats.

A row's weights are whole multiples of one step, which is a share of their deviation; most are small, so that zlib's
Huffman codes need few bits for them. Nothing is lost on unpacking, and everything is summed in 32 bits: machines agree.
"""

from __future__ import annotations

import math
import mmap
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
CHUNK = 1 << 16  # bytes unpacked at a time


@dataclass(frozen=True, slots=True)
class Numbers:
    """A matrix as whole numbers (rows, columns) of a step, one a row."""

    codes: npt.NDArray[np.int8]
    steps: Floats

    def rows(self, at: npt.NDArray[np.int64] | slice = slice(None)) -> Floats:
        """Some rows as floats, or all."""
        found: Floats = self.codes[at].astype(np.float32) * self.steps[at][..., None]
        return found


def unpack(path: Path, index: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Floats | Numbers]]:
    """The weights in a file, one after the other, by the places that the index gives."""
    with path.open("rb") as file:
        for name, place in index.items():
            file.seek(place["at"])
            shape = tuple(place["shape"])
            if "packed" in place:
                steps = np.frombuffer(file.read(2 * shape[0]), np.float16).astype(np.float32)
                yield name, Numbers(_inflated(file, place["packed"], math.prod(shape)).reshape(shape), steps)
            else:
                values = np.frombuffer(file.read(2 * math.prod(shape)), np.float16)
                yield name, values.reshape(shape).astype(np.float32)


def unpack_at_once(path: Path, index: Mapping[str, Mapping[str, Any]], ways: int) -> list[tuple[str, Floats | Numbers]]:
    """The same by several threads, each with a run of the file that is about as long as the others'."""
    size = path.stat().st_size
    runs: list[dict[str, Mapping[str, Any]]] = [{} for _ in range(ways)]
    for name, place in index.items():
        runs[place["at"] * ways // size][name] = place
    with ThreadPoolExecutor(ways) as threads:
        return [one for some in threads.map(lambda run: list(unpack(path, run)), runs) for one in some]


def by_layer(
    weights: Iterable[tuple[str, Floats | Numbers]],
) -> tuple[list[dict[str, Floats | Numbers]], dict[str, Floats | Numbers]]:
    """Each layer's weights, lowest layer first, by the names that they have there; and all others."""
    layers: list[dict[str, Floats | Numbers]] = []
    others: dict[str, Floats | Numbers] = {}
    for name, values in weights:
        if not name.startswith("layers."):
            others[name] = values
            continue
        _, at, part = name.split(".", 2)
        if int(at) == len(layers):
            layers.append({})
        layers[int(at)][part] = values
    return layers, others


def matrix(weights: Mapping[str, Floats | Numbers], name: str) -> Numbers:
    values = weights[name]
    assert isinstance(values, Numbers)
    return values


def floats(weights: Mapping[str, Floats | Numbers]) -> dict[str, Floats]:
    """Those that are no matrices of whole numbers."""
    return {name: values for name, values in weights.items() if not isinstance(values, Numbers)}


def _inflated(file: BinaryIO, packed: int, size: int) -> npt.NDArray[np.int8]:
    """Unpacked into pages of their own, which the system has back at once when they are let go."""
    pages = mmap.mmap(-1, size)
    inflater = zlib.decompressobj()
    while packed and not inflater.eof:
        some = file.read(min(packed, CHUNK))
        if not some:
            raise ValueError("the weights end too soon")
        packed -= len(some)
        pages.write(inflater.decompress(some))
    return np.frombuffer(pages, np.int8)
