"""What to practise in the minutes that there are: whole calls or single turns that hold the weakest points.

Offered is always a call or a turn of one, never a quiz. Minutes are the measure, not a count. After a break few items
come, the most useful first; what had to wait is not counted up against anyone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from trainer.core import ladder, schedule
from trainer.core.memory import card_of
from trainer.core.schedule import Card

if TYPE_CHECKING:
    from trainer.core.gist import AnyScenario, AnyTurn

TURN_MINUTES = 1.0  # their line, the reply, a look at the verdict
CALL_MINUTES = 1.0  # a whole call's briefing and debrief
LONE_MINUTES = 0.5  # settling into one turn alone
BREAK = 7  # days without practice after which less is offered
AFTER_BREAK = 3  # items
WHOLE = 0.5  # of a call's turns: from this share on, the whole call is played
TOGETHER = 1.2  # how much more a whole call is worth than its turns one by one
MUST = 2.0  # how much more a point counts without which the call fails


@dataclass(frozen=True, slots=True)
class Item:
    """A call, or one turn of it, to practise today."""

    scenario: str
    title: str
    family: str
    turn: str | None  # None: the whole call
    minutes: float
    cards: tuple[str, ...]  # what is due in it, the likeliest forgotten first
    due: date  # the earliest of these
    why: str
    kind: str = "due"  # due, new, coaching, call-day

    @property
    def id(self) -> str:
        return f"{self.scenario}/{self.turn}" if self.turn else self.scenario


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the composer."""

    today: date
    minutes: float = 10.0
    limit: int = 0  # most points a day; 0: no limit
    last: date | None = None  # the last day of practice; None: never
    last_family: str | None = None  # the call type practised last
    steps: Mapping[str, ladder.Step] = field(default_factory=dict)  # call type → what the learner has done of it
    suspended: frozenset[str] = frozenset()
    new: bool = True  # may offer points never met
    done: frozenset[str] = frozenset()  # cards practised today: they count towards the limit
    met: frozenset[str] | None = None  # scenarios played before; None: whichever
    practised: float = 0.0  # minutes of today that are used: nothing new is begun beyond the budget


def compose(scenarios: Sequence[AnyScenario], cards: Mapping[str, Card], wish: Wish) -> tuple[Item, ...]:
    """Today's items, call types mixed, at most `wish.minutes` in sum (one item always fits)."""
    rested = _after_break(wish)
    needs = {name: _need(card, wish) for name, card in cards.items() if is_wanted(card, wish)}
    found = _cover(scenarios, cards, needs, wish)
    if wish.new and not rested:
        found += _new(scenarios, cards, found, wish)
    if rested:
        found = [replace(i, why=f"{i.why} A short start after {_days(wish)} days.") for i in found[:AFTER_BREAK]]
    return tuple(mixed(found, wish.last_family))


def is_wanted(card: Card, wish: Wish) -> bool:
    """Due, or gone wrong the last time and not practised since: a weak point does not wait."""
    if card.resting or card.last >= wish.today:
        return False
    return card.due <= wish.today or card.is_weak


def minutes_of(scenario: AnyScenario, turn: AnyTurn | None = None) -> float:
    """What a whole call or one turn of it takes."""
    return TURN_MINUTES + LONE_MINUTES if turn else CALL_MINUTES + TURN_MINUTES * len(scenario.turns)


def cards_in(scenario: AnyScenario, turn: AnyTurn) -> tuple[str, ...]:
    """The cards that a turn practises: its key points, and the don'ts that its lines tempt to."""
    tempts = turn.tempting
    points = [card_of(scenario.family, "key_point", p.id) for p in turn.key_points]
    donts = [card_of(scenario.family, "dont", d.id) for d in turn.donts if d.id in tempts]
    return (*points, *donts)


def every_card(scenario: AnyScenario, turn: AnyTurn) -> tuple[str, ...]:
    """The same with the don'ts that no line tempts to: once committed, they are cards too."""
    donts = [card_of(scenario.family, "dont", d.id) for d in turn.donts]
    return tuple(dict.fromkeys((*cards_in(scenario, turn), *donts)))


