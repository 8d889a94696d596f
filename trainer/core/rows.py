"""Which rows a source may name: the numbered rows of the five articles, and this product's own rules."""

from __future__ import annotations

import re

ARTICLE_ROWS = {"000": 53, "001": 33, "002": 30, "003": 35, "004": 36}
GATE_RULES = (
    "ended", "business-day", "hours", "reply-by", "offer", "promised", "delay", "stop", "closing", "spacing",
    "connected", "second-round", "thank-you", "new-information", "day-count", "overdue", "after-no", "no-calls",
    "preference", "unknown",
)  # fmt: skip
SECTIONS = {"C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "D1", "D2", "D3", "E1", "E2", "E3", "E4", "ours"}
NUMBERED = {"C7": 26, "C8": 17, "E1": 4, "E2": 9}  # sections whose entries have numbers
MOST_DIGITS = 3


def is_row(source: str) -> bool:
    """Does this row exist? A text of several words is a title of the author's own and may stand."""
    if " " in source.strip():
        return True
    if source in SECTIONS:
        return True
    found = re.fullmatch(r"([0-9]{3}|[A-E][0-9])-(.+)", source)
    if not found:
        return False
    section, entry = found.groups()
    if section == "E3":
        return entry in GATE_RULES
    if section in ARTICLE_ROWS:
        return bool(re.fullmatch(r"[0-9]{2}", entry)) and 1 <= int(entry) <= ARTICLE_ROWS[section]
    return entry.isdecimal() and len(entry) < MOST_DIGITS and 1 <= int(entry) <= NUMBERED.get(section, 0)
