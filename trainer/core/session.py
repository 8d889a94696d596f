"""What is kept: takes, the session that they make up, and what each was worth to the schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from trainer.core.verdict import Kind, Verdict, session_score

if TYPE_CHECKING:  # a history is read without the models of scenarios
    from trainer.core.call import Ended
    from trainer.core.scenario import Level

TakeKind = Literal["first", "again", "retake"]  # first try; asked again by the other side; the learner's own retake
Mode = Literal["voice", "typed", "recordings"]
DRILL = "drill"  # the plan of a session in which somebody else speaks


class Grade(IntEnum):
    """How well a point was remembered: FSRS's own numbers."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class PointGrade:
    """What a take said of the memory of one point. `overruled` where the learner set it."""

    kind: Kind
    id: str
    grade: Grade
    overruled: bool = False


@dataclass(frozen=True, slots=True)
class Take:
    """One attempt at a turn, as judged."""

    id: str  # unique across machines
    session: str
    turn: str
    number: int  # 1 for the first take of the session, counting up
    kind: TakeKind
    at: datetime  # when it was judged, with its offset
    says: str  # the other side's line
    heard: str  # what was understood
    said: str  # what was judged: as put right, else as heard
    verdict: Verdict
    grades: tuple[PointGrade, ...] = ()  # one a point that has something to say to the schedule
    weight: float = 0.0  # sum of the turn's key-point weights
    obstacle: str | None = None
    mood: str | None = None
    engine: str = "keyboard"  # which recogniser heard it
    words: tuple[tuple[str, float, float], ...] = ()  # word, start, end in seconds; empty where not measured
    seconds: float | None = None  # length of the recording
    transcribe_ms: int = 0
    assisted: bool = False  # help or the model answer was seen before it
    aside: bool = False  # set aside by the learner: a dog barked


@dataclass(frozen=True, slots=True)
class Session:
    """One run through a scenario. Takes are in the order in which they were made."""

    id: str
    scenario: str
    title: str
    family: str  # the call type
    digest: str  # of the scenario's text, so that an edited one is known
    application: str
    level: Level
    seed: int
    mode: Mode
    started: datetime
    takes: tuple[Take, ...] = ()
    ended: Ended | None = None  # None: cut off by a crash
    finished: datetime | None = None
    scheduled: bool = True  # False: cram, or a path outside the library played with --no-schedule
    plan: str | None = None  # why it was played: 'due', 'plan', 'chosen', 'drill', 'call-day'
    nerves_before: int | None = None  # 0 to 10, as the learner said
    nerves_after: int | None = None
    aside: bool = False

    @property
    def score(self) -> int | None:
        """The session's score over first takes that are not set aside."""
        first = (t for t in self.takes if t.kind == "first" and not t.aside)
        return session_score(tuple((t.verdict.score, t.weight) for t in first))
