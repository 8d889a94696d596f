"""`trainer share`: a take for a second opinion, names and numbers replaced."""

from __future__ import annotations

from pathlib import Path

import click

from trainer.commands.past import found
from trainer.core.plain_text import plain
from trainer.errors import TrainerError
from trainer.wiring import App
from trainer.writing import write_file


@click.command(epilog="Example: trainer share last --out call.html")
@click.argument("session")
@click.option("--out", type=click.Path(path_type=Path), help="A file ending in .html or .txt; else it is printed.")
@click.pass_obj
def share(app: App, session: str, out: Path | None) -> None:
    """SESSION or SESSION/TURN (or 'last') as text or a page, with a short form; `trainer import` reads the answer."""
    from trainer.core.share import as_html, as_text

    if out is not None and out.suffix.lower() not in (".html", ".htm", ".txt"):
        raise TrainerError(f"{out}: a shared take is written as .html or .txt.")
    which, turn = found(app, session)
    takes = [t for t in which.takes if not t.aside and (turn is None or t.turn == turn)]
    if not takes:
        raise TrainerError(f"Session {which.id} has no take to share.")
    facts = _facts(app, which.id, which.application)
    if out is None:
        click.echo(as_text(which, takes, facts), nl=False)
        return
    page = as_text(which, takes, facts) if out.suffix.lower() == ".txt" else as_html(which, takes, facts)
    write_file(out, page.encode())
    click.echo(plain(f"Wrote {out}. Read it once before you send it: what you said may tell more than names do."))


def _facts(app: App, session: str, application: str) -> dict[str, str]:
    """Every name to be hidden: those of the call as it was played, and those of the application."""
    import json

    script = app.store.script(session)
    played = json.loads(script)["facts"] if script else {}
    try:
        own = app.application(application)
    except TrainerError:  # it has been deleted since
        return dict(played)
    people = {f"contact.name{n}": c.name for n, c in enumerate(own.contacts)}
    return people | app.facts(own) | played
