"""What was said: sound, words with their times, and the reply that is judged."""

from __future__ import annotations

from dataclasses import dataclass

RATE = 16_000  # samples a second of every Recording


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound as 16 kHz, 16-bit, mono, little-endian samples."""

    samples: bytes

    @property
    def seconds(self) -> float:
        return len(self.samples) / 2 / RATE


@dataclass(frozen=True, slots=True)
class Word:
    """One word that a recogniser heard, with its place in the recording."""

    text: str
    start: float  # seconds from the beginning of the recording
    end: float
    confidence: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was understood. `words` is empty where no times exist (typed, or an engine without them)."""

    text: str
    words: tuple[Word, ...] = ()
    engine: str = "keyboard"  # which recogniser heard it
    milliseconds: int = 0  # what the recognising took


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the learner: as heard, and as put right where they corrected it."""

    heard: Transcript
    recording: Recording | None = None
    corrected: str | None = None

    @property
    def said(self) -> str:
        """The words that are judged."""
        return self.heard.text if self.corrected is None else self.corrected

    @property
    def silent(self) -> bool:
        return not any(c.isalnum() for c in self.said)


SILENCE = Reply(Transcript(""))
