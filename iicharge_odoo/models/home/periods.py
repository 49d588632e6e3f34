# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Today, this week and this month, each with the same part of the period before."""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools.date_utils import relativedelta

A_DAY = timedelta(days=1)


class Period(NamedTuple):
    """Local days; of the last one only the part until now, if `is_part`."""

    first: date
    last: date
    is_part: bool = False

    def get_sums(self, days):
        """Sum up rows by day.

        :param days: {day: (sums of the whole day, sums until this time of the day)}
        """
        total = None
        for day, (whole, early) in days.items():
            if self.first <= day <= self.last:
                row = early if self.is_part and day == self.last else whole
                total = row if total is None else tuple(map(sum, zip(total, row, strict=True)))
        return total

    def get_span(self, clock):
        """Get the stored times between which it is."""
        end = clock.get_start(self.last + A_DAY)
        if self.is_part:
            end = clock.get_start(self.last) + (clock.now - clock.get_start(clock.today))
        return clock.get_start(self.first), min(end, clock.now)


def get_periods(today):
    """Get pairs of a period until now and the one before until the same time: of the day, of
    the week (Monday first) and of the month. A month that was shorter counts whole."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = first - relativedelta(months=1)
    same_day = today - relativedelta(months=1)
    is_part = same_day.day == today.day
    return [
        (Period(today, today), Period(today - A_DAY, today - A_DAY, True)),
        (Period(monday, today), Period(monday - 7 * A_DAY, today - 7 * A_DAY, True)),
        (Period(first, today), Period(before, same_day, is_part)),
    ]
