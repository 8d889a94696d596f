"""`trainer today`: what to practise within a budget of minutes, and why each."""

from __future__ import annotations

import json
from typing import Any

import click

from trainer.core.composer import Item, Wish, compose
from trainer.core.plain_text import plain
from trainer.wiring import App


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
        click.echo("Nothing is due today. Any call may be practised by its name: trainer scenarios list")
        return
    click.echo(f"Today, about {sum(i.minutes for i in chosen):.0f} minutes:")
    for number, item in enumerate(chosen, 1):
        turn = f", turn {item.turn}" if item.turn else ""
        click.echo(f"{number}. {plain(item.title)} ({item.scenario}{turn}), {item.minutes:g} min")
        click.echo(f"   {plain(item.why)}")
    click.echo("Start with: trainer practice")


def items(app: App, minutes: float | None = None) -> tuple[Item, ...]:
    """Today's items, the first one first."""
    from trainer.core import ladder, schedule

    sessions = app.store.sessions(evidence=False)
    day = app.clock.today()
    counting = [s for s in sessions if s.takes and schedule.counts(s)]
    cards = app.cards(sessions)
    wish = Wish(
        today=day,
        minutes=minutes if minutes is not None else app.settings.minutes,
        limit=app.settings.daily_limit,
        last=schedule.practice_day(counting[-1].started) if counting else None,
        last_family=counting[-1].family if counting else None,
        steps=ladder.steps(counting),
        suspended=app.store.suspended(),
        done=frozenset(c.name for c in cards.values() if c.last == day),
    )
    return compose(app.library.all(), cards, wish)


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
