"""Plain lines, one after the other: for pipes, logs and screen readers. No cursor movement, no colour."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import TextIO

from trainer.core.moments import Moment
from trainer.core.plain_text import plain
from trainer.core.speech import Reply
from trainer.errors import HungUp
from trainer.ports import Ask
from trainer.terminal import render

WIDTH, NARROWEST = 80, 20
NO_OFFER = "none of these"
NO_RATING = "no whole number from 0 to 10"


class PlainScreen:
    """Prints moments as plain lines; asks with `input` where somebody is there."""

    def __init__(self, out: TextIO, *, asks: bool) -> None:
        self._out = out
        self._asks = asks

    def show(self, moment: Moment) -> None:
        for paragraph in render.moment(moment):
            self._write(paragraph.plain)

    def correct(self, reply: Reply) -> Reply | Ask:
        if not self._asks or reply.heard.engine == "keyboard":
            return reply
        answer = self._answer(
            "Enter accepts what was heard; e edits it; r repeat, ? help, p pause, h hang up: ",
            lambda answer: answer == "e" or asks_for(answer) is not None,
            NO_OFFER,
        )
        if asked := asks_for(answer):
            return asked
        if answer == "e":
            said = self._ask("What you said: ")
            return Reply(reply.heard, reply.recording, said or reply.said)
        return reply

    def choose(self, question: str, keys: Sequence[tuple[str, str]], default: str) -> str:
        if not self._asks:
            return default
        offered = ", ".join(f"{key} {what}" for key, what in keys)
        asked = f"{question} ({offered}; Enter: {dict(keys).get(default, 'go on')}) "
        return self._answer(asked, lambda answer: answer in dict(keys), NO_OFFER) or default

    def rate(self, question: str) -> int | None:
        if not self._asks:
            return None
        return rating(self._answer(question + " ", lambda answer: rating(answer) is not None, NO_RATING))

    def _write(self, text: str) -> None:
        indent = " " * (len(text) - len(text.lstrip()))
        there = shutil.get_terminal_size().columns if self._out.isatty() else WIDTH
        width = max(NARROWEST, min(WIDTH, there))
        wrapped = textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
        print("\n".join(wrapped), file=self._out, flush=True)

    def _answer(self, question: str, fits: Callable[[str], bool], no: str) -> str:
        """One of the answers that there are, or an empty one; any other is told why not, and asked for again."""
        while (answer := self._ask(question).strip()) and not fits(answer):
            self._write(refusal(answer, no))
        return answer

    def _ask(self, question: str) -> str:
        try:
            print(question, end="", file=self._out, flush=True)
            line = sys.stdin.readline()
        except UnicodeDecodeError:
            return ""
        if not line:
            raise HungUp
        return line.rstrip("\n")


def rating(answer: str) -> int | None:
    """The number from 0 to 10 that was typed; None where it is none."""
    return int(answer) if answer.isdecimal() and int(answer) <= 10 else None


def refusal(answer: str, no: str) -> str:
    return f"“{plain(answer)}” is {no}."


def asks_for(answer: str) -> Ask | None:
    """What a key, or its slash form while typing, asks for."""
    asks: dict[str, Ask] = {
        "r": "repeat", "?": "help", "p": "pause", "h": "hangup",
        "/repeat": "repeat", "/help": "help", "/pause": "pause", "/hangup": "hangup",
        "/r": "repeat", "/?": "help", "/p": "pause", "/h": "hangup",
    }  # fmt: skip
    return asks.get(answer.strip().lower())
