"""Typed replies: a line a reply, in a pipe or in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from trainer.core.scenario import Turn
from trainer.core.speech import Reply, Transcript
from trainer.errors import HungUp
from trainer.ports import Ask
from trainer.terminal.plain import asks_for

LONGEST = 20_000  # characters of one reply


class TypedLines:
    """Replies from a pipe: an empty line is silence, the end of the file hangs up."""

    def __init__(self, source: TextIO) -> None:
        self._source = source

    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        line = self._source.readline()
        if not line:
            raise HungUp
        return typed(line)

    def close(self) -> None: ...


class TypedTerminal:
    """Replies typed at a prompt, which is on stdout, or on `out`."""

    def __init__(self, *, plain: bool, out: TextIO | None = None) -> None:
        self._plain = plain
        self._out = out

    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        if self._plain:
            print("Your reply: ", end="", file=self._out, flush=True)
            return TypedLines(sys.stdin).listen(turn, prompt)
        from prompt_toolkit import PromptSession
        from prompt_toolkit.formatted_text import HTML
        from prompt_toolkit.output import create_output

        keys = HTML("<b>Enter</b> says it · <b>/repeat /help /pause /hangup</b>")
        try:
            asked = PromptSession[str](output=create_output(stdout=self._out) if self._out else None)
            return typed(asked.prompt("You: ", bottom_toolbar=keys))
        except EOFError:
            raise HungUp from None

    def close(self) -> None: ...


def typed(line: str) -> Reply | Ask:
    """What a typed line is: one of the slash words, or the reply itself."""
    line = line.rstrip("\r\n")[:LONGEST]
    return asks_for(line) if line.strip().startswith("/") and asks_for(line) else _reply(line)  # type: ignore[return-value]


def _reply(line: str) -> Reply:
    return Reply(Transcript(line.strip()))
