"""All applications at once: who may be contacted today and how, whom to leave alone until when, where to let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Literal

from trainer.core.application import Application, main_contact, spoken_day
from trainer.core.gate import Answer, ask, supported
from trainer.core.gate_words import ABOUT
from trainer.core.known import known_on

State = Literal["contact", "wait", "let-go", "ended"]
IDLE_AFTER = timedelta(days=14)  # ours: nothing from either side for two weeks
IDLE_SOURCES = ("001-32", "E1-4c")  # why the agenda names idle applications


@dataclass(frozen=True, slots=True)
class Row:
    """One application on the agenda."""

    application: Application
    answer: Answer
    state: State
    line: str
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A day for the calendar."""

    id: str  # stable, so that a calendar replaces it
    day: date
    title: str
    note: str


def siblings(application: Application, every: Sequence[Application]) -> tuple[Application, ...]:
    """The other applications with the same employer: they share one touch budget."""
    return tuple(a for a in every if a.employer == application.employer and a.id != application.id)


def agenda(every: Sequence[Application], now: Mapping[str, tuple[date, time]]) -> tuple[Row, ...]:
    """A row an application, those that may be contacted first. `now`: day and time there, by application id."""
    rows = []
    for application in every:
        day, at = now[application.id]
        answer = ask(application, day, at=at, siblings=siblings(application, every))
        rows.append(_row(application, answer))
    order = ("contact", "wait", "let-go", "ended")
    return tuple(sorted(rows, key=lambda r: (order.index(r.state), r.answer.earliest or date.max, r.application.id)))


def _row(application: Application, answer: Answer) -> Row:
    about = ABOUT[answer.purpose]
    if answer.verdict != "red":
        state: State = "contact"
        line = f"{'call' if answer.channel == 'phone' else 'write'} today {about}"
        if answer.verdict == "amber" and answer.channel == "phone":
            line += ", though early"
    elif answer.earliest:
        state = "wait"
        then = "write" if answer.then and answer.then.channel == "email" else "call"
        line = f"leave alone until {spoken_day(answer.earliest, answer.day)}, then {then} {about}"
    elif answer.rules[0].id == "E3-ended":
        state, line = "ended", answer.rules[0].says
    else:
        state, line = "let-go", "let go, unless they write"
    return Row(application, answer, state, line, _is_idle(application, answer.day, state))


def _is_idle(application: Application, day: date, state: State) -> bool:
    """Nothing has happened for two weeks and something might."""
    if state in ("ended", "let-go"):
        return False
    past = [d for d in (*(t.on for t in application.touches), *(i.on for i in application.interviews)) if d <= day]
    ahead = any(i.on > day for i in application.interviews)
    return not ahead and bool(past) and day - max(past) >= IDLE_AFTER


def row_object(row: Row) -> dict[str, Any]:
    """A row as JSON prints it."""
    a, answer = row.application, row.answer
    contact = main_contact(a)
    return {
        "id": a.id,
        "company": a.company,
        "role": a.role,
        "state": row.state,
        "verdict": answer.verdict,
        "for": answer.purpose,
        "earliest": answer.earliest.isoformat() if answer.earliest else None,
        "channel": answer.channel,
        "contact": contact.name if contact else None,
        "promised_by": a.promised_by.isoformat() if a.promised_by else None,
        "reply_by": a.reply_by.isoformat() if a.reply_by else None,
        "idle": row.idle,
        "line": row.line + ("; nothing has happened for two weeks" if row.idle else ""),
        "rule": answer.rules[0].says,
        "article": answer.rules[0].article,
    }


def events(row: Row) -> tuple[Event, ...]:
    """The days of one application that belong in a calendar: earliest contact, their dates, interviews."""
    a, answer = row.application, row.answer
    found = []
    if answer.earliest:
        how = answer.channel if answer.verdict != "red" else answer.then.channel if answer.then else "phone"
        verb = "Call" if how == "phone" else "Write to"
        found.append(Event(f"{a.id}-contact", answer.earliest, f"{verb} {a.company}", answer.rules[0].says))
    if a.promised_by and row.state not in ("ended", "let-go"):
        found.append(Event(f"{a.id}-promised", a.promised_by, f"{a.company} means to decide", "Their own date."))
    if a.reply_by and "reply" in supported(known_on(a, answer.day)):
        found.append(Event(f"{a.id}-reply", a.reply_by, f"Answer {a.company} by today", "They asked for it."))
    if a.offer and a.offer.expires and row.state not in ("ended", "let-go"):
        found.append(Event(f"{a.id}-offer", a.offer.expires, "Your other offer ends today", ""))
    found += [
        Event(f"{a.id}-interview-{i.on}", i.on, f"Interview at {a.company}", "")
        for i in a.interviews
        if i.on > answer.day
    ]
    return tuple(found)
