"""What `today` offers: within the minutes, the weakest first, mixed, and said why."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from tests.schedule.made import AGAIN, DAY, card, days, scenario, session, take
from trainer.core import composer, ladder
from trainer.core.composer import Wish, compose, mixed
from trainer.core.ladder import Step
from trainer.core.scenario import Scenario
from trainer.core.schedule import Card

TODAY = DAY + days(5)
DONE = {"a": Step(3, 2, DAY, DAY), "b": Step(3, 2, DAY, DAY)}


def wish(**more: object) -> Wish:
    base: dict[str, object] = {"today": TODAY, "last": DAY + days(4), "steps": DONE, "new": False}
    return Wish(**(base | more))  # type: ignore[arg-type]


def by_name(*cards: Card) -> dict[str, Card]:
    return {c.name: c for c in cards}


def all_points(s: Scenario, **more: object) -> list[Card]:
    return [card(n, **more) for t in s.turns for n in composer.cards_in(s, t)]  # type: ignore[arg-type]


def test_the_minutes_are_kept() -> None:
    calls = [scenario(x, turns=4) for x in "abcdef"]
    cards = by_name(*(c for s in calls for c in all_points(s, due_in=1)))
    for minutes in (3, 5, 10, 20):
        chosen = compose(calls, cards, wish(minutes=minutes))
        assert chosen
        assert sum(i.minutes for i in chosen) <= minutes


def test_one_item_always_fits() -> None:
    call = scenario("a")
    assert len(compose([call], by_name(card("a/0-0", due_in=1)), wish(minutes=1))) == 1


def test_a_call_that_is_due_all_over_is_played_whole_and_a_single_point_as_one_turn() -> None:
    call = scenario("a")
    whole = compose([call], by_name(*all_points(call, due_in=1)), wish())
    assert [(i.scenario, i.turn) for i in whole] == [("a", None)]
    single = compose([call], by_name(card("a/1-0", due_in=1)), wish())
    assert [(i.turn, i.cards) for i in single] == [("t1", ("a/1-0",))]


def test_nothing_due_offers_nothing_and_resting_points_stay_away() -> None:
    call = scenario("a")
    assert compose([call], by_name(*all_points(call, due_in=90)), wish()) == ()
    assert compose([call], by_name(card("a/0-0", due_in=1, resting=True)), wish()) == ()


def test_one_weak_point_among_mastered_ones_is_met_in_the_next_session() -> None:
    """In at least 90 % of next sessions, says the issue; here it is every one."""
    chance, met = random.Random(1), 0
    for _ in range(100):
        calls = [scenario(f"c{n}", turns=chance.randint(1, 5), points=chance.randint(1, 6)) for n in range(8)]
        cards = by_name(*(c for s in calls for c in all_points(s, due_in=chance.randint(3, 60), stability=60.0)))
        weak = chance.choice([n for n in cards if "dont" not in n])
        # Missed the last time; FSRS may well put it off for days, since it was known so well before.
        cards[weak] = replace(cards[weak], grade=AGAIN, last=TODAY - days(1), due=TODAY + days(chance.randint(0, 4)))
        chosen = compose(calls, cards, wish(minutes=10))
        met += any(weak in i.cards for i in chosen)
    assert met >= 90


def test_call_types_are_mixed() -> None:
    calls = [scenario(f"{f}{n}", turns=1, family=f) for f in "ab" for n in range(3)]
    items = compose(calls, by_name(*(c for s in calls for c in all_points(s, due_in=1))), wish(minutes=60))
    families = [i.family for i in items]
    assert set(families) == {"a", "b"}
    every = [*items, *(replace(i, turn=f"{i.turn}x") for i in items)]
    ordered = [i.family for i in mixed(every, "a")]
    assert ordered[0] == "b"
    assert all(one != two for one, two in itertools.pairwise(ordered))


def test_mixing_loses_nothing() -> None:
    calls = [scenario(f"{f}{n}", turns=1, family=f) for f, count in (("a", 5), ("b", 1)) for n in range(count)]
    items = [i for s in calls for i in compose([s], by_name(*all_points(s, due_in=1)), wish())]
    assert sorted(i.id for i in mixed(items, None)) == sorted(i.id for i in items)


def test_after_a_break_few_items_come_and_no_guilt() -> None:
    calls = [scenario(x, turns=4) for x in "abcdefgh"]
    cards = by_name(*(c for s in calls for c in all_points(s, due_in=1)))
    chosen = compose(calls, cards, wish(last=TODAY - days(30), minutes=60))
    assert 1 <= len(chosen) <= composer.AFTER_BREAK
    assert not any(word in i.why.lower() for i in chosen for word in ("missed your", "streak", "overdue", "behind"))


def test_the_most_useful_come_first() -> None:
    call, other = scenario("a"), scenario("b")
    cards = by_name(card("a/0-2", due_in=5, stability=30), card("b/0-0", due_in=1, grade=AGAIN, stability=1))
    assert [i.scenario for i in compose([call, other], cards, wish(minutes=2))] == ["b"]


def test_every_item_says_why() -> None:
    call = scenario("a")
    weak = compose([call], by_name(card("a/0-0", grade=AGAIN)), wish())[0]
    assert weak.why == "Missed last time: Say 0 in turn 0."
    slipped = compose([call], by_name(card("a/dont.rude", grade=AGAIN)), wish())[0]
    assert slipped.why == "Came up last time: don't: Be short."
    stuck = compose([call], by_name(card("a/0-0", grade=AGAIN, misses_running=4)), wish())[0]
    assert stuck.kind == "coaching"
    assert "4 times in a row" in stuck.why


def test_the_daily_limit_counts_points() -> None:
    calls = [scenario(x, turns=1, points=3) for x in "abcd"]
    cards = by_name(*(c for s in calls for c in all_points(s, due_in=1)))
    chosen = compose(calls, cards, wish(limit=4, minutes=60))
    assert sum(len(i.cards) for i in chosen) < sum(len(i.cards) for i in compose(calls, cards, wish(minutes=60)))
    done = frozenset(list(cards)[:4])
    assert compose(calls, cards, wish(limit=4, done=done)) == ()


LADDER = [scenario("hard", rung=60), scenario("mild", rung=10), scenario("middle", rung=30)]


def test_the_first_call_is_the_mildest() -> None:
    first = compose(LADDER, {}, Wish(today=TODAY))
    assert [(i.scenario, i.kind) for i in first] == [("mild", "new")]


def test_the_next_rung_opens_when_the_rating_has_come_down() -> None:
    def opened(nerves: int | None, sessions: int = 1) -> list[str]:
        done = {"mild": Step(sessions, nerves, DAY, DAY)}
        return [s.id for s in ladder.open_next(LADDER, done, frozenset(), TODAY) if s.family not in done]

    assert opened(3) == ["middle"]
    assert opened(8) == []
    assert opened(None) == []
    assert opened(None, sessions=ladder.ENOUGH) == ["middle"]


def test_a_drill_opens_no_rung() -> None:
    drills = [session(take(dont_rude=AGAIN), family="a", plan="drill", id=f"d{n}") for n in range(ladder.ENOUGH)]
    assert ladder.steps(drills) == {}


def test_one_new_call_type_a_day_and_none_that_rests() -> None:
    done = {"mild": Step(1, 1, TODAY, TODAY)}
    assert [s.id for s in ladder.open_next(LADDER, done, frozenset(), TODAY)] == ["mild"]
    earlier = {"mild": Step(1, 1, DAY, DAY)}
    resting = frozenset({"middle"})
    assert [s.id for s in ladder.open_next(LADDER, earlier, resting, TODAY)] == ["hard", "mild"]


def test_today_is_the_same_whatever_the_order_of_the_library() -> None:
    calls = [scenario(x, turns=2) for x in "abcd"]
    cards = by_name(*(c for s in calls for c in all_points(s, due_in=1)))
    assert compose(calls, cards, wish()) == compose(calls[::-1], dict(reversed(cards.items())), wish())


def test_what_only_a_clumsy_reply_leads_to_does_not_keep_a_call_new() -> None:
    call = scenario("a", turns=3)
    known = {n: c for n, c in by_name(*all_points(call, due_in=90)).items() if "/2-" not in n}
    chosen = compose([call], known, wish(new=True))
    assert [(i.turn, i.minutes, i.kind) for i in chosen] == [("t2", 1.5, "new")]
    assert compose([call], by_name(*all_points(call, due_in=90)), wish(new=True)) == ()


def test_nothing_new_is_begun_when_the_minutes_of_the_day_are_used() -> None:
    calls = [scenario("a"), scenario("b"), scenario("c")]
    known = by_name(*all_points(calls[0], due_in=90), *all_points(calls[1], due_in=90))
    assert [i.scenario for i in compose(calls, known, wish(new=True))] == ["c"]
    assert compose(calls, known, wish(new=True, practised=8.0)) == ()


def test_a_weak_point_is_practised_in_the_call_where_it_was_met() -> None:
    calls = [scenario("other", family="a"), scenario("own", family="a", turns=4)]
    weak = by_name(card("a/1-0", due_in=1))
    assert [(i.scenario, i.turn) for i in compose(calls, weak, wish(met=frozenset({"own"})))] == [("own", "t1")]
    alone = by_name(card("a/3-0", due_in=1))  # which only the other one holds
    assert [i.scenario for i in compose(calls, alone, wish(met=frozenset({"other"})))] == ["own"]
