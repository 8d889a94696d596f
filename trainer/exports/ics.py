"""Practice slots and the days of the real call for a calendar, each with an alarm (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the calendar. `when` with a time is an appointment, without one a whole day."""

    uid: str  # the same thing has the same one at every export, so that a calendar replaces it
    when: date | datetime
    title: str
    note: str = ""
    minutes: int = 30  # length of an appointment
    alarm_minutes: int = 0  # before it begins; a whole day begins at midnight, so 9 in the morning is -540


DAY_ALARM = -9 * 60  # 9 in the morning of a whole day


def write(entries: Sequence[Entry], now: datetime) -> bytes:
    """The calendar as a file's bytes."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//followup-trainer//trainer//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "Follow-up calls")
    for entry in entries:
        calendar.add_component(_event(entry, now))
    data: bytes = calendar.to_ical()
    return data


def _event(entry: Entry, now: datetime) -> Event:
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{entry.uid}@followup-trainer")
    event.add("dtstamp", now)
    event.add("summary", entry.title)
    if entry.note:
        event.add("description", entry.note)
    if isinstance(entry.when, datetime):
        begins = entry.when.astimezone(UTC)  # which every calendar reads without the rules of a time zone
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(minutes=entry.minutes))
    else:
        event.add("dtstart", entry.when)
        event.add("dtend", entry.when + timedelta(days=1))
        event.add("transp", "TRANSPARENT")  # a whole day is a reminder, not a day that is taken
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", timedelta(minutes=-entry.alarm_minutes))
    event.add_component(alarm)
    return event
