"""`trainer drill`: spot the don't, a surprise call, they call you back, and the other side of the desk."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from trainer.commands.playable import lacking, nothing_left, say_passed_over
from trainer.commands.saying import say
from trainer.core.call import Line, begin, line, pick
from trainer.core.ledger import is_own
from trainer.core.moments import Marked, Noted, Said
from trainer.core.plain_text import plain
from trainer.core.scenario import BadTake, Scenario
from trainer.core.session import DRILL, Session, Take
from trainer.core.spotting import Piece, Spotted, pieces, spot
from trainer.core.verdict import Verdict
from trainer.errors import TrainerError
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.session import Mode
    from trainer.ports import Screen, Voice


AT_THE_KEYBOARD = "Somebody else replies, a sentence at a time: x marks a fault, Enter lets it pass."
IN_ONE_LINE = "Somebody else replies: give the numbers of the faulty sentences in one line."


@click.group(epilog="Example: trainer drill spot reach-hr")
def drill() -> None:
    """Short exercises beside whole calls."""


@drill.command("spot", epilog="Example: trainer drill spot reach-hr")
@click.argument("scenario", required=False)
@click.option("--seed", type=click.IntRange(0), help="The same seed shows the same take.")
@click.option("--mute", is_flag=True, help="Read it; no voice.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def spot_the_dont(app: App, /, scenario: str | None, seed: int | None, mute: bool, as_json: bool) -> None:
    """Hear or read a bad take and mark each fault; in a pipe, one line with the numbers of the faulty sentences."""
    now = app.clock.now()
    seed = seed if seed is not None else int(now.timestamp() * 1000) % 1_000_000
    written, take = _bad_take(app, scenario, seed)
    screen = app.screen(json=as_json)
    voice = app.voice(mute=mute or as_json, facts={}, say=lambda text: screen.show(Noted(text)))
    turn = written.turn(take.turn)
    assert turn is not None
    asked = line(begin(written.model_copy(update={"turns": (turn,)}), "easy", seed))
    by_key = sys.stdin.isatty() and not as_json
    say(f"Spot the don't: {plain(written.title)}", err=as_json)
    say(AT_THE_KEYBOARD if by_key else IN_ONE_LINE, err=as_json)
    screen.show(Said(asked))
    voice.speak(asked)
    cut = pieces(take)
    try:
        marked = _mark_by_key(cut, screen, voice) if by_key else _mark(cut, as_json=as_json)
    finally:
        voice.close()
    found = spot(cut, marked)
    session = _keep(app, written, scenario, take, asked, found, seed)
    if as_json:
        click.echo(json.dumps(_object(session, cut, found), ensure_ascii=False))
        return
    screen.show(Marked(turn, cut, found))


@drill.command("surprise", epilog="Example: trainer drill surprise --typed")
@click.option("--typed", is_flag=True, help="Type the replies.")
@click.option("--mute", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def surprise(app: App, /, typed: bool, mute: bool, as_json: bool) -> None:
    """The call of the day, at level hard: the same for the whole day."""
    from trainer.commands.practice import play

    day = app.clock.today().toordinal()
    chosen = _by_seed(app, [s for s in app.library.all() if s.briefing], day, "surprise")
    play(
        app, chosen.id, _mode(typed), level="hard", seed=day, mute=mute, as_json=as_json, plan="surprise",
        why="The surprise call of the day; tomorrow brings another.",
    )  # fmt: skip


@drill.command("call-back", epilog="Example: trainer drill call-back --typed")
@click.option("--typed", is_flag=True, help="Type the replies.")
@click.option("--mute", is_flag=True)
@click.option("--seed", type=click.IntRange(0))
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def call_back(app: App, /, typed: bool, mute: bool, seed: int | None, as_json: bool) -> None:
    """They call you: it rings, without a briefing."""
    from trainer.commands.practice import play

    inbound = [s for s in app.library.all() if s.inbound]
    if not inbound:
        raise TrainerError("No scenario has `inbound: true`, so nobody can call you back; see trainer scenarios list.")
    seed = seed if seed is not None else int(app.clock.now().timestamp()) % 1_000_000
    play(app, _by_seed(app, inbound, seed, "inbound").id, _mode(typed), seed=seed, mute=mute, as_json=as_json)


@drill.command("swap", epilog="Example: trainer drill swap last")
@click.argument("session", default="last")
@click.option("--rating", type=click.IntRange(0, 10), help="Your answer, without being asked.")
@click.option("--mute", is_flag=True)
@click.pass_obj
def swap(app: App, /, session: str, rating: int | None, mute: bool) -> None:
    """You are the hiring manager and hear your own last call: would you hire yourself?"""
    played = _own_call(app, session)
    screen = app.screen(json=False)
    voice = app.voice(mute=mute, facts={}, say=lambda text: screen.show(Noted(text)))
    day = f"{played.started:%A, {played.started.day} %B}"
    say(f"You are at the other end of your own call of {day}: {plain(played.title)}.")
    try:
        for take in played.takes:
            if take.kind == "first":
                say(f"You: {plain(take.says)}")
                heard = Line(take.said or "(silence)")
                say(f"The candidate: {plain(heard.text)}")
                voice.speak(heard)
    finally:
        voice.close()
    answer = rating if rating is not None else screen.rate("Would you hire this caller, 0 to 10? (Enter skips)")
    if answer is None:
        return
    ratings = [*(app.store.state("swap_ratings") or []), {"session": played.id, "rating": answer}]
    app.store.set_state("swap_ratings", ratings)
    judged = "not scored" if played.score is None else f"{played.score} of 100"
    say(f"You would hire yourself: {answer} of 10. The words alone scored {judged}.")


def _own_call(app: App, wanted: str) -> Session:
    """A session in which the learner spoke; in 'spot the don't' somebody else did."""
    if wanted == "last":
        own = [s for s in app.store.sessions() if is_own(s)]
        if not own:
            raise TrainerError("You have made no call yet; play one first: trainer practice")
        return own[-1]
    played = app.store.session(wanted)
    if not is_own(played):
        raise TrainerError(f"You said nothing in {played.id}; see trainer history for your calls.")
    return played


