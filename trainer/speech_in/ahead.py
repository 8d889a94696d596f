"""Recognising in the pauses, so that the words are there when the reply ends; given up where speech goes on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence

from trainer.core.speech import RATE, Recording, Transcript
from trainer.errors import EarUnavailable, Outdated
from trainer.ports import Recogniser
from trainer.speech_in.endpoint import BYTES

PAUSE = 0.06  # seconds of silence after which recognising begins: what speech goes on after is given up soon


class Ahead:
    """One recognising at a time, in a thread of its own; none where the recogniser could not give it up."""

    def __init__(self, recogniser: Recogniser, names: Sequence[str]) -> None:
        self._recogniser = recogniser
        self._names = names
        self._upto = -1  # samples that the running or last recognising has
        self._last_speech = 0  # where somebody spoke last, in samples
        self._thread: threading.Thread | None = None
        self._transcript: Transcript | None = None

    def look(self, samples: bytes, last_speech: int, quiet: float) -> None:
        """Begin where somebody has spoken, pauses now, and nothing has been begun since."""
        self._last_speech = last_speech  # the running recognising is given up where that is behind its end
        if not self._recogniser.gives_up:
            return
        busy = self._thread is not None and self._thread.is_alive()
        if busy or not last_speech or quiet < PAUSE or not self._outdated:
            return
        self._upto = len(samples) // BYTES
        self._transcript = None
        self._thread = threading.Thread(target=self._run, args=(Recording(samples),), daemon=True, name="recogniser")
        self._thread.start()

    def words(self, recording: Recording, last_speech: int) -> Transcript:
        """The words of the whole reply: those made in the last pause where nothing was said since."""
        self._last_speech = last_speech
        if self._thread:
            self._thread.join()
        if self._transcript is not None and not self._outdated:
            return self._transcript
        return self._recogniser.transcribe(_upto_speech(recording, last_speech), self._names)

    @property
    def _outdated(self) -> bool:
        return self._last_speech > self._upto

    def _run(self, recording: Recording) -> None:
        with contextlib.suppress(Outdated, EarUnavailable):  # a fault that lasts is met again by `words`
            self._transcript = self._recogniser.transcribe(recording, self._names, lambda: not self._outdated)


def _upto_speech(recording: Recording, last_speech: int) -> Recording:
    """Without the long silence at the end: nothing is heard there, and it costs time."""
    end = (last_speech + RATE // 2) * BYTES
    return Recording(recording.samples[:end]) if last_speech else recording
