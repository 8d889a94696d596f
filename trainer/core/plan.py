"""Practice up to the day of a real call: spread so that the musts are best remembered on that day.

Nothing is planned after the call; another date is another plan, worked out anew from the history. On the day itself
there is one short run-through, without a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer.core.composer import Item, cards_in, minutes_of, must_cards
from trainer.core.schedule import Card
from trainer.core.spreading import Memories, expected, spread

if TYPE_CHECKING:
    from trainer.core.gist import AnyScenario, AnyTurn

OTHER_WEIGHT = 0.05  # of a point that is no must: the call can do without it
HORIZON = 28  # days: a call further off is planned when it comes nearer
LONE = 1.5  # minutes of one turn
MOST_A_DAY = 40  # turns
UNHURRIED = 5  # days before the call from which on a call is first met as a whole


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A practice day. Whole calls where most of their turns are wanted, else single turns."""

    day: date
    items: tuple[Item, ...]

    @property
    def minutes(self) -> float:
        return sum(i.minutes for i in self.items)


@dataclass(frozen=True, slots=True)
class Plan:
    """The days left before the call; `now` and `then` are the shares of musts expected to be said on the day of the
    call, without further practice and with the plan."""

    call: date
    days: tuple[PlannedDay, ...]
    now: float
    then: float
    run_through: Item | None = None  # on the day of the call

    def began(self, today: date) -> bool:
        """Is it near enough to be practised for?"""
        return self.call - timedelta(days=HORIZON) <= today < self.call

    def on(self, day: date) -> tuple[Item, ...]:
        return next((d.items for d in self.days if d.day == day), ())


