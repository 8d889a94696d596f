"""`trainer export`, `import`, `backup`, `restore`: the history taken along, brought in, and kept safe."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.errors import TrainerError
from trainer.wiring import App, SystemClock
from trainer.writing import refuse_what_is_no_file, write_file

if TYPE_CHECKING:
    from trainer.exports.apkg import Flash
    from trainer.exports.ics import Entry

WEEKS_AHEAD = 4  # of practice slots in the calendar
MOST_NAMES = 8  # of points that are due, in one slot


@click.command(epilog="Example: trainer export --to csv --out takes.csv")
@click.option("--to", "form", required=True, type=click.Choice(["json", "csv", "apkg", "ics"]), help="The form.")
@click.option("--out", type=click.Path(path_type=Path), help="Into this file; else printed (not apkg).")
@click.option("--at", default="18:00", metavar="HH:MM", help="When practice slots begin (ics).", show_default=True)
@click.pass_obj
def export(app: App, form: str, out: Path | None, at: str) -> None:
    """Write the history as json (all, with the applications), csv (a row a take and point), apkg (Anki) or ics."""
    if form == "apkg" and out is None:
        raise TrainerError("An Anki deck is a file: add --out deck.apkg.")
    writers: dict[str, Callable[[], bytes]] = {
        "json": lambda: _json(app),
        "csv": lambda: _csv(app),
        "apkg": lambda: _apkg(app),
        "ics": lambda: _ics(app, at),
    }
    data = writers[form]()
    if out is None:
        sys.stdout.write(data.decode("utf-8").replace("\r\n", "\n"))
        return
    write_file(out, data)
    say(f"{plain(str(out))} is written ({len(data)} bytes).", err=True)


@click.command("import", epilog="Example: trainer import history.json")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def import_(app: App, file: Path, as_json: bool) -> None:
    """Add an exported history and its applications to those here, by id: twice is once, and nothing here is lost.

    A form from `trainer share` that somebody filled in goes beside its session.
    """
    data = read_file(file)
    if is_form(data):
        _import_opinion(app, data.decode("utf-8"), as_json)
        return
    from trainer.exports.json import read_all

    history, applications = read_all(data, str(file))
    new, other = app.applications.unknown(applications, plain(str(file)))
    sessions, takes = app.store.merge(history)
    for application in new:
        app.applications.add_new(application)
    if as_json:
        told = {"version": 1, "sessions": sessions, "takes": takes, "in_file": len(history.sessions)}
        click.echo(json.dumps({**told, "applications": len(new)}))
        return
    say(f"{sessions} of {len(history.sessions)} sessions and {takes} takes are new; the rest was here already.")
    if new:
        say(f"New applications: {', '.join(a.id for a in new)}.")
    if other:
        say(f"Not the same here and in the file, and left as here: application {', '.join(other)}.")


@click.command(epilog="Example: trainer backup --out /media/stick/history.sqlite3")
@click.option("--out", type=click.Path(path_type=Path), help="A copy here, besides the one in the backups folder.")
@click.pass_obj
def backup(app: App, out: Path | None) -> None:
    """Keep a copy of the history now. (One a day is made by itself.)"""
    if out is not None:
        refuse_what_is_no_file(out)
    path = app.store.backup()
    if out is not None:
        write_file(out, path.read_bytes())
    say(plain(str(out or path)))


@click.command(epilog="Example: trainer restore history-20261109T180000-daily.sqlite3")
@click.argument("file", required=False)
@click.option("--json", "as_json", is_flag=True, help="Without FILE: the backups as one JSON array.")
@click.pass_obj
def restore(app: App, file: str | None, as_json: bool) -> None:
    """Put a backup in the history's place; without FILE, list the backups.

    The history as it was is backed up first; one that is damaged is kept aside.
    """
    if file is None:
        _list_backups(app, as_json)
        return
    path = Path(file)
    if not path.exists() and (app.store.backup_folder / file).exists():
        path = app.store.backup_folder / file
    app.store.restore(path)
    say(f"The history is that of {plain(str(path))} now ({len(app.store.sessions())} sessions).")


def read_file(path: Path) -> bytes:
    """Its bytes. Raises TrainerError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise TrainerError(f"{path} cannot be read: {fault.strerror or fault}.") from None


def is_form(data: bytes) -> bool:
    """Is this the text of a filled-in form, and not an exported history?"""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return any(line.strip().lstrip("> ").lower().startswith("session:") for line in text.splitlines())


def _import_opinion(app: App, text: str, as_json: bool) -> None:
    from trainer.core.share import read_answer

    opinion = read_answer(text)
    session = app.store.session(opinion.session)
    told = {
        "turn": opinion.turn, "ratings": dict(opinion.ratings), "worked": opinion.worked, "change": opinion.change,
    }  # fmt: skip
    key = f"opinions/{session.id}"
    before = app.store.state(key) or []
    if told not in before:
        app.store.set_state(key, [*before, told])
    if as_json:
        click.echo(json.dumps({"version": 1, "session": session.id, **told}, ensure_ascii=False))
        return
    say(f"The opinion stands beside session {session.id} now: trainer history show {session.id}")


