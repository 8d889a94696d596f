"""The kinds of people on the other side, told apart by pace and pitch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from trainer.core.scenario import Person
from trainer.speech_out.clip import Clip


@dataclass(frozen=True, slots=True)
class Persona:
    """How somebody speaks, as factors of the voice's own way."""

    name: str
    pitch: float
    size: float  # of the head that the voice comes from: lowers or raises what colours it
    pace: float


PERSONAS = {
    p.name: p
    for p in (
        Persona("warm", pitch=1.0, size=1.0, pace=1.0),
        Persona("low", pitch=0.62, size=1.14, pace=0.97),
        Persona("bright", pitch=1.16, size=0.96, pace=1.05),
        Persona("brisk", pitch=0.74, size=1.08, pace=1.15),
        Persona("slow", pitch=0.86, size=1.04, pace=0.85),
    )
}


class Synthesiser(Protocol):
    """Text to sound. Raises errors.VoiceUnavailable where it cannot."""

    def synthesise(self, text: str, persona: Persona, speed: float) -> Clip: ...


class Cast:
    """Who speaks with which voice in this call: two people never share one while there are others."""

    def __init__(self) -> None:
        self._given: dict[tuple[str | None, str | None], Persona] = {}

    def persona(self, speaker: Person | None) -> Persona:
        who = (speaker.name, speaker.role) if speaker else (None, None)
        if who not in self._given:
            self._given[who] = _free(PERSONAS[speaker.voice if speaker else "warm"], list(self._given.values()))
        return self._given[who]


def _free(wanted: Persona, taken: Sequence[Persona]) -> Persona:
    if wanted not in taken:
        return wanted
    return next((p for p in PERSONAS.values() if p not in taken), wanted)
