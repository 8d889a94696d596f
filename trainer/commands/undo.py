"""`trainer undo`, `exclude`, `overrule`: the learner has the last word on what counts."""

from __future__ import annotations

import json
import sys

import click

from trainer.commands import past
from trainer.commands.asking import Questions
from trainer.commands.saying import say
from trainer.core.history import Action, Logged
from trainer.core.plain_text import plain
from trainer.core.session import Grade
from trainer.errors import TrainerError
from trainer.wiring import App

GRADES = tuple(grade.name.lower() for grade in Grade)


@click.command(epilog="Example: trainer undo")
@click.option("--yes", is_flag=True, help="Do not ask; in a pipe, and with --json, nothing is asked.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def undo(app: App, yes: bool, as_json: bool) -> None:
    """Take back the last whole action; again for the one before it. In a terminal it says which, and asks.

    Sessions, grades, exclusions, disputes, suspensions and logged contacts are actions. Changes of an application (add,
    edit, debrief, remove) are none, and are not taken back.
    """
    action = app.store.last_action()
    if action is None:
        raise TrainerError("There is nothing left to take back.")
    if not (yes or as_json) and sys.stdin.isatty() and not _agreed(app, action):
        say("Nothing was taken back.")
        return
    in_file = action.logged is None or _taken_from_file(app, action.logged)
    app.store.undo()
    if not in_file:
        what = described(action)
        raise TrainerError(
            f"{what[0].upper()}{what[1:]} is no longer in its file as it was logged, so the file stays as it is;"
            " `trainer undo` again takes back what was done before it."
        )
    if as_json:
        told = {"version": 1, "id": action.id, "kind": action.kind, "session": action.session}
        told["application"] = action.logged.application if action.logged else None
        click.echo(json.dumps({**told, "at": action.at.isoformat()}, ensure_ascii=False))
        return
    say(f"Taken back, from {action.at:%Y-%m-%d %H:%M}: {described(action)}.")


@click.command(epilog="Example: trainer exclude last/message")
@click.argument("which", metavar="SESSION[/TURN]")
@click.pass_obj
def exclude(app: App, which: str) -> None:
    """Set a session, or one turn of it, aside: kept and shown, counted nowhere."""
    session, turn = past.found(app, which)
    takes = [t for t in session.takes if turn in (None, t.turn)]
    if session.aside or (takes and all(t.aside for t in takes)):
        raise TrainerError(f"{which} is set aside already; `trainer undo` takes back the last action.")
    app.store.exclude(session.id, turn)
    name = f"{session.id}/{turn}" if turn else session.id
    say(f"{plain(name)} is set aside; `trainer undo` takes that back.")


@click.command(epilog="Example: trainer overrule last/message leave_number good")
@click.argument("which", metavar="SESSION[/TURN]")
@click.argument("point")
@click.argument("grade", type=click.Choice(GRADES))
@click.pass_obj
def overrule(app: App, which: str, point: str, grade: str) -> None:
    """Set the grade of POINT yourself; the next practice day follows."""
    session, turn = past.found(app, which)
    take, kind, id = past.take_with_point(session, turn, point)
    before = next((g.grade.name.lower() for g in take.grades if (g.kind, g.id) == (kind, id)), "not graded")
    app.store.overrule(take, kind, id, Grade[grade.upper()])
    say(f"{plain(id)} in {session.id}/{plain(take.turn)}: {before} → {grade}; `trainer undo` takes that back.")


def described(action: Action) -> str:
    """An action in a few plain words."""
    where = f"{action.session}/{action.turn}" if action.turn else f"{action.session}"
    match action.kind:
        case "session":
            return f"session {where}"
        case "exclude":
            return f"setting {plain(where)} aside"
        case "overrule":
            grade = f"{action.grade.id} = {action.grade.grade.name.lower()}" if action.grade else "a grade"
            return f"your grade {plain(grade)}"
        case "dispute":
            words = action.accepted.words if action.accepted else ""
            return f"the wording “{plain(words)}”, with all that it changed"
        case "rejudge":
            return f"the new verdicts on {len(action.rejudged)} take{'' if len(action.rejudged) == 1 else 's'}"
        case "suspend":
            return f"leaving {plain(action.what or '')} out"
        case "resume":
            return f"taking {plain(action.what or '')} up again"
        case "log":
            return _described_log(action.logged) if action.logged else "a logged contact"


def _agreed(app: App, action: Action) -> bool:
    """Asked at the terminal: whoever has just changed an application may mean that, which is no action."""
    what = described(action)
    if action.kind == "session" and action.session:
        what += f", {plain(app.store.session(action.session, everything=True).title)}"
    return bool(Questions().yes(f"Take back, from {action.at:%Y-%m-%d %H:%M}: {what}"))


def _taken_from_file(app: App, logged: Logged) -> bool:
    """The contact out of its application's file, which comes first: what fails can then be tried again."""
    from trainer.core.log import taken_back

    if not app.applications.path(logged.application).is_file():
        return False
    without = taken_back(app.applications.load(logged.application), logged)
    if without is None:
        return False
    app.applications.save(without)
    return True


def _described_log(logged: Logged) -> str:
    how = ", ".join(word for word in (logged.channel, logged.kind) if word)
    return f"the log of {logged.on} for {plain(logged.application)} ({plain(how)})"
