"""Runs the command line inside the test, as a learner would: words in, what was printed and the exit code out."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from trainer.cli import run


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Trainer:
    """A learner's machine: a folder, a clock, a keyboard."""

    home: Path
    patch: pytest.MonkeyPatch

    def at(self, now: str) -> Trainer:
        self.patch.setenv("TRAINER_NOW", now if "T" in now else f"{now}T10:00:00+00:00")
        return self

    def __call__(self, *arguments: str, typed: str = "") -> Ran:
        out, err = io.StringIO(), io.StringIO()
        self.patch.setattr("sys.stdin", io.StringIO(typed))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(list(arguments))
        return Ran(code, out.getvalue(), err.getvalue())

    def write(self, name: str, text: str | bytes) -> str:
        path = self.home.parent / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)


def machine(tmp_path: Path, patch: pytest.MonkeyPatch) -> Trainer:
    home = tmp_path / "home"
    patch.setenv("TRAINER_HOME", str(home))
    patch.setenv("TRAINER_JUDGE", "words")
    for name in ("EDITOR", "VISUAL"):
        patch.delenv(name, raising=False)
    return Trainer(home, patch).at("2026-11-05")
