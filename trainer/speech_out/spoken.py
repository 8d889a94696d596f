"""What is handed to a voice for a line: names as they are said, telephone numbers digit by digit."""

from __future__ import annotations

import re
from collections.abc import Mapping

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PHONE = re.compile(r"(?<![\w.,/-])\+?\(?\d[\d\s().\-]{5,}\d(?![\w/])|(?<![\w.,/-])0\d{2,}(?![\w/])")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def spoken(text: str, says_as: Mapping[str, str]) -> str:
    """The line as it is to sound. `says_as`: name → how it is said, such as Oyelaran → oh-yeh-LAH-ran."""
    for name in sorted(says_as, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", says_as[name].lower(), text)
    return PHONE.sub(_digit_by_digit, text)


def pronunciations(contacts: Mapping[str, str]) -> dict[str, str]:
    """Name → how it is said, for the whole name and its last word: says_as may be written for either."""
    found: dict[str, str] = {}
    for name, said in contacts.items():
        parts, heard = name.split(), said.split()
        if len(heard) == len(parts):
            found |= dict(zip(parts, heard, strict=True))
        elif len(heard) == 1:
            found[parts[-1]] = said
        else:
            found[name] = said
    return found


def _digit_by_digit(match: re.Match[str]) -> str:
    if DATE.fullmatch(match[0]):
        return match[0]
    groups = re.findall(r"\d+", match[0])
    return ", ".join(" ".join(DIGITS[int(d)] for d in group) for group in groups)
