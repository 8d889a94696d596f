"""`trainer practice`: one call, by voice, typed, or with recordings."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from trainer.core import moments
from trainer.core.call import fresh_seed, nearest_level
from trainer.core.scenario import LEVELS, Level, Scenario
from trainer.core.session import Mode, Session
from trainer.errors import NoWay, TrainerError
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.composer import Item
    from trainer.ports import Ear
    from trainer.rehearsal import Rehearsal

SEEDS = 1_000_000
MOST_DAYS = 3  # that are named when a call is over


@click.command(epilog="Example: trainer practice voicemail-next-steps --typed")
@click.argument("scenario", required=False)
@click.option("--typed", is_flag=True, help="Type the replies; in a pipe, a line a reply.")
@click.option("--mute", is_flag=True, help="Captions alone; the other side has no voice.")
@click.option("--reply", "replies", multiple=True, type=click.Path(path_type=Path), help="A recording a reply.")
@click.option("--level", type=click.Choice(LEVELS), help="How hard the other side makes it.")
@click.option("--seed", type=click.IntRange(0), help="The same seed plays the same call.")
@click.option("--turn", "only", help="Practise one turn alone.")
@click.option("--application", "application_id", help="Whose call it is; else the only one, the last used, the sample.")
@click.option("--no-schedule", is_flag=True, help="Keep the takes, and leave the schedule as it is.")
@click.option("--plain", is_flag=True, help="Plain lines for screen readers; recording starts at a key.")
@click.option("--voice", help="neural, system or captions.")
@click.option("--speed", type=float, help="Of the other side's voice, 0.5 to 2.")
@click.option("--silence", type=float, help="End a reply after this many seconds of silence, 0.7 to 6.")
@click.option("--recogniser", help="whisper, sphinx, vosk, whisper-model:PATH.")
@click.option("--online", help="Allow this cloud recogniser, this once.")
@click.option("--input", "input_", help="Microphone, by part of its name.")
@click.option("--output", help="Loudspeaker, by part of its name.")
@click.option("--sample", is_flag=True, help="Rehearse with the recordings that come along.")
@click.option("--json", "as_json", is_flag=True, help="Print the session as one JSON object.")
@click.pass_obj
def practice(
    app: App,
    /,
    scenario: str | None,
    typed: bool,
    mute: bool,
    replies: tuple[Path, ...],
    level: str | None,
    seed: int | None,
    only: str | None,
    application_id: str | None,
    no_schedule: bool,
    plain: bool,
    online: str | None,
    sample: bool,
    as_json: bool,
    **wishes: str | float | None,
) -> None:
    """Play one call: SCENARIO is an id or a path; without one, what is due most."""
    app.flags = {
        "plain": plain or None,
        "input": wishes.pop("input_"),
        **wishes,
    }
    if sample:
        scenario, replies = scenario or SAMPLE_SCENARIO, replies or sample_replies()
        click.echo("No terminal to practise in: this rehearses with the recordings that come along.", err=True)
    mode: Mode = "recordings" if replies else "typed" if typed else "voice"
    if mode == "voice" and not sys.stdin.isatty():
        if scenario:
            app.library.load(scenario)  # a name that is mistyped is to be put right first
        raise NoWay("There is no terminal to practise in; use --typed with replies on stdin, or --reply FILE.")
    play(
        app, scenario, mode, replies=replies, level=level, seed=seed, only=only, application_id=application_id,
        schedule=not no_schedule, mute=mute, online=online, as_json=as_json,
    )  # fmt: skip


SAMPLE_SCENARIO = "voicemail-next-steps"


def sample_replies() -> tuple[Path, ...]:
    """The recordings that come along, one a turn, in the order of their names."""
    from trainer.settings import shipped

    return tuple(sorted((shipped("assets") / "samples").glob("reply-*.*")))


def play(
    app: App,
    /,
    wanted: str | None,
    mode: Mode,
    *,
    replies: tuple[Path, ...] = (),
    level: str | None = None,
    seed: int | None = None,
    only: str | None = None,
    application_id: str | None = None,
    schedule: bool = True,
    mute: bool = False,
    online: str | None = None,
    as_json: bool = False,
    why: str | None = None,
    plan: str = "chosen",
    score_shown: bool = True,
) -> Session:
    """One call from briefing to debrief; what was judged is kept whatever happens."""
    from trainer.rehearsal import Rehearsal, rehearse

    kind = ""
    if wanted is None:
        item = what_is_due(app, application_id)
        wanted, only, why, plan, kind = item.scenario, item.turn, item.why, item.kind, item.kind
        score_shown = score_shown and kind != "call-day"
    written = app.library.load(wanted)
    application = app.application(application_id)
    facts = facts_of(app, written, app.facts(application))
    filled = filled_with(written, facts)
    if only and filled.turn(only) is None:
        raise TrainerError(f"{written.id} has no turn {only!r}; it has {', '.join(t.id for t in filled.turns)}.")
    played = level_of(app, filled, level)
    screen = app.screen(json=as_json)
    if kind == "coaching":
        coach(app, filled, only, lambda text: screen.show(moments.Noted(text)))
    if mode == "voice" and not app.can_hear():
        screen.show(moments.Noted("No microphone was found, so you type; `trainer doctor` says more."))
        mode = "typed"
    ear = ear_of(app, mode, replies, lambda text: screen.show(moments.Noted(text)), online, json=as_json)
    voice = app.voice(
        mute=mute or as_json or (mode == "recordings" and not sys.stdout.isatty()),
        facts=facts,
        say=lambda text: screen.show(moments.Noted(text)),
    )
    asks = mode != "recordings" and sys.stdin.isatty()
    now = app.clock.now()
    if seed is None:
        met = obstacles_last_time(app, written.family)
        seed = fresh_seed(filled, played, int(now.timestamp() * 1000) % SEEDS, met)
    session = Session(
        id=app.new_id(), scenario=written.id, title=filled.title, family=written.family,
        digest=app.library.digest(written.id, wanted), application=application.id, level=played,
        seed=seed, mode=mode, started=now, scheduled=schedule and score_shown, plan=plan,
    )  # fmt: skip
    accepted = app.store.accepted()
    r = Rehearsal(
        kit=app.kit(ear, screen, voice),
        scenario=filled,
        session=session,
        judge=lambda turn, said, before, *, whole_call: app.judge(
            turn, said, before, facts, written.family, accepted=accepted, whole_call=whole_call
        ),
        new_id=app.new_id,
        names=names_of(facts),
        fallen=donts_last_time(app, written.family),
        only=only,
        asks=asks,
        score_shown=score_shown,
        coached=kind == "coaching",
        begun=lambda: keep_script(app, session, filled, facts),
    )
    app.store.set_state("last_application", application.id)
    from trainer.core.application import SAMPLE

    caller = caller_of(facts) if application.id == SAMPLE.id else ""
    if not filled.inbound:
        alone = filled.turn(only) if only else None
        screen.show(moments.Briefed(filled, played, session.seed, application.id, why, alone, caller))
    elif caller:
        screen.show(moments.Noted(caller))
    try:
        ended = rehearse(r)
        unused = tuple(str(f) for f in getattr(ear, "unused", ()))
        _debrief(app, r, unused, as_json=as_json)
        if asks and not as_json and score_shown:
            say_when_next(app, r.session)
    except KeyboardInterrupt:
        if r.session.takes and not as_json:
            screen.show(moments.Ended(r.session, filled, mood=r.mood))
        raise
    finally:
        voice.close()
        ear.close()
    return ended


def _debrief(app: App, r: Rehearsal, unused: tuple[str, ...], *, as_json: bool) -> None:
    """Three lines first; every point at once where nobody can ask for it, else by a key."""
    if r.score_shown:
        r.kit.screen.show(moments.Ended(r.session, r.scenario, unused, r.mood))
        if not r.asks:
            details(r)
    if r.asks:
        from trainer.commands.afterwards import afterwards

        afterwards(app, r)
    if as_json:
        from trainer.exports.practice import practice_object

        upcoming = [] if not r.session.scheduled else next_days(app, r.session)
        click.echo(json.dumps(practice_object(r.session, upcoming, unused), ensure_ascii=False))


def details(r: Rehearsal) -> None:
    """Every take with its key points and don'ts, and the words that each verdict rests on."""
    for take in r.session.takes:
        turn = r.scenario.turn(take.turn)
        if turn:
            r.kit.screen.show(moments.Judged(take, turn))


