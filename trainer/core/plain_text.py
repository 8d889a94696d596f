"""Text from files and transcripts, made unable to drive a terminal."""

from __future__ import annotations

import re
import unicodedata

# CSI, OSC and the other escape sequences of ECMA-48, with their 8-bit forms; then any control that is left.
ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
BIDI = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}  # could make a line read otherwise than it is


def plain(text: str, *, lines: bool = False) -> str:
    """The text without escape sequences, control characters, lone surrogates or direction overrides.

    Newlines and tabs become spaces unless `lines`.
    """
    text = ESCAPES.sub("", text)
    kept = []
    for c in text:
        if c in "\n\t":
            kept.append(c if lines else " ")
        elif c in BIDI or unicodedata.category(c) in {"Cc", "Cs"}:
            continue
        else:
            kept.append(c)
    return "".join(kept)
