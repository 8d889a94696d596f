"""The program ends cleanly, also while its voice is still being loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole.running import environment


@pytest.mark.parametrize("arguments", [["drill", "surprise"], ["practice", "reach-hr", "--typed"]])
def test_hanging_up_at_once_is_no_crash(arguments: list[str], tmp_path: Path) -> None:
    """A voice that loads in its thread was taken down with the interpreter, which ended in an abort."""
    done = subprocess.run(
        [sys.executable, "-m", "trainer", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "You hung up" in done.stdout
