"""`trainer report`: progress as one page that can be sent, printed and kept."""

from __future__ import annotations

from pathlib import Path

import click

from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.wiring import App
from trainer.writing import write_file


@click.command(epilog="Example: trainer report --out progress.html")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.pass_obj
def report(app: App, out: Path) -> None:
    """Progress as one self-contained HTML page: it needs no network and prints on A4."""
    from trainer.commands.stats import make
    from trainer.exports.html import report as page

    write_file(out, page(make(app)))
    say(f"Written: {plain(str(out))}")
