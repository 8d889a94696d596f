"""`trainer report`: progress as one page that can be sent, printed and kept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.errors import TrainerError
from trainer.wiring import App


@click.command(epilog="Example: trainer report --out progress.html")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.pass_obj
def report(app: App, out: Path) -> None:
    """Progress as one self-contained HTML page: it needs no network and prints on A4."""
    from trainer.commands.stats import make
    from trainer.exports.html import report as page

    write_whole(out, page(make(app)))
    say(f"Written: {plain(str(out))}")


def write_whole(path: Path, data: bytes) -> None:
    """All of the file or none of it. Raises TrainerError where it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise TrainerError(f"{path} cannot be written: {fault.strerror or fault}.") from None
