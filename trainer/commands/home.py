"""`trainer` alone: what is due and why, the gate in one line, and one key to start."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.wiring import App


def agenda_rows(app: App) -> list[dict[str, Any]]:
    """The gate's line on each application; loaded only where there is one."""
    from trainer.commands import gate

    return gate.agenda_rows(app)


def show_home(ctx: click.Context, *, as_json: bool) -> None:
    app: App = ctx.obj
    from trainer.commands.today import as_object, items

    due = items(app)
    agenda = agenda_rows(app) if app.applications.any else []
    if as_json:
        click.echo(
            json.dumps({"version": 1, "today": [as_object(i) for i in due], "agenda": agenda}, ensure_ascii=False)
        )
        return
    if due:
        say(f"To practise today ({sum(i.minutes for i in due):.0f} minutes):")
        for item in due:
            turn = f", turn {item.turn}" if item.turn else ""
            say(f"  {plain(item.title)} ({item.scenario}{turn}): {plain(item.why)}")
    else:
        say("Nothing is due today.")
    for row in agenda:
        job = f", {plain(row['role'])}" if row["role"] else ""
        say(f"{plain(row['company'])}{job}: {plain(row['line'])}")
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        say("Start with: trainer practice")
        return
    _start(app)


def _start(app: App) -> None:
    from trainer.commands.practice import play

    keys = (("v", "start by voice"), ("t", "start typed"), ("q", "leave"))
    key = app.screen(json=False).choose("Ready?", keys, "v" if app.can_hear() else "t")
    if key in "vt":
        play(app, None, "voice" if key == "v" else "typed")
