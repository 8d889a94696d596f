"""What is known of an application on a day: later touches, outcomes, delays and interviews are not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trainer.core.application import Application, Outcome, Touch
from trainer.core.business_days import DAY, BusinessDays, business_days

THANK_YOU_DAYS = 3  # the thank-you to each person is not counted until day 3 (rules.md E3)
RINGS_A_WEEK = 2
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Known:
    """The facts that the gate's rules speak of, as they stand on `today`."""

    application: Application
    today: date
    days: BusinessDays
    interview: date | None  # day 0: the latest interview held
    ahead: date | None  # the next interview: an invitation
    mine: tuple[Touch, ...]  # my touches in this application since day 0, in order
    before: tuple[Touch, ...]  # my touches in this application before day 0
    counted: tuple[Touch, ...]  # counted touches with this employer, all applications, in order: for spacing
    unanswered: int  # counted touches with this employer that nobody answered: the second is the closing one
    promised: date | None  # P, as it stands now
    delayed: bool  # P is what a delay put in its place, or (P None) they named no new date
    reply_by: date | None  # R, unless it was answered
    replied: bool
    outcome: Outcome | None

    @property
    def day(self) -> int | None:
        """Days since the interview."""
        return (self.today - self.interview).days if self.interview else None

    @property
    def last_counted(self) -> date | None:
        return self.counted[-1].on if self.counted else None

    @property
    def overdue(self) -> bool:
        return self.promised is not None and self.today > self.promised

    @property
    def asked_since_promise(self) -> bool:
        """A status touch was made after the promised date had passed."""
        return self.promised is not None and any(t.kind == "status" and t.on > self.promised for t in self.mine)

    @property
    def connected_on(self) -> date | None:
        """The call of this stage in which you spoke with who decides."""
        return next((t.on for t in self.mine if t.connected), None)

    @property
    def closing_used(self) -> bool:
        """The second unanswered touch is the closing one; so is asking for feedback before the decision."""
        since = self.promised if self.overdue else None
        feedback = any(t.kind == "feedback" and (since is None or t.on > since) for t in self.mine)
        return self.unanswered >= 2 or feedback or (self.outcome is not None and self.outcome.kind == "moved_on")


def known_on(application: Application, today: date, siblings: Iterable[Application] = ()) -> Known:
    """The facts as of `today`; `siblings` are the other applications with the same employer."""
    days = business_days(application)
    held = sorted({i.on for i in application.interviews if i.on <= today})
    interview = held[-1] if held else None
    ahead = min((i.on for i in application.interviews if i.on > today), default=None)
    mine = sorted((t for t in application.touches if t.by == "me" and t.on <= today), key=lambda t: t.on)
    promised, told_on, delayed = _promise(application, today, interview, len(held))
    reply_by, replied = _reply(application, mine, interview, len(held))
    counted = counted_touches(application, siblings, today)
    start = interview or date.min
    # Once a second round has been held, counts begin anew with it.
    spaced = counted if len(held) < 2 else tuple(t for t in counted if t.on >= start)
    cleared = max(d for d in (told_on, promised if promised and today > promised else None, date.min) if d)
    waiting = sum(1 for t in counted if t.on >= start and t.on > cleared and not (t.answered or t.connected))
    outcome = application.outcome
    return Known(
        application=application,
        today=today,
        days=days,
        interview=interview,
        ahead=ahead,
        mine=tuple(t for t in mine if t.on >= start),
        before=tuple(t for t in mine if t.on < start),
        counted=spaced,
        unanswered=waiting,
        promised=promised,
        delayed=delayed,
        reply_by=reply_by,
        replied=replied,
        outcome=outcome if outcome and (outcome.on is None or outcome.on <= today) else None,
    )


