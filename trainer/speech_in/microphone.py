"""Replies by voice: the microphone is open for one reply only, never while the other side speaks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Literal

from trainer.core.scenario import Turn
from trainer.core.speech import RATE, Recording, Reply
from trainer.errors import EarUnavailable
from trainer.ports import Ask, Ear, Recogniser
from trainer.speech_in.ahead import Ahead
from trainer.speech_in.capture import Capture, microphones
from trainer.speech_in.endpoint import BYTES, Endpoint
from trainer.speech_in.recordings import LONGEST

__all__ = ["Microphone", "OrTyping", "microphones"]

LOOK = 0.02  # seconds between two looks at what has come
Answer = Ask | Literal["done"]
Hold = Callable[
    [Callable[[], float], threading.Event], Answer
]  # shows the level until a key or the event; see terminal


class Microphone:
    """Replies as they are spoken. Raises EarUnavailable where the microphone cannot be used, or stops."""

    def __init__(
        self,
        recogniser: Recogniser,
        hold: Hold,
        *,
        ready: Callable[[], Answer] | None = None,
        device: str = "",
        silence: float = 0.0,
    ) -> None:
        """`ready` is asked before recording begins (`--plain`); `silence` in seconds ends a reply, 0: only a key."""
        self._recogniser = recogniser
        self._hold = hold
        self._ready = ready
        self._device = device
        self._silence = silence

    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        if self._ready and (asked := self._ready()) != "done":
            return asked
        ahead, endpoint = Ahead(self._recogniser, prompt), Endpoint(self._silence)
        over = threading.Event()
        with Capture(self._device) as capture:
            watching = threading.Thread(target=_watch, args=(capture, endpoint, ahead, over), daemon=True)
            watching.start()
            try:
                answer = self._hold(lambda: capture.level, over)
            finally:
                over.set()
                watching.join()
            fault = capture.fault
            recording = Recording(capture.samples)
        if answer != "done":
            return answer
        if fault:
            raise EarUnavailable(f"The microphone cannot be used ({fault}).")
        endpoint.follow(recording.samples)
        return Reply(ahead.words(recording, endpoint.last_speech), recording)

    def close(self) -> None: ...


def _watch(capture: Capture, endpoint: Endpoint, ahead: Ahead, over: threading.Event) -> None:
    """Follow the recording until it is over; end it where silence, its length or a fault does."""
    while not over.wait(LOOK):
        samples = capture.samples
        endpoint.follow(samples)
        ahead.look(samples, endpoint.last_speech, endpoint.quiet)
        if endpoint.ended or capture.fault or len(samples) > LONGEST * RATE * BYTES:
            over.set()


class OrTyping:
    """The microphone while it works; from the first fault on, typing. Said once."""

    def __init__(self, spoken: Ear, typed: Callable[[], Ear], say: Callable[[str], None]) -> None:
        self._ear = spoken
        self._typed = typed
        self._say = say
        self._fell_back = False

    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        try:
            return self._ear.listen(turn, prompt)
        except EarUnavailable as fault:
            if self._fell_back:
                raise
            self._say(f"{fault} The call goes on by typing.")
            self._ear.close()
            self._ear, self._fell_back = self._typed(), True
            return self._ear.listen(turn, prompt)

    def close(self) -> None:
        self._ear.close()
