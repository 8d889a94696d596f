"""A scenario drafted from what the other side really said and had not been rehearsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from trainer.core.application import Application, main_contact
from trainer.core.scenario import Scenario

ACKNOWLEDGING = ["I understand", "thank you for telling me", "I see, that makes sense", "of course, that's fine"]
THANKING = ["thank you for your time", "that's all, thanks for your help", "thank you, have a good day"]

ALIKE = 88  # of 100: a line that is rehearsed already


def rehearsed(words: str, scenarios: Iterable[Scenario]) -> str | None:
    """The id of a scenario whose obstacles or lines say the same already."""
    for scenario in scenarios:
        for turn in scenario.turns:
            lines = [turn.says, *(o.says for o in turn.obstacles)]
            spoken = [text for says in lines for text in (*says.neutral, *(says.warm or ()), *(says.cool or ()))]
            if any(fuzz.token_sort_ratio(words.lower(), text.lower()) >= ALIKE for text in spoken):
                return scenario.id
    return None


def draft(words: str, application: Application, on: date, taken: Iterable[str] = ()) -> dict[str, Any]:
    """A short call in which they say it again, ready to be written as YAML and edited. Its id is new."""
    contact, me = main_contact(application), application.me
    name = me.name or "your name"
    who = contact.name if contact else "somebody"
    line = _literal(words)
    return {
        "id": _new_id(words, set(taken)),
        "title": _literal(f"They said: {_cut(words)}"),
        "call_type": "heard-on-the-phone",
        "levels": ["normal"],
        "briefing": {
            "why": _literal(f"On {on} {application.company} said this and you had not rehearsed it. Answer it calmly."),
            "at_hand": ["Your notes of that call"],
        },
        "turns": [
            {
                "id": "opening",
                "situation": _literal(f"{who} of {application.company} picks up."),
                "says": [_literal(f"{application.company}, hello?"), "Hello, who is calling?", "Yes, hello?"],
                "key_points": [
                    {
                        "id": "say_name",
                        "label": "Say who you are",
                        "examples": [
                            _literal(text) for text in (f"this is {name}", f"my name is {name}", f"{name} here")
                        ],
                    },
                    {
                        "id": "reason_for_call",
                        "label": "Say why you call",
                        "examples": [
                            "I'm calling about my interview",
                            "we met for the interview, and I wanted to follow up",
                            _literal(f"it's about the {application.role or 'job'} that I was interviewed for"),
                        ],
                    },
                ],
                "donts": ["pressuring", "rude"],
            },
            {
                "id": "obstacle",
                "situation": "They say what you had not rehearsed.",
                "says": [line],
                "key_points": [
                    {
                        "id": "acknowledge",
                        "label": "Show that you heard it and take it well",
                        "examples": ACKNOWLEDGING,
                    },
                    {
                        "id": "way_forward",
                        "label": "Say calmly how you would like to go on, or ask how to",
                        "examples": [
                            "when would be a better time",
                            "how would you like me to go on from here",
                            "what would be the best way to reach you",
                            "I'm happy to send it by mail",
                        ],
                    },
                ],
                "donts": ["arguing", "complaining", "pressuring", "interrupting"],
            },
            {
                "id": "close",
                "says": ["All right. Was there anything else?", "Good. Anything more from you?", "Fine. Is that all?"],
                "key_points": [
                    {
                        "id": "thank",
                        "label": "Thank them and say goodbye",
                        "examples": THANKING,
                    }
                ],
                "donts": ["pressing_next_steps", "rambling"],
            },
        ],
    }


def _new_id(words: str, taken: set[str]) -> str:
    stem = "heard-" + ("-".join(re.findall(r"[a-z0-9]+", words.lower())[:5])[:50].strip("-") or "line")
    return next(id for id in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if id not in taken)


def _cut(words: str) -> str:
    return words if len(words) <= 60 else words[:57].rsplit(" ", 1)[0] + " …"


def _literal(text: str) -> str:
    """Braces that are no blanks."""
    return text.replace("{", "{{").replace("}", "}}")
