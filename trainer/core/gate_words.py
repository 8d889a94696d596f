"""The gate's rules in words: what each says, the article that it rests on, and what would change it.

`today` is the day that was asked for: a date in another year than that is said with its year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from trainer.core.application import MONTH_NAMES, Outcome, Purpose, spoken_day
from trainer.core.sources import OURS, article

if TYPE_CHECKING:
    from trainer.core.known import Known

# The rows of the articles behind each rule (rules.md, C1 to C5), for whoever asks what embodies a row.
SOURCES: dict[str, tuple[str, ...]] = {
    "E3-ended": ("004-32", "002-29"),
    "E3-business-day": (),
    "E3-hours": (),
    "E3-reply-by": ("003-14",),
    "E3-offer": ("000-10", "000-11"),
    "E3-promised": ("001-23", "001-25", "004-13", "000-03"),
    "E3-delay": ("001-23", "001-25"),
    "E3-stop": ("004-26", "003-32", "000-38", "001-29"),
    "E3-closing": ("003-32", "001-22", "002-28"),
    "E3-spacing": ("003-15", "003-26", "003-27", "003-28", "004-24", "003-23", "000-12", "000-14", "001-10"),
    "E3-connected": ("000-39", "004-09"),
    "E3-second-round": ("002-09",),
    "E3-thank-you": ("000-42", "000-44", "001-20", "002-07", "003-18", "004-12", "000-43", "E1-2b", "E1-2c"),
    "E3-new-information": ("000-26", "000-48", "001-21", "E1-4a"),
    "E3-day-count": ("002-27", "003-31", "001-22", "001-19"),
    "E3-overdue": ("004-29", "000-03", "002-08", "003-24", "E1-4b"),
    "E3-after-no": ("002-29", "003-25", "003-26"),
    "E3-no-calls": ("004-13",),
    "E3-preference": ("001-12", "001-08", "001-09", "003-10", "001-07", "003-03", "E1-2a"),
    "E3-unknown": ("004-15", "004-14"),
}

ABOUT: dict[Purpose, str] = {
    "status": "about the status",
    "thank-you": "to say thank you",
    "new-information": "with what is new",
    "reply": "with your answer",
    "offer": "about your other offer",
    "feedback": "for feedback",
    "keep-in-touch": "to keep in touch",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that spoke. `article` is a title, or 'our default'."""

    id: str
    says: str
    article: str
    overruled: bool = False
    change: str | None = None  # what would change it, where its id alone does not say


def _rule(id: str, says: str, row: str | None = None, *, overruled: bool = False, change: str | None = None) -> Rule:
    return Rule(id, says, article(row) if row else OURS, overruled, change)


