"""May I call today? The verdict with every rule that spoke, the advice that it overruled, and what would change it.

The rules are section E3 of rules.md, with its precedence: ended > non-business day > reply-by > offer > promised >
stop > spacing > connected > day counts; 'no calls' and a preference for mail come last. Pure: the day is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Literal, get_args

from trainer.core import gate_words as say
from trainer.core.application import Application, Purpose
from trainer.core.business_days import DAY
from trainer.core.gate_words import Rule
from trainer.core.known import THANK_YOU_DAYS, Known, known_on, next_known

Colour = Literal["green", "amber", "red"]
By = Literal["phone", "email", "none"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)  # in the order that breaks a tie

SPACING = timedelta(days=7)
AMBER_DAY, GREEN_DAY, CLOSING_DAY = 7, 10, 14
AFTER_NO_DAYS, APART_DAYS = 7, 56
HORIZON = 366  # days


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say of one purpose on one day. `until`: it stays red before that day, as far as is known.
    `into`: the purpose of the contact that it has to be put into, having come too late for one of its own."""

    verdict: Colour
    channel: By
    rules: tuple[Rule, ...]  # the deciding one first
    until: date | None = None
    into: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The gate's answer. `then` is what holds on the earliest day, where that is a later one. `into` as in a ruling."""

    verdict: Colour
    purpose: Purpose
    day: date
    earliest: date | None
    channel: By
    rules: tuple[Rule, ...]
    would_change: tuple[str, ...]
    then: Ruling | None = None
    into: Purpose | None = None


def ask(
    application: Application,
    day: date,
    purpose: Purpose | None = None,
    *,
    at: time | None = None,
    siblings: Sequence[Application] = (),
) -> Answer:
    """May I contact them on this day? `at` is the time there, where 'now' is meant and not the whole day.

    `siblings` are the other applications with the same employer: they share one touch budget.
    """
    known: dict[date, Known] = {}

    def on(d: date) -> Known:
        if d not in known:
            known[d] = known_on(application, d, siblings)
        return known[d]

    if purpose is not None:
        return _answer(purpose, day, at, on, (application, *siblings))
    answers = [_answer(p, day, at, on, (application, *siblings)) for p in supported(on(day))]
    return min(answers, key=_goodness)


def supported(known: Known) -> tuple[Purpose, ...]:
    """The purposes that the facts support, when none is named; status always."""
    a = known.application
    rejected = known.outcome is not None and known.outcome.kind == "rejected"
    thanked = any(t.kind == "thank-you" for t in known.mine)
    facts: dict[Purpose, bool] = {
        "offer": a.offer is not None,
        "reply": known.reply_by is not None,
        "feedback": rejected,
        "keep-in-touch": rejected,
        "new-information": a.fact is not None,
        "thank-you": not thanked and known.day is not None and known.day <= THANK_YOU_DAYS,
        "status": True,
    }
    return tuple(p for p in PURPOSES if facts[p])


def rule_on(purpose: Purpose, known: Known) -> Ruling:
    """What the rules say of this purpose on this day, whatever the hour."""
    ended = _ended(purpose, known)
    return ended if ended else _often_closed(_as_they_wish(_RULES[purpose](purpose, known), known), known)


def _answer(
    purpose: Purpose, day: date, at: time | None, on: Callable[[date], Known], files: tuple[Application, ...]
) -> Answer:
    hours = files[0].business_hours
    ruling = rule_on(purpose, on(day))
    if at is not None and at >= hours.to and day in on(day).days and ruling.verdict != "red":
        ruling = Ruling("red", "none", (say.after_hours(hours.to), *ruling.rules), day + DAY)
    elif at is not None and at < hours.from_ and ruling.channel == "phone":
        ruling = replace(ruling, rules=(*ruling.rules, say.before_hours(hours.from_)))
    changes = say.changes(ruling.rules)
    if ruling.verdict != "red":
        return Answer(ruling.verdict, purpose, day, day, ruling.channel, ruling.rules, changes, into=ruling.into)
    found = _first_open(purpose, day, ruling, on, files)
    earliest, then = found if found else (None, None)
    return Answer("red", purpose, day, earliest, "none", ruling.rules, changes, then, then.into if then else None)


