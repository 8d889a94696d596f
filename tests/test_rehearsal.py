"""The loop, on hand-written fakes: captions before the voice, takes kept before they are shown, and every way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from trainer.core import moments
from trainer.core.call import Line
from trainer.core.moments import Moment
from trainer.core.scenario import Scenario, Sound, Turn
from trainer.core.session import Session, Take
from trainer.core.speech import SILENCE, Recording, Reply, Transcript
from trainer.core.verdict import PointVerdict, Verdict
from trainer.errors import HungUp, OutOfReplies
from trainer.ports import Ask, Kit
from trainer.rehearsal import Rehearsal, rehearse, retake

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


@dataclass
class Everything:
    """One fake for every port, that writes down what happened in which order."""

    answers: list[Reply | Ask | BaseException]
    log: list[str] = field(default_factory=list)
    corrections: list[Reply | Ask] = field(default_factory=list)
    keep_fails: int = 0
    hour: datetime = NOON

    # Clock
    def now(self) -> datetime:
        return self.hour

    def today(self) -> date:
        return NOON.date()

    # Voice
    def prepare(self, lines: Sequence[Line]) -> None: ...

    def speak(self, line: Line) -> None:
        self.log.append(f"voice {line.text}")

    def sound(self, sounds: Sequence[Sound]) -> None:
        self.log.append(f"sound {sounds[0]}")

    def play(self, recording: Recording) -> None: ...

    def close(self) -> None: ...

    # Ear
    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    # Screen
    def show(self, moment: Moment) -> None:
        match moment:
            case moments.Said(line):
                self.log.append(f"caption {line.text}")
            case moments.Helped(turn):
                self.log.append(f"help {turn.id}")
            case _:
                self.log.append(type(moment).__name__.lower())

    def correct(self, reply: Reply) -> Reply | Ask:
        return self.corrections.pop(0) if self.corrections else reply

    def choose(self, question: str, keys: Sequence[tuple[str, str]], default: str) -> str:
        self.log.append(f"asked {question}")
        return keys[0][0]

    def rate(self, question: str) -> int | None:
        return 4

    # Store
    def begin(self, session: Session) -> None:
        self.log.append("begin")

    def keep(self, take: Take) -> None:
        if self.keep_fails:
            self.keep_fails -= 1
            raise OSError(28, "No space left on device")
        self.log.append(f"keep {take.turn}")

    def finish(self, session: Session) -> None:
        self.log.append(f"finish {session.ended}")

    def keep_recording(self, take_id: str, recording: Recording) -> None: ...


SCENARIO = Scenario.model_validate(
    {
        "id": "x",
        "title": "X",
        "turns": [
            {"id": "a", "says": "Hello?", "sound": "ring", "key_points": [{"id": "p", "label": "P", "must": True}]},
            {"id": "b", "says": "Bye.", "then_sound": ["beep"]},
        ],
    }
)


def said(text: str) -> Reply:
    return Reply(Transcript(text))


def by_word(turn: Turn, said: str, before: str, *, whole_call: bool) -> Verdict:
    """A judge for which a point is conveyed if its id is said."""
    return Verdict(
        tuple(PointVerdict(p.id, "key_point", p.id in said.split(), 0.9) for p in turn.key_points), (), 50, "t"
    )


def rehearsal(world: Everything, scenario: Scenario = SCENARIO, *, asks: bool = False) -> Rehearsal:
    ids = iter(range(1000))
    session = Session("s", "x", "X", "x", "d", "sample", "normal", 1, "typed", NOON)
    kit = Kit(world, world, world, world, world, None)
    return Rehearsal(kit, scenario, session, by_word, lambda: str(next(ids)), asks=asks)


def test_a_call_runs_from_ring_to_close() -> None:
    world = Everything([said("p"), said("thanks")])
    session = rehearse(rehearsal(world))
    assert session.ended == "complete"
    assert [t.turn for t in session.takes] == ["a", "b"]
    assert world.log[-1] == "finish complete"


def test_the_caption_is_shown_before_the_voice_starts() -> None:
    world = Everything([said("p"), said("x")])
    rehearse(rehearsal(world))
    assert world.log.index("caption Hello?") < world.log.index("voice Hello?")
    assert world.log.index("sound ring") < world.log.index("caption Hello?")
    assert world.log.index("voice Bye.") < world.log.index("sound beep")


@pytest.mark.parametrize(
    ("ending", "ended"), [(HungUp(), "hung_up"), ("hangup", "hung_up"), (OutOfReplies(), "out_of_replies")]
)
def test_ending_early_keeps_what_was_done(ending: Ask | BaseException, ended: str) -> None:
    session = rehearse(rehearsal(Everything([said("p"), ending])))
    assert (session.ended, len(session.takes)) == (ended, 1)


def test_ctrl_c_keeps_what_was_done_and_is_passed_on() -> None:
    world = Everything([said("p"), KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        rehearse(rehearsal(world))
    assert world.log[-1] == "finish hung_up"
    assert "keep a" in world.log


@pytest.mark.parametrize(("last", "ended"), [([said("p")], "complete"), ([said("p"), HungUp()], "hung_up")])
def test_their_mood_after_the_last_reply_is_known_however_the_call_ends(
    last: list[Reply | Ask | BaseException], ended: str
) -> None:
    written = SCENARIO.model_dump(mode="json", exclude_none=True) | {"mood": {}}
    written["turns"] = written["turns"][: 1 if ended == "complete" else 2]
    r = rehearsal(Everything(last), Scenario.model_validate(written))
    session = rehearse(r)
    assert (session.ended, session.takes[-1].mood, r.mood) == (ended, "neutral", "warm")


def test_repeat_help_and_pause_do_not_use_up_the_turn() -> None:
    world = Everything(["repeat", "help", "pause", said("p"), said("x")])
    session = rehearse(rehearsal(world))
    assert world.log.count("voice Hello?") == 2
    assert world.log.count("sound ring") == 1
    assert "help a" in world.log
    assert session.takes[0].assisted
    assert not session.takes[1].assisted


@pytest.mark.parametrize(("passes", "kept"), [(timedelta(seconds=0.25), 250), (timedelta(hours=-1), 0)])
def test_how_long_the_judge_took_is_kept_whatever_the_clock_does(passes: timedelta, kept: int) -> None:
    world = Everything([said("p"), said("x")])

    def slowly(turn: Turn, said: str, before: str, *, whole_call: bool) -> Verdict:
        world.hour += passes
        return by_word(turn, said, before, whole_call=whole_call)

    session = rehearse(replace(rehearsal(world), judge=slowly))
    assert session.takes[0].verdict.milliseconds == kept


def test_silence_is_a_take() -> None:
    session = rehearse(rehearsal(Everything([SILENCE, SILENCE])))
    assert [t.said for t in session.takes] == ["", ""]


def test_what_was_put_right_is_judged_and_both_are_kept() -> None:
    heard = Reply(Transcript("pea"))
    world = Everything([heard, said("x")], corrections=[Reply(heard.heard, None, "p")])
    take = rehearse(rehearsal(world)).takes[0]
    assert (take.heard, take.said, take.verdict.key_points[0].hit) == ("pea", "p", True)


def test_a_full_disk_offers_the_take_again() -> None:
    world = Everything([said("p"), said("x")], keep_fails=1)
    session = rehearse(rehearsal(world, asks=True))
    assert len(session.takes) == 2
    assert "asked Try again?" in world.log


def test_being_asked_again_is_a_take_that_does_not_score() -> None:
    written = SCENARIO.model_dump(mode="json", exclude_none=True)
    written["turns"][0]["ask_again"] = "Sorry, who?"
    world = Everything([said("hm"), said("p"), said("x")])
    session = rehearse(rehearsal(world, Scenario.model_validate(written)))
    assert [(t.turn, t.kind) for t in session.takes] == [("a", "first"), ("a", "again"), ("b", "first")]
    assert "voice Sorry, who?" in world.log


def test_a_retake_is_kept_and_does_not_count_twice() -> None:
    world = Everything([said("hm"), said("x"), said("p")])
    r = rehearsal(world)
    rehearse(r)
    before = r.session.score
    take = retake(r, r.session.takes[0])
    assert (take.kind, take.verdict.key_points[0].hit, take.number) == ("retake", True, 3)
    assert r.session.score == before


def test_one_turn_alone() -> None:
    world = Everything([said("x")])
    r = rehearsal(world)
    r.only = "b"
    session = rehearse(r)
    assert [t.turn for t in session.takes] == ["b"]
    assert session.ended == "complete"
