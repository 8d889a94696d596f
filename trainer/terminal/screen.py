"""A terminal: rich prints, prompt_toolkit asks, never both at once."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding

from trainer.core.moments import Heard, Moment
from trainer.core.speech import Reply
from trainer.errors import HungUp
from trainer.ports import Ask
from trainer.terminal import render
from trainer.terminal.plain import NO_RATING, asks_for, rating, refusal

NARROWEST = 40  # columns; below that lines are printed as they are and the terminal wraps them


class TerminalScreen:
    """Captions and debriefs in colour where the terminal has it and NO_COLOR is not set."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, no_color=bool(os.environ.get("NO_COLOR")) or None, soft_wrap=False)

    def show(self, moment: Moment) -> None:
        if isinstance(moment, Heard) and moment.reply.heard.engine == "keyboard":
            return  # it stands there already, as it was typed
        for paragraph in render.moment(moment):
            indent = len(paragraph.plain) - len(paragraph.plain.lstrip())
            if self._console.width < NARROWEST:
                self._console.print(paragraph, markup=False)
                continue
            paragraph = paragraph[indent:]
            self._console.print(Padding(paragraph, (0, 0, 0, indent)))

    def correct(self, reply: Reply) -> Reply | Ask:
        if reply.heard.engine == "keyboard":
            return reply
        key = self.choose(
            "What you said?", (("e", "edit"), ("r", "repeat"), ("?", "help"), ("p", "pause"), ("h", "hang up")), ""
        )
        if asked := asks_for(key):
            return asked
        if key == "e":
            from trainer.terminal.keys import lines

            try:
                said = lines().prompt("You said: ", default=reply.said)
            except EOFError:
                raise HungUp from None
            return Reply(reply.heard, reply.recording, said)
        return reply

    def choose(self, question: str, keys: Sequence[tuple[str, str]], default: str) -> str:
        """One key press; Enter is the default."""
        from trainer.terminal.keys import press

        names = dict(keys)
        offered = [*(f"[{key}] {what}" for key, what in keys), f"[Enter] {names.get(default, 'go on')}"]
        return press(lambda: in_lines(question, offered, self._console.width), {key: key for key in names}, default)

    def rate(self, question: str) -> int | None:
        from trainer.terminal.keys import lines

        asked = lines()
        try:
            while (answer := asked.prompt(question + " ").strip()) and rating(answer) is None:
                self._console.print(refusal(answer, NO_RATING), markup=False)
        except EOFError:
            raise HungUp from None
        return rating(answer)


def in_lines(question: str, offered: Sequence[str], width: int) -> str:
    """The question and what is offered, broken between words and never within an offer."""
    lines = textwrap.wrap(question, max(width, 1), break_long_words=False, break_on_hyphens=False) or [""]
    for offer in offered:
        if len(lines[-1]) + 2 + len(offer) <= width:
            lines[-1] += f"  {offer}"
        else:
            lines.append(offer)
    return "\n".join(lines)
