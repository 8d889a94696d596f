"""`trainer call-day`: a breath, the checklist, a short run-through, the card; then you dial yourself, and log it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from trainer.commands.asking import Questions
from trainer.commands.card import card_of, fitting, show
from trainer.commands.gate import answer_lines, ask_now
from trainer.commands.saying import say
from trainer.core.ledger import is_own
from trainer.core.plain_text import plain
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.application import Application, Purpose


@click.command("call-day", epilog="Example: trainer call-day halden")
@click.argument("application", required=False)
@click.option("--no-run-through", is_flag=True, help="Leave out the short run-through.")
@click.pass_obj
def call_day(app: App, application: str | None, no_run_through: bool) -> None:
    """The day of the call. Nothing is scored today."""
    from trainer.core.callday import BREATH, BREATHS, checklist

    chosen = app.application(application)
    answer = ask_now(app, chosen)
    for line in answer_lines(chosen, answer)[:3]:
        say(plain(line))
    if answer.verdict == "red":
        say("Not today, then. Rehearse instead: trainer today")
        return
    ask = Questions()
    say(f"\nA breath first, {BREATHS} times (Enter after each):")
    for number in range(1, BREATHS + 1):
        _step(ask, ", ".join(f"{how} for {seconds}" for how, seconds in BREATH) + f" ({number} of {BREATHS})")
    say("\nReady? Enter ticks each:")
    for text, source in checklist(chosen):
        _step(ask, f"{plain(text)} [{source}]")
    if not no_run_through and answer.channel == "phone":
        _run_through(app, chosen, answer.purpose)
    say("\nYour card:")
    show(card_of(app, chosen, answer.purpose))
    verb = "Dial yourself now" if answer.channel == "phone" else "Write your mail now"
    say(f"\n{verb}; nobody else hears it, and the call is not recorded. Afterwards: trainer log {chosen.id}")
    if sys.stdin.isatty() and ask.yes("Done? Log it now", False):
        click.get_current_context().invoke(_log(), application=chosen.id)


def _step(ask: Questions, text: str) -> None:
    """One line, and Enter when it is done; in a pipe the line alone."""
    if ask.interactive:
        ask.text(f"  {text}")
    else:
        say(f"  {text}")


def _run_through(app: App, application: Application, purpose: Purpose) -> None:
    """One call of this purpose without a score; in a pipe it is only named."""
    from trainer.core.placeholders import known, names

    facts = app.facts(application)
    every = fitting(app, application, purpose)
    fit = [s for s in every if names(app.library.load(s.id)) <= known(s, facts).keys()]
    if not fit:
        return
    practised = [s.scenario for s in app.store.ledger() if is_own(s)]
    fit.sort(key=lambda s: -practised.count(s.id))  # to warm up with what is known, not to learn
    if not sys.stdin.isatty():
        say(f"\nA short run-through: trainer practice {fit[0].id}")
        return
    from trainer.commands.practice import play

    say("\nA short run-through, without a score:")
    play(
        app, fit[0].id, "voice" if app.can_hear() else "typed", level="easy", application_id=application.id,
        plan="call-day", score_shown=False,
    )  # fmt: skip


def _log() -> click.Command:
    from trainer.commands.log import log

    return log
