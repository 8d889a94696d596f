"""The screen while a reply is recorded: prompt_toolkit owns it, the level meter included."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Literal

from trainer.errors import HungUp
from trainer.ports import Ask

BARS = 24
REFRESH = 0.1  # seconds between two looks at the level
Recorded = Literal["done"]


def hold(level: Callable[[], float], over: threading.Event) -> Ask | Recorded:
    """Show the level until Enter is pressed or `over` is set; the key for something else gives that instead.

    `level` is 0 to 1. Raises KeyboardInterrupt on Ctrl-C and HungUp at the end of input.
    """
    from prompt_toolkit.application import Application
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.keys import Keys
    from prompt_toolkit.layout import FormattedTextControl, Layout, Window

    bindings = KeyBindings()
    application: Application[Ask | Recorded]
    asks: dict[str, Ask] = {"r": "repeat", "?": "help", "p": "pause", "h": "hangup"}
    for key, ask in asks.items():

        @bindings.add(key)
        def _(event: KeyPressEvent, ask: Ask = ask) -> None:
            application.exit(result=ask)

    @bindings.add(Keys.Enter)
    def _(event: KeyPressEvent) -> None:
        application.exit(result="done")

    @bindings.add(Keys.ControlC)
    def _(event: KeyPressEvent) -> None:
        application.exit(exception=KeyboardInterrupt())

    @bindings.add(Keys.ControlD)
    def _(event: KeyPressEvent) -> None:
        application.exit(exception=HungUp())

    def text() -> str:
        if over.is_set() and application.is_running and not application.is_done:
            application.exit(result="done")
        return f"Recording {meter(level())}  [Enter] done  [r]epeat [?] help [p]ause [h]ang up"

    application = Application(
        layout=Layout(Window(FormattedTextControl(text), height=1)),
        key_bindings=bindings,
        refresh_interval=REFRESH,
        erase_when_done=True,
    )
    return application.run()


def meter(level: float) -> str:
    """The level as text, which reads without colour: [######........]"""
    full = round(min(max(level, 0.0), 1.0) * BARS)
    return f"[{'#' * full}{'.' * (BARS - full)}]"


def ready_plainly() -> Ask | Recorded:
    """With `--plain` recording starts only after a key, so that no screen reader speaks into it."""
    return _line("Press Enter, then speak (r repeat, ? help, p pause, h hang up): ")


def hold_plainly(level: Callable[[], float], over: threading.Event) -> Ask | Recorded:
    """Plain lines: recording goes on until Enter."""
    return _line("Recording. Press Enter when you are done: ")


def _line(question: str) -> Ask | Recorded:
    from trainer.terminal.plain import asks_for

    print(question, end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        raise HungUp
    return asks_for(line) or "done"
