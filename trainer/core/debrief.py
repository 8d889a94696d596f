"""What a take taught: three lines first, at most three things to work on, then every point with its words.

About the sentence, never the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from trainer.core.scenario import LEVELS, Dont, KeyPoint, Scenario, Turn
from trainer.core.session import Session, Take
from trainer.core.sources import titles
from trainer.core.verdict import PointVerdict, Verdict

MOST_TO_WORK_ON = 3
Mark = Literal["said", "missed", "avoided", "committed", "not sure"]
TELLING: tuple[Mark, ...] = ("said", "committed", "not sure", "missed", "avoided")  # of two marks the one that holds
LATE = "(you said it when asked again; say it the first time)"
FAULTS: tuple[Mark, ...] = ("committed", "missed", "not sure")  # what there is to work on, the surest first


@dataclass(frozen=True, slots=True)
class Row:
    """One point of one take, as the learner reads it."""

    mark: Mark
    label: str
    point: PointVerdict
    quote: str | None
    why: str | None  # the rule that spoke
    sources: tuple[str, ...]  # titles
    better: str | None  # where there is something to better
    reply: str = ""  # whose row it is: its turn, and whether it was asked again; empty outside a call


@dataclass(frozen=True, slots=True)
class Debrief:
    """A call in three lines, and what to work on."""

    went_well: str
    work_on: str
    challenge: str
    things: tuple[Row, ...]


def rows(turn: Turn, take: Take) -> tuple[Row, ...]:
    """Key points in the author's order, then the don'ts committed, then those avoided."""
    return tuple(replace(row, reply=_which_reply(take)) for row in verdict_rows(turn, take.verdict))


def verdict_rows(turn: Turn, verdict: Verdict) -> tuple[Row, ...]:
    points = {p.id: p for p in turn.key_points}
    donts = {d.id: d for d in turn.donts}
    said = [_point_row(points[v.id], v) for v in verdict.key_points if v.id in points]
    kept = [_dont_row(donts[v.id], v) for v in verdict.donts if v.id in donts]
    return (*said, *sorted(kept, key=lambda row: row.mark != "committed"))


def debrief(session: Session, scenario: Scenario) -> Debrief:
    """The first three lines and at most three things to work on, over the takes that stand.

    What was said once in the call comes last among what was missed: the learner has it, and only left it out here.
    """
    standing = _standing(session, scenario)
    said = [row for turn, takes in standing for row in _together(turn, takes) if row.mark == "said"]
    has = {row.point.id for row in said}
    faults = [(turn, row) for turn, takes in standing for row in _faults(turn, takes)]
    faults.sort(
        key=lambda f: (
            f[1].mark != "committed",
            f[1].point.id in has,
            FAULTS.index(f[1].mark),
            -_weight(f[0], f[1].point.id),
        )
    )
    by_point = {row.point.id: row for _, row in reversed(faults)}  # a point missed on two turns is one thing
    things = tuple(row for _, row in faults if by_point.get(row.point.id) is row)[:MOST_TO_WORK_ON]
    best = max(said, key=lambda row: row.point.confidence, default=None)
    if best:
        twice = {best.label} & {row.label for row in things}
        best, things = _named(best, twice), tuple(_named(row, twice) for row in things)
    went_well = _went_well(best) if best else _at_least(session, scenario)
    return Debrief(went_well, _work_on(things), _challenge(things, session, scenario), things)


def latest(takes: Sequence[Take]) -> tuple[Take, ...]:
    """The last take of each turn, in the order of the call."""
    by_turn: dict[str, Take] = {}
    for take in takes:
        if not take.aside:
            by_turn[take.turn] = take
    return tuple(by_turn.values())


def gained_and_lost(turn: Turn, before: Take, after: Take) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """What the later take does better, and worse, than the earlier one."""
    was = {(row.point.kind, row.point.id): _is_good(row.point) for row in rows(turn, before)}
    now = [(row, _is_good(row.point), was.get((row.point.kind, row.point.id))) for row in rows(turn, after)]
    return (
        tuple(row for row, good, then in now if good and then is False),
        tuple(row for row, good, then in now if not good and then),
    )


def _standing(session: Session, scenario: Scenario) -> list[tuple[Turn, tuple[Take, ...]]]:
    """Each turn with its first reply and the one after being asked again, which go together; else with its last
    retake alone."""
    by_turn: dict[str, tuple[Take, ...]] = {}
    for take in session.takes:
        if not take.aside:
            by_turn[take.turn] = (take,) if take.kind == "retake" else (*by_turn.get(take.turn, ()), take)
    return [(turn, takes) for id, takes in by_turn.items() if (turn := scenario.turn(id))]


def _together(turn: Turn, takes: Sequence[Take]) -> list[Row]:
    """What was said in any of the replies was said; what was committed in any was committed."""
    found: dict[tuple[str, str], Row] = {}
    for row in (row for take in takes for row in rows(turn, take)):
        key = (row.point.kind, row.point.id)
        found[key] = min(found.get(key, row), row, key=lambda r: TELLING.index(r.mark))
    return list(found.values())


def _faults(turn: Turn, takes: Sequence[Take]) -> list[Row]:
    """What there is to work on in a turn; what was said only on being asked again was missed in the first reply."""
    first = {(row.point.kind, row.point.id): row for row in rows(turn, takes[0])}
    together = _together(turn, takes)
    lasting = [
        _late(first[key]) if row.mark == "said" and (key := (row.point.kind, row.point.id)) in first else row
        for row in together
    ]
    return [row for row in lasting if row.mark in FAULTS]


def _late(first: Row) -> Row:
    """A point of the first reply that was said in the end."""
    return replace(first, label=f"{first.label} {LATE}") if first.mark == "missed" else first


def _which_reply(take: Take) -> str:
    return take.turn + {"first": "", "again": ", asked again", "retake": ", retake"}[take.kind]


def _named(row: Row, twice: set[str]) -> Row:
    """The row with the reply that it is of, where its label is both praised and to be worked on."""
    return replace(row, label=f"{row.label} ({row.reply})") if row.label in twice else row


def _is_good(point: PointVerdict) -> bool:
    return point.hit == (point.kind == "key_point")


def _point_row(point: KeyPoint, verdict: PointVerdict) -> Row:
    mark: Mark = "not sure" if verdict.unsure else "said" if verdict.hit else "missed"
    better = None if verdict.hit else point.better or (point.examples[0] if point.examples else None)
    return _row(mark, point.label, verdict, point.sources, better)


def _dont_row(dont: Dont, verdict: PointVerdict) -> Row:
    mark: Mark = "not sure" if verdict.unsure else "committed" if verdict.hit else "avoided"
    return _row(mark, dont.label or dont.id, verdict, dont.sources, dont.better if verdict.hit else None)


def _row(mark: Mark, label: str, verdict: PointVerdict, sources: tuple[str, ...], better: str | None) -> Row:
    evidence = verdict.evidence
    return Row(
        mark,
        label,
        verdict,
        evidence.quote if evidence else None,
        evidence.why if evidence else None,
        titles(sources) if sources else (),
        better,
    )


def _weight(turn: Turn, id: str) -> float:
    return next((p.weight + (10 if p.must else 0) for p in turn.key_points if p.id == id), 5.0)


def _went_well(best: Row) -> str:
    return f"{best.label} — “{best.quote}”." if best.quote else f"{best.label}."


def _at_least(session: Session, scenario: Scenario) -> str:
    """What was done in a call in which no point was said: nothing that its end belies."""
    if not session.takes:
        return "you started."
    begun = "you answered the call" if scenario.inbound else "you made the call"
    if session.ended not in {None, "hung_up"}:
        return f"{begun} and stayed on the line."
    return f"{begun} and spoke." if any(take.said.strip() for take in session.takes) else f"{begun}."


def _work_on(things: tuple[Row, ...]) -> str:
    if not things:
        return "nothing that was missed: the words were all there."
    first = things[0]
    label, quote = _lower(first.label), f" (“{first.quote}”)" if first.quote else ""
    if first.mark == "committed":
        return f"leave out: {label}{quote}."
    if first.mark == "not sure":
        return (
            f"make this plainer: {label}." if first.point.kind == "key_point" else f"perhaps leave out: {label}{quote}."
        )
    return f"{label}."


def _challenge(things: tuple[Row, ...], session: Session, scenario: Scenario) -> str:
    if things:
        better = things[0].better
        if better:
            return f"once more with this: “{better}”"
        asked = things[0].point.kind == "key_point"
        return "once more, with that in the first two sentences." if asked else "once more, without that."
    harder = [level for level in LEVELS[LEVELS.index(session.level) + 1 :] if level in scenario.levels]
    return f"the same call at level {harder[0]}." if harder else "the same points in other words of your own."


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:].rstrip(".")