def _by_seed(app: App, scenarios: Sequence[Scenario], seed: int, what: str) -> Scenario:
    """One of them; where it lacks a fact, that is said, and it is one of those that can be played."""
    chosen = scenarios[pick(seed, what, len(scenarios))]
    left = lacking(app)
    if chosen.id not in left:
        return chosen
    say_passed_over(app, left[chosen.id])
    playable = [s for s in scenarios if s.id not in left]
    if not playable:
        raise nothing_left(app)
    return playable[pick(seed, what, len(playable))]


def _mode(typed: bool) -> Mode:
    return "typed" if typed or not sys.stdin.isatty() else "voice"


def _bad_take(app: App, wanted: str | None, seed: int) -> tuple[Scenario, BadTake]:
    """A bad take by seed, filled with the application's facts; scenarios that lack a fact are passed over."""
    from trainer.commands.practice import facts_of, filled_with

    facts = app.facts(app.application())
    choices = []
    refusal: TrainerError | None = None
    for scenario in [app.library.load(wanted)] if wanted else app.library.all():
        if not scenario.bad_takes:
            continue
        try:
            filled = filled_with(scenario, facts_of(app, scenario, facts))
        except TrainerError as fault:
            if wanted:
                raise
            refusal = refusal or fault
            continue
        choices += [(filled, take) for take in filled.bad_takes]
    if not choices:
        raise refusal or TrainerError(f"{wanted or 'No scenario'} has no bad takes to spot don'ts in.")
    return choices[pick(seed, "bad take", len(choices))]


def _mark(cut: Sequence[Piece], *, as_json: bool) -> set[int]:
    """Which sentences the learner marks, by their numbers in one line."""
    for number, piece in enumerate(cut, 1):
        say(f"{number}. {plain(piece.text)}", err=as_json)
    line = sys.stdin.readline()
    if not line:
        raise TrainerError("No answer came, so nothing was kept; type the numbers of the faults, or an empty line.")
    places = {str(number): number - 1 for number in range(1, len(cut) + 1)}
    words = line.replace(",", " ").split()
    for word in words:
        if word not in places:
            raise TrainerError(
                f"{plain(word)!r} is not the number of a sentence, so nothing was kept; give numbers from 1 to"
                f" {len(cut)}, or an empty line where nothing is wrong."
            )
    return {places[word] for word in words}


def _mark_by_key(cut: Sequence[Piece], screen: Screen, voice: Voice) -> set[int]:
    """The same, one sentence after the other."""
    marked = set()
    for number, piece in enumerate(cut):
        say(f"{number + 1}. {plain(piece.text)}")
        voice.speak(Line(piece.text))
        if screen.choose("Is that a fault?", (("x", "a fault"),), "") == "x":
            marked.add(number)
    return marked


def _keep(
    app: App, written: Scenario, wanted: str | None, take: BadTake, asked: Line, found: Spotted, seed: int
) -> Session:
    """A drill is a session whose one take is not scored and grades the don'ts that were to be found."""
    now = app.clock.now()
    session = Session(
        id=app.new_id(), scenario=written.id, title=f"Spot the don't: {written.title}", family=written.family,
        digest=app.library.digest(written.id, wanted), application=app.application().id, level="easy", seed=seed,
        mode="typed", started=now, plan=DRILL,
    )  # fmt: skip
    kept = Take(
        id=app.new_id(), session=session.id, turn=take.turn, number=1, kind="first", at=now, says=asked.text, heard="",
        said=take.reply, verdict=Verdict((), (), None, "drill"), grades=found.grades,
    )  # fmt: skip
    app.store.begin(session)
    app.store.keep(kept)
    session = replace(session, takes=(kept,), ended="complete", finished=app.clock.now())
    app.store.finish(session)
    return session


def _object(session: Session, cut: Sequence[Piece], found: Spotted) -> dict[str, object]:
    return {
        "version": 1,
        "session": session.id,
        "scenario": session.scenario,
        "pieces": [{"text": piece.text, "faults": list(piece.faults)} for piece in cut],
        "hits": [n + 1 for n in found.hits],
        "misses": [n + 1 for n in found.misses],
        "false_alarms": [n + 1 for n in found.false_alarms],
    }
