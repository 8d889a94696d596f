"""`trainer card`: the cue card for the real call."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import click

from trainer.commands.saying import NARROWEST, say
from trainer.core.application import SAMPLE, Application, Purpose
from trainer.core.plain_text import plain
from trainer.wiring import App
from trainer.writing import write_file

if TYPE_CHECKING:
    from trainer.core.card import CardLine
    from trainer.core.scenario import Scenario


@click.command(epilog="Example: trainer card halden --html card.html")
@click.argument("application", required=False)
@click.option(
    "--for", "purpose", type=click.Choice(get_args(Purpose)), help="What the call is for; else as the gate says."
)
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Write one A5 page to print.")
@click.option("--drill", is_flag=True, help="Show the cues, and each line when you press Enter.")
@click.option("--why", is_flag=True, help="Under each line, the take or fact that it comes from.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every line and where it comes from.")
@click.pass_obj
def card(
    app: App,
    application: str | None,
    purpose: str | None,
    html_file: Path | None,
    drill: bool,
    why: bool,
    as_json: bool,
) -> None:
    """The cue card: 24 lines at most, in your own best words: your name, then what you still miss."""
    chosen = app.application(application)
    made = card_of(app, chosen, cast("Purpose | None", purpose))
    if chosen.id == SAMPLE.id:
        click.echo("No application of your own is on file; this is the built-in sample.", err=True)
    if html_file is not None:
        _write(html_file, made, chosen)
    elif as_json:
        rows = [{"part": line.part, "text": line.text.strip(), "trace": line.trace} for line in made]
        click.echo(json.dumps({"version": 1, "application": chosen.id, "lines": rows}, ensure_ascii=False))
    elif drill:
        _drill(made)
    else:
        show(made, why=why)


def show(made: tuple[CardLine, ...], *, why: bool = False) -> None:
    """Print the card; a terminal that is narrower than the card gets more lines, broken between words."""
    from trainer.core.card import COLUMNS, lines_of

    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else COLUMNS
    for text in lines_of(made, why=why, columns=min(max(columns, NARROWEST), COLUMNS)):
        say(text)


def card_of(app: App, application: Application, purpose: Purpose | None = None) -> tuple[CardLine, ...]:
    """The card of an application, for the purpose that the gate names unless another is asked for."""
    from trainer.commands.gate import ask_now, there
    from trainer.core.card import card as make

    purpose = purpose or ask_now(app, application).purpose
    sessions = app.store.sessions()
    return make(application, there(app, application)[0], fitting(app, application, purpose), sessions, purpose)


def fitting(app: App, application: Application, purpose: Purpose) -> list[Scenario]:
    """The scenarios for this purpose, the easy ones first, in the application's words as far as it knows them."""
    from trainer.core.card import as_far_as_known

    facts = app.facts(application)
    found = sorted((s for s in app.library.all() if s.purpose == purpose), key=lambda s: (s.rung or 0, s.id))
    return [as_far_as_known(app.library.resolved(scenario), facts) for scenario in found]


def _write(file: Path, made: tuple[CardLine, ...], application: Application) -> None:
    from trainer.core.card import html

    write_file(file, html(made, f"Call: {application.company}").encode())
    click.echo(plain(f"Wrote {file}."))


def _drill(made: tuple[CardLine, ...]) -> None:
    """Cue, a pause to say it aloud, the line. Nothing is scored."""
    from trainer.commands.asking import Questions

    ask = Questions()
    for line in made:
        if line.cue:
            ask.text(f"{line.cue}  (say it, then Enter)")
            say(f"    {line.text.strip()}")
        if ask.over and sys.stdin.isatty():
            return