def mixed(items: Iterable[Item], last_family: str | None) -> list[Item]:
    """The same items, no two of a call type in a row where it can be helped; else in their order."""
    left = list(items)
    ordered: list[Item] = []
    before = last_family
    while left:
        families = [i.family for i in left]
        most = max(set(families), key=lambda f: (families.count(f), -families.index(f)))
        crowded = families.count(most) > (len(left) + 1) // 2 or (
            families.count(most) == (len(left) + 1) // 2 and len(left) % 2 and most != before
        )
        pick = next(
            (i for i in left if i.family != before and (not crowded or i.family == most)),
            next((i for i in left if i.family != before), left[0]),
        )
        left.remove(pick)
        ordered.append(pick)
        before = pick.family
    return ordered


def _after_break(wish: Wish) -> bool:
    return wish.last is not None and _days(wish) >= BREAK


def _days(wish: Wish) -> int:
    return (wish.today - wish.last).days if wish.last else 0


def _need(card: Card, wish: Wish) -> float:
    """How much a point gains by practice today: what is likely forgotten, more if it went wrong the last time."""
    forgotten = 1 - schedule.retrievability(card, wish.today)
    return forgotten + (1.0 if card.is_weak else 0.0) + 0.05


def _cover(
    scenarios: Sequence[AnyScenario], cards: Mapping[str, Card], needs: Mapping[str, float], wish: Wish
) -> list[Item]:
    """Calls and turns in the order of what they do for a minute, until the minutes are used up."""
    left = dict(needs)
    found: list[Item] = []
    minutes, points = wish.minutes, wish.limit - len(wish.done) if wish.limit else len(cards)
    musts = must_cards(scenarios)
    while left and points > 0:
        offered = list(_candidates(scenarios, left, musts, wish.met))
        fitting = [c for c in offered if c.minutes <= minutes]
        if not fitting and not found:
            fitting = sorted(offered, key=lambda c: c.minutes)[:1]
        if not fitting:
            break
        best = max(fitting, key=_worth)
        names = sorted(best.cards, key=lambda n: (-needs[n], n))
        found.append(_item(best, tuple(names), cards, wish))
        minutes -= best.minutes
        points -= len(names)
        for name in names:
            left.pop(name, None)
    return found


@dataclass(frozen=True, slots=True)
class _Candidate:
    scenario: AnyScenario
    turn: AnyTurn | None
    cards: frozenset[str]
    gain: float
    minutes: float


def _worth(candidate: _Candidate) -> tuple[float, str, str]:
    """What a minute of it does; a whole call is a little more than the sum of its turns."""
    bonus = 1.0 if candidate.turn else TOGETHER
    return (
        bonus * candidate.gain / candidate.minutes,
        candidate.scenario.id,
        candidate.turn.id if candidate.turn else "",
    )


def _candidates(
    scenarios: Sequence[AnyScenario], left: Mapping[str, float], musts: frozenset[str], met: frozenset[str] | None
) -> Iterable[_Candidate]:
    """Whole calls, and single turns: of a call that was never played only for what no other one holds."""
    families = {name.split("/", 1)[0] for name in left}
    known = [s for s in scenarios if s.family in families and (met is None or s.id in met)]
    elsewhere = {n for s in known for t in s.turns for n in every_card(s, t)}
    for scenario in scenarios:
        if scenario.family not in families:
            continue
        held = [(turn, frozenset(n for n in every_card(scenario, turn) if n in left)) for turn in scenario.turns]
        needed = [(turn, names) for turn, names in held if names]
        if not needed:
            continue
        if len(needed) >= WHOLE * len(held):
            names = frozenset(n for _, names in needed for n in names)
            yield _Candidate(scenario, None, names, _gain(names, left, musts), minutes_of(scenario))
        lone = needed if scenario in known else [(turn, names - elsewhere) for turn, names in needed]
        for turn, names in ((turn, names) for turn, names in lone if names and len(held) > 1):
            yield _Candidate(scenario, turn, names, _gain(names, left, musts), minutes_of(scenario, turn))


