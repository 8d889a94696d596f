"""The few minutes before the real call: a breath, the checklist, and in what order it goes on."""

from __future__ import annotations

from trainer.core.application import Application, main_contact
from trainer.core.card import CHECKLIST
from trainer.core.sources import titles

BREATHS = 4
BREATH = (("in", 4), ("out", 6))  # seconds; ours: out longer than in


def checklist(application: Application) -> tuple[tuple[str, str], ...]:
    """(what to have ready, the articles behind it), with what is particular to this call."""
    contact = main_contact(application)
    rows = [(text, "; ".join(titles(sources))) for text, sources in CHECKLIST]
    if contact and contact.number_kind == "personal":
        rows.insert(
            0, (f"The number of {contact.name} is a personal one: find the company's own", titles(("004-15",))[0])
        )
    if contact and contact.says_as:
        rows.append((f"Say it aloud: {contact.name}, {contact.says_as}", titles(("000-46",))[0]))
    return tuple(rows)