def _first_open(
    purpose: Purpose, day: date, ruling: Ruling, on: Callable[[date], Known], files: tuple[Application, ...]
) -> tuple[date, Ruling] | None:
    """The first later day that is not red. Days that nothing could open are stepped over."""
    events = next_known(files, day)
    last = day + timedelta(days=HORIZON)
    while True:
        event = next((e for e in events if e > day), None)
        steps = [d for d in (event, ruling.until) if d is not None]
        if not steps:
            return None
        day = max(min(steps), day + DAY)
        if day > last:
            return None
        ruling = rule_on(purpose, on(day))
        if ruling.verdict != "red":
            return day, ruling


def _goodness(answer: Answer) -> tuple[int, date, int]:
    return (
        ("green", "amber", "red").index(answer.verdict),
        answer.earliest or date.max,
        PURPOSES.index(answer.purpose),
    )


# Ended, and the days on which no telephone is answered.


def _ended(purpose: Purpose, k: Known) -> Ruling | None:
    if k.outcome is None or k.outcome.kind == "moved_on":
        return None
    if k.outcome.kind == "rejected" and purpose in ("feedback", "keep-in-touch"):
        return None
    return _red(say.ended(k.outcome, k.today))


def _phone_closed(k: Known) -> Rule | None:
    if k.today not in k.days:
        return say.business_day(k.today, k.days.after(k.today))
    if k.day == 0:
        return say.interview_day()
    return None


# A reply by their date, and a competing offer: they beat every waiting rule.


def _reply(purpose: Purpose, k: Known) -> Ruling:
    if k.replied:
        return _red(say.replied())
    if k.reply_by is None:
        return _unknown(k, say.no_reply_date())
    beaten = _overruled(k)
    if k.today > k.reply_by:
        late = k.days.after(k.reply_by)
        if k.today > late:
            return _red(say.reply_missed(k.reply_by, k.today))
        if k.today < late:
            return _red(say.reply_late(k.reply_by, late, k.today), until=late)
        return Ruling("amber", "phone", (say.reply_late(k.reply_by, late, k.today), *beaten))
    rule = say.reply_by(k.reply_by, k.days.on_or_before(k.reply_by), k.today)
    if closed := _phone_closed(k):
        return Ruling("amber", "email", (closed, rule, *beaten))
    return Ruling("green", "phone", (rule, *beaten))


def _offer(purpose: Purpose, k: Known) -> Ruling:
    offer = k.application.offer
    if offer is None:
        return _unknown(k, say.no_offer())
    used = next((t.on for t in (*k.before, *k.mine) if t.kind == "offer"), None)
    if used:
        return _red(say.offer_used(used, k.today))
    if offer.expires and k.today > offer.expires:
        return _red(say.offer_expired(offer.expires, k.today))
    last = k.days.on_or_before(offer.expires) if offer.expires else None
    rule = say.offer(offer.expires, last, k.today)
    beaten = _overruled(k)
    if closed := _phone_closed(k):
        return Ruling("amber", "email", (closed, rule, *beaten))
    return Ruling("green" if offer.expires else "amber", "phone", (rule, *beaten))


def _unknown(k: Known, rule: Rule) -> Ruling:
    """The fact that the purpose rests on is not on file: an ordinary contact at most, and by mail."""
    if red := _waiting(k):
        return replace(red, rules=(*red.rules, rule))
    return Ruling("amber", "email", (rule,))


def _overruled(k: Known) -> tuple[Rule, ...]:
    """The waiting rules that would have stood in the way."""
    found = [_before_promise(k), _stop(k), _spaced(k)]
    rules = [r.rules[0] for r in found if r]
    if k.connected_on:
        rules.append(say.connected(k.connected_on, k.today))
    return tuple(replace(rule, overruled=True) for rule in rules)


