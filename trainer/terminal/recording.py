"""The screen while a reply is recorded: prompt_toolkit owns it, the level meter included."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Literal, TextIO

from trainer.errors import HungUp
from trainer.ports import Ask

BARS = 24
Recorded = Literal["done"]


def hold(level: Callable[[], float], over: threading.Event, out: TextIO | None = None) -> Ask | Recorded:
    """Show the level until Enter is pressed or `over` is set; the key for something else gives that instead.

    `level` is 0 to 1. It is shown on stdout, or on `out`. Raises KeyboardInterrupt on Ctrl-C and HungUp at the end of
    input.
    """
    from trainer.terminal.keys import press

    asks: dict[str, Ask | Recorded] = {"r": "repeat", "?": "help", "p": "pause", "h": "hangup"}
    keys = "[Enter] done  [r]epeat [?] help [p]ause [h]ang up"
    return press(lambda: f"Recording {meter(level())}  {keys}", asks, "done", over, out)


def meter(level: float) -> str:
    """The level as text, which reads without colour: [######........]"""
    full = round(min(max(level, 0.0), 1.0) * BARS)
    return f"[{'#' * full}{'.' * (BARS - full)}]"


def ready_plainly(out: TextIO | None = None) -> Ask | Recorded:
    """With `--plain` recording starts only after a key, so that no screen reader speaks into it."""
    return _line("Press Enter, then speak (r repeat, ? help, p pause, h hang up): ", out)


def hold_plainly(level: Callable[[], float], over: threading.Event, out: TextIO | None = None) -> Ask | Recorded:
    """Plain lines: recording goes on until Enter."""
    return _line("Recording. Press Enter when you are done: ", out)


def _line(question: str, out: TextIO | None) -> Ask | Recorded:
    from trainer.terminal.plain import asks_for

    print(question, end="", file=out, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise HungUp
    return asks_for(line) or "done"