def must_cards(scenarios: Iterable[AnyScenario]) -> frozenset[str]:
    """The cards of points without which a call fails."""
    return frozenset(
        card_of(s.family, "key_point", p.id) for s in scenarios for t in s.turns for p in t.key_points if p.must
    )


def _gain(names: Iterable[str], left: Mapping[str, float], musts: frozenset[str]) -> float:
    return sum(left[n] * (MUST if n in musts else 1.0) for n in sorted(names))


def _item(candidate: _Candidate, names: tuple[str, ...], cards: Mapping[str, Card], wish: Wish) -> Item:
    scenario, turn = candidate.scenario, candidate.turn
    held = [cards[n] for n in names]
    leech = any(c.is_leech for c in held)
    return Item(
        scenario=scenario.id,
        title=scenario.title,
        family=scenario.family,
        turn=turn.id if turn else None,
        minutes=candidate.minutes,
        cards=names,
        due=min(c.due for c in held),
        why=reason(held, _labels(scenario), wish),
        kind="coaching" if leech else "due",
    )


def reason(held: Sequence[Card], label: Callable[[Card], str], wish: Wish) -> str:
    """Why these points, in plain words: one sentence."""
    first = held[0]
    more = f", and {len(held) - 1} more point{'s' if len(held) > 2 else ''}" if len(held) > 1 else ""
    stuck = next((c for c in held if c.is_leech), None)
    if stuck:
        return f"Missed {stuck.misses_running} times in a row: {label(stuck)}; worth a slow look at the model answer."
    if first.is_weak:
        went = "Came up last time" if first.kind == "dont" else "Missed last time"
        return f"{went}: {label(first)}{more}."
    chance = round(10 * schedule.retrievability(first, wish.today))
    return f"Due again, remembered {chance} times in 10 by now: {label(first)}{more}."


def _labels(scenario: AnyScenario) -> Callable[[Card], str]:
    words = {("key_point", p.id): p.label or p.id for t in scenario.turns for p in t.key_points}
    words |= {("dont", d.id): d.label or d.id for t in scenario.turns for d in t.donts}

    def label(card: Card) -> str:
        said = words.get((card.kind, card.point), card.point).rstrip(".")
        return f"don't: {said}" if card.kind == "dont" else said

    return label


def _new(scenarios: Sequence[AnyScenario], cards: Mapping[str, Card], found: Sequence[Item], wish: Wish) -> list[Item]:
    """The next call of the ladder, and then what calls met before have that was never met, as far as minutes go."""
    left = wish.minutes - wish.practised - sum(i.minutes for i in found)
    limit = wish.limit - len(wish.done) - sum(len(i.cards) for i in found) if wish.limit else 1
    if limit <= 0:
        return []
    chosen = {i.scenario for i in found}
    for scenario in ladder.open_next(scenarios, wish.steps, wish.suspended, wish.today):
        unmet = {t.id: names for t in scenario.turns if (names := [n for n in cards_in(scenario, t) if n not in cards])}
        if scenario.id in chosen or not unmet:
            continue
        # A turn that only a clumsy reply leads to would keep a call new for ever: it is practised by itself.
        alone = len(unmet) < WHOLE * len(scenario.turns)
        turn = next(t for t in scenario.turns if t.id in unmet) if alone else None
        minutes = minutes_of(scenario, turn)
        if minutes > left and (found or wish.practised):
            continue
        names = unmet[turn.id] if turn else [n for held in unmet.values() for n in held]
        why = "A part of this call that you have not come to yet." if turn else ladder.reason(scenario, wish.steps)
        return [
            Item(
                scenario=scenario.id,
                title=scenario.title,
                family=scenario.family,
                turn=turn.id if turn else None,
                minutes=minutes,
                cards=tuple(dict.fromkeys(names)),
                due=wish.today,
                why=why,
                kind="new",
            )
        ]  # one new call a day is enough to learn
    return []
