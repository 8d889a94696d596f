"""Which recogniser hears the replies: the default one, or one of SpeechRecognition's by name.

Engines that send the voice to a service are refused unless the learner names them each time (`--online NAME`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from trainer.core.speech import RATE, Recording, Transcript
from trainer.errors import EarUnavailable, TrainerError
from trainer.ports import Recogniser

ONLINE = ("google", "google-cloud", "openai", "groq")
OFFLINE = ("whisper", "whisper-model:FOLDER", "sphinx", "vosk", "vosk:FOLDER")


class Chosen(Protocol):
    """What of the settings decides."""

    @property
    def recogniser(self) -> str: ...

    @property
    def recogniser_model(self) -> str: ...


def open_recogniser(settings: Chosen, *, online: str | None = None) -> Recogniser:
    """The recogniser that the settings name, or the service that was allowed by name for this once.

    Raises TrainerError for an unknown name, EarUnavailable for one that cannot be used here.
    """
    from trainer.speech_in.whisper import Whisper

    if online is not None and online not in ONLINE:
        raise TrainerError(f"There is no online recogniser {online!r}; there are {', '.join(ONLINE)}.")
    engine, _, model = (online or settings.recogniser).partition(":")
    if engine in ONLINE and online != engine:
        raise EarUnavailable(
            f"{engine} sends your voice to a service on the internet; allow it with --online {engine}."
        )
    match engine:
        case "whisper":
            return Whisper(Path(settings.recogniser_model).expanduser() if settings.recogniser_model else None)
        case "whisper-model":
            return Whisper(Path(model).expanduser())
        case "sphinx":
            return Engine("sphinx", lambda r, audio: r.recognize_sphinx(audio))
        case "vosk":
            return Vosk(Path(model).expanduser()) if model else Engine("vosk", lambda r, audio: r.recognize_vosk(audio))
        case "google":
            return Engine("google (online)", lambda r, audio: r.recognize_google(audio))
        case "google-cloud":
            return Engine("google-cloud (online)", lambda r, audio: r.recognize_google_cloud(audio))
        case "openai":
            return Engine("openai (online)", lambda r, audio: r.recognize_openai(audio))
        case "groq":
            return Engine("groq (online)", lambda r, audio: r.recognize_groq(audio))
    raise TrainerError(
        f"There is no recogniser {settings.recogniser!r}; there are {', '.join(OFFLINE)}, online {', '.join(ONLINE)}."
    )


class Engine:
    """One of SpeechRecognition's recognisers: words without times. The names of the call cannot be told to it.

    It hears a reply once, when that has ended: begun in every pause, a service would get the voice many times.
    """

    gives_up = False

    def __init__(self, name: str, recognise: Callable[[Any, Any], str]) -> None:
        import speech_recognition

        self.name = name
        self._recogniser = speech_recognition.Recognizer()
        self._recognise = recognise

    def transcribe(
        self, recording: Recording, names: Sequence[str], wanted: Callable[[], bool] = lambda: True
    ) -> Transcript:
        """Raises EarUnavailable where the engine is not set up or its service cannot be reached."""
        import speech_recognition as sr
        from speech_recognition.exceptions import SetupError

        started = time.perf_counter()
        text = ""
        try:
            if recording.samples:
                text = self._recognise(self._recogniser, sr.AudioData(recording.samples, RATE, 2))
        except sr.UnknownValueError:
            pass  # nothing was understood, which is what silence gives
        except (sr.RequestError, SetupError, ImportError, OSError) as fault:
            raise EarUnavailable(f"The recogniser {self.name} cannot be used ({fault}).") from fault
        return Transcript(text.strip(), engine=self.name, milliseconds=round((time.perf_counter() - started) * 1000))


class Vosk:
    """A Vosk model in a folder of the learner's, held in memory."""

    gives_up = False

    def __init__(self, folder: Path) -> None:
        try:
            import vosk  # type: ignore[import-not-found]
        except ImportError:
            raise EarUnavailable("Vosk is not installed; `pip install vosk` brings it.") from None
        if not folder.is_dir():
            raise EarUnavailable(f"{folder}: there is no Vosk model here.")
        vosk.SetLogLevel(-1)
        self.name = f"vosk {folder.name}"
        self._vosk = vosk
        self._model = vosk.Model(str(folder))

    def transcribe(
        self, recording: Recording, names: Sequence[str], wanted: Callable[[], bool] = lambda: True
    ) -> Transcript:
        import json

        started = time.perf_counter()
        recogniser = self._vosk.KaldiRecognizer(self._model, RATE)
        recogniser.AcceptWaveform(recording.samples)
        text = str(json.loads(recogniser.FinalResult()).get("text", ""))
        return Transcript(text, engine=self.name, milliseconds=round((time.perf_counter() - started) * 1000))
