"""`trainer` alone: what is due and why, the gate in one line, and one key to start."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.composer import Item


def agenda_rows(app: App) -> list[dict[str, Any]]:
    """The gate's line on each application; loaded only where there is one."""
    from trainer.commands import gate

    return gate.agenda_rows(app)


def show_home(ctx: click.Context, *, as_json: bool) -> None:
    app: App = ctx.obj
    from trainer.commands.today import as_object, calls_today, items

    due = items(app)
    agenda = agenda_rows(app) if app.applications.any else []
    if as_json:
        click.echo(
            json.dumps({"version": 1, "today": [as_object(i) for i in due], "agenda": agenda}, ensure_ascii=False)
        )
        return
    for application in calls_today(app):
        say(f"The call about {plain(application)} is today: trainer call-day {plain(application)}")
    if due:
        _say_due("To practise today", due)
    else:
        say("Nothing is due today.")
    for row in agenda:
        job = f", {plain(row['role'])}" if row["role"] else ""
        say(f"{plain(row['company'])}{job}: {plain(row['line'])}")
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        say("Start with: trainer practice")
        return
    _start(app, "Ready?" if due else "A call all the same?")


def _say_due(head: str, due: Sequence[Item]) -> None:
    say(f"{head} ({sum(i.minutes for i in due):.0f} minutes):")
    for item in due:
        turn = f", turn {item.turn}" if item.turn else ""
        say(f"  {plain(item.title)} ({item.scenario}{turn}): {plain(item.why)}")


def _start(app: App, question: str) -> None:
    """One key starts what is due first; the next one is a key away, until nothing is left of today."""
    from trainer.commands.practice import play
    from trainer.commands.today import items

    keys = (("v", "start by voice"), ("t", "start typed"), ("q", "leave"))
    default = "v" if app.can_hear() else "t"
    while (key := app.screen(json=False).choose(question, keys, default)) in "vt":
        play(app, None, "voice" if key == "v" else "typed")
        left = items(app)
        if not left:
            say("That was all for today.")
            return
        _say_due("Left for today", left)
        question, default = "Go on?", key
