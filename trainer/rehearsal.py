"""The loop: one call from the first line to the last.

Say, listen, judge, keep, go on. Everything it touches comes in the Kit; it decides nothing that the core can decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from trainer.core import call as course
from trainer.core import moments
from trainer.core.call import Call, Line
from trainer.core.grading import grades_for
from trainer.core.scenario import Mood, Scenario, Turn
from trainer.core.session import Session, Take, TakeKind
from trainer.core.speech import Recording, Reply
from trainer.core.verdict import Verdict
from trainer.errors import HungUp, OutOfReplies
from trainer.ports import Kit

WHOLE_CALL = {"generic"}  # don'ts that no single reply commits


class Judge(Protocol):
    def __call__(self, turn: Turn, said: str, before: str, *, whole_call: bool) -> Verdict: ...


@dataclass
class Rehearsal:
    """One call that is being played: what it needs, and what has come of it so far."""

    kit: Kit
    scenario: Scenario  # filled
    session: Session
    judge: Judge
    new_id: Callable[[], str]
    names: tuple[str, ...] = ()  # the call's names, so that they are heard right
    fallen: frozenset[str] = frozenset()  # don'ts committed last time: to keep clear of one now says something
    only: str | None = None  # one turn alone
    asks: bool = True  # somebody is there to be asked
    score_shown: bool = True  # False on the day of the call
    coached: bool = False  # the model answer was shown first: what is said counts as said with help
    begun: Callable[[], None] = lambda: None  # called once the session is on the disk
    mood: Mood | None = None  # theirs, after the last reply
    recordings: dict[str, Recording] = field(default_factory=dict)  # by take; in memory until the session ends


def rehearse(r: Rehearsal) -> Session:
    """Play the call to its end and return the session as kept. A Ctrl-C ends it like hanging up, and is passed on."""
    call = course.begin(r.scenario, r.session.level, r.session.seed)
    if r.only:
        call = replace(call, position=next(i for i, t in enumerate(r.scenario.turns) if t.id == r.only))
    if r.asks and not r.only:  # before a call, and not before every part of one
        r.session = replace(r.session, nerves_before=r.kit.screen.rate("How nervous are you, 0 to 10? (Enter skips)"))
    r.kit.store.begin(r.session)
    r.begun()
    r.kit.voice.prepare([course.line(call)])
    interrupted: KeyboardInterrupt | None = None
    try:
        call = _play(r, call)
    except HungUp:
        call = replace(call, ended="hung_up")
    except OutOfReplies:
        call = replace(call, ended="out_of_replies")
    except KeyboardInterrupt as pressed:
        call, interrupted = replace(call, ended="hung_up"), pressed
    if call.ended in {"hung_up", "ended_by_other_side"}:
        _sound(r, "hangup")
    r.session = replace(r.session, ended=call.ended, finished=r.kit.clock.now())
    r.kit.store.finish(r.session)
    if interrupted:
        raise interrupted
    return r.session


def _play(r: Rehearsal, call: Call) -> Call:
    while not call.ended:
        line = course.line(call)
        _say(r, line)
        turn = call.turn
        reply, assisted = _listen(r, turn, line)
        kind: TakeKind = "again" if call.asked_again else "first"
        take = judge_and_keep(r, turn, line, reply, kind=kind, mood=call.mood, assisted=assisted)
        step = course.advance(call, take.verdict, silent=reply.silent)
        call = step.call
        r.mood = call.mood
        if r.only and not call.asked_again:
            call = replace(call, ended=call.ended or "complete")
        if not call.ended:
            r.kit.voice.prepare([course.line(call)])
        if step.says:
            _say(r, step.says)
    return call


def retake(r: Rehearsal, take: Take) -> Take:
    """The same turn once more; kept and shown beside the last take, and not counted twice."""
    turn = r.scenario.turn(take.turn)
    assert turn is not None
    line = Line(take.says, r.scenario.cast.get(turn.speaker) if turn.speaker else None, then_sound=turn.then_sound)
    _say(r, line)
    reply, _ = _listen(r, turn, line)
    return judge_and_keep(r, turn, line, reply, kind="retake", mood=take.mood, assisted=True)


def judge_and_keep(
    r: Rehearsal, turn: Turn, line: Line, reply: Reply, *, kind: TakeKind, mood: str | None, assisted: bool
) -> Take:
    """Judge the reply and save the take at once: a crash loses nothing that was judged."""
    began = r.kit.clock.now()
    earlier = [take.said for take in r.session.takes]
    verdict = judged_in_call(r.judge, r.scenario, turn, reply.said, line.text, earlier)
    took = r.kit.clock.now() - began
    verdict = replace(verdict, milliseconds=max(0, round(took.total_seconds() * 1000)))  # a clock may be set back
    take = Take(
        id=r.new_id(),
        session=r.session.id,
        turn=turn.id,
        number=len(r.session.takes) + 1,
        kind=kind,
        at=r.kit.clock.now(),
        says=line.text,
        heard=reply.heard.text,
        said=reply.said,
        verdict=verdict,
        grades=grades_for(turn, verdict, tempts=(*line.tempts, *r.fallen), kind=kind, assisted=assisted),
        weight=turn.weight,
        obstacle=line.obstacle,
        mood=mood,
        engine=reply.heard.engine,
        words=tuple((w.text, w.start, w.end) for w in reply.heard.words),
        seconds=reply.recording.seconds if reply.recording else None,
        transcribe_ms=reply.heard.milliseconds,
        assisted=assisted,
    )
    while True:
        try:
            r.kit.store.keep(take)
            break
        except OSError as fault:  # the disk is full: nothing is lost while the learner makes room
            r.kit.screen.show(moments.Noted(f"The take could not be saved ({fault}). Make room on the disk."))
            if (
                not r.asks
                or r.kit.screen.choose("Try again?", (("y", "try again"), ("n", "go on unsaved")), "n") == "n"
            ):
                raise
    r.session = replace(r.session, takes=(*r.session.takes, take))
    if reply.recording:
        r.recordings[take.id] = reply.recording
    return take


def judged_in_call(
    judge: Judge, scenario: Scenario, turn: Turn, said: str, before: str, earlier: Sequence[str]
) -> Verdict:
    """The verdict on one reply, after the `earlier` ones of its call. What holds of the whole call only (generic) is
    judged at its last turn, on all said."""
    if turn.id != scenario.turns[-1].id:
        return judge(turn, said, before, whole_call=False)
    alone = judge(turn, said, before, whole_call=True)
    if not any(d.hit and d.id in WHOLE_CALL for d in alone.donts):
        return alone
    whole = judge(turn, " ".join([*earlier, said]), before, whole_call=True)
    if all(d.hit for d in whole.donts if d.id in WHOLE_CALL):
        return alone
    return judge(turn, said, before, whole_call=False)


def _say(r: Rehearsal, line: Line) -> None:
    """The caption is on the screen before the voice starts."""
    for name in line.sound:
        _sound(r, name)
    r.kit.screen.show(moments.Said(line))
    r.kit.voice.speak(line)
    for name in line.then_sound:
        _sound(r, name)


def _sound(r: Rehearsal, name: Literal["ring", "beep", "hold", "hangup", "engaged", "pickup"]) -> None:
    r.kit.screen.show(moments.Sounded(name))
    r.kit.voice.sound((name,))


def _listen(r: Rehearsal, turn: Turn, line: Line) -> tuple[Reply, bool]:
    """One reply, put right by the learner; and whether a hint was seen before it."""
    assisted = r.coached
    while True:
        answer = r.kit.ear.listen(turn, r.names)
        if isinstance(answer, Reply):
            r.kit.screen.show(moments.Heard(answer))
            answer = r.kit.screen.correct(answer)
        if isinstance(answer, Reply):
            return answer, assisted
        match answer:
            case "repeat":
                _say(r, replace(line, sound=()))
            case "help":
                assisted = True
                r.kit.screen.show(moments.Helped(turn))
            case "pause":
                r.kit.screen.choose("Paused.", (("c", "carry on"),), "c")
            case "hangup":
                raise HungUp
