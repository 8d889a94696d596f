"""What the learner is shown, one type a moment of the call. Screens match over `Moment`."""

from __future__ import annotations

from dataclasses import dataclass

from trainer.core.call import Line
from trainer.core.scenario import Scenario, Turn
from trainer.core.session import Session, Take
from trainer.core.speech import Reply
from trainer.core.spotting import Piece, Spotted


@dataclass(frozen=True, slots=True)
class Briefed:
    """Before the call: whom, why, what to have at hand."""

    scenario: Scenario
    level: str
    seed: int
    application: str
    why_now: str | None = None
    only: Turn | None = None  # this turn alone is played
    caller: str = ""  # who the learner is, where the application is not their own


@dataclass(frozen=True, slots=True)
class Sounded:
    """A sound of the call, for who can't hear it: [ring], [beep]."""

    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """The other side speaks: the caption, on the screen before the voice starts."""

    line: Line


@dataclass(frozen=True, slots=True)
class Heard:
    """The reply as understood."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Helped:
    """A hint, asked for."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Judged:
    """The debrief of one take, with the last take of the turn beside it."""

    take: Take
    turn: Turn
    before: Take | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The debrief of the call."""

    session: Session
    scenario: Scenario
    unused: tuple[str, ...] = ()
    mood: str | None = None  # theirs, after the last reply


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that the learner should know, once: a voice that failed, a level that was lowered."""

    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """What the learner found in a bad take, and what each fault of it was."""

    turn: Turn
    cut: tuple[Piece, ...]
    found: Spotted


Moment = Briefed | Sounded | Said | Heard | Helped | Judged | Ended | Noted | Marked
