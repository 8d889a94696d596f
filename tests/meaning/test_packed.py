"""Packed weights come back as they were written."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from trainer.meaning.packed import Numbers, unpack

sys.path.insert(0, str(Path(__file__).parents[2] / "training"))
pack = pytest.importorskip("packing", reason="what packs is no part of a release").pack

MATRIX = np.random.default_rng(1).normal(0, 0.05, (64, 256)).astype(np.float32)
BIAS = np.array([0.5, -0.25], np.float32)


def packed(path: Path, matrix: np.ndarray, share: float) -> Numbers:
    index = pack(path, {"m.weight": matrix, "m.bias": BIAS}, lambda name: share if name == "m.weight" else None)
    found = dict(unpack(path, index))
    np.testing.assert_array_equal(found["m.bias"], BIAS)
    numbers = found["m.weight"]
    assert isinstance(numbers, Numbers)
    return numbers


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_no_weight_is_off_by_more_than_half_a_step(tmp_path: Path, share: float) -> None:
    numbers = packed(tmp_path / "w", MATRIX, share)
    steps = MATRIX.std(1) * share
    off = np.abs(numbers.rows() - MATRIX)
    assert (off <= 0.52 * steps[:, None]).all()
    assert off.max() > 0.3 * steps.min()  # it is packed, not kept


def test_a_far_weight_is_not_cut_off(tmp_path: Path) -> None:
    matrix = MATRIX.copy()
    matrix[3, 7] = 9.0
    assert packed(tmp_path / "w", matrix, 0.1).rows(np.array([3]))[0, 7] == pytest.approx(9.0, rel=0.01)


def test_a_row_of_nothing_stays_nothing(tmp_path: Path) -> None:
    assert not packed(tmp_path / "w", np.zeros((2, 128), np.float32), 0.1).rows().any()


def test_a_finer_step_costs_more(tmp_path: Path) -> None:
    sizes = []
    for share in (0.1, 0.3):
        packed(tmp_path / "w", MATRIX, share)
        sizes.append((tmp_path / "w").stat().st_size)
    assert sizes[0] > sizes[1] * 1.2
    assert sizes[0] < MATRIX.size  # less than eight bits a weight
