"""What a command prints for a person: between words, where a terminal would break a line in the middle of one."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap

import click

NARROWEST = 40  # columns; below, the terminal breaks the lines as it will
PAINTED = "\x1b"  # such a line was laid out by what has painted it
MARK = re.compile(r"\s*(?:[-+o!?] |\d+\. )?")  # what a line begins with: its further lines stand under the words


def say(text: str = "", *, err: bool = False) -> None:
    """Print it. Where no terminal shows it, each line stays one line."""
    if (sys.stderr if err else sys.stdout).isatty():
        text = fitting(text, shutil.get_terminal_size().columns)
    click.echo(text, err=err)


def fitting(text: str, width: int) -> str:
    """The text with no line longer than `width`, but for a word that is."""
    if width < NARROWEST:
        return text
    return "\n".join(_fitting(line, width) for line in text.split("\n"))


def _fitting(line: str, width: int) -> str:
    if len(line) <= width or PAINTED in line:
        return line
    begun = MARK.match(line)
    hang = " " * (len(begun[0]) if begun and begun[0].strip() else len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
