"""Runs the trainer as a child process with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "assets" / "samples").glob("reply-*.*"))


def environment(home: Path, **more: str) -> dict[str, str]:
    """A clean environment: nothing of the learner's own settings."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("TRAINER_") and k not in {"NO_COLOR", "FORCE_COLOR"}
    }
    return {**kept, "TRAINER_HOME": str(home), "PYTHONUTF8": "1", **more}


def trainer(
    *arguments: str,
    home: Path,
    stdin: str = "",
    before: Sequence[str] = (),
    prelude: str = "",
    cwd: Path | None = None,
    timeout: float = 120,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    """Run `trainer ARGUMENTS`; `before` goes before the interpreter, `prelude` is Python run first."""
    start = f"{prelude}\nimport sys\nfrom trainer.cli import run\nsys.exit(run(sys.argv[1:]))"
    return subprocess.run(
        [*before, sys.executable, "-c", start, *arguments],
        input=stdin, capture_output=True, text=True, encoding="utf-8", env=environment(home, **env), cwd=cwd, timeout=timeout,
    )  # fmt: skip
