"""An Anki deck: what the other side said on the front, your own best words on the back.

Ids depend on call type, turn and obstacle alone, so that a deck that is exported again replaces itself in Anki.
"""

from __future__ import annotations

import hashlib
import html
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trainer.core.session import Session, Take

MODEL_ID = 1_607_392_319  # ours for good: Anki knows the note type by it
DECK_ID = 2_059_400_110
CSS = ".card { font-family: sans-serif; font-size: 20px; text-align: left; } .who { color: #666; font-size: 15px; }"


@dataclass(frozen=True, slots=True)
class Flash:
    """One card of the deck."""

    family: str
    scenario: str
    turn: str
    obstacle: str | None
    says: str  # the other side's line
    words: str  # the learner's own best, or the script's `response` where they have none
    own: bool = True


def flashes(sessions: Sequence[Session]) -> tuple[Flash, ...]:
    """The learner's best take of each turn and obstacle: the highest score, of equals the latest."""
    best: dict[tuple[str, str, str | None], tuple[Session, Take]] = {}
    for session in sessions:
        if session.aside:
            continue
        for take in session.takes:
            if take.aside or take.verdict.score is None or not take.said.strip():
                continue
            key = (session.scenario, take.turn, take.obstacle)
            if key not in best or (take.verdict.score, take.at) >= (best[key][1].verdict.score, best[key][1].at):
                best[key] = (session, take)
    return tuple(
        Flash(session.family, session.scenario, take.turn, take.obstacle, take.says, take.said)
        for session, take in (best[key] for key in sorted(best, key=lambda k: (k[0], k[1], k[2] or "")))
    )


def write(cards: Iterable[Flash], at: datetime) -> bytes:
    """The deck as a file's bytes. Anki takes the later of two decks, by the second `at` which they were written."""
    import genanki

    model = genanki.Model(
        MODEL_ID,
        "Follow-up call",
        fields=[{"name": "Key"}, {"name": "Call"}, {"name": "They say"}, {"name": "You say"}],
        templates=[
            {
                "name": "Reply",
                "qfmt": '<div class="who">{{Call}}</div><p>{{They say}}</p>',
                "afmt": "{{FrontSide}}<hr id=answer><p>{{You say}}</p>",
            }
        ],
        css=CSS,
    )
    deck = genanki.Deck(DECK_ID, "Follow-up calls")
    for card in cards:
        key = f"{card.scenario}/{card.turn}/{card.obstacle or ''}"
        own = "" if card.own else " (not said by you yet)"
        fields = [key, f"{card.family}: {card.turn}", card.says, card.words + own]
        deck.add_note(
            genanki.Note(
                model=model,
                fields=[html.escape(field) for field in fields],
                guid=hashlib.sha256(key.encode()).hexdigest()[:20],
                tags=[card.family.replace(" ", "_"), *(["obstacle"] if card.obstacle else [])],
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(str(path), timestamp=at.timestamp())
        return path.read_bytes()
