"""Which recogniser hears the replies: the default one, or another by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from trainer.core.speech import Recording, Transcript
from trainer.errors import TrainerError


class Chosen(Protocol):
    """What of the settings decides."""

    @property
    def recogniser(self) -> str: ...

    @property
    def recogniser_model(self) -> str: ...


class Recogniser(Protocol):
    @property
    def name(self) -> str: ...

    def transcribe(self, recording: Recording, names: Sequence[str]) -> Transcript: ...


def open_recogniser(settings: Chosen, *, online: str | None = None) -> Recogniser:
    """The recogniser that the settings name."""
    from trainer.speech_in.whisper import Whisper

    engine, _, model = settings.recogniser.partition(":")
    match engine:
        case "whisper":
            return Whisper(Path(settings.recogniser_model).expanduser() if settings.recogniser_model else None)
        case "whisper-model":
            return Whisper(Path(model).expanduser())
    raise TrainerError(f"There is no recogniser {settings.recogniser!r}; there is whisper.")
