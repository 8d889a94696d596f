"""A file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trainer.errors import TrainerError
from trainer.writing import write_file


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "card.html"
    for data in (b"one", b"another"):
        write_file(file, data)
        assert file.read_bytes() == data
        assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_finished_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "card.html"
    write_file(file, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainerError, match=r"card.html cannot be written: No space left on device\.$"):
        write_file(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [(".", "is a folder"), ("", "is a folder"), ("gone/x", "cannot be written"), ("file/x", "cannot be written")],
)
def test_a_place_that_takes_no_file_is_said(tmp_path: Path, place: str, sentence: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainerError, match=sentence):
        write_file(tmp_path / place, b"")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_what_is_no_ordinary_file_stays_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TrainerError, match="no ordinary file"):
        write_file(tmp_path / "pipe", b"")
    assert (tmp_path / "pipe").is_fifo()