def _count(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


# Ended, closed.


def ended(outcome: Outcome, today: date) -> Rule:
    when = f" on {spoken_day(outcome.on, today)}" if outcome.on else ""
    match outcome.kind:
        case "hired":
            return _rule("E3-ended", f"You were hired{when}: there is nothing left to ask.")
        case "withdrawn":
            return _rule("E3-ended", f"You withdrew{when}: leave it at that.")
        case _:
            says = f"They said no{when}: only a thank-you with a question about feedback, or keeping in touch, is left."
            return _rule("E3-ended", says, "002-29")


def business_day(today: date, opens: date) -> Rule:
    next_one = spoken_day(opens, today)
    return _rule("E3-business-day", f"{spoken_day(today)} is not a working day there; the next is {next_one}.")


def often_closed(today: date) -> Rule:
    says = f"Most offices are closed on {today.day} {MONTH_NAMES[today.month - 1]}: if theirs is, add it to holidays."
    return _rule("E3-business-day", says, change="Their days off (holidays).")


def interview_day() -> Rule:
    return _rule("E3-day-count", "The interview was today: no call yet.", "001-25")


def after_hours(closes: time) -> Rule:
    return _rule("E3-hours", f"Their working day ended at {closes:%H:%M}: today is over for this.")


def before_hours(opens: time) -> Rule:
    return _rule("E3-hours", f"They open at {opens:%H:%M}; let half an hour go by before you call.")


# Reply-by and offer.


def reply_by(asked: date, last_call: date, today: date) -> Rule:
    call = "" if last_call == asked else f", the last working day for a call is {spoken_day(last_call, today)}"
    return _rule("E3-reply-by", f"They asked to hear from you by {spoken_day(asked, today)}{call}.", "003-14")


def replied() -> Rule:
    return _rule("E3-reply-by", "You have answered what they asked for; nothing more is due.", "003-14")


def reply_late(asked: date, late: date, today: date) -> Rule:
    by, once = spoken_day(asked, today), spoken_day(late, today)
    return _rule("E3-reply-by", f"They asked to hear from you by {by}, which has passed: answer once, on {once}.")


def reply_missed(asked: date, today: date) -> Rule:
    return _rule("E3-reply-by", f"Their date, {spoken_day(asked, today)}, has passed by more than a working day.")


def no_reply_date() -> Rule:
    says = "No day is on file by which they asked to hear from you."
    return _rule("E3-unknown", says, change="The day by which they asked to hear from you (reply_by).")


def offer(expires: date | None, last: date | None, today: date) -> Rule:
    if expires is None or last is None:
        return _rule("E3-offer", "You have another offer without a date: say so once, without hurry.", "000-10")
    ends, by = spoken_day(expires, today), spoken_day(last, today)
    return _rule("E3-offer", f"Your other offer ends on {ends}: ask once, by {by} at the latest.", "000-10")


def offer_used(on: date, today: date) -> Rule:
    return _rule("E3-offer", f"You told them of the other offer on {spoken_day(on, today)}; that is done once.")


def offer_expired(expires: date, today: date) -> Rule:
    return _rule("E3-offer", f"The other offer ended on {spoken_day(expires, today)}.")


def no_offer() -> Rule:
    says = "No other offer is on file, and one that you do not have is never named."
    return _rule("E3-unknown", says, change="Another offer, once you have it (offer: expires).")


# Promised, delay.


def waiting_for_promise(promised: date, delayed: bool, opens: date, today: date) -> tuple[Rule, ...]:
    rule = before_promise(promised, delayed, opens, today)
    once_a_week = _rule("E3-spacing", "Once a week, whatever their timeline.", "003-15", overruled=True)
    return rule, once_a_week


def before_promise(promised: date, delayed: bool, opens: date, today: date) -> Rule:
    by, start = spoken_day(promised, today), spoken_day(opens, today)
    if delayed:
        return _rule("E3-delay", f"They told you of a delay until {by}: ask from {start} on.", "001-23")
    return _rule("E3-promised", f"They mean to decide by {by}: ask from {start} on.", "001-23")


def promise_over(promised: date, today: date) -> Rule:
    says = f"Their date, {spoken_day(promised, today)}, has passed: ask for an update, without naming the date."
    return _rule("E3-promised", says, "000-03")


def delay_over(promised: date, today: date) -> Rule:
    day = spoken_day(promised, today)
    says = f"The delay went to {day}, which has passed: ask for an update, without naming the date."
    return _rule("E3-delay", says, "001-23")


def delay_open() -> Rule:
    return _rule("E3-delay", "They told you of a delay and named no new date: a short mail, if anything.", "001-25")


def overdue(k: Known) -> tuple[Rule, ...]:
    """By phone where no wish is known, with the advice to write beside it."""
    if k.application.preferred_channel is not None:
        return ()
    return (
        _rule("E3-overdue", "Not heard within the time that they gave: a quick call is fine.", "004-29"),
        _rule("E3-overdue", "Once their time has passed, write a polite mail.", "002-08", overruled=True),
    )


# Stop, spacing, connected, second round.


def stop(last: date | None, today: date, *, moved_on: bool) -> Rule:
    if moved_on:
        return _rule("E3-stop", "Move on, unless they write: the closing contact brought no answer.", "003-32")
    when = f", on {spoken_day(last, today)}" if last else ""
    return _rule("E3-stop", f"The closing contact has been made{when}; the next word is theirs.", "004-26")


def spacing(last: date, opens: date, today: date) -> Rule:
    was, start = spoken_day(last, today), spoken_day(opens, today)
    return _rule("E3-spacing", f"Your last contact was on {was}: seven days apart, so from {start} on.", "003-15")


def connected(on: date, today: date) -> Rule:
    says = f"You spoke with them on {spoken_day(on, today)}: one good call a stage, from now on by mail."
    return _rule("E3-connected", says, "000-39")


def second_round(ahead: date, today: date) -> Rule:
    return _rule("E3-second-round", f"You are invited for {spoken_day(ahead, today)}: ask when it has been held.")


# Thank-you, new information, day counts.


def thank_you(day: int) -> Rule:
    if day <= 1:
        return _rule("E3-thank-you", "The thank-you mail is due: today or the morning after the interview.", "004-12")
    return _rule("E3-thank-you", "The thank-you mail is late and still worth sending.", "003-18")


def thank_you_advice(day: int) -> tuple[Rule, ...]:
    if day <= 1:
        return (_rule("E3-thank-you", "Two or three days after is soon enough.", "003-18", overruled=True),)
    return (_rule("E3-thank-you", "Within 24 hours.", "000-44", overruled=True),)


def thank_by_call() -> Rule:
    says = "A thank-you call is fine today: they wish it or you got on well. It is this stage's one call; mail as well."
    return _rule("E3-thank-you", says, "000-41")


def thanked() -> Rule:
    return _rule("E3-thank-you", "The thank-you has been sent.")


def folded(into: Purpose | None) -> Rule:
    """`into`: what the contact that may be made today is for."""
    where = f"a contact {ABOUT[into]}" if into else "your next contact"
    return _rule("E3-thank-you", f"Too late for a thank-you of its own: put it into {where}.")


def new_information(promised: date | None, today: date) -> Rule:
    until = f" until they decide, by {spoken_day(promised, today)}" if promised else ""
    return _rule("E3-new-information", f"Something new and relevant is the best reason to call{until}.", "000-26")


def one_mail(promised: date, today: date) -> Rule:
    says = f"Waiting a week would miss their decision on {spoken_day(promised, today)}: one mail with what is new."
    return _rule("E3-new-information", says, "000-48")


def too_early(day: int) -> Rule:
    says = f"{_count(day)} since the interview: ask about the status from day 7 on, better from day 10."
    return _rule("E3-day-count", says, "002-27")


def early(day: int) -> Rule:
    return _rule("E3-day-count", f"{_count(day)} since the interview: allowed, and day 10 is better.", "002-27")


def green_day(day: int) -> Rule:
    return _rule("E3-day-count", f"{_count(day)} since the interview and no date from them: ask now.", "003-31")


def status_advice(k: Known) -> tuple[Rule, ...]:
    """What other articles count differently."""
    found = [_rule("E3-day-count", "Ask again once two weeks have passed.", "001-22", overruled=True)]
    thanked = next((t.on for t in k.mine if t.kind == "thank-you"), None)
    if thanked:
        says = f"Seven to ten days are counted from your thank-you, {spoken_day(thanked, k.today)}."
        found.append(_rule("E3-day-count", says, "002-27", overruled=True))
    if k.day is not None and k.day <= 7:
        found.append(_rule("E3-day-count", "Only when more than a week has passed.", "003-31", overruled=True))
    return tuple(found)


def channel_advice(k: Known) -> tuple[Rule, ...]:
    """Mail named beside the telephone, where neither their wish nor a strong rapport speaks for a call."""
    a = k.application
    if a.preferred_channel == "phone":
        return (_rule("E3-preference", "They prefer the telephone.", "001-12"),)
    if any(c.rapport == "strong" for c in a.contacts):
        return (_rule("E3-preference", "You got on well: a call fits.", "003-10"),)
    says = "With neither their wish nor a strong rapport known, mail is the safe way."
    return (_rule("E3-preference", says, "001-08", overruled=True),)


def closing(last: date | None, *, feedback: bool = False) -> Rule:
    what = "ask for feedback as" if feedback else "this is"
    says = f"Now {what} the closing contact: make a no easy for them, and move on if nothing comes within a week."
    return _rule("E3-closing", says, "002-28" if feedback else "003-32")


def closing_later(day: int) -> Rule:
    return _rule("E3-closing", f"{_count(day)} since the interview: feedback is for day 14 and later.", "002-28")


# After a 'no'.


def after_no(said: date, window: date, today: date) -> Rule:
    no, by = spoken_day(said, today), spoken_day(window, today)
    says = f"They said no on {no}: one thank-you with a question about feedback, by {by}."
    return _rule("E3-after-no", says, "002-29")


def apart(last: date, opens: date, days: int, today: date) -> Rule:
    was, start = spoken_day(last, today), spoken_day(opens, today)
    return _rule("E3-after-no", f"After a no, contacts are {days} days apart; the last was on {was}: from {start}.")


def no_date_of_the_no() -> Rule:
    return _rule("E3-unknown", "The day of their no is not on file.", change="The day of their no (outcome: on).")


def no_decision() -> Rule:
    return _rule("E3-after-no", "There is no decision yet; keeping in touch comes after one.")


# Their wishes, and what is not known.


def no_calls() -> Rule:
    return _rule("E3-no-calls", "They asked not to be called: write instead.", "004-13")


def prefers_mail() -> Rule:
    return _rule("E3-preference", "They prefer mail: write instead.", "001-12")


def personal_number() -> Rule:
    says = "The only number on file is a personal one: write, or find the company's own number."
    return _rule("E3-unknown", says, "004-15", change="A business number (contacts: phone, number_kind).")


def no_interview(ahead: date | None, today: date) -> Rule:
    when = f"; the one on file is on {spoken_day(ahead, today)}" if ahead else ""
    change = "The interview, once held; its day, if that is wrong" if ahead else "The day of the interview"
    return _rule(
        "E3-unknown",
        f"No interview has been held{when}: a mail, if anything.",
        "004-14",
        change=f"{change} (interviews: on).",
    )


# What would change the verdict, by the rule that decided; what is not known is named by the rule itself.
_CHANGES: dict[str, str] = {
    "E3-ended": "Only word from them.",
    "E3-business-day": "A working day: correct business_hours and holidays if this is one.",
    "E3-hours": "Their opening hours: correct business_hours or time_zone if they differ.",
    "E3-reply-by": "A new day by which they ask to hear from you (reply_by).",
    "E3-offer": "The offer's last day (offer: expires).",
    "E3-promised": "A new date from them (promised_by), or a delay that they tell you of.",
    "E3-delay": "A new date from them (delay: until, or promised_by).",
    "E3-stop": "An answer, a new date or an invitation from them.",
    "E3-closing": "A date from them (promised_by).",
    "E3-spacing": "Time; a day by which they ask to hear from you; another offer.",
    "E3-connected": "Their asking you to call (instructions: call-me).",
    "E3-second-round": "The interview, once held.",
    "E3-thank-you": "Their wish to be called (preferred_channel: phone) or a strong rapport.",
    "E3-new-information": "A date from them (promised_by).",
    "E3-day-count": "A date from them (promised_by), or something new to tell them (fact).",
    "E3-overdue": "Their preferred channel (preferred_channel).",
    "E3-after-no": "Word from them.",
    "E3-no-calls": "Their asking you to call.",
    "E3-preference": "Their preferred channel (preferred_channel).",
}


def changes(rules: Sequence[Rule]) -> tuple[str, ...]:
    """What would change the verdict, by the deciding rule and whatever else stood in the way."""
    return tuple(dict.fromkeys(rule.change or _CHANGES[rule.id] for rule in rules if not rule.overruled))
