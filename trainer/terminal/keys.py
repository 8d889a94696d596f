"""One key press: prompt_toolkit owns the screen until it comes."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TextIO, TypeVar

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app_session
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output import create_output
from prompt_toolkit.shortcuts import PromptSession

from trainer.errors import HungUp

REFRESH = 0.1  # seconds between two looks at a text that changes
T = TypeVar("T")


def press(
    text: Callable[[], str],
    answers: Mapping[str, T],
    enter: T,
    over: threading.Event | None = None,
    out: TextIO | None = None,
) -> T:
    """The answer that belongs to the key pressed; `enter` for Enter, or when `over` is set.

    It is asked on stdout, or on `out`. Raises KeyboardInterrupt on Ctrl-C and HungUp at the end of input.
    """
    forget_keys_pressed()
    bindings = _without_mouse()
    for key, answer in answers.items():
        bindings.add(key)(_leaving_with(answer))
    bindings.add(Keys.Enter)(_leaving_with(enter))
    bindings.add(Keys.ControlC)(_leaving_by(KeyboardInterrupt))
    bindings.add(Keys.ControlD)(_leaving_by(HungUp))

    def shown() -> str:
        if over is not None and over.is_set() and application.is_running and not application.is_done:
            application.exit(result=enter)
        return text()

    application: Application[T] = Application(
        layout=Layout(Window(FormattedTextControl(shown), wrap_lines=True, dont_extend_height=True)),
        key_bindings=bindings,
        refresh_interval=REFRESH if over is not None else None,
        erase_when_done=True,
        output=create_output(stdout=out) if out else None,
    )
    return application.run()


def lines(out: TextIO | None = None) -> PromptSession[str]:
    """A prompt for lines that can be edited, on stdout or on `out`. It raises EOFError at the end of input."""
    output = create_output(stdout=out) if out else None
    return PromptSession(output=output, key_bindings=_without_mouse())


def _without_mouse() -> KeyBindings:
    """Bindings that pass over what looks like a mouse: prompt_toolkit's own trip over colour codes that are typed."""
    bindings = KeyBindings()
    bindings.add(Keys.Vt100MouseEvent)(lambda event: None)
    return bindings


def forget_keys_pressed() -> None:
    """Drop what was typed while nobody asked: an Enter from before must not end a recording that has just begun.

    The rest of a line whose first key was an answer is dropped, too: it would answer the next questions.
    """
    clear_typeahead(get_app_session().input)
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getch()
    else:
        import termios

        with contextlib.suppress(termios.error, ValueError, OSError):
            termios.tcflush(sys.stdin, termios.TCIFLUSH)


def _leaving_with(answer: object) -> Callable[[KeyPressEvent], None]:
    return lambda event: event.app.exit(result=answer)


def _leaving_by(way: type[BaseException]) -> Callable[[KeyPressEvent], None]:
    return lambda event: event.app.exit(exception=way())