def _list_backups(app: App, as_json: bool) -> None:
    rows = [
        {"id": b.path.name, "day": b.day.isoformat(), "reason": b.reason, "bytes": b.path.stat().st_size}
        for b in reversed(app.store.backups())
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        say(f"{row['id']}  {row['reason']}, {row['bytes']} bytes")
    say("`trainer restore FILE` puts one back." if rows else "There is no backup yet.")


def _json(app: App) -> bytes:
    from trainer.exports.json import write

    applications = {a.id: app.applications.text(a.id).decode("utf-8") for a in app.applications.all()}
    return write(app.store.history(), app.clock.now(), applications).encode()


def _csv(app: App) -> bytes:
    from trainer.exports.csv import write

    return write(app.store.sessions()).encode()


def _apkg(app: App) -> bytes:
    from trainer.exports.apkg import flashes, write

    own = flashes(app.store.sessions())
    return write((*own, *_not_said_yet(app, own)), app.clock.now())


def _not_said_yet(app: App, own: tuple[Flash, ...]) -> tuple[Flash, ...]:
    """Obstacles that the learner has not met yet, with what the script suggests."""
    from trainer.core.placeholders import fill, known
    from trainer.exports.apkg import Flash

    said = {(f.scenario, f.turn, f.obstacle) for f in own}
    facts = app.facts(app.application())
    rest = []
    for written in app.library.all():
        try:
            scenario = fill(written, known(written, facts))
        except TrainerError:  # it asks for a fact that this learner has not given: there is nothing to print
            continue
        for turn in scenario.turns:
            for obstacle in turn.obstacles:
                if obstacle.response and (scenario.id, turn.id, obstacle.id) not in said:
                    line = obstacle.says.neutral[0]
                    rest.append(
                        Flash(scenario.family, scenario.id, turn.id, obstacle.id, line, obstacle.response, own=False)
                    )
    return tuple(rest)


def _ics(app: App, at: str) -> bytes:
    from trainer.exports.ics import write

    try:
        begins = time.fromisoformat(at)
    except ValueError:
        raise TrainerError(f"{at!r} is not a time of day; write it like 18:00.") from None
    return write((*_slots(app, begins), *_days(app)), app.clock.now())


def _slots(app: App, begins: time) -> list[Entry]:
    """A practice slot on each day that a plan uses or on which something is due; what is overdue is for today. No slot
    names a call that the application cannot fill: `trainer today` would pass it over."""
    from trainer.commands.plan import appointments, plan_for
    from trainer.commands.playable import lacking
    from trainer.exports.ics import Entry

    today = app.clock.today()
    sessions = app.store.ledger()
    cards = app.cards(sessions)
    why: dict[date, list[str]] = {}
    planned: set[str] = set()
    for appointment in appointments(app):
        made = plan_for(app, appointment, sessions, cards, without=lacking(app, appointment.application))
        planned.update(appointment.types if made.began(today) or appointment.call == today else ())
        for day in made.days:
            calls = ", ".join(dict.fromkeys(item.scenario for item in day.items))
            why.setdefault(day.day, []).append(f"for the call on {appointment.call}: {calls}")
    due: dict[date, list[str]] = {}
    for name, card in cards.items():
        day_due = max(card.due, today)
        if card.family not in planned and not card.resting and day_due <= today + timedelta(weeks=WEEKS_AHEAD):
            due.setdefault(day_due, []).append(name)
    for day_due, names in due.items():
        many = "1 point" if len(names) == 1 else f"{len(names)} points"
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        why.setdefault(day_due, []).append(f"{many} due: {', '.join(sorted(names)[:MOST_NAMES])}{more}")
    return [
        Entry(
            f"practice-{day}",
            moment(app.clock, day, begins),
            "Practise the follow-up call",
            f"trainer practice ({'; '.join(reasons)})",
            minutes=app.settings.minutes,
        )
        for day, reasons in sorted(why.items())
    ]


def moment(clock: SystemClock, day: date, at: time) -> datetime:
    """That time of that day where the learner is: after a change of the clocks its offset is not that of today."""
    if clock.fixed is not None:
        return datetime.combine(day, at, clock.fixed.tzinfo)
    return datetime.combine(day, at, None).astimezone()


def _days(app: App) -> list[Entry]:
    """The earliest day to contact each employer, the days that were named, and those of the calls that are planned."""
    from trainer.commands.gate import agenda_of
    from trainer.commands.plan import appointments
    from trainer.core.agenda import events
    from trainer.exports.ics import DAY_ALARM, Entry

    found = (event for row in agenda_of(app) for event in events(row))
    days = [Entry(e.id, e.day, e.title, e.note, alarm_minutes=DAY_ALARM) for e in found]
    companies = {a.id: a.company for a in app.applications.all()}
    return days + [
        Entry(
            f"{a.application}-call",
            a.call,
            f"The call to {companies[a.application]}",
            "trainer call-day",
            alarm_minutes=DAY_ALARM,
        )
        for a in appointments(app)
        if a.application in companies
    ]
