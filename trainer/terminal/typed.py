"""Typed replies: a line a reply, in a pipe or in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from trainer.core.plain_text import plain
from trainer.core.scenario import Turn
from trainer.core.speech import Reply, Transcript
from trainer.errors import HungUp
from trainer.ports import Ask
from trainer.terminal.plain import asks_for

LONGEST = 20_000  # characters of one reply
NOTHING = "Nothing is typed yet: type what you say, or press Enter once more to say nothing."
SLASH_WORDS = ("/repeat", "/help", "/pause", "/hangup")


class TypedLines:
    """Replies from a pipe, every line one: an empty line is silence, the end of the file hangs up."""

    def __init__(self, source: TextIO) -> None:
        self._source = source

    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        return typed(_line_of(self._source))

    def close(self) -> None: ...


class TypedTerminal:
    """Replies typed at a prompt, which is on stdout, or on `out`."""

    def __init__(self, *, plain: bool, out: TextIO | None = None) -> None:
        self._plain = plain
        self._out = out

    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        told = False
        while is_mistyped(line := self._line()) or not (line.strip() or told):
            told = told or not line.strip()
            there_are = f"{', '.join(SLASH_WORDS[:-1])} and {SLASH_WORDS[-1]}"
            what = f"There is no {plain(line.strip())}; there are {there_are}." if line.strip() else NOTHING
            print(what, file=self._out, flush=True)
        return typed(line)

    def close(self) -> None: ...

    def _line(self) -> str:
        if self._plain:
            print("Your reply: ", end="", file=self._out, flush=True)
            return _line_of(sys.stdin)
        from prompt_toolkit.formatted_text import HTML

        from trainer.terminal.keys import lines

        keys = HTML(f"<b>Enter</b> says it · <b>{' '.join(SLASH_WORDS)}</b>")
        try:
            return lines(self._out).prompt("You: ", bottom_toolbar=keys)
        except EOFError:
            raise HungUp from None


def typed(line: str) -> Reply | Ask:
    """What a typed line is: one of the slash words, or the reply itself."""
    line = line.rstrip("\r\n")[:LONGEST]
    return asks_for(line) if line.strip().startswith("/") and asks_for(line) else _reply(line)  # type: ignore[return-value]


def is_mistyped(line: str) -> bool:
    """Is it a single word with a slash before it that asks for nothing? Nobody says that on the telephone."""
    return line.strip().startswith("/") and len(line.split()) == 1 and asks_for(line) is None


def _line_of(source: TextIO) -> str:
    line = source.readline()
    if not line:
        raise HungUp
    return line


def _reply(line: str) -> Reply:
    return Reply(Transcript(line.strip()))
