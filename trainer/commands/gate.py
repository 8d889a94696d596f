"""`trainer may-i-call`: green, amber or red, with the rule behind it; and the agenda over all applications."""

from __future__ import annotations

import json
from datetime import date, time
from typing import TYPE_CHECKING, Any, cast, get_args
from zoneinfo import ZoneInfo

import click

from trainer.commands.saying import say
from trainer.core.application import SAMPLE, Application, Purpose, main_contact, spoken_day
from trainer.core.plain_text import plain
from trainer.errors import TrainerError
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.agenda import Row
    from trainer.core.gate import Answer


@click.command(epilog="Example: trainer may-i-call halden --on 2026-11-16 --for status")
@click.argument("application", required=False)
@click.option("--on", metavar="DATE", help="Ask for this day, such as 2026-11-16; the time of day is ignored then.")
@click.option("--for", "purpose", type=click.Choice(get_args(Purpose)), help="What the contact is for.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def may_i_call(app: App, application: str | None, on: str | None, purpose: str | None, as_json: bool) -> None:
    """May I call today? APPLICATION is an id; without one, the only one or the last used."""
    chosen = app.application(application)
    answer = ask_now(app, chosen, on=on, purpose=cast("Purpose | None", purpose))
    if as_json:
        click.echo(json.dumps(answer_object(answer), ensure_ascii=False))
        return
    if chosen.id == SAMPLE.id:
        say("No application of your own is on file; this is the built-in sample.", err=True)
    for line in answer_lines(chosen, answer):
        say(plain(line))


def ask_now(app: App, application: Application, *, on: str | None = None, purpose: Purpose | None = None) -> Answer:
    """The gate's answer, for a day written by hand or for now."""
    from trainer.core.agenda import siblings
    from trainer.core.gate import ask

    others = siblings(application, app.applications.all())
    if on is not None:
        return ask(application, written_day(on), purpose, siblings=others)
    day, at = there(app, application)
    return ask(application, day, purpose, at=at, siblings=others)


def there(app: App, application: Application) -> tuple[date, time]:
    """Day and time now in the employer's time zone; in the learner's own where none is on file."""
    now = app.clock.now()
    if application.time_zone:
        now = now.astimezone(ZoneInfo(application.time_zone))
    return now.date(), now.time()


def written_day(text: str) -> date:
    """A day as written: 2026-11-16. Raises TrainerError."""
    from trainer.core.application import day_from

    try:
        return day_from(text)
    except ValueError as fault:
        raise TrainerError(f"{str(fault)[0].upper()}{str(fault)[1:]}.") from None


def agenda_of(app: App) -> tuple[Row, ...]:
    """The agenda over all applications, as it stands now."""
    from trainer.core.agenda import agenda

    every = app.applications.all()
    return agenda(every, {a.id: there(app, a) for a in every})


def agenda_rows(app: App) -> list[dict[str, Any]]:
    """The agenda as JSON prints it."""
    from trainer.core.agenda import row_object

    return [row_object(row) for row in agenda_of(app)]


def answer_object(answer: Answer) -> dict[str, Any]:
    return {
        "version": 1,
        "verdict": answer.verdict,
        "for": answer.purpose,
        "earliest": answer.earliest.isoformat() if answer.earliest else None,
        "channel": answer.channel,
        "rules": [{"id": r.id, "says": r.says, "article": r.article, "overruled": r.overruled} for r in answer.rules],
        "would_change": list(answer.would_change),
    }


def answer_lines(application: Application, answer: Answer) -> list[str]:
    """The answer for a reader: the verdict, the rules behind it, what they overruled, what would change it."""
    from trainer.core.gate_words import ABOUT

    about = f"{ABOUT[answer.into]}, with your thanks" if answer.into else ABOUT[answer.purpose]
    role = f", {application.role}" if application.role else ""
    lines = [
        f"{application.company}{role}. {spoken_day(answer.day)} {answer.day.year}.",
        f"{_headline(answer)} ({about})",
    ]
    lines += [f"  {r.says} [{r.article}]" for r in answer.rules if not r.overruled]
    if beaten := [r for r in answer.rules if r.overruled]:
        lines += ["Overruled here:", *(f"  {r.says} [{r.article}]" for r in beaten)]
    if answer.channel == "phone" and (contact := main_contact(application)):
        said = f", said {contact.says_as}" if contact.says_as else ""
        number = f": {contact.phone}" if contact.phone and contact.number_kind != "personal" else ""
        lines.append(f"Call {contact.name}{said}{number}")
    if answer.purpose == "new-information" and not application.fact and answer.verdict != "red":
        lines.append("What is new? Add it with: trainer application edit (fact).")
    if answer.would_change:
        lines += ["What would change this:", *(f"  {text}" for text in answer.would_change)]
    return lines


def _headline(answer: Answer) -> str:
    match answer.verdict, answer.channel:
        case "green", _:
            return "GREEN: yes, call today."
        case "amber", "email":
            return "AMBER: write a mail today, don't call."
        case "amber", _:
            return "AMBER: you may call today, though it is early."
        case _ if answer.earliest and answer.then:
            how = "call" if answer.then.channel == "phone" else "write a mail"
            early = ", though early" if answer.then.verdict == "amber" and how == "call" else ""
            return f"RED: no contact today. From {spoken_day(answer.earliest)} ({answer.earliest}): {how}{early}."
        case _:
            return "RED: no contact by you any more, as things stand."
