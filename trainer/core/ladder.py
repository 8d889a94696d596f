"""The order in which new call types come: from the mild to the frightening, rung by rung.

A rung opens when the learner's own rating of the one before has come down (0 to 10, as said after a call). Whoever
wants a higher one at once just names it: nothing is ever locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from trainer.core.ledger import Played, is_own
from trainer.core.schedule import counts, practice_day

if TYPE_CHECKING:
    from trainer.core.gist import AnyScenario

CALM = 5  # of 10: rated so or lower, the next rung opens
ENOUGH = 3  # sessions of a call type that is never rated open the next rung
MIDDLE = 50  # the rung of a scenario that names none


@dataclass(frozen=True, slots=True)
class Step:
    """What the learner has done of one call type."""

    sessions: int
    nerves: int | None  # the last rating after a call, 0 to 10
    last: date
    began: date


def steps(sessions: Iterable[Played]) -> dict[str, Step]:
    """Every call type practised, with the last rating given."""
    found: dict[str, Step] = {}
    for session in sessions:
        if not (is_own(session) and counts(session)):
            continue
        day = practice_day(session.started)
        before = found.get(session.family)
        rated = session.nerves_after if session.nerves_after is not None else before.nerves if before else None
        found[session.family] = Step(
            (before.sessions if before else 0) + 1, rated, day, before.began if before else day
        )
    return found


def rung(scenario: AnyScenario) -> int:
    return scenario.rung if scenario.rung is not None else MIDDLE


def open_next(
    scenarios: Sequence[AnyScenario], done: Mapping[str, Step], suspended: frozenset[str], today: date
) -> list[AnyScenario]:
    """The calls that may be offered as new, the mildest first: those of call types met, then the next type if open."""
    ordered = sorted(scenarios, key=lambda s: (rung(s), s.id))
    ordered = [s for s in ordered if s.family not in suspended]
    met = [s for s in ordered if s.family in done]
    unmet = [s for s in ordered if s.family not in done]
    if not unmet or any(step.began == today for step in done.values()):
        return met  # one new call type a day
    if is_open(done):
        return [unmet[0], *met]
    return met


def is_open(done: Mapping[str, Step]) -> bool:
    """May the next rung be offered? Once the call type begun last no longer frightens, or has been met often enough."""
    if not done:
        return True
    top = max(done.values(), key=lambda step: (step.began, step.last))
    return top.nerves <= CALM if top.nerves is not None else top.sessions >= ENOUGH


def reason(scenario: AnyScenario, done: Mapping[str, Step]) -> str:
    """Why this call now, in plain words."""
    if not done:
        return "A mild call to begin with."
    if scenario.family in done:
        return "Points of this kind of call that you have not met yet."
    rated = [step.nerves for step in done.values() if step.nerves is not None]
    if rated:
        return "Next rung: your last ratings have come down far enough for it."
    return "Next rung: a kind of call that you have not tried yet."
