"""What an author writes: one scripted call with its turns, key points and don'ts.

Pydantic models, frozen, unknown keys forbidden: `key_point:` is an error, not a silence. Texts may hold placeholders
(`{me.name}`); `application.fill` puts the learner's own facts in.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from trainer.core.authored import ID as ID
from trainer.core.authored import Id, Text, Written
from trainer.core.memory import card_of as card_of

END = "end"  # where a branch goes that ends the call

Level = Literal["easy", "normal", "hard"]
Mood = Literal["warm", "neutral", "cool"]
Sound = Literal["ring", "beep", "hold", "hangup", "engaged", "pickup"]
LEVELS: tuple[Level, ...] = ("easy", "normal", "hard")


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    if isinstance(value, (str, list, tuple)):
        return {"neutral": _one_or_many(value)}
    return value


def _dont(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_or_many), Field(min_length=1)]


class Lines(Written):
    """The wordings of one line of the other side, by mood; a plain text or list stands for every mood."""

    warm: Texts | None = None
    neutral: Texts
    cool: Texts | None = None

    def of(self, mood: Mood) -> tuple[str, ...]:
        return {"warm": self.warm, "neutral": self.neutral, "cool": self.cool}[mood] or self.neutral


Says = Annotated[Lines, BeforeValidator(_lines)]


class KeyPoint(Written):
    """A thing that the reply must convey, small enough to be answered yes or no."""

    id: Id
    label: Text = Field(description="What to convey, as an instruction: 'Ask for the person by name'.")
    examples: Texts | tuple[()] = Field(default=(), description="Wordings that convey it.")
    weight: float = Field(default=1.0, gt=0, le=100, description="How much it counts in the score.")
    must: bool = Field(default=False, description="The call fails without it; the other side may ask again.")
    before: tuple[Id, ...] = Field(default=(), description="Counts only if said before these points.")
    twice: bool = Field(default=False, description="Counts only if said twice (a number on a voicemail).")
    misses: Texts | tuple[()] = Field(default=(), description="Phrases that look like it and count as a miss.")
    fact: str | None = Field(default=None, description="The fact that has to be in the reply, such as me.phone.")
    next_steps: bool = Field(default=False, description="This is the call's one question about next steps or timeline.")
    better: Text | None = Field(default=None, description="A better wording, shown when it was missed.")
    sources: tuple[Text, ...] = Field(default=(), description="Rows of the articles that it rests on.")


class Dont(Written):
    """A thing that the reply must not do: a shipped don't by name, or one of the author's own."""

    id: Id
    label: Text | None = Field(default=None, description="What not to do; a shipped name brings its own.")
    examples: Texts | tuple[()] = Field(default=(), description="Wordings that commit it.")
    innocent: Texts | tuple[()] = Field(default=(), description="Wordings that come close and do not commit it.")
    soft: bool | None = Field(default=None, description="Costs 5 points, not 20, and does not anger the other side.")
    better: Text | None = Field(default=None, description="A better wording, shown when it was committed.")
    why: Text | None = Field(default=None, description="Why it hurts, in one sentence.")
    sources: tuple[Text, ...] = ()

    @property
    def is_soft(self) -> bool:
        return bool(self.soft)


class When(Written):
    """What has to be true of the reply for a branch to be taken; everything named has to hold."""

    hit: tuple[Id, ...] = Field(default=(), description="All of these key points were conveyed.")
    any: tuple[Id, ...] = Field(default=(), description="At least one of these key points was conveyed.")
    missed: tuple[Id, ...] = Field(default=(), description="All of these key points were missed.")
    dont: tuple[Id, ...] = Field(default=(), description="At least one of these don'ts was committed.")
    any_dont: bool | None = Field(default=None, description="true: some don't was committed; false: none was.")
    silent: bool | None = Field(default=None, description="The learner said nothing (or said something).")
    level: tuple[Level, ...] = Field(default=(), description="The call is played at one of these levels.")


class Branch(Written):
    """Where the call goes after a reply. The first branch that holds is taken; one without `when` always holds."""

    when: When = When()
    says: Says | None = Field(default=None, description="What the other side says before going there.")
    sound: tuple[Sound, ...] = ()
    to: str = Field(description="A later turn's id, or `end`.")
    good: bool = Field(default=False, description="This is the call going well.")


class Obstacle(Written):
    """A harder line in place of the turn's own, at some levels. The rubric stays the same."""

    id: Id
    levels: tuple[Level, ...] = Field(default=("normal", "hard"), min_length=1)
    says: Says
    situation: Text | None = None
    tempts: tuple[Id, ...] = Field(default=(), description="Don'ts that this line tempts to.")
    response: Text | None = Field(default=None, description="What to say to it: for the cue card.")


