"""`trainer application`: the real jobs, added, edited, listed; and the form right after the interview."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from trainer.commands.asking import UNASKED, Questions, one_of
from trainer.commands.saying import say
from trainer.core.application import Application, after_the_first, day_from, promise_from
from trainer.core.plain_text import plain
from trainer.errors import FileFaults, TrainerError
from trainer.wiring import App

NO_COMPANY = "An application needs the name of the company."
FEWEST_DIGITS = 3  # of a telephone number: an extension

# Rows of the articles behind the questions of `debrief`, by the key that each fills.
FORM_SOURCES = {
    "next_steps_asked": ("004-04", "004-05"),
    "concerns": ("004-07",),
    "contacts": ("004-06",),
    "preferred_channel": ("001-12",),
}


@click.group(epilog="Example: trainer application add --file halden.yaml")
def application() -> None:
    """The real jobs: add, edit, list, remove, debrief."""


@application.command("add", epilog="Example: trainer application add --file halden.yaml")
@click.option("--file", "file", type=click.Path(path_type=Path, allow_dash=True), help="A YAML file; '-' reads stdin.")
@click.pass_obj
def add(app: App, file: Path | None) -> None:
    """Add a job: from a file, or by a few questions that may be skipped."""
    if file is not None:
        made = app.applications.add(_read(file), str(file))
    else:
        # A new file takes nothing away: in a pipe, a few answers are enough.
        made = _checked(_asked(_questions(whole=sys.stdin.isatty()), _as_before(app)))
        app.applications.add_new(made)
    _added(app, made)
    say(f"Added {made.id}: {plain(made.company)}.")
    if empty := _still_empty(made):
        say(f"Still empty: {', '.join(empty)}. A call that needs one of these says so.")
    say(f"Next: trainer may-i-call {made.id}, or trainer plan {made.id} --call DATE")


@application.command("list", epilog="Example: trainer application list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """Every job on file, with what may be done today."""
    from trainer.commands.gate import agenda_rows

    rows = agenda_rows(app)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        say("No application is on file yet. Add one with: trainer application add")
    for row in rows:
        role = f", {row['role']}" if row["role"] else ""
        say(plain(f"{row['id']}: {row['company']}{role}: {row['line']}"))


@application.command("edit", epilog="Example: EDITOR=nano trainer application edit halden")
@click.argument("id")
@click.option("--questions", is_flag=True, help="Ask question by question, even if an editor is set.")
@click.option("--file", "file", type=click.Path(path_type=Path, allow_dash=True), help="Take this YAML in its place.")
@click.pass_obj
def edit(app: App, id: str, questions: bool, file: Path | None) -> None:
    """Change a job: in $VISUAL or $EDITOR, else question by question. The old file is kept as ID.yaml.bak."""
    editor = app.environ.get("VISUAL") or app.environ.get("EDITOR")
    if file is not None:
        made = app.applications.replace(id, _read(file), str(file))
    elif editor and not questions:
        made = _edited(app, id, editor)
    else:
        made = _checked(_asked(_questions(), _as_written(app.applications.load(id))))
        app.applications.save(made)
    _added(app, made)
    say(f"Saved {made.id}.")


@application.command("remove", epilog="Example: trainer application remove halden")
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(app: App, id: str, yes: bool) -> None:
    """Delete a job from the file, and its plan; what was practised for it stays in the history."""
    from trainer.commands.plan import keep

    found = app.applications.load(id)
    ask = Questions()
    if not yes and not ask.yes(f"Delete {found.id} ({found.company})"):
        if ask.over and not ask.interactive:
            raise click.UsageError(UNASKED)
        say("Nothing was deleted.")
        return
    app.applications.remove(id)
    keep(app, id, None)
    say(f"Deleted {id}.")


@application.command("debrief", epilog="Example: trainer application debrief halden")
@click.argument("id", required=False)
@click.pass_obj
def debrief(app: App, id: str | None) -> None:
    """The form right after the interview: who, what was promised, what stood out, what you forgot."""
    new = id is None and not app.applications.any
    known = None if new else app.applications.load(id or app.application(None).id)
    if known:
        say(plain(f"The interview at {known.company} ({known.id})."), err=True)
        if id is None:
            say("For another: trainer application debrief ID; a new one first: trainer application add", err=True)
    ask = _questions()
    facts: dict[str, Any] = _as_written(known) if known else _as_before(app)
    if new:
        _ask_whose(ask, facts)
    told = _debriefed(ask, facts, app.clock.today().isoformat())
    if not ask.answered:
        raise TrainerError("No question was answered, so nothing was saved.")
    made = _checked(told)
    if new:
        app.applications.add_new(made)
    else:
        app.applications.save(made)
    _added(app, made)
    say(f"Saved {made.id}. Next: trainer may-i-call {made.id}")


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except FileNotFoundError:
        raise TrainerError(f"{file}: there is no such file.") from None
    except OSError as fault:
        raise TrainerError(f"{file}: cannot be read ({fault.strerror}).") from None


def _added(app: App, made: Application) -> None:
    """Remember it as the last used, and say what may be a slip."""
    from trainer.applications import warnings

    app.store.set_state("last_application", made.id)
    for sentence in warnings(made, app.clock.now().date()):
        say(plain(f"Note: {sentence}"), err=True)


def _still_empty(made: Application) -> list[str]:
    """What the calls are filled from and was left out, by the names that the file has for it."""
    asked = {
        "role": made.role,
        "me": made.me.name and made.me.phone,
        "contacts": made.contacts,
        "interviews": made.interviews,
        "moment": made.moment,
        "fact": made.fact,
    }
    return [name for name, value in asked.items() if not value]


def _as_before(app: App) -> dict[str, Any]:
    """What a new application can take from the others: who you are."""
    me = next((a.me for a in reversed(app.applications.all()) if a.me.name), None)
    return {"me": me.model_dump(exclude_none=True)} if me else {}


def _as_written(application: Application) -> dict[str, Any]:
    written: dict[str, Any] = application.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
    )
    return written


def _checked(facts: dict[str, Any]) -> Application:
    """The answers as an application, read as strictly as a file would be."""
    if not facts.get("company"):
        raise TrainerError(NO_COMPANY)
    return as_strict(_filled(facts))


def as_strict(value: Any) -> Application:
    """What was answered, read as strictly as a file would be; the sentences carry no place, for there is no file."""
    from trainer.written import parse, to_yaml

    try:
        return parse(to_yaml(value).encode(), "", Application)
    except FileFaults as faults:
        sentences = [fault.split(": ", 1)[1] for fault in faults.faults]
        raise TrainerError("\n".join(f"{s[0].upper()}{s[1:]}." for s in sentences)) from None


def _questions(*, whole: bool = True) -> Questions:
    ask = Questions(whole=whole)
    if ask.interactive:
        say("Enter skips a question or keeps what is there; - empties it.", err=True)
    return ask


def _asked(ask: Questions, facts: dict[str, Any]) -> dict[str, Any]:
    """The few questions of `add` and `edit`; Enter keeps or skips, '-' empties."""
    _ask_whose(ask, facts)
    people = facts.setdefault("contacts", [])
    contact: dict[str, Any] = people[0] if people else {}
    contact["name"] = ask.text("Whom would you call (name)", contact.get("name"))
    if contact["name"]:
        _ask_person(ask, contact)
        contact["phone"] = ask.fitting("Their number", _number, contact.get("phone"))
        if contact["phone"]:
            kinds = one_of("business", "personal", "unknown")
            contact["number_kind"] = ask.fitting(
                "Is it a business or a personal number", kinds, contact.get("number_kind")
            )
        people[:] = [_filled(contact), *people[1:]]
    interviews = facts.setdefault("interviews", [])
    last = max((i["on"] for i in interviews), default=None)
    on = ask.fitting("Day of the interview (2026-11-03)", _day, last)
    if on and on != last:
        interviews.append(_filled({"on": on, "with": [contact["name"]] if contact.get("name") else []}))
    _ask_dates(ask, facts)
    _ask_channel(ask, facts)
    facts["moment"] = ask.text("A moment of the interview that stood out", facts.get("moment"))
    facts["fact"] = ask.text(
        "Something that speaks for you and they don't know yet (it goes on after 'I')", facts.get("fact")
    )
    return facts


def _debriefed(ask: Questions, facts: dict[str, Any], today: str) -> dict[str, Any]:
    """The form of `debrief`: fills moment, dates, people, their concerns, what was forgotten."""
    held_before = [i["on"] for i in facts.get("interviews", []) if i["on"] <= today]
    on = ask.fitting("When was the interview", _day, max(held_before, default=today))
    who = ask.text("Who was there (names, with commas between them)")
    names = [name.strip() for name in (who or "").split(",") if name.strip()]
    people = facts.setdefault("contacts", [])
    for name in names:
        person = next((p for p in people if p["name"].casefold() == name.casefold()), None)
        if person is None:
            person = {"name": name}
            people.append(person)
        _ask_person(ask, person)
        worry = ask.text(f"What seemed to worry {name} about you")
        if worry:
            person["concerns"] = [*person.get("concerns", []), worry]
        if ask.yes(f"Does {name} decide", person.get("decides")):
            person["decides"] = True
        rapport = one_of("strong", "some", "none")
        person["rapport"] = ask.fitting("How did you get on (strong, some, none)", rapport, person.get("rapport"))
    facts["contacts"] = [_filled(p) for p in people]
    interviews = facts.setdefault("interviews", [])
    held = next((i for i in interviews if i["on"] == on), None)
    if held is None and on:
        interviews.append(_filled({"on": on, "with": names}))
    elif held is not None and names:
        held["with"] = names
    _ask_dates(ask, facts, today)
    _ask_channel(ask, facts)
    facts["moment"] = ask.text("A moment that stood out", facts.get("moment"))
    forgot = ask.text("What did you forget to say")
    if forgot:
        facts["forgot"] = [*facts.get("forgot", []), forgot]
        facts.setdefault("fact", forgot)
    facts["next_steps_asked"] = ask.yes("Did you ask about the next steps", facts.get("next_steps_asked"))
    return facts


def _ask_whose(ask: Questions, facts: dict[str, Any]) -> None:
    facts["company"] = ask.text("Company", facts.get("company"))
    while not facts["company"] and ask.interactive and not ask.over:
        say(NO_COMPANY, err=True)
        facts["company"] = ask.text("Company")
    facts["role"] = ask.text("Which job is it", facts.get("role"))
    me = facts.get("me", {})
    name = ask.text("Your own name", me.get("name"))
    phone = ask.fitting("Your number, for being called back", _number, me.get("phone"))
    facts["me"] = _filled({**me, "name": name, "phone": phone})


def _ask_person(ask: Questions, person: dict[str, Any]) -> None:
    person["role"] = ask.text(f"Position of {person['name']}", person.get("role"))
    person["says_as"] = ask.fitting("How is the name said (such as oh-yeh-LAH-ran)", _sound, person.get("says_as"))


def _ask_dates(ask: Questions, facts: dict[str, Any], today: str | None = None) -> None:
    before = facts.get("promised_by"), facts.get("reply_by")
    held = [day_from(i["on"]) for i in facts.get("interviews", [])]

    def promise(text: str) -> str:
        return after_the_first(promise_from(text), held).isoformat()

    promised = ask.fitting("By when do they want to decide (a date, or 'after' a date)", promise, before[0])
    reply_by = ask.fitting("By when do they want to hear from you", _day, before[1])
    if today and promised and promised != before[0]:
        facts["promised_on"] = today
    if today and reply_by and reply_by != before[1]:
        facts["reply_asked_on"] = today
    facts["promised_by"], facts["reply_by"] = promised, reply_by


def _ask_channel(ask: Questions, facts: dict[str, Any]) -> None:
    channel = one_of("phone", "email")
    facts["preferred_channel"] = ask.fitting(
        "Which channel do they prefer (phone, email)", channel, facts.get("preferred_channel")
    )


def _sound(text: str) -> str:
    if any(c.isdigit() for c in text):
        raise ValueError(f"{text!r} is no way to say a name; Enter skips this")
    return text


def _number(text: str) -> str:
    if sum(c.isdigit() for c in text) < FEWEST_DIGITS:
        raise ValueError(f"{text!r} is no telephone number; Enter skips this")
    return text


def _day(text: str) -> str:
    return day_from(text).isoformat()


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in (None, [], {}, "")}


def _edited(app: App, id: str, editor: str) -> Application:
    """The file as the editor left it. Whatever goes wrong, the old file stays and what was typed is kept beside it."""
    draft = app.applications.draft(id)
    try:
        code = subprocess.run([*shlex.split(editor), os.fspath(draft)], check=False).returncode
    except (OSError, ValueError) as fault:
        raise TrainerError(f"The editor {editor!r} cannot be started ({fault}); {_as_it_was(app, id)}") from None
    if code != 0:
        raise TrainerError(f"The editor {editor!r} ended with an error ({code}); {_as_it_was(app, id)}")
    data = draft.read_bytes() if draft.is_file() else b""
    if not data.strip():
        draft.unlink(missing_ok=True)
        raise TrainerError(f"{app.applications.path(id)}:1:1: the editor left the file empty; it is as it was before.")
    try:
        made = app.applications.replace(id, data, str(draft))
    except TrainerError as fault:
        raise TrainerError(f"{fault}\n{_as_it_was(app, id)}") from None
    draft.unlink(missing_ok=True)
    return made


def _as_it_was(app: App, id: str) -> str:
    """What is said of a file that an edit left alone; a draft in which something was typed stays for the next one."""
    draft = app.applications.edited(id)
    if not draft.is_file() or draft.read_bytes() == app.applications.text(id):
        draft.unlink(missing_ok=True)
        return f"{id} is as it was."
    return f"{id} is as it was; trainer application edit {id} goes on with what you typed, kept in {draft}."
