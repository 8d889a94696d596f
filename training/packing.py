"""Weights made small enough to ship: see `trainer/meaning/packed.py`, which unpacks them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np


def pack(
    path: Path,
    weights: Mapping[str, np.ndarray],
    fineness: Callable[[str], float | None],
) -> dict[str, dict[str, object]]:
    """Writes the weights, and gives back where each stands.

    `fineness`: the step of a matrix as a share of a row's deviation (0.1 costs 5.4 bits a weight, 0.2 4.4, 0.3 3.8);
    None leaves 16-bit floats.
    """
    index: dict[str, dict[str, object]] = {}
    with path.open("wb") as file:
        for name, array in weights.items():
            share = fineness(name)
            if share is None:
                index[name] = {"at": file.tell(), "shape": list(array.shape)}
                file.write(array.astype(np.float16).tobytes())
                continue
            rows = array.astype(np.float32)
            # No number may be cut off: a row with a far weight takes longer steps.
            steps = np.maximum(rows.std(1) * share, np.abs(rows).max(1) / 127).astype(np.float16)
            steps = np.maximum(steps, np.float16(1e-6))
            codes = np.clip(np.rint(rows / steps.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
            coder = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_HUFFMAN_ONLY)
            packed = coder.compress(codes.tobytes()) + coder.flush()
            index[name] = {"at": file.tell(), "shape": list(codes.shape), "packed": len(packed)}
            file.write(steps.tobytes() + packed)
    return index
