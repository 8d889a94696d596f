"""The learner's own job: company, people, dates, and what was said. Every script's blanks are filled from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from trainer.core.authored import Id, Text, Written
from trainer.core.wordlists import TITLES

By = Literal["me", "them"]
Channel = Literal["phone", "voicemail", "email", "linkedin", "letter", "in-person"]
TouchKind = Literal[
    "thank-you", "status", "new-information", "reply", "offer", "feedback", "keep-in-touch",
    "document", "answer", "ring", "connect-request", "other",
]  # fmt: skip
Purpose = Literal["offer", "reply", "feedback", "keep-in-touch", "new-information", "thank-you", "status"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")  # whatever the locale
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
AFTER = 7  # days: 'after X' means X + 7 (rules.md E3)

WRITTEN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
WRITTEN_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not WRITTEN_DAY.fullmatch(value.strip()):
        raise ValueError(f"{value!r} is not a date; write it as 2026-11-03")
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"the date {value.strip()} does not exist") from None
    if not 1990 <= day.year <= 2100:
        raise ValueError(f"the year {day.year} cannot be right")
    return day


def _promise(value: Any) -> Any:
    """A day; the last day of a range; 'after X' as X + 7."""
    if not isinstance(value, str):
        return _day(value)
    days = WRITTEN_DAY.findall(value)
    text = WRITTEN_DAY.sub("#", value.lower()).strip()
    if text == "after #":
        return date.fromordinal(_day(days[0]).toordinal() + AFTER)
    if re.fullmatch(r"# ?(to|until|-|–|\.\.|/) ?#", text):
        first, last = (_day(d) for d in days)
        if last < first:
            raise ValueError(f"the range {value.strip()} ends before it begins")
        return last
    return _day(value.strip().removeprefix("by "))


def _time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not (found := WRITTEN_TIME.fullmatch(value.strip())):
        raise ValueError(f"{value!r} is not a time; write it as 09:00")
    return time(int(found[1]), int(found[2]))


def _many(value: Any) -> Any:
    """Nothing is an empty list, and one text is a list of one."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _instead_of_nothing(default: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: default if value is None else value)


Day = Annotated[date, BeforeValidator(_day)]
if TYPE_CHECKING:
    Promise = date
else:  # a text may stand there too ('after 2026-11-10'); what comes out is a day
    Promise = Annotated[date | str, BeforeValidator(_promise)]
Hour = Annotated[time, BeforeValidator(_time), PlainSerializer(lambda hour: f"{hour:%H:%M}", return_type=str)]
Many = BeforeValidator(_many)
Line = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True, pattern=r"^[^\n]*$")]


def after_the_first(promised: date, interviews: Sequence[date]) -> date:
    """The day by which they mean to decide. Raises ValueError where it lies before the first interview."""
    first = min(interviews, default=promised)
    if promised < first:
        raise ValueError(f"the promised date {promised} lies before the first interview, {first}")
    return promised


class Me(Written):
    """Who calls."""

    name: Line | None = None
    phone: Line | None = Field(default=None, description="The number to be called back on, as you say it.")
    email: Line | None = None


class Contact(Written):
    """Somebody at the employer."""

    name: Line
    role: Line | None = None
    says_as: Line | None = Field(default=None, description="How the name is said: oh-yeh-LAH-ran.")
    phone: Line | None = None
    email: Line | None = None
    number_kind: Annotated[Literal["business", "personal", "unknown"], _instead_of_nothing("unknown")] = "unknown"
    rapport: Literal["strong", "some", "none"] | None = None
    decides: Annotated[bool, _instead_of_nothing(False)] = False
    concerns: Annotated[tuple[Text, ...], Many] = Field(default=(), description="What seemed to worry them about you.")


class Interview(Written):
    """One interview, held or ahead."""

    on: Day
    with_: Annotated[tuple[Line, ...], Many] = Field(default=(), alias="with", description="Names of who was there.")


class Delay(Written):
    """They said that it takes longer."""

    told_on: Day | None = None
    until: Promise | None = None


class Offer(Written):
    """An offer that you really have from somebody else."""

    expires: Day | None = None


class Outcome(Written):
    """How it ended."""

    kind: Literal["rejected", "withdrawn", "moved_on", "hired"]
    on: Day | None = None