def counted_touches(application: Application, siblings: Iterable[Application], today: date) -> tuple[Touch, ...]:
    """Every touch by me with this employer that counts (rules.md E3), in order of days."""
    found: list[Touch] = []
    rings: list[Touch] = []
    for a in (application, *siblings):
        days = business_days(a)
        thanked: set[tuple[str, bool]] = set()
        known = [t for t in a.touches if t.on <= today]
        for touch in sorted(known, key=lambda t: t.on):
            if touch.by == "them":
                continue
            if touch.kind == "ring" and touch.channel in (None, "phone") and not touch.connected:
                rings.append(touch)
            elif not _is_free(touch, a, days, known, thanked):
                found.append(touch)
    return tuple(sorted([*found, *_rings_too_many(rings)], key=lambda t: t.on))


def _is_free(
    touch: Touch, application: Application, days: BusinessDays, known: Sequence[Touch], thanked: set[tuple[str, bool]]
) -> bool:
    match touch.kind:
        case "answer":
            return True
        case "connect-request":
            return True
        case "thank-you":
            met = max((i.on for i in application.interviews if i.on <= touch.on), default=None)
            who = (f"{met} {(touch.contact or '').casefold()}", touch.channel in ("phone", "voicemail"))
            first = who not in thanked
            thanked.add(who)
            return first and met is not None and (touch.on - met).days <= THANK_YOU_DAYS
        case "document":
            return any(_is_talk(call) and call.on <= touch.on <= days.after(call.on) for call in known)
        case _:
            return False


def _is_talk(touch: Touch) -> bool:
    """A call in which somebody could have asked for a document."""
    return touch.channel in ("phone", "in-person") and (touch.answered or touch.connected or touch.by == "them")


def _rings_too_many(rings: list[Touch]) -> list[Touch]:
    """A ring without a message is free once a day and twice a week."""
    rings.sort(key=lambda t: t.on)
    return [
        ring
        for i, ring in enumerate(rings)
        if any(r.on == ring.on for r in rings[:i]) or sum(ring.on - r.on < WEEK for r in rings[:i]) >= RINGS_A_WEEK
    ]


def _promise(
    application: Application, today: date, interview: date | None, rounds: int
) -> tuple[date | None, date | None, bool]:
    """(P as it stands, the day from which the unanswered count begins anew, whether a delay is behind it)."""
    promised, told_on = application.promised_by, application.promised_on
    if told_on and told_on > today:
        promised = told_on = None
    delayed = False
    delay = application.delay
    if delay and (delay.told_on is None or delay.told_on <= today) and not _is_older(delay.told_on, told_on):
        promised, delayed = delay.until, True
        told_on = delay.told_on if delay.until else told_on
        if delay.until is None and delay.told_on and interview and delay.told_on < interview:
            delayed = False  # what they said before this round is settled by it
    if promised and interview and rounds > 1 and promised <= interview:
        promised, delayed = None, False
    return promised, told_on, delayed


def _is_older(delay_told: date | None, promise_told: date | None) -> bool:
    return promise_told is not None and delay_told is not None and delay_told < promise_told


def _reply(
    application: Application, mine: Sequence[Touch], interview: date | None, rounds: int
) -> tuple[date | None, bool]:
    asked = application.reply_by
    if asked and interview and (asked < interview or (rounds > 1 and asked <= interview)):
        asked = None
    since = application.reply_asked_on or date.min
    replied = any(t.kind == "reply" and t.on >= since for t in mine)
    return (None, True) if asked and replied else (asked, False)


def next_known(applications: Iterable[Application], after: date) -> list[date]:
    """The days after `after` on which something in these files becomes known, in order."""
    found: set[date] = set()
    for a in applications:
        found.update(t.on for t in a.touches)
        found.update(i.on for i in a.interviews)
        for day in (
            a.outcome.on if a.outcome else None,
            a.delay.told_on if a.delay else None,
            a.promised_on,
            *(a.promised_by, a.reply_by),
            a.delay.until if a.delay else None,
        ):
            if day:
                found.update((day, day + DAY))
    return sorted(d for d in found if d > after)
