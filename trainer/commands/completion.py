"""`trainer completion`: shell completion, as click makes it."""

from __future__ import annotations

import click

SHELLS = {
    "bash": 'eval "$(_TRAINER_COMPLETE=bash_source trainer)"   # in ~/.bashrc',
    "zsh": 'eval "$(_TRAINER_COMPLETE=zsh_source trainer)"   # in ~/.zshrc',
    "fish": "_TRAINER_COMPLETE=fish_source trainer | source   # in ~/.config/fish/completions/trainer.fish",
}


@click.command(epilog="Example: trainer completion bash")
@click.argument("shell", type=click.Choice(list(SHELLS)))
def completion(shell: str) -> None:
    """Print the line that switches completion on in your shell."""
    click.echo(SHELLS[shell])