class Touch(Written):
    """One contact with the employer, by any channel."""

    on: Day
    by: Annotated[By, _instead_of_nothing("me")] = "me"
    channel: Channel | None = None
    kind: Annotated[TouchKind, _instead_of_nothing("other")] = "other"
    contact: Line | None = None
    answered: Annotated[bool, _instead_of_nothing(False)] = False
    connected: Annotated[bool, _instead_of_nothing(False)] = Field(
        default=False, description="You spoke with the person who decides."
    )
    said: Text | None = Field(default=None, description="What they said.")
    promised: Promise | None = Field(default=None, description="The day by which they said that they would decide.")
    next_step: Text | None = None
    nerves: int | None = Field(default=None, ge=0, le=10)
    obstacle: Text | None = Field(default=None, description="What they said that you had not rehearsed.")


class BusinessHours(Written):
    """When the employer's telephones are answered."""

    days: Annotated[tuple[Weekday, ...], Many] = Field(default=WEEKDAYS[:5], min_length=1)
    from_: Hour = Field(default=time(9), alias="from")
    to: Hour = time(17)

    @field_validator("to")
    @classmethod
    def _closes_after_opening(cls, to: time, info: ValidationInfo) -> time:
        opens = info.data.get("from_")
        if opens is not None and to <= opens:
            raise ValueError(f"closing time {to:%H:%M} is not after opening time {opens:%H:%M}")
        return to