# Asks: status, new information, feedback.


def _status(purpose: Purpose, k: Known) -> Ruling:
    asks_for_day = k.promised is None and not k.delayed
    red = _first(
        _closed_today(k), _invited(k), _before_promise(k), _stop(k), _spaced(k), asks_for_day and _too_early(k)
    )
    if red:
        return red
    if k.overdue and not k.asked_since_promise:
        return _after_promise(k)
    if k.interview is None or k.day is None:
        return Ruling("amber", "email", (say.no_interview(k.ahead, k.today),))
    if k.delayed and k.promised is None:
        return Ruling("amber", "email", (say.delay_open(),))
    if k.overdue:
        return _once_connected(Ruling("green", "phone", (say.closing(k.last_counted), *say.channel_advice(k))), k)
    if k.day < GREEN_DAY:
        rules = (say.early(k.day), *say.status_advice(k), *say.channel_advice(k))
        return _once_connected(Ruling("amber", "phone", rules), k)
    head = (say.closing(k.last_counted),) if k.unanswered and k.day >= CLOSING_DAY else (say.green_day(k.day),)
    return _once_connected(Ruling("green", "phone", (*head, *say.status_advice(k), *say.channel_advice(k))), k)


def _after_promise(k: Known) -> Ruling:
    assert k.promised is not None
    head = say.delay_over(k.promised, k.today) if k.delayed else say.promise_over(k.promised, k.today)
    beaten = (replace(say.connected(k.connected_on, k.today), overruled=True),) if k.connected_on else ()
    return Ruling("green", "phone", (head, *say.overdue(k), *beaten))


def _new_information(purpose: Purpose, k: Known) -> Ruling:
    if red := _first(_closed_today(k), _stop(k)):
        return red
    if spaced := _spaced(k):
        return _one_mail(k) or spaced
    if k.interview is None:
        return Ruling("amber", "email", (say.no_interview(k.ahead, k.today),))
    rules = (say.new_information(k.promised if not k.overdue else None, k.today), *say.channel_advice(k))
    if k.promised and not k.overdue:
        beaten = say.before_promise(k.promised, k.delayed, k.days.after(k.promised), k.today)
        rules = (*rules, replace(beaten, overruled=True))
    return _once_connected(Ruling("green", "phone", rules), k)


def _one_mail(k: Known) -> Ruling | None:
    """New information by one mail, where spacing would push it past the promised date.

    Every touch that stands in the way has to push it past that date: making one more contact opens nothing.
    """
    if k.promised is None or k.today > k.promised or k.interview is None:
        return None
    near = [t for t in k.counted if k.today < t.on + SPACING]
    if any(t.on + SPACING <= k.promised for t in near):
        return None
    if any(t.kind == "new-information" for t in near):
        return None  # it has been told
    rule, beaten = say.one_mail(k.promised, k.today), say.spacing(near[-1].on, near[-1].on + SPACING, k.today)
    return Ruling("amber", "email", (rule, replace(beaten, overruled=True)))


def _feedback(purpose: Purpose, k: Known) -> Ruling:
    """With a 'no': one reply, then long apart. Without one, feedback is the closing contact."""
    if k.outcome is not None and k.outcome.kind == "rejected":
        return _after_no(k)
    red = _first(_closed_today(k), _invited(k), _before_promise(k), _stop(k), _spaced(k), _too_early_to_close(k))
    if red:
        return red
    if k.interview is None:
        return Ruling("amber", "email", (say.no_interview(k.ahead, k.today),))
    rule = say.closing(k.last_counted, feedback=True)
    if purpose == "keep-in-touch":
        return Ruling("amber", "email", (say.no_decision(), rule))
    return _once_connected(Ruling("green", "phone", (rule, *say.channel_advice(k))), k)


