"""The few things that a rehearsal needs of the world, and the Kit that holds one of each.

Each protocol belongs to whoever calls it; adapters stand in their own packages and are chosen in `wiring.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from trainer.core.call import Line
from trainer.core.judging import Meaning
from trainer.core.moments import Moment
from trainer.core.scenario import Sound, Turn
from trainer.core.session import Session, Take
from trainer.core.speech import Recording, Reply, Transcript

Ask = Literal["repeat", "help", "pause", "hangup"]


class Clock(Protocol):
    def now(self) -> datetime: ...  # with its offset

    def today(self) -> date: ...  # the practice day, which turns at 4 in the morning


class Voice(Protocol):
    """Speaks the other side's lines. Never raises in a call: what fails costs the sound and is said once."""

    def prepare(self, lines: Sequence[Line]) -> None: ...  # while it rings, so that an answer starts at once

    def speak(self, line: Line) -> None: ...  # returns when the line has been heard

    def sound(self, sounds: Sequence[Sound]) -> None: ...

    def play(self, recording: Recording) -> None: ...

    def close(self) -> None: ...


class Recogniser(Protocol):
    """Turns sound into words."""

    @property
    def name(self) -> str: ...

    @property
    def gives_up(self) -> bool: ...  # does it end a recognising whose words are no longer wanted?

    def transcribe(
        self, recording: Recording, names: Sequence[str], wanted: Callable[[], bool] = ...
    ) -> Transcript: ...  # one that gives up raises errors.Outdated, at some time, where the words are not `wanted`


class Ear(Protocol):
    """Gets one reply. Returns an Ask where the learner asked for something instead of replying.

    Raises errors.HungUp at the end of input, and OutOfReplies (recordings) where there are no more.
    """

    def listen(
        self, turn: Turn, prompt: Sequence[str]
    ) -> Reply | Ask: ...  # prompt: the call's names, to hear them right

    def close(self) -> None: ...


class Screen(Protocol):
    """Shows moments and asks the few questions of a call."""

    def show(self, moment: Moment) -> None: ...

    def correct(self, reply: Reply) -> Reply | Ask: ...  # the transcript, put right or accepted

    def choose(
        self, question: str, keys: Sequence[tuple[str, str]], default: str
    ) -> str: ...  # one key; default where nobody is asked

    def rate(self, question: str) -> int | None: ...  # 0 to 10, None if skipped


class Store(Protocol):
    """Where takes are kept, each on disk before its debrief is shown."""

    def begin(self, session: Session) -> None: ...

    def keep(self, take: Take) -> None: ...

    def finish(self, session: Session) -> None: ...

    def keep_recording(self, take_id: str, recording: Recording) -> None: ...


@dataclass(frozen=True, slots=True)
class Kit:
    """One of each, chosen for this call by `wiring.py`."""

    voice: Voice
    ear: Ear
    screen: Screen
    store: Store
    clock: Clock
    meaning: Meaning | None  # None: the words-only judge