class Application(Written):
    """One real job applied for. Only the company is required."""

    id: Id
    company: Line
    role: Line | None = None
    field: Line | None = Field(
        default=None, description="creative, strategy, sales, … where it matters for the channel."
    )
    me: Annotated[Me, _instead_of_nothing(Me())] = Me()
    contacts: Annotated[tuple[Contact, ...], Many] = ()
    interviews: Annotated[tuple[Interview, ...], Many] = ()
    promised_by: Promise | None = Field(default=None, description="When they said that they would decide.")
    promised_on: Day | None = Field(default=None, description="The day on which they said so.")
    reply_by: Day | None = Field(default=None, description="When they asked to hear from you.")
    reply_asked_on: Day | None = Field(default=None, description="The day on which they asked for that.")
    delay: Delay | None = None
    preferred_channel: Literal["phone", "email"] | None = None
    instructions: Annotated[tuple[Literal["no-calls", "call-me"], ...], Many] = ()
    touches: Annotated[tuple[Touch, ...], Many] = ()
    offer: Offer | None = None
    outcome: Outcome | None = None
    moment: Text | None = Field(default=None, description="Something of the interview that stood out.")
    fact: Text | None = Field(default=None, description="Something about you that they do not know yet.")
    forgot: Annotated[tuple[Text, ...], Many] = Field(default=(), description="What you forgot to say.")
    next_steps_asked: bool | None = Field(default=None, description="Did you ask about the next steps?")
    notes: Text | None = None
    time_zone: Line | None = None
    business_hours: Annotated[BusinessHours, _instead_of_nothing(BusinessHours())] = BusinessHours()
    holidays: Annotated[tuple[Day, ...], Many] = ()

    @model_validator(mode="before")
    @classmethod
    def _named_after_the_company(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("id") is None and isinstance(data.get("company"), str):
            return {**data, "id": id_from(data["company"])}
        return data

    @field_validator("contacts")
    @classmethod
    def _each_contact_once(cls, contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
        seen: set[str] = set()
        for contact in contacts:
            if contact.name.casefold() in seen:
                raise ValueError(f"{contact.name} is listed twice")
            seen.add(contact.name.casefold())
        return contacts

    @field_validator("promised_by")
    @classmethod
    def _promised_after_the_interview(cls, promised: date | None, info: ValidationInfo) -> date | None:
        return promised and after_the_first(promised, [i.on for i in info.data.get("interviews") or ()])

    @field_validator("time_zone")
    @classmethod
    def _a_known_zone(cls, zone: str | None) -> str | None:
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (KeyError, ValueError, OSError):
                raise ValueError(f"{zone!r} is not a time zone; write it as Europe/London") from None
        return zone

    @property
    def employer(self) -> str:
        """What tells employers apart: applications with one share a touch budget."""
        return " ".join(self.company.casefold().split())


def day_from(text: str) -> date:
    """A day as written, such as 2026-11-03. Raises ValueError with a sentence."""
    day = _day(text)
    assert isinstance(day, date)
    return day


def promise_from(text: str) -> date:
    """A day, the last one of a range, or 'after 2026-11-10' as seven days later. Raises ValueError."""
    day = _promise(text)
    assert isinstance(day, date)
    return day


def id_from(company: str) -> str:
    """The id of an application that has none: lower case, other characters to single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", company.lower()).strip("-")[:80].strip("-") or "application"


def main_contact(application: Application) -> Contact | None:
    """Whom to call: who decides, else who was at the latest interview, else the first contact."""
    decider = next((c for c in application.contacts if c.decides), None)
    if decider:
        return decider
    met = [name for i in sorted(application.interviews, key=lambda i: i.on, reverse=True) for name in i.with_]
    by_name = {c.name.casefold(): c for c in application.contacts}
    for name in met:
        if name.casefold() in by_name:
            return by_name[name.casefold()]
    if application.contacts:
        return application.contacts[0]
    return Contact(name=met[0]) if met else None


def latest_interview(application: Application, today: date) -> Interview | None:
    """The latest one held; where none has been, the next one ahead."""
    held = [i for i in application.interviews if i.on <= today]
    if held:
        return max(held, key=lambda i: i.on)
    return min(application.interviews, key=lambda i: i.on, default=None)


def spoken_day(day: date, today: date | None = None) -> str:
    """'Tuesday, 3 November'; where `today` is given and in another year, with the year."""
    year = f" {day.year}" if today and day.year != today.year else ""
    return f"{DAY_NAMES[day.weekday()]}, {day.day} {MONTH_NAMES[day.month - 1]}{year}"


def values(application: Application, today: date) -> dict[str, str]:
    """Placeholder → text, for scripts, points and the card. What is not known is left out."""
    a, me, contact = application, application.me, main_contact(application)
    interview = latest_interview(a, today)
    second = next((c for c in a.contacts if contact and c.name != contact.name), None)
    found: dict[str, str | None] = {
        "me.name": me.name,
        "me.first_name": _first(me.name),
        "me.phone": me.phone,
        "me.email": me.email,
        "company": a.company,
        "role": a.role,
        "field": a.field,
        "interview.on": spoken_day(interview.on) if interview else None,
        "interview.weekday": DAY_NAMES[interview.on.weekday()] if interview else None,
        "promised_by": _spoken(a.promised_by),
        "reply_by": _spoken(a.reply_by),
        "offer.expires": _spoken(a.offer.expires) if a.offer else None,
        "moment": a.moment,
        "fact": _going_on(a.fact),
        "today": spoken_day(today),
    }
    for name, person in (("contact", contact), ("second", second)):
        if person:
            found |= {
                f"{name}.name": person.name,
                f"{name}.first_name": _first(person.name),
                f"{name}.last_name": person.name.split()[-1],
                f"{name}.role": person.role,
                f"{name}.says_as": person.says_as,
                f"{name}.phone": person.phone,
                f"{name}.email": person.email,
            }
    return {key: text for key, text in found.items() if text}


def _going_on(fact: str | None) -> str | None:
    """As it goes on after 'I', where every sentence that takes it puts it: 'I've moved it.' is 'have moved it'."""
    if not fact:
        return None
    told = fact.strip().rstrip(".")
    first, _, rest = told.partition(" ")
    after = AFTER_I.get(first.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return told if after is None or not rest else f"{after} {rest}".strip()


AFTER_I = {"I": "", "I've": "have", "I'm": "am", "I'll": "will", "I'd": "would"}


def _first(name: str | None) -> str | None:
    """What one calls them: 'Jörg' for Dr. Jörg Weiß, but 'Mr Weiß' where no first name is known."""
    words = name.split() if name else []
    own = [w for w in words if w.strip(".").lower() not in TITLES]
    return own[0] if own and (len(own) > 1 or len(own) == len(words)) else name


def _spoken(day: date | None) -> str | None:
    return spoken_day(day) if day else None


SAMPLE = Application.model_validate(
    {
        "id": "sample",
        "company": "Halden Foods",
        "role": "stock planner",
        "field": "logistics",
        "me": {"name": "Robin Castellano", "phone": "312 555 0147", "email": "robin.castellano@example.com"},
        "contacts": [
            {
                "name": "Grace Oyelaran",
                "role": "hiring manager",
                "says_as": "oh-yeh-LAH-ran",
                "phone": "312 555 0100",
                "email": "grace.oyelaran@example.com",
                "number_kind": "business",
                "rapport": "strong",
                "decides": True,
            },
            {
                "name": "Tom Brandt",
                "role": "warehouse lead",
                "says_as": "brahnt",
                "phone": "312 555 0104",
                "email": "tom.brandt@example.com",
                "number_kind": "business",
            },
        ],
        "interviews": [{"on": "2026-11-03", "with": ["Grace Oyelaran", "Tom Brandt"]}],
        "promised_by": "2026-11-13",
        "reply_by": "2026-11-12",
        "offer": {"expires": "2026-11-20"},
        "moment": "the tour of the cold store",
        "fact": "moved 12,000 items to a new stock system in six weeks",
        "time_zone": "America/Chicago",
    }
)
"""The built-in application, for who rehearses before adding a job of their own. It fills every placeholder."""
