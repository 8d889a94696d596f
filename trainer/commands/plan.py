"""`trainer plan`: practice spread over the days up to a real call, and how ready each kind of call is."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from trainer.commands.playable import lacking, say_passed_over
from trainer.commands.saying import say
from trainer.core.ledger import is_own
from trainer.core.plain_text import plain
from trainer.errors import TrainerError
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.composer import Item
    from trainer.core.gist import Gist
    from trainer.core.ledger import Played
    from trainer.core.plan import Plan
    from trainer.core.readiness import Readiness
    from trainer.core.schedule import Card

STATE = "calls"  # application → {"call": day, "types": [call types]}


@dataclass(frozen=True, slots=True)
class Appointment:
    """A real call that is practised for."""

    application: str
    call: date
    types: tuple[str, ...]  # the call types that it needs


@click.command(epilog="Example: trainer plan halden --call 2026-11-16")
@click.argument("application", required=False)
@click.option("--call", "on", metavar="DATE", help="The day of the call; else the one kept, else the gate's earliest.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="A call type that it needs; may be repeated.")
@click.option("--minutes", type=click.IntRange(1, 240), help="A day; else the setting, 10.")
@click.option("--drop", is_flag=True, help="Give up the plan; today goes by due days again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def plan(
    app: App,
    application: str | None,
    on: str | None,
    types: tuple[str, ...],
    minutes: int | None,
    drop: bool,
    as_json: bool,
) -> None:
    """Spread practice over the days up to a call, so that what must be said is best remembered on that day."""
    chosen = app.application(application)
    if drop:
        keep(app, chosen.id, None)
        say(f"There is no plan for {plain(chosen.id)} any more.")
        return
    appointment = _appointment(app, chosen.id, on, types)
    if on or types:
        keep(app, chosen.id, appointment)
    sessions = app.store.ledger()
    cards = app.cards(sessions)
    left = lacking(app, chosen.id)
    if wanted := {blank for s in scenarios_of(app, appointment.types) for blank in left.get(s.id, ())}:
        say_passed_over(app, wanted, chosen.id)
    made = plan_for(app, appointment, sessions, cards, minutes, without=left)
    ready = ready_for(app, appointment.types, sessions, cards, max(appointment.call, app.clock.today()))
    if as_json:
        click.echo(json.dumps(as_object(appointment, made, ready, app.settings.retention), ensure_ascii=False))
        return
    _show(app, appointment, made, ready)


def appointments(app: App) -> tuple[Appointment, ...]:
    """The calls that are planned for and not over, the nearest first."""
    kept: Mapping[str, Any] = app.store.state(STATE) or {}
    every = (Appointment(id, date.fromisoformat(a["call"]), tuple(a["types"])) for id, a in kept.items())
    return tuple(sorted((a for a in every if a.call >= app.clock.today()), key=lambda a: (a.call, a.application)))


def keep(app: App, application: str, appointment: Appointment | None) -> None:
    """Remember the day of a call, or forget it."""
    kept = dict(app.store.state(STATE) or {})
    kept.pop(application, None)
    if appointment:
        kept[application] = {"call": appointment.call.isoformat(), "types": list(appointment.types)}
    app.store.set_state(STATE, kept)


def plan_for(
    app: App,
    appointment: Appointment,
    sessions: Sequence[Played],
    cards: Mapping[str, Card],
    minutes: float | None = None,
    *,
    without: Container[str] = (),
) -> Plan:
    """The plan as of today, worked out anew from the history, `without` the scenarios that cannot be played."""
    from trainer.core.plan import make_plan

    today = app.clock.today()
    return make_plan(
        [s for s in scenarios_of(app, appointment.types) if s.id not in without],
        cards,
        today=today,
        call=appointment.call,
        minutes=minutes if minutes is not None else app.settings.minutes,
        practised=practised_today(sessions, today),
        met=frozenset(s.scenario for s in sessions if is_own(s)),
    )


def practised_today(sessions: Sequence[Played], today: date) -> float:
    """Minutes of practice that today has seen: a take a turn, as the composer counts them."""
    from trainer.core import composer, schedule

    recent = (s for s in sessions[-20:] if is_own(s) and schedule.counts(s))
    takes = sum(schedule.practice_day(t.at) == today for s in recent for t in s.takes)
    return takes * (composer.TURN_MINUTES + composer.LONE_MINUTES / 2)


def scenarios_of(app: App, types: Sequence[str]) -> tuple[Gist, ...]:
    resting = app.store.suspended()
    return tuple(s for s in app.gists if s.family in types and s.family not in resting)


def ready_for(
    app: App, types: Sequence[str], sessions: Sequence[Played], cards: Mapping[str, Card], day: date
) -> tuple[Readiness, ...]:
    """How ready each call type is on a day."""
    from trainer.core.composer import cards_in, must_cards
    from trainer.core.readiness import readiness

    played: dict[str, list[Played]] = {family: [] for family in types}
    for session in sessions:
        if session.family in played:
            played[session.family].append(session)
    found = []
    for family in types:
        held = [s for s in app.scenarios if s.family == family]
        points = {n for s in held for t in s.turns for n in cards_in(s, t) if "/dont." not in n}
        met = {c.name for c in cards.values() if c.family == family and c.kind == "key_point"}
        models = {f"{s.id}/{t.id}": t.model_answer for s in held for t in s.turns if t.model_answer}
        found.append(readiness(family, played[family], cards, must_cards(held) or points or met, day, models))
    return tuple(found)


def as_object(appointment: Appointment, made: Plan, ready: Sequence[Readiness], retention: float) -> dict[str, Any]:
    from trainer.commands.today import as_object as item_object
    from trainer.core.readiness import TARGET, retention_cost

    days = [
        {"day": d.day.isoformat(), "minutes": d.minutes, "items": [item_object(i) for i in d.items]} for d in made.days
    ]
    return {
        "version": 1,
        "application": appointment.application,
        "call": appointment.call.isoformat(),
        "call_types": list(appointment.types),
        "days": days,
        "run_through": item_object(made.run_through) if made.run_through else None,
        "expected": {"without": round(made.now, 3), "with": round(made.then, 3)},
        "target_takes": TARGET,
        "readiness": [
            {"call_type": r.family, "takes": r.takes, "band": r.band, "basis": r.basis, "parrot": r.parrot}
            for r in ready
        ],
        "retention": {"desired": retention, "cost": retention_cost(retention)},
    }


def _appointment(app: App, application: str, on: str | None, types: tuple[str, ...]) -> Appointment:
    from trainer.commands.gate import written_day

    kept = next((a for a in appointments(app) if a.application == application), None)
    families = {s.family for s in app.scenarios}
    for family in types:
        if family not in families:
            raise TrainerError(f"There is no call type {family!r}; there are {', '.join(sorted(families))}.")
    call = written_day(on) if on else kept.call if kept else _from_gate(app, application)
    if call < app.clock.today():
        raise TrainerError(f"{call} is past; a call can be planned for today or later.")
    return Appointment(application, call, types or (kept.types if kept else _types_for(app, application, call)))


def _from_gate(app: App, application: str) -> date:
    """The earliest day on which the gate would let them call."""
    from trainer.commands.gate import ask_now

    answer = ask_now(app, app.application(application))
    channel = answer.channel if answer.verdict != "red" else answer.then.channel if answer.then else "none"
    if answer.earliest is None or channel != "phone":
        raise TrainerError(
            f"No day is open for a call about {application}; name one: trainer plan {application} --call DATE"
        )
    return answer.earliest


def _types_for(app: App, application: str, call: date) -> tuple[str, ...]:
    """The call types that serve what the call will be about; all of them where none does."""
    from trainer.commands.gate import ask_now

    purpose = ask_now(app, app.application(application), on=call.isoformat()).purpose
    every = app.scenarios
    wanted = {s.family for s in every if s.purpose == purpose and not s.inbound}
    return tuple(sorted(wanted or {s.family for s in every}))


def _show(app: App, appointment: Appointment, made: Plan, ready: Sequence[Readiness]) -> None:
    from trainer.commands.gate import ask_now
    from trainer.core.readiness import TARGET, retention_cost

    left = (appointment.call - app.clock.today()).days
    when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
    say(f"The call about {plain(appointment.application)} is on {appointment.call:%Y-%m-%d}, {when}.")
    if ask_now(app, app.application(appointment.application), on=appointment.call.isoformat()).verdict == "red":
        why = f"trainer may-i-call {plain(appointment.application)} --on {appointment.call:%Y-%m-%d}"
        say(f"As things stand that is no day to call; {why} tells why and when it is.")
    if len(appointment.types) > 1:
        fewer = f"trainer plan {plain(appointment.application)} --type {plain(appointment.types[0])}"
        say(f"Practised for it are {len(appointment.types)} kinds of call; for fewer: {fewer}")
    for r in ready:
        aim = f"; aim at about {TARGET}" if r.takes < TARGET else ""
        say(f"  {plain(r.family)}: {r.basis}{aim}")
    for day in made.days:
        say(f"{day.day:%a %d %b}, {day.minutes:.0f} min: {'; '.join(_names(day.items))}")
    if made.run_through:
        run = made.run_through
        say(f"{appointment.call:%a %d %b}: {plain(run.scenario)}, one run-through without a score")
    if made.days:
        say(
            f"Musts expected to be remembered on the day: {_in_ten(made.then)} with this plan, "
            f"{_in_ten(made.now)} without practice."
        )
    say(retention_cost(app.settings.retention))


def _names(items: Sequence[Item]) -> list[str]:
    """Each call once, with the turns of it that are practised where it is not played whole."""
    turns = {i.scenario: [other.turn for other in items if other.scenario == i.scenario and other.turn] for i in items}
    return [plain(f"{call} ({', '.join(some)})" if some else call) for call, some in turns.items()]


def _in_ten(share: float) -> str:
    return f"{round(10 * share)} in 10"
