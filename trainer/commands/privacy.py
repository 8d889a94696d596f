"""`trainer privacy` and `trainer forget`: every file that was written, and how to be rid of it."""

from __future__ import annotations

import json
import sys

import click

from trainer.commands.asking import UNASKED
from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.errors import TrainerError
from trainer.wiring import App


@click.command(epilog="Example: trainer privacy")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def privacy(app: App, as_json: bool) -> None:
    """List every file that was written, what it is for, and its size. Nothing ever leaves this machine."""
    files = app.store.files()
    if as_json:
        rows = [{"id": f.name, "purpose": f.purpose, "bytes": f.size, "ours": f.ours} for f in files]
        told = {"version": 1, "folder": str(app.home), "files": rows}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    say(f"All that is kept lies in {plain(str(app.home))}:")
    for file in files:
        say(f"  {size_of(file.size):>9}  {plain(file.name)}: {file.purpose}")
    if not files:
        say("  nothing yet")
    sounds = sum(1 for f in files if f.name.startswith("recordings/"))
    say(f"Recordings kept: {sounds}. Sound is kept only if you ask for it after a call.")
    say("Nothing is sent anywhere. `trainer forget` deletes a session, the recordings, or everything.")


@click.command(epilog="Example: trainer forget --recordings")
@click.argument("session", required=False)
@click.option("--recordings", is_flag=True, help="Only the sound: of SESSION, or all of it.")
@click.option(
    "--everything", is_flag=True, help="All that this program wrote: history, backups, applications, settings."
)
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.pass_obj
def forget(app: App, session: str | None, recordings: bool, everything: bool, yes: bool) -> None:
    """Delete a session (from backups too), the recordings, or everything. This cannot be undone."""
    if everything and (session or recordings):
        raise click.UsageError("--everything goes alone.")
    if not (session or recordings or everything):
        raise click.UsageError("Name a SESSION, or use --recordings or --everything.")
    if everything:
        _sure(f"Delete everything in {app.home}?", yes)
        _forget_everything(app)
    elif recordings:
        which = app.store.session(session, everything=True) if session else None
        _sure(f"Delete the recordings of session {which.id}?" if which else "Delete all recordings?", yes)
        count = app.store.forget_recordings(which)
        say(f"{count} recording{'' if count == 1 else 's'} deleted.")
    elif session:
        found = app.store.session(session, everything=True)
        _sure(f"Delete session {found.id}, from the backups too?", yes)
        unread = app.store.forget_session(found.id)
        say(f"Session {found.id} is deleted, from the backups too, with what your own list took from it.")
        for path in unread:
            say(f"{plain(str(path))} cannot be read and was not searched; delete it yourself.", err=True)


def size_of(count: int) -> str:
    """Bytes as a person reads them."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _forget_everything(app: App) -> None:
    left = app.store.forget_everything()
    say("Everything is deleted.")
    for path in left:
        say(f"Left, as it was not written by this program: {plain(str(path))}", err=True)


def _sure(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(UNASKED)
    if not click.confirm(question, default=False):
        raise TrainerError("Nothing was deleted.")
