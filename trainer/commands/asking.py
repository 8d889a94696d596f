"""A few questions, each of which may be skipped: at the terminal, or a line an answer from a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import TypeVar

import click

from trainer.commands.saying import fitting
from trainer.core.plain_text import plain
from trainer.errors import TrainerError

T = TypeVar("T")

BROKEN_OFF = "The answers ended before the last question, so nothing was saved; an empty line skips a question."
NOT_SAVED = "Nothing was saved."
UNASKED = "There is no terminal to ask in, so nothing was deleted; add --yes to delete without being asked."


class Questions:
    """Asks on stderr, so that stdout stays for results.

    The end of the input skips what is left; where only the `whole` of the answers may be kept, it raises TrainerError.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self.interactive = sys.stdin.isatty()
        self.whole = whole
        self.over = False
        self.answered = False

    def text(self, question: str, default: str | None = None) -> str | None:
        """The answer, the default where nothing was typed; '-' leaves it empty."""
        if self.over:
            return default
        hint = f" [{plain(default)}]" if default else ""
        asked = f"{question}{hint}: "
        if self.interactive:
            asked = fitting(asked.rstrip(), shutil.get_terminal_size().columns - 2) + " "
        click.echo(asked, nl=not self.interactive, err=True)
        line = self._line()
        if not line:
            return default
        answer = plain(line.rstrip("\r\n")).strip()
        self.answered = self.answered or bool(answer)
        if answer == "-":
            return None
        return answer or default

    def fitting(self, question: str, read: Callable[[str], T], default: T | None = None) -> T | None:
        """The answer as `read` makes it. At the terminal a misfit is asked again; in a pipe it is an error."""
        while True:
            shown = None if default is None else {True: "y", False: "n"}.get(default, str(default))  # type: ignore[call-overload]
            answer = self.text(question, shown)
            if answer is None:
                return None
            if default is not None and answer == shown:
                return default
            try:
                return read(answer)
            except ValueError as fault:
                sentence = f"{str(fault)[:1].upper()}{str(fault)[1:]}."
                if not self.interactive:
                    raise TrainerError(f"{question}: {sentence}") from None
                click.echo(plain(sentence), err=True)

    def yes(self, question: str, default: bool | None = None) -> bool | None:
        return self.fitting(f"{question} (y/n)", _yes, default)

    def _line(self) -> str:
        """The line that was typed; empty at the end of the input."""
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            if self.whole:
                click.echo(f"\n{NOT_SAVED}", err=True)
            raise
        if not line:
            self.over = True
            if self.interactive:
                click.echo(err=True)  # Ctrl-D leaves the cursor behind the question
            if self.whole:
                raise TrainerError(BROKEN_OFF)
        return line


def one_of(*choices: str) -> Callable[[str], str]:
    """Reads one of the choices, or the only one that begins so."""

    def read(text: str) -> str:
        near = [c for c in choices if c == text.lower()] or [c for c in choices if c.startswith(text.lower())]
        if len(near) != 1:
            raise ValueError(f"{text!r} is none of {', '.join(choices)}")
        return near[0]

    return read


def _yes(text: str) -> bool:
    match text.lower():
        case "y" | "yes" | "true":
            return True
        case "n" | "no" | "false":
            return False
    raise ValueError(f"{text!r} is neither y nor n")