class Turn(Written):
    """One exchange: the other side's line, then the learner's reply."""

    id: Id
    speaker: Id | None = Field(default=None, description="Who of the cast speaks.")
    situation: Text | None = None
    says: Says
    sound: Annotated[tuple[Sound, ...], BeforeValidator(_one_or_many)] = Field(
        default=(), description="Heard before the line."
    )
    then_sound: Annotated[tuple[Sound, ...], BeforeValidator(_one_or_many)] = Field(
        default=(), description="Heard after the line: the voicemail's beep."
    )
    time_limit: float | None = Field(default=None, gt=0, le=600, description="Seconds; shown and heard, never scored.")
    max_words: int | None = Field(default=None, gt=0, le=5000, description="Longest run of words without a new point.")
    key_points: tuple[KeyPoint, ...] = ()
    donts: tuple[Annotated[Dont, BeforeValidator(_dont)], ...] = ()
    tempts: tuple[Id, ...] = Field(default=(), description="Don'ts that the line tempts to.")
    ask_again: Says | None = Field(default=None, description="Said once when a must point was missed.")
    help: Text | None = Field(default=None, description="A hint; what is said after it counts as said with help.")
    model_answer: Text | None = None
    obstacles: tuple[Obstacle, ...] = ()
    branches: tuple[Branch, ...] = ()

    @property
    def weight(self) -> float:
        return sum(p.weight for p in self.key_points)

    @property
    def tempting(self) -> frozenset[str]:
        """The don'ts that the turn's own line or one of its obstacles tempts to."""
        return frozenset({*self.tempts, *(t for obstacle in self.obstacles for t in obstacle.tempts)})


class Person(Written):
    """One of the people on the other side."""

    name: Text | None = None
    role: Text | None = None
    voice: Literal["bright", "warm", "low", "brisk", "slow"] = "warm"


class Briefing(Written):
    """Shown before the call: who is called and why, what to have at hand, and the articles that it rests on."""

    who: Text | None = None
    why: Text
    at_hand: tuple[Text, ...] = ()
    articles: tuple[Text, ...] = Field(default=(), description="Titles of the articles behind the call.")
    sources: tuple[Text, ...] = Field(default=(), description="Numbered rows behind the call, such as 000-26.")


class MoodPlan(Written):
    """How the other side starts, by level, and what they say when they have had enough."""

    easy: Mood = "warm"
    normal: Mood = "neutral"
    hard: Mood = "cool"
    ends_with: Says | None = None


class SelfTest(Written):
    """A sample reply with what the judge must make of it; `validate` runs it."""

    turn: Id
    reply: Text
    hits: tuple[Id, ...] = ()
    misses: tuple[Id, ...] = ()
    donts: tuple[Id, ...] = ()
    clean: tuple[Id, ...] = Field(default=(), description="Don'ts that it must not set off.")


class BadTake(Written):
    """A reply with faults in it, for 'spot the don't': each fault is a don't's id and its exact words."""

    turn: Id
    reply: Text
    faults: dict[str, Text]
    subtle: bool = False


class Scenario(Written):
    """One scripted call."""

    id: Id
    title: Text
    version: int = 1
    call_type: Id | None = Field(default=None, description="The family it belongs to; its id where left out.")
    levels: tuple[Level, ...] = Field(default=("normal",), min_length=1)
    purpose: Literal["status", "thank-you", "new-information", "reply", "offer", "feedback", "keep-in-touch"] | None = (
        None
    )
    rung: int | None = Field(default=None, ge=0, le=100, description="Place on the ladder from easy to frightening.")
    inbound: bool = Field(default=False, description="They call you: it rings without a briefing.")
    briefing: Briefing | None = None
    cast: dict[str, Person] = Field(default={})
    facts: dict[str, Text] = Field(default={})
    mood: MoodPlan | None = None
    turns: tuple[Turn, ...] = Field(min_length=1)
    self_tests: tuple[SelfTest, ...] = ()
    bad_takes: tuple[BadTake, ...] = ()
    renamed: dict[str, str] = Field(default={}, description="Old point id: new id, so that no history is lost.")

    @property
    def family(self) -> str:
        return self.call_type or self.id

    def turn(self, id: str) -> Turn | None:
        return next((t for t in self.turns if t.id == id), None)
