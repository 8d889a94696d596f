"""The employer's working days: which they are, and the next or last one from a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from trainer.core.application import WEEKDAYS, Application

DAY = timedelta(days=1)
OFTEN_CLOSED = frozenset({(1, 1), (12, 25)})  # month and day on which most offices are closed, whatever the country


@dataclass(frozen=True, slots=True)
class BusinessDays:
    weekdays: frozenset[int]  # 0 is Monday
    holidays: frozenset[date]

    def __contains__(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def is_often_closed(self, day: date) -> bool:
        """May it be a day off that is not on file, as no holidays are?"""
        return not self.holidays and (day.month, day.day) in OFTEN_CLOSED

    def on_or_after(self, day: date) -> date:
        """Openings and closings roll forward."""
        while day not in self and day.year < 2200:
            day += DAY
        return day

    def after(self, day: date) -> date:
        return self.on_or_after(day + DAY)

    def on_or_before(self, day: date) -> date:
        """Reply-by dates and offer expiries roll back."""
        while day not in self and day.year > 1900:
            day -= DAY
        return day


def business_days(application: Application) -> BusinessDays:
    return BusinessDays(
        frozenset(WEEKDAYS.index(day) for day in application.business_hours.days), frozenset(application.holidays)
    )
