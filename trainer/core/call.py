"""Where a call has got to: what the other side says next, and where it goes after a reply.

Pure: the same scenario, level, seed and verdicts always give the same call. Branches point forward, so every call ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from trainer.core.scenario import END, LEVELS, Branch, Level, Lines, Mood, Obstacle, Person, Scenario, Sound, Turn, When
from trainer.core.verdict import PointVerdict, Verdict

Ended = Literal["complete", "hung_up", "out_of_replies", "ended_by_other_side"]
MOODS: tuple[Mood, ...] = ("cool", "neutral", "warm")
SEEDS_TRIED = 64  # enough for three turns with two obstacles each, and done at once
HARD_DONTS_BEFORE_THE_END = 2  # product.md, step 5: the other side ends the call after two hard don'ts


@dataclass(frozen=True, slots=True)
class Line:
    """Something that the other side says."""

    text: str
    speaker: Person | None = None
    sound: tuple[Sound, ...] = ()  # heard before it
    then_sound: tuple[Sound, ...] = ()  # heard after it
    obstacle: str | None = None
    situation: str | None = None
    tempts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is going on, or has ended."""

    scenario: Scenario
    level: Level
    seed: int
    position: int = 0  # index of the turn that is being played
    mood: Mood = "neutral"
    hard_donts: int = 0  # at most one a turn
    asked_again: bool = False  # the other side has asked this turn's question a second time
    ended: Ended | None = None

    @property
    def turn(self) -> Turn:
        return self.scenario.turns[self.position]


@dataclass(frozen=True, slots=True)
class Step:
    """What a reply led to: the call as it stands now, and what the other side says on the way there."""

    call: Call
    says: Line | None = None
    branch: Branch | None = None


def nearest_level(wanted: Level, offered: Sequence[Level]) -> Level:
    """The wanted level, else the nearest lower one that the scenario has, else its lowest."""
    below = [level for level in LEVELS[: LEVELS.index(wanted) + 1] if level in offered]
    return below[-1] if below else next(level for level in LEVELS if level in offered)


def begin(scenario: Scenario, level: Level, seed: int) -> Call:
    """The call at its first turn. `scenario` has its placeholders filled."""
    mood: Mood = getattr(scenario.mood, level) if scenario.mood else "neutral"
    return Call(scenario, level, seed, mood=mood)


def fresh_seed(scenario: Scenario, level: Level, seed: int, met: Collection[str]) -> int:
    """This seed, or one soon after it that brings fewer of the obstacles met last time."""

    def met_again(seed: int) -> int:
        call = begin(scenario, level, seed)
        brought = (obstacle_of(replace(call, position=n)) for n in range(len(scenario.turns)))
        return sum(o is not None and o.id in met for o in brought)

    return min(range(seed, seed + SEEDS_TRIED), key=met_again) if met else seed


def line(call: Call) -> Line:
    """What the other side says at this turn, in this mood, on this seed."""
    turn = call.turn
    if call.asked_again and turn.ask_again:
        return _spoken(call, turn.ask_again, f"{turn.id}:again", tempts=turn.tempts)
    obstacle = obstacle_of(call)
    says, tempts = (obstacle.says, (*turn.tempts, *obstacle.tempts)) if obstacle else (turn.says, turn.tempts)
    return replace(
        _spoken(call, says, turn.id, tempts=tempts),
        sound=turn.sound,
        then_sound=turn.then_sound,
        obstacle=obstacle.id if obstacle else None,
        situation=(obstacle.situation if obstacle and obstacle.situation else turn.situation),
    )


def obstacle_of(call: Call) -> Obstacle | None:
    """The obstacle of this turn at this level, by seed."""
    fit = [o for o in call.turn.obstacles if call.level in o.levels]
    return fit[pick(call.seed, f"{call.turn.id}:obstacle", len(fit))] if fit else None


def advance(call: Call, verdict: Verdict, *, silent: bool) -> Step:
    """Where the call goes after this reply."""
    turn = call.turn
    soft = {d.id for d in turn.donts if d.is_soft}
    committed = [d for d in verdict.donts if d.hit]
    hard = any(d.id not in soft for d in committed)
    hard_donts = call.hard_donts + (1 if hard else 0)
    mood = _mood_after(call, verdict, hard=hard, silent=silent)
    now = replace(call, hard_donts=hard_donts, mood=mood)
    if call.scenario.mood and hard_donts >= HARD_DONTS_BEFORE_THE_END:
        ends_with = call.scenario.mood.ends_with
        says = _spoken(replace(now, mood="cool"), ends_with, "ends_with") if ends_with else None
        return Step(replace(now, ended="ended_by_other_side"), says)
    if turn.ask_again and not call.asked_again and _must_is_missing(turn, verdict):
        return Step(replace(now, asked_again=True))
    for branch in turn.branches:
        if holds(branch.when, verdict, call.level, silent=silent):
            return _take(now, branch)
    return Step(_move(now, call.position + 1))


def holds(when: When, verdict: Verdict, level: Level, *, silent: bool) -> bool:
    """Is everything that the condition names true of this reply?"""
    hit = _hits(verdict.key_points)
    committed = _hits(verdict.donts)
    return (
        set(when.hit) <= hit
        and (not when.any or bool(set(when.any) & hit))
        and not set(when.missed) & hit
        and (not when.dont or bool(set(when.dont) & committed))
        and (when.any_dont is None or when.any_dont == bool(committed))
        and (when.silent is None or when.silent == silent)
        and (not when.level or level in when.level)
    )


def pick(seed: int, what: str, count: int) -> int:
    """A number below `count` that depends on seed and name alone, alike on every machine."""
    digest = hashlib.blake2b(f"{seed}/{what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count


def _take(call: Call, branch: Branch) -> Step:
    says = _spoken(call, branch.says, f"{call.turn.id}>{branch.to}") if branch.says else None
    if says:
        says = replace(says, sound=branch.sound)
    turns = call.scenario.turns
    target = len(turns) if branch.to == END else next(i for i, t in enumerate(turns) if t.id == branch.to)
    return Step(_move(call, target), says, branch)


def _move(call: Call, position: int) -> Call:
    if position >= len(call.scenario.turns):
        return replace(call, asked_again=False, ended="complete")
    return replace(call, position=position, asked_again=False)


def _spoken(call: Call, says: Lines, name: str, tempts: tuple[str, ...] = ()) -> Line:
    wordings = says.of(call.mood)
    speaker = call.scenario.cast.get(call.turn.speaker) if call.turn.speaker else None
    return Line(wordings[pick(call.seed, name, len(wordings))], speaker, tempts=tempts)


def _mood_after(call: Call, verdict: Verdict, *, hard: bool, silent: bool) -> Mood:
    if call.scenario.mood is None:
        return call.mood
    at = MOODS.index(call.mood)
    if hard:
        at -= 1
    elif not silent and not _must_is_missing(call.turn, verdict) and any(p.hit for p in verdict.key_points):
        at += 1
    return MOODS[min(max(at, 0), len(MOODS) - 1)]


def _must_is_missing(turn: Turn, verdict: Verdict) -> bool:
    return bool({p.id for p in turn.key_points if p.must} - _hits(verdict.key_points))


def _hits(points: tuple[PointVerdict, ...]) -> set[str]:
    return {p.id for p in points if p.hit}
