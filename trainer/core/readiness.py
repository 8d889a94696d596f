"""How ready the learner is for a kind of call, in words and a band, with what that rests on.

A number out of ten, never a percentage to the digit: it is a forecast from a handful of takes. The model answer said
back word for word caps it, never the score, until the points have been said in other words too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from rapidfuzz import fuzz

from trainer.core import schedule
from trainer.core.ledger import Played, Tried, is_own
from trainer.core.memory import Memory
from trainer.core.schedule import Card
from trainer.core.session import Grade

ENOUGH = 6  # first takes of a call type
TARGET = 9  # takes a call type: what to aim at
RECENT = 6  # first takes that show how it goes by now
LATELY = 3  # replies that show whether the model answer is read out
PARROT = 85  # of 100: so like the model answer that it was read out or learned by heart
OTHERWISE = 80  # of 100: below this likeness two replies are two wordings
CAP = 0.6  # of readiness while only the model answer's words were heard

Band = Literal["not enough takes yet", "early days", "getting there", "nearly there", "ready"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """`share` is of the musts (all key points where a call has none) expected to be said; None: too few takes."""

    family: str
    takes: int  # first takes that stand
    share: float | None
    band: Band
    parrot: bool  # capped: only the model answer's words so far

    @property
    def basis(self) -> str:
        if self.share is None:
            return f"{self.band}: {self.takes} of {ENOUGH} takes"
        capped = "; held down until you have said it in words of your own" if self.parrot else ""
        return f"{round(10 * self.share)} in 10; from {self.takes} takes{capped}"


def readiness(
    family: str,
    sessions: Iterable[Played],
    cards: Mapping[str, Card],
    wanted: Iterable[str],
    day: date,
    models: Mapping[str, str] | None = None,
) -> Readiness:
    """Readiness of a call type on a day. `wanted` are the cards that the call needs, `models` its model answers by
    (scenario/turn)."""
    pairs = [(s, t) for s in sessions if s.family == family for t in first_takes(s)]
    if len(pairs) < ENOUGH:
        return Readiness(family, len(pairs), None, "not enough takes yet", False)
    names = sorted(wanted)
    remembered = [schedule.retrievability(cards[n], day) if n in cards else 0.0 for n in names]
    memory = sum(remembered) / len(names) if names else 1.0
    share = min(memory, _said_lately([t for _, t in pairs], {n.split("/", 1)[1] for n in names}))
    parrot = is_parroting(pairs, models or {})
    if parrot:
        share = min(share, CAP)
    return Readiness(family, len(pairs), share, band(share), parrot)


def first_takes(session: Played) -> tuple[Tried, ...]:
    """The takes that say how it goes: first ones of a session of one's own that counts, not set aside."""
    if not (is_own(session) and schedule.counts(session)):
        return ()
    return tuple(t for t in session.takes if t.kind == "first" and not t.aside)


def band(share: float) -> Band:
    for least, name in _BANDS:
        if share >= least:
            return name
    return "early days"


_BANDS: tuple[tuple[float, Band], ...] = ((0.85, "ready"), (0.6, "nearly there"), (0.35, "getting there"))


def is_parroting(pairs: Sequence[tuple[Played, Tried]], models: Mapping[str, str]) -> bool:
    """Were the last replies all the model answer's words, with fewer than two wordings of their own so far?"""
    lately = list(islice(_beside_models(reversed(pairs), models), LATELY))
    if len(lately) < LATELY or not all(_alike(said, model) >= PARROT for said, model in lately):
        return False
    own: list[str] = []
    for said, model in _beside_models(pairs, models):
        if _alike(said, model) < PARROT and all(_alike(said, other) < OTHERWISE for other in own):
            own.append(said)
    return len(own) < 2


def _beside_models(pairs: Iterable[tuple[Played, Tried]], models: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """What was said, beside the model answer, where there are both."""
    for session, take in pairs:
        model = models.get(f"{session.scenario}/{take.turn}", "")
        if model and take.said.strip():
            yield take.said, model


def retention_cost(retention: float) -> str:
    """What a desired retention asks for and gives, in plain words, against the usual 0.90."""
    memory = Memory(100.0, 5.0)
    ratio = schedule.interval(memory, schedule.RETENTION) / schedule.interval(memory, retention)
    said = f"You aim to remember about {round(100 * retention)} in 100 points when they come up."
    if 0.95 < ratio < 1.05:
        return f"{said} Higher than this costs practice quickly: 95 in 100 takes over twice as much."
    if ratio >= 1.05:
        return f"{said} Points come about {ratio:.1f} times as often as at 90 in 100."
    return f"{said} Points come about {1 / ratio:.1f} times less often than at 90 in 100, and more are missed."


def _said_lately(takes: Sequence[Tried], points: set[str]) -> float:
    """Share of the wanted points that were said in the last takes that asked for any of them."""
    shares = []
    for take in reversed(takes):
        asked = [g for g in take.grades if g.kind == "key_point" and g.id in points]
        if asked:
            shares.append(sum(g.grade != Grade.AGAIN for g in asked) / len(asked))
        if len(shares) == RECENT:
            break
    return sum(shares) / len(shares) if shares else 1.0


def _alike(one: str, two: str) -> float:
    return fuzz.ratio(one.casefold(), two.casefold())
