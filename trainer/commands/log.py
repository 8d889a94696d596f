"""`trainer log`: what came of the real call, in under a minute."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast, get_args

import click
from click.core import ParameterSource

from trainer.commands.asking import Questions, one_of
from trainer.commands.gate import answer_lines, answer_object, ask_now, there, written_day
from trainer.commands.saying import say
from trainer.core.application import (
    SAMPLE,
    Application,
    Channel,
    Outcome,
    TouchKind,
    day_from,
    main_contact,
    promise_from,
)
from trainer.core.plain_text import plain
from trainer.errors import TrainerError
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.log import Happened

OUTCOMES = ("rejected", "withdrawn", "moved_on", "hired")


@click.command(epilog='Example: trainer log halden --reached "Grace Oyelaran" --connected --promised 2026-11-12')
@click.argument("application", required=False)
@click.option("--reached", metavar="NAME", help="Whom you spoke with.")
@click.option("--nobody", is_flag=True, help="Nobody picked up, and you left no message.")
@click.option("--connected/--not-connected", default=None, help="It was the person who decides.")
@click.option("--channel", type=click.Choice(get_args(Channel)), help="Phone where left out; voicemail for a message.")
@click.option("--kind", type=click.Choice(get_args(TouchKind)), help="What it was for; else what the gate had named.")
@click.option("--by-them", is_flag=True, help="They contacted you.")
@click.option("--answered", is_flag=True, help="They answered.")
@click.option("--said", metavar="TEXT", help="What they said.")
@click.option(
    "--promised", metavar="DATE", help="By when they mean to decide; 'after DATE' and 'DATE to DATE' as well."
)
@click.option("--reply-by", metavar="DATE", help="By when they want to hear from you.")
@click.option("--delayed", is_flag=True, help="It takes longer, and they named no date.")
@click.option("--invited", metavar="DATE", help="The day of a further interview.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="How it ended, if it did.")
@click.option("--next", "next_step", metavar="TEXT", help="The next step.")
@click.option("--nerves", type=click.IntRange(0, 10), help="How nervous you were, 0 to 10.")
@click.option("--obstacle", metavar="TEXT", help="Their words, if they said something that you had not rehearsed.")
@click.option("--on", "on", metavar="DATE", help="When it was; today where left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: what was kept, and the gate's answer now.")
@click.pass_obj
def log(app: App, /, application: str | None, on: str | None, as_json: bool, **told: Any) -> None:
    """What came of a real contact with an employer. It moves the gate and the plan."""
    from trainer.core.log import change, logged

    before = app.application(application)
    if before.id == SAMPLE.id:
        raise TrainerError("There is no application of yours to log a call for; add one with: trainer application add")
    today = there(app, before)[0]
    day = written_day(on) if on else today
    if day > today:
        raise TrainerError(f"{day} has not come yet; a call is logged when it has been made.")
    context = click.get_current_context()
    asked = all(context.get_parameter_source(name) is ParameterSource.DEFAULT for name in told)
    happened = _asked(app, before, day) if asked else _told(app, before, day, told)
    after = logged(before, happened)
    _check(after)
    app.applications.save(after)
    app.store.log(change(before, after))
    app.store.set_state("last_application", after.id)
    drafted = _draft(app, after, happened)
    answer = ask_now(app, after)
    if as_json:
        touch = after.touches[-1].model_dump(mode="json", by_alias=True, exclude_none=True)
        gate = {k: v for k, v in answer_object(answer).items() if k != "version"}
        row = {"version": 1, "application": after.id, "touch": touch, "draft": drafted, "gate": gate}
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    say(plain(f"Kept for {after.company} ({happened.channel}, {happened.kind}); `trainer undo` takes that back."))
    if drafted:
        say(f"What they said became a call to rehearse: trainer practice {drafted}")
    for line in answer_lines(after, answer)[1:3]:
        say(plain(line))


def _told(app: App, application: Application, day: date, told: dict[str, Any]) -> Happened:
    """From the options."""
    from trainer.core.log import Happened, is_decider

    reached, connected = told["reached"], told["connected"]
    if told["nobody"] and (reached or connected):
        raise click.UsageError("Either --nobody, or whom you --reached.")
    if told["nobody"] and (told["said"] or told["promised"]):
        raise click.UsageError("Either --nobody, or what they --said or --promised.")
    if reached is None and connected and (contact := main_contact(application)):
        reached = contact.name
    if connected is None:
        connected = is_decider(application, reached) and (told["channel"] or "phone") == "phone"
    channel: Channel = told["channel"] or "phone"
    kind: TouchKind = told["kind"] or ("ring" if told["nobody"] else _kind(app, application, day))
    return Happened(
        on=day, kind=kind, channel=channel, reached=reached, connected=connected,
        answered=told["answered"] or bool(reached and channel in ("phone", "in-person")) or bool(told["said"]),
        by_them=told["by_them"], said=told["said"], promised=_named(day, promise_from, told["promised"]),
        reply_by=_named(day, day_from, told["reply_by"]), delayed=told["delayed"],
        invited=_named(day, day_from, told["invited"]),
        outcome=Outcome(kind=told["outcome"], on=day) if told["outcome"] else None, next_step=told["next_step"],
        nerves=told["nerves"], obstacle=told["obstacle"],
    )  # fmt: skip


def _asked(app: App, application: Application, day: date) -> Happened:
    """By a handful of questions; Enter skips each."""
    from trainer.core.log import Happened, is_decider, not_before

    ask = Questions(whole=True)
    reached = ask.text("Whom did you reach (Enter: nobody)")
    if reached is None:
        message = ask.yes("Did you leave a message", False)
        kind: TouchKind = _kind(app, application, day) if message else "ring"
        happened = Happened(on=day, kind=kind, channel="voicemail" if message else "phone")
        return replace(happened, nerves=_nerves(ask))

    def named(question: str, read: Callable[[str], date]) -> date | None:
        return ask.fitting(question, lambda text: not_before(day, read(text)))

    connected = ask.yes("Is that the person who decides", is_decider(application, reached))
    happened = Happened(
        on=day, kind=_kind(app, application, day), reached=reached, connected=bool(connected), answered=True,
        said=ask.text("What did they say"),
        promised=named("By when do they mean to decide (a date)", promise_from),
        reply_by=named("By when do they want to hear from you (a date)", day_from),
        invited=named("Invited again? The day of it", day_from),
        next_step=ask.text("The next step"),
        obstacle=ask.text("Did they say something that you had not rehearsed? Their words"),
    )  # fmt: skip
    outcome = ask.fitting(f"Is it over ({', '.join(OUTCOMES)}; Enter: no)", one_of(*OUTCOMES))
    if outcome:
        happened = replace(happened, outcome=Outcome(kind=cast("Any", outcome), on=day))
    return replace(happened, nerves=_nerves(ask))


def _nerves(ask: Questions) -> int | None:
    def read(text: str) -> int:
        if not text.isdigit() or int(text) > 10:
            raise ValueError(f"{text!r} is not a number from 0 to 10")
        return int(text)

    return ask.fitting("How nervous were you, 0 to 10", read)


def _kind(app: App, application: Application, day: date) -> TouchKind:
    """What the gate had named for that day."""
    return ask_now(app, application, on=day.isoformat()).purpose


def _check(application: Application) -> None:
    """What was told has to be an application that can be read again."""
    from trainer.commands.application import as_strict

    as_strict(application)


def _draft(app: App, application: Application, happened: Happened) -> str | None:
    """The scenario drafted from an obstacle that had not been rehearsed; its id."""
    from trainer.core.draft import draft, rehearsed

    if not happened.obstacle:
        return None
    every = app.library.all()
    if known := rehearsed(happened.obstacle, every):
        say(f"That is rehearsed already in {known}.", err=True)
        return None
    made = draft(happened.obstacle, application, happened.on, [s.id for s in every])
    _write(app, made)
    return str(made["id"])


def _write(app: App, made: dict[str, Any]) -> None:
    """The draft as a checked file in the learner's own folder."""
    from trainer.written import to_yaml

    path = app.library.own / f"{made['id']}.yaml"
    data = to_yaml(made).encode()
    app.library.check(data, str(path))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError as fault:
        raise TrainerError(f"{path}: the file cannot be written ({fault.strerror}).") from None


def _named(call: date, read: Callable[[str], date], text: str | None) -> date | None:
    """A day that they named on the day `call`, as it was written. Raises TrainerError."""
    from trainer.core.log import not_before

    if not text:
        return None
    try:
        return not_before(call, read(text))
    except ValueError as fault:
        raise TrainerError(f"{str(fault)[0].upper()}{str(fault)[1:]}.") from None
