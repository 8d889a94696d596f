"""`trainer today`: what to practise within a budget of minutes, and why each."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from trainer.commands.saying import say
from trainer.core.composer import Item, Wish, compose, mixed
from trainer.core.ledger import is_own
from trainer.core.plain_text import plain
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.ledger import Played
    from trainer.core.schedule import Card

SLOWER = 0.8  # of the other side's usual pace, where a point keeps being missed


@click.command(epilog="Example: trainer today --minutes 15")
@click.option("--minutes", type=click.IntRange(1, 240), help="What there is time for; else the setting, 10.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def today(app: App, minutes: int | None, as_json: bool) -> None:
    """What to practise today, in calls and turns, and why each."""
    chosen = items(app, minutes)
    if as_json:
        click.echo(json.dumps([as_object(i) for i in chosen], ensure_ascii=False))
        return
    if not chosen:
        say("Nothing is due today. Any call may be practised by its name: trainer scenarios list")
        return
    say(f"Today, about {sum(i.minutes for i in chosen):.0f} minutes:")
    for number, item in enumerate(chosen, 1):
        turn = f", turn {item.turn}" if item.turn else ""
        say(f"{number}. {plain(item.title)} ({plain(item.scenario + turn)}), {item.minutes:g} min")
        say(f"   {plain(item.why)}")
        if item.kind == "coaching":
            say(f"   Slower, with the model answer a key away: {plain(command(item))}")
    say("Start with: trainer practice")


def items(app: App, minutes: float | None = None, application_id: str | None = None) -> tuple[Item, ...]:
    """Today's items, the first one first: what a planned call needs, then what is due, then what is new.

    Where one lacks a fact, that is said, and they are chosen anew from what can be played.
    """
    from trainer.commands.playable import lacking, say_passed_over

    sessions = app.store.ledger()
    cards = app.cards(sessions)
    chosen = _chosen(app, sessions, cards, minutes)
    left = lacking(app, application_id) if chosen else {}
    if wanted := {blank for item in chosen for blank in left.get(item.scenario, ())}:
        say_passed_over(app, wanted, application_id)
        chosen = _chosen(app, sessions, cards, minutes, without=left)
    return _worded(app, chosen)


def _chosen(
    app: App,
    sessions: Sequence[Played],
    cards: Mapping[str, Card],
    minutes: float | None,
    without: Container[str] = (),
) -> Sequence[Item]:
    """Today's items `without` these scenarios, as the scripts word them."""
    from trainer.commands.plan import practised_today
    from trainer.core import ladder, schedule

    day = app.clock.today()
    counting = [s for s in sessions if is_own(s) and schedule.counts(s)]
    budget = float(minutes if minutes is not None else app.settings.minutes)
    scenarios = [s for s in app.gists if s.id not in without]
    practised = practised_today(sessions, day) if minutes is None else 0.0  # who names minutes has them now
    planned, families = _planned(app, sessions, cards, budget, without)
    wish = Wish(
        today=day,
        minutes=budget - sum(i.minutes for i in planned),
        limit=app.settings.daily_limit,
        last=schedule.practice_day(counting[-1].started) if counting else None,
        last_family=counting[-1].family if counting else None,
        steps=ladder.steps(counting),
        suspended=app.store.suspended(),
        done=frozenset(c.name for c in cards.values() if c.last == day) | {n for i in planned for n in i.cards},
        met=frozenset(s.scenario for s in sessions if is_own(s)),
        practised=practised,
    )
    if not families:
        return compose(scenarios, cards, wish)
    rest: tuple[Item, ...] = ()
    if wish.minutes > 0 and not calls_today(app):  # on that day a run-through, and no more
        others = [s for s in scenarios if s.family not in families]
        rest = compose(others, {n: c for n, c in cards.items() if c.family not in families}, replace(wish, new=False))
        rest = tuple(i for i in rest if i.minutes <= wish.minutes)
    return mixed([*planned, *rest], wish.last_family)


def calls_today(app: App) -> list[str]:
    """The applications that are called today, by plan."""
    from trainer.commands.plan import appointments

    return [a.application for a in appointments(app) if a.call == app.clock.today()]


def _worded(app: App, chosen: Iterable[Item]) -> tuple[Item, ...]:
    """The labels in a reason come from scripts: their blanks are filled from the application that is practised for."""
    chosen = tuple(chosen)
    if not any("{" in item.why for item in chosen):
        return chosen
    from trainer.core.placeholders import readable

    facts = app.facts(app.application())
    return tuple(replace(item, why=readable(item.why, facts)) for item in chosen)


def _planned(
    app: App, sessions: Sequence[Played], cards: Mapping[str, Card], budget: float, without: Container[str]
) -> tuple[list[Item], set[str]]:
    """Today's part of the plans for real calls, and the call types that they look after. On the day of a call: one
    short run-through."""
    from trainer.commands.plan import appointments, plan_for
    from trainer.core import schedule

    found: list[Item] = []
    families: set[str] = set()
    today = app.clock.today()
    played = {s.scenario for s in sessions[-20:] if is_own(s) and schedule.practice_day(s.started) == today}
    for appointment in appointments(app):
        made = plan_for(app, appointment, sessions, cards, budget - sum(i.minutes for i in found), without=without)
        if appointment.call == app.clock.today():
            families.update(appointment.types)
            run = made.run_through
            if run and run.scenario not in played and not any(i.scenario == run.scenario for i in found):
                found.append(run)
        elif made.began(app.clock.today()):
            families.update(appointment.types)
            known = {i.id for i in found}
            found += [replace(i, due=app.clock.today()) for i in made.on(app.clock.today()) if i.id not in known]
    return found, families


def command(item: Item) -> str:
    """What starts this item from the shell."""
    turn = f" --turn {item.turn}" if item.turn else ""
    return f"trainer practice {item.scenario}{turn} --speed {SLOWER}"


def as_object(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "scenario": item.scenario,
        "title": item.title,
        "turn": item.turn,
        "cards": list(item.cards),
        "minutes": item.minutes,
        "due": item.due.isoformat(),
        "why": item.why,
        "kind": item.kind,
    }