def ear_of(
    app: App, mode: Mode, replies: tuple[Path, ...], say: Callable[[str], None], online: str | None, *, json: bool
) -> Ear:
    """Recordings, the keyboard, or the microphone."""
    if replies:
        return app.recordings(replies)
    if mode == "typed":
        return app.typed(json=json)
    return app.live(say, online=online, json=json)


def caller_of(facts: Mapping[str, str]) -> str:
    """Who the learner is in the built-in application: its name and number are asked for, and nobody knows them yet."""
    return f"You are {facts['me.name']}, {facts['me.phone']} (made up; for your own call: trainer application add)."


def facts_of(app: App, written: Scenario, from_application: Mapping[str, str]) -> dict[str, str]:
    """What is true of this caller: the file's own facts first, then the application's."""
    from trainer.core.placeholders import known

    return known(written, from_application)


def filled_with(written: Scenario, facts: Mapping[str, str]) -> Scenario:
    from trainer.core.placeholders import fill

    return fill(written, facts)


def keep_script(app: App, session: Session, filled: Scenario, facts: Mapping[str, str]) -> None:
    """What was played, word for word, so that it can be judged again however the file changes."""
    script = json.dumps({"scenario": filled.model_dump(mode="json", exclude_none=True), "facts": dict(facts)})
    app.store.keep_script(session.id, hashlib.sha256(script.encode()).hexdigest(), script)


