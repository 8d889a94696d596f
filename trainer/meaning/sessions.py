"""Graphs for onnxruntime, on one thread, whose weights are given like any input: so nothing holds them twice."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from trainer.errors import JudgeUnavailable
from trainer.meaning.packed import Floats, Numbers

MMAP_THRESHOLD, ARENA_MAX = -3, -8  # glibc's names for them (malloc.h)
LARGE = 1 << 20  # bytes
Weights = Mapping[str, Any]  # onnxruntime's values, by the names that a graph has for them


def give_back() -> None:
    """Large pieces of memory go back to the system as soon as they are let go, where the C library is glibc.

    Once it has seen a few come and go it would keep them, and for each thread those of its own.
    """
    with suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(MMAP_THRESHOLD, LARGE)
        library.mallopt(ARENA_MAX, 1)


class Scratch:
    """Room for matrices as floats: for some side by side, and for others in their place after them."""

    def __init__(self, size: int) -> None:
        self._room = np.empty(size, np.float32)
        self._places: dict[tuple[int, tuple[int, ...]], tuple[Floats, Any]] = {}

    def lay(self, weights: Mapping[str, Floats | Numbers]) -> dict[str, Any]:
        """These weights as the graphs ask for them: a matrix as its numbers and their steps, both as floats.

        What was laid before is gone.
        """
        from onnxruntime import OrtValue

        values, at = {}, 0
        for name, some in weights.items():
            if not isinstance(some, Numbers):
                values[name] = OrtValue.ortvalue_from_numpy(some)
                continue
            shape = some.codes.shape
            if (at, shape) not in self._places:
                room = self._room[at : at + some.codes.size].reshape(shape)
                self._places[at, shape] = room, OrtValue.ortvalue_from_numpy(room)
            room, value = self._places[at, shape]
            np.copyto(room, some.codes)
            part = name.removesuffix(".weight")
            values |= {f"{part}.floats": value, f"{part}.steps": OrtValue.ortvalue_from_numpy(some.steps)}
            at += some.codes.size
        return values


class Lent:
    """A scratch for each that computes at the same time; who comes after them takes over theirs."""

    def __init__(self) -> None:
        self._size = 0
        self._free: list[Scratch] = []

    def need(self, size: int) -> None:
        """Said by each that will ask for one, before any is lent: how much room they need at a time."""
        self._size = max(self._size, size)

    @contextmanager
    def scratch(self) -> Iterator[Scratch]:
        try:
            one = self._free.pop()
        except IndexError:
            one = Scratch(self._size)
        try:
            yield one
        finally:
            self._free.append(one)


def size(weights: Mapping[str, Floats | Numbers]) -> int:
    """How many numbers their matrices have."""
    return sum(w.codes.size for w in weights.values() if isinstance(w, Numbers))


def normal(states: Floats, weight: Floats, bias: Floats, least: float) -> Floats:
    """Layer normalisation over the last axis (Ba et al. 2016)."""
    apart = states - states.mean(-1, keepdims=True)
    normed: Floats = apart / np.sqrt((apart**2).mean(-1, keepdims=True) + np.float32(least))
    return normed * weight + bias


class Graph:
    """Raises JudgeUnavailable where the runtime does not know the graph."""

    def __init__(self, graph: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as fault:  # whatever the runtime makes of a graph it does not know
            raise JudgeUnavailable(f"this onnxruntime cannot run the trained judge: {fault}") from fault
        self._wanted = {value.name for value in self._session.get_inputs()}

    def run(self, outputs: Sequence[str], feed: Mapping[str, npt.NDArray[Any]], weights: Weights) -> list[Floats]:
        from onnxruntime import OrtValue

        values = {name: OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value)) for name, value in feed.items()}
        values |= {name: value for name, value in weights.items() if name in self._wanted}
        found = self._session.run_with_ort_values(list(outputs), values)
        return [value.numpy() for value in found]
