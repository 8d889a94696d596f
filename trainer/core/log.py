"""What came of a real contact, put into the application: the touch, the dates that they named, the next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from trainer.core.application import Application, Channel, Delay, Interview, Outcome, Touch, TouchKind, main_contact
from trainer.core.history import Logged


@dataclass(frozen=True, slots=True)
class Happened:
    """One real contact, as the learner tells it."""

    on: date
    kind: TouchKind
    channel: Channel = "phone"
    reached: str | None = None  # a name; None: nobody picked up
    connected: bool = False  # spoke with the person who decides
    answered: bool = False
    by_them: bool = False
    said: str | None = None
    promised: date | None = None  # by when they now mean to decide
    reply_by: date | None = None  # by when they now want to hear from you
    delayed: bool = False  # it takes longer, without a date
    invited: date | None = None  # the day of a further interview
    outcome: Outcome | None = None
    next_step: str | None = None
    nerves: int | None = None
    obstacle: str | None = None


def not_before(call: date, named: date) -> date:
    """A day that was named in a contact on the day `call`. Raises ValueError with a sentence where it had passed."""
    if named < call:
        raise ValueError(f"{named} lies before the day of the contact, {call}")
    return named


def logged(application: Application, happened: Happened) -> Application:
    """The application with this contact in it. What they said last replaces what they said before."""
    h = happened
    touch = Touch(
        on=h.on,
        by="them" if h.by_them else "me",
        channel=h.channel,
        kind=h.kind,
        contact=h.reached,
        answered=h.answered or h.connected,
        connected=h.connected,
        said=h.said,
        promised=h.promised,
        next_step=h.next_step,
        nerves=h.nerves,
        obstacle=h.obstacle,
    )
    changes: dict[str, object] = {"touches": (*application.touches, touch)}
    if h.promised:
        changes |= {"promised_by": h.promised, "promised_on": h.on, "delay": None}
    elif h.delayed:
        changes["delay"] = Delay(told_on=h.on)
    if h.reply_by:
        changes |= {"reply_by": h.reply_by, "reply_asked_on": h.on}
    if h.invited and all(i.on != h.invited for i in application.interviews):
        changes["interviews"] = (*application.interviews, Interview(on=h.invited))
    if h.outcome:
        changes["outcome"] = h.outcome
    return application.model_copy(update=changes)


def change(before: Application, after: Application) -> Logged:
    """What the contact that was logged last changed."""
    old, new, touch = _written(before), _written(after), after.touches[-1]
    fields = [f for f in {**old, **new} if f != "touches" and old.get(f) != new.get(f)]
    return Logged(
        after.id,
        touch.on,
        touch.kind,
        touch.channel,
        before={f: old[f] for f in fields if f in old},
        after={f: new[f] for f in fields if f in new},
    )


def taken_back(application: Application, logged: Logged) -> Application | None:
    """The application without this contact; None where it no longer stands there as it was logged.

    What came with it goes back to what it was before, unless it was changed again since.
    """
    named = (logged.on, logged.kind, logged.channel)
    places = [n for n, t in enumerate(application.touches) if (t.on, t.kind, t.channel) == named]
    if not places:
        return None
    now = _written(application)
    touches = [touch for n, touch in enumerate(now["touches"]) if n != places[-1]]
    fields = {**logged.before, **logged.after}
    back = {f: logged.before.get(f) for f in fields if now.get(f) == logged.after.get(f)}
    try:
        return Application.model_validate({**now, **back, "touches": touches})
    except ValueError:  # edited since, so that what was there before no longer fits
        return None


def is_decider(application: Application, name: str | None) -> bool:
    """Was it the person who decides (or, where nobody is marked so, the one to call)?"""
    contact = main_contact(application)
    deciders = {c.name.casefold() for c in application.contacts if c.decides}
    deciders = deciders or ({contact.name.casefold()} if contact else set())
    return name is not None and name.casefold() in deciders


def _written(application: Application) -> dict[str, Any]:
    written: dict[str, Any] = application.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
    )
    return written