def obstacles_last_time(app: App, family: str) -> frozenset[str]:
    """What was met last at each turn of this call type: not the same obstacle twice running."""
    last = {
        (session.scenario, take.turn): take.obstacle
        for session in app.store.sessions(family=family)
        for take in session.takes
        if take.obstacle
    }
    return frozenset(last.values())


def donts_last_time(app: App, family: str) -> frozenset[str]:
    """The don'ts of this call type that were committed when they last came up."""
    return frozenset(c.point for c in app.cards().values() if c.family == family and c.kind == "dont" and c.is_weak)


def names_of(facts: Mapping[str, str]) -> tuple[str, ...]:
    """The few names of the call that a recogniser should know: people, company, role."""
    wanted = ("me.name", "contact.name", "second.name", "company", "role")
    return tuple(dict.fromkeys(facts[key] for key in wanted if facts.get(key)))


def level_of(app: App, scenario: Scenario, wanted: str | None) -> Level:
    """The level asked for, or the nearest lower one that the scenario has, said on stderr."""
    asked = cast(Level, wanted or app.settings.level)
    level = nearest_level(asked, scenario.levels)
    if level != asked and wanted:
        app.note(f"{scenario.id} has no level {asked}; this is {level}.")
    return level


def what_is_due(app: App, application_id: str | None = None) -> Item:
    """What `today` puts first; where nothing is due, a call to begin with: the usual one, else the mildest."""
    from trainer.commands.playable import lacking, nothing_left
    from trainer.commands.today import items
    from trainer.core import ladder
    from trainer.core.composer import Item

    for item in items(app, application_id=application_id):
        return item
    passed_over = lacking(app, application_id)
    playable = sorted((s for s in app.gists if s.id not in passed_over), key=lambda s: (ladder.rung(s), s.id))
    if not playable:
        raise nothing_left(app, application_id)
    chosen = next((s for s in playable if s.id == SAMPLE_SCENARIO), playable[0])
    return Item(
        scenario=chosen.id, title=chosen.title, family=chosen.family, turn=None, minutes=5, cards=(),
        due=app.clock.today(), why="Nothing is due; this is the call to begin with.", kind="chosen",
    )  # fmt: skip


def coach(app: App, filled: Scenario, turn: str | None, say: Callable[[str], None]) -> None:
    """For a point that keeps being missed: the model answer first, and a slower other side."""
    from trainer.commands.today import SLOWER

    app.settings = replace(app.settings, speed=max(0.5, app.settings.speed * SLOWER))
    for one in filled.turns:
        if one.model_answer and turn in (None, one.id):
            say(f"One good answer, to say in your own words: “{one.model_answer}”")


def next_days(app: App, session: Session) -> list[dict[str, str]]:
    """When each point of this session is next to be practised."""
    from trainer.core import schedule

    touched = {
        card for take in session.takes for card in (schedule.card_name(session.family, grade) for grade in take.grades)
    }
    cards = app.cards()
    return [{"card": name, "due": cards[name].due.isoformat()} for name in sorted(touched) if name in cards]


def say_when_next(app: App, session: Session) -> None:
    """In how many days the points of this call come again; where a plan looks after them, it decides."""
    from trainer.commands.plan import appointments
    from trainer.commands.saying import say

    planned = any(session.family in a.types for a in appointments(app))
    days = Counter(date.fromisoformat(n["due"]) for n in next_days(app, session)) if session.scheduled else Counter()
    if not days or planned:
        return
    today = app.clock.today()
    soon = ", ".join(f"{days[day]} {day_from_here(day, today)}" for day in sorted(days)[:MOST_DAYS])
    later = sum(days[day] for day in sorted(days)[MOST_DAYS:])
    say(f"Points of this call come again: {soon}{f', {later} later' if later else ''}.")


def day_from_here(day: date, today: date) -> str:
    ahead = (day - today).days
    return "today" if ahead <= 0 else "tomorrow" if ahead == 1 else f"in {ahead} days"


def retaken(r: Rehearsal, turn: str) -> None:
    """The turn once more, with the last take beside it."""
    from trainer.core.debrief import latest
    from trainer.rehearsal import retake

    before = next(t for t in latest(r.session.takes) if t.turn == turn)
    take = retake(r, before)
    written = r.scenario.turn(turn)
    assert written is not None
    r.kit.screen.show(moments.Judged(take, written, before))
    r.session = replace(r.session, finished=r.kit.clock.now())
    r.kit.store.finish(r.session)
