"""`trainer suspend` and `resume`: what the learner leaves out of practice, until they want it back."""

from __future__ import annotations

import click

from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.errors import TrainerError
from trainer.wiring import App


@click.command(epilog="Example: trainer suspend voicemail/leave_number")
@click.argument("what", metavar="TYPE[/POINT]")
@click.pass_obj
def suspend(app: App, what: str) -> None:
    """Leave a call type, or one point of it, out of practice. A don't is TYPE/dont.ID."""
    name = _known(app, what)
    if name in app.store.suspended():
        raise TrainerError(f"{name} rests already; `trainer resume {name}` practises it again.")
    app.store.suspend(name)
    say(f"{plain(name)} rests. `trainer resume {plain(name)}` or `trainer undo` practises it again.")


@click.command(epilog="Example: trainer resume voicemail")
@click.argument("what", metavar="TYPE[/POINT]")
@click.pass_obj
def resume(app: App, what: str) -> None:
    """Practise a suspended call type or point again, from where it was."""
    resting = app.store.suspended()
    if what not in resting:
        names = f"; resting are {', '.join(sorted(resting))}" if resting else "; nothing rests"
        raise TrainerError(f"{what!r} does not rest{names}.")
    app.store.resume(what)
    say(f"{plain(what)} is practised again.")


def _known(app: App, what: str) -> str:
    """The call type or card, if any scenario or the history has it."""
    from trainer.core.composer import every_card

    scenarios = app.library.all()
    known = {s.family for s in scenarios} | {n for s in scenarios for t in s.turns for n in every_card(s, t)}
    known |= app.cards().keys()
    if what in known:
        return what
    from rapidfuzz import fuzz, process

    near = process.extractOne(what, sorted(known), scorer=fuzz.ratio, score_cutoff=60)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise TrainerError(f"There is no call type or point {what!r}.{hint}")