def _after_no(k: Known) -> Ruling:
    assert k.outcome is not None
    said_no = k.outcome.on
    if red := _closed_today(k, interview_day=False):
        return red
    if said_no is None:
        return Ruling("amber", "email", (say.no_date_of_the_no(),))
    answers = ("feedback", "keep-in-touch", "thank-you", "reply")
    since = [t.on for t in k.mine if t.on > said_no or (t.on == said_no and t.kind in answers)]
    window = k.days.on_or_after(said_no + timedelta(days=AFTER_NO_DAYS))
    if not since and k.today <= window:
        return Ruling("green", "phone", (say.after_no(said_no, window, k.today), *say.channel_advice(k)))
    last = max([said_no, *since])
    opens = last + timedelta(days=APART_DAYS)
    if k.today < opens:
        return _red(say.apart(last, opens, APART_DAYS, k.today), until=opens)
    if spaced := _spaced(k):
        return spaced
    return Ruling("green", "phone", (say.apart(last, opens, APART_DAYS, k.today), *say.channel_advice(k)))


# The thank-you.


def _thank_you(purpose: Purpose, k: Known) -> Ruling:
    if k.interview is None or k.day is None:
        return Ruling("amber", "email", (say.no_interview(k.ahead, k.today),))
    if k.day > THANK_YOU_DAYS:
        return _folded(k)
    if _may_thank_by_call(k):
        return Ruling("green", "phone", (say.thank_by_call(), replace(say.thank_you(k.day), overruled=True)))
    if _all_thanked(k):
        return _red(say.thanked(), until=k.interview + timedelta(days=THANK_YOU_DAYS + 1))
    return Ruling("amber", "email", (say.thank_you(k.day), *say.thank_you_advice(k.day)))


def _folded(k: Known) -> Ruling:
    """Too late for a thank-you of its own: it goes into the next contact, whichever may be made first."""
    rulings: dict[Purpose, Ruling] = {"status": _status("status", k)}
    if k.application.fact:
        rulings["new-information"] = _new_information("new-information", k)
    into = min(rulings, key=lambda p: ("green", "amber", "red").index(rulings[p].verdict))
    best = rulings[into]
    untils = [r.until for r in rulings.values() if r.until]
    rule = say.folded(into if best.verdict != "red" else None)
    return replace(best, rules=(rule, *best.rules), until=min(untils) if untils else None, into=into)


def _may_thank_by_call(k: Known) -> bool:
    """On the next business day, day 3 at most, with their wish or a strong rapport; it uses the connected call."""
    a = k.application
    wished = a.preferred_channel == "phone" or "call-me" in a.instructions
    rapport = any(c.rapport == "strong" for c in a.contacts)
    refused = a.preferred_channel == "email" or "no-calls" in a.instructions or _only_personal(a)
    called = any(t.kind == "thank-you" and t.channel in ("phone", "voicemail") for t in k.mine)
    return (
        (wished or rapport)
        and not refused
        and not called
        and k.interview is not None
        and k.today == k.days.after(k.interview)
        and (k.today - k.interview).days <= THANK_YOU_DAYS
        and k.connected_on is None
        and _waiting(k) is None
    )


def _all_thanked(k: Known) -> bool:
    thanked = [t for t in k.mine if t.kind == "thank-you"]
    met = {n.casefold() for i in k.application.interviews if i.on == k.interview for n in i.with_}
    named = {t.contact.casefold() for t in thanked if t.contact}
    return bool(thanked) and (not named or met <= named or len(thanked) >= max(1, len(met)))


# Waiting: promised, stop, spacing, connected.


def _closed_today(k: Known, *, interview_day: bool = True) -> Ruling | None:
    rule = _phone_closed(k)
    if rule is None or (k.today in k.days and not interview_day):
        return None
    return _red(rule, until=k.days.after(k.today))