def make_plan(
    scenarios: Sequence[AnyScenario],
    cards: Mapping[str, Card],
    *,
    today: date,
    call: date,
    minutes: float,
    practised: float = 0.0,
    met: frozenset[str] = frozenset(),
) -> Plan:
    """`scenarios` are those of the call types that the call needs; `minutes` a day, of which `practised` are used;
    `met` are the scenarios played before."""
    run_through = _run_through([s for s in scenarios if s.id in met] or scenarios, cards, call)
    slots = [(s, t) for s in scenarios for t in s.turns if t.key_points]
    start = max(today, call - timedelta(days=HORIZON))
    days = (call - start).days
    if days <= 0 or not slots:
        return Plan(call, (), 0.0, 0.0, run_through if days == 0 else None)
    musts = must_cards(scenarios) or frozenset(n for s, t in slots for n in cards_in(s, t))
    memories = _memories(slots, cards, musts, OTHER_WEIGHT, start)
    takes = np.full(days, min(MOST_A_DAY, max(1, int(minutes // LONE))))
    if start == today:
        takes[0] = max(0, min(MOST_A_DAY, int((minutes - practised) // LONE)))
    placed = spread(memories, days, takes)
    calls = [s.id for s, _ in slots]
    placed[0] = whole_at_first(placed[0], calls, takes, met)
    planned = tuple(
        PlannedDay(
            start + timedelta(days=d),
            _grouped([slot for slot, there in zip(slots, placed[0, d], strict=True) if there], cards, call, musts),
        )
        for d in range(days)
    )
    only_musts = _memories(slots, cards, musts, 0.0, start)
    now, then = (float(expected(only_musts, p, days)[0]) for p in (np.zeros_like(placed), placed))
    return Plan(call, tuple(p for p in planned if p.items), now, then, run_through)


def whole_at_first(
    placed: NDArray[np.bool_], calls: Sequence[str], takes: NDArray[np.int64], met: frozenset[str]
) -> NDArray[np.bool_]:
    """(day, turn): the same days, with each call played from ring to close when it is first met, not in pieces that
    nobody can place yet. `calls` names the call of each turn. One that is longer than any day has room for stays in
    pieces; and with few days left there is no time but for what counts most, wherever it stands."""
    if len(takes) < UNHURRIED:
        return placed
    known = set(met) | {call for call in calls if calls.count(call) > takes.max(initial=0)}
    whole = np.zeros_like(placed)
    for day, wanted in enumerate(placed):
        left = int(takes[day])
        chosen = [int(turn) for turn in np.flatnonzero(wanted)]
        pieces = [turn for turn in chosen if calls[turn] in known]
        fresh = [calls[turn] for turn in chosen if calls[turn] not in known]
        for call in sorted(dict.fromkeys(fresh), key=lambda c: -fresh.count(c)):
            turns = [turn for turn, name in enumerate(calls) if name == call]
            if len(turns) <= left:
                whole[day, turns] = True
                left -= len(turns)
                known.add(call)
        whole[day, pieces[:left]] = True
    return whole


def _memories(
    slots: Sequence[tuple[AnyScenario, AnyTurn]],
    cards: Mapping[str, Card],
    musts: frozenset[str],
    other: float,
    today: date,
) -> Memories:
    """What is remembered of each turn's points; `other` is the weight of a point that is no must."""
    names = [cards_in(s, t) for s, t in slots]
    most = max(len(n) for n in names)
    stability, difficulty, age, takes = (np.zeros((1, len(slots), most)) for _ in range(4))
    weight = np.zeros((len(slots), most))
    seen: dict[str, int] = {n: sum(n in held for held in names) for held in names for n in held}
    for row, held in enumerate(names):
        for column, name in enumerate(held):
            # A point that stands on several turns counts once in all.
            weight[row, column] = (1.0 if name in musts else other) / seen[name]
            card = cards.get(name)
            if card and card.resting:
                weight[row, column] = 0.0
            if card:
                stability[0, row, column] = card.memory.stability
                difficulty[0, row, column] = card.memory.difficulty
                age[0, row, column] = max(0, (today - card.last).days)
                takes[0, row, column] = card.reviews
    return Memories(stability, difficulty, age, takes, weight)


def _grouped(
    turns: Sequence[tuple[AnyScenario, AnyTurn]], cards: Mapping[str, Card], call: date, musts: frozenset[str]
) -> tuple[Item, ...]:
    """The turns of a day as whole calls where that takes no longer, else one by one; whole calls first, while there are
    minutes for them."""
    items: list[Item] = []
    for scenario in dict.fromkeys(s.id for s, _ in turns):
        chosen = [(s, t) for s, t in turns if s.id == scenario]
        whole = chosen[0][0]
        if len(chosen) == len(whole.turns) or minutes_of(whole) <= LONE * len(chosen) + 0.5:
            items.append(_item(whole, None, cards, call, musts))
        else:
            items.extend(_item(s, t, cards, call, musts) for s, t in chosen)
    return tuple(sorted(items, key=lambda item: item.turn is not None))


def _item(
    scenario: AnyScenario, turn: AnyTurn | None, cards: Mapping[str, Card], call: date, musts: frozenset[str]
) -> Item:
    turns = (turn,) if turn else scenario.turns
    names = tuple(dict.fromkeys(n for t in turns for n in cards_in(scenario, t)))
    count = sum(n in musts for n in names)
    known = [cards[n] for n in names if n in cards]
    weak = sum(c.is_weak for c in known)
    what = f"{count} point{'s' * (count != 1)} that it cannot do without" if count else "its smaller points"
    why = f"For the call on {call.isoformat()}: {what}"
    why += f", {weak} of its points missed last time." if weak else "." if known else ", not practised yet."
    return Item(
        scenario=scenario.id,
        title=scenario.title,
        family=scenario.family,
        turn=turn.id if turn else None,
        minutes=minutes_of(scenario, turn),
        cards=names,
        due=min((c.due for c in known), default=call),
        why=why,
        kind="plan",
    )


def _run_through(scenarios: Sequence[AnyScenario], cards: Mapping[str, Card], call: date) -> Item | None:
    """The shortest call among those practised most: to warm up, not to learn."""

    def met(scenario: AnyScenario) -> int:
        names = {n for t in scenario.turns for n in cards_in(scenario, t)}
        return sum(cards[n].reviews for n in names if n in cards)

    if not scenarios:
        return None
    chosen = min(scenarios, key=lambda s: (-met(s), len(s.turns), s.id))
    item = _item(chosen, None, cards, call, frozenset())
    return replace(item, why="The call is today: one short run-through, without a score.", due=call, kind="call-day")