def _first(*rulings: Ruling | Literal[False] | None) -> Ruling | None:
    """The first of these reds, with the rules of the others beside it: all of them have to fall away."""
    reds = [r for r in rulings if r]
    if not reds:
        return None
    rules = tuple(rule for r in reds[1:] for rule in r.rules)
    untils = [r.until for r in reds if r.until]
    return _red(*reds[0].rules, *rules, until=max(untils) if len(untils) == len(reds) else None)


def _too_early(k: Known) -> Ruling | None:
    """Without a date from them: days 1 to 6 are red for asking."""
    if k.day is None or k.interview is None or k.day == 0 or k.day >= AMBER_DAY:
        return None
    return _red(say.too_early(k.day), until=k.interview + timedelta(days=AMBER_DAY))


def _too_early_to_close(k: Known) -> Ruling | None:
    if k.day is None or k.interview is None or k.overdue or k.promised or k.day >= CLOSING_DAY:
        return None
    return _red(say.closing_later(k.day), until=k.interview + timedelta(days=CLOSING_DAY))


def _invited(k: Known) -> Ruling | None:
    if k.ahead is None or k.interview is None:
        return None
    return _red(say.second_round(k.ahead, k.today), until=k.ahead)


def _before_promise(k: Known) -> Ruling | None:
    if k.promised is None or k.today > k.promised:
        return None
    opens = k.days.after(k.promised)
    return _red(*say.waiting_for_promise(k.promised, k.delayed, opens, k.today), until=opens)


def _waiting(k: Known) -> Ruling | None:
    return _stop(k) or _spaced(k)


def _stop(k: Known) -> Ruling | None:
    if not k.closing_used:
        return None
    last = k.last_counted
    moved_on = last is None or k.today - last >= SPACING or (k.outcome is not None and k.outcome.kind == "moved_on")
    return _red(say.stop(last, k.today, moved_on=moved_on))


def _spaced(k: Known) -> Ruling | None:
    last = k.last_counted
    if last is None or k.today - last >= SPACING:
        return None
    near = next(t.on for t in k.counted if k.today - t.on < SPACING)
    return _red(say.spacing(last, last + SPACING, k.today), until=near + SPACING)


def _once_connected(ruling: Ruling, k: Known) -> Ruling:
    """One connected call a stage; after it mail, unless they asked to be called."""
    if k.connected_on is None or "call-me" in k.application.instructions:
        return ruling
    return Ruling("amber", "email", (say.connected(k.connected_on, k.today), *ruling.rules))


def _as_they_wish(ruling: Ruling, k: Known) -> Ruling:
    """'No calls' and a preference for mail turn a call into mail; red stays red."""
    if ruling.channel != "phone":
        return ruling
    a = k.application
    if "no-calls" in a.instructions:
        rule = say.no_calls()
    elif a.preferred_channel == "email":
        rule = say.prefers_mail()
    elif _only_personal(a):
        rule = say.personal_number()
    else:
        return ruling
    return replace(ruling, verdict="amber", channel="email", rules=(rule, *ruling.rules))


def _often_closed(ruling: Ruling, k: Known) -> Ruling:
    """A call on a day that few employers work on, where no holidays are on file: allowed, and said."""
    if ruling.channel != "phone" or not k.days.is_often_closed(k.today):
        return ruling
    return replace(ruling, rules=(*ruling.rules, say.often_closed(k.today)))


def _only_personal(application: Application) -> bool:
    kinds = [c.number_kind for c in application.contacts if c.phone]
    return bool(kinds) and set(kinds) == {"personal"}


def _red(*rules: Rule, until: date | None = None) -> Ruling:
    return Ruling("red", "none", rules, until)


_RULES: dict[Purpose, Callable[[Purpose, Known], Ruling]] = {
    "offer": _offer,
    "reply": _reply,
    "feedback": _feedback,
    "keep-in-touch": _feedback,
    "new-information": _new_information,
    "thank-you": _thank_you,
    "status": _status,
}
