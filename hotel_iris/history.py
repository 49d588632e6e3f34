# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Thirty days of the hotel, lived through at high speed: the clock is set to each hour, chargers
send, the processor posts, guests come and go and pay, nights and months are closed."""

import random
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from psycopg2.extensions import make_dsn

from odoo import fields
from odoo.sql_db import BaseCursor, connection_info_for

from odoo.addons.iicharge_odoo.service.processor import Processor

from hotel_iris.cars import Chargers
from hotel_iris.company import TIME_ZONE
from hotel_iris.days import Days
from hotel_iris.desk import Desk
from hotel_iris.guests import Guests
from hotel_iris.incidents import Incidents

DAYS = 30
ZONE = ZoneInfo(TIME_ZONE)
# Local hours at which the day is taken a step further.
NIGHT, MORNING, CHECK_OUT, ARRIVALS, EVENING = 1, 8, 10.5, 15, 22


def main(env, days=DAYS):
    dsn = make_dsn(**connection_info_for(env.cr.dbname)[1])
    with _clock() as clock:
        History(env, dsn, clock).live(days)


@contextmanager
def _clock():
    """Set the clock of Python and of the cursors; PostgreSQL's own stays."""
    with ExitStack() as stack:
        frozen = stack.enter_context(freeze_time(datetime.now(UTC).replace(tzinfo=None)))
        stack.enter_context(patch.object(BaseCursor, "now", lambda cursor: frozen()))
        yield frozen


class History:
    """:param env: of the shell
    :param dsn: of its database, for the journal
    :param clock: of freezegun
    """

    def __init__(self, env, dsn, clock):
        self.env, self._clock = env, clock
        dice = random.Random(2026)
        self._today = fields.Datetime.now().replace(tzinfo=UTC).astimezone(ZONE).date()
        self._now = datetime.now(UTC)
        self._chargers = Chargers(dsn, self._find_token)
        self._processor = Processor(lambda: env.registry, clock=lambda: clock().timestamp())
        self._desk = Desk(env, dice, self._today)
        self._days = Days(env, dice)
        self._incidents = Incidents(env, self._chargers)
        self._guests = Guests(env)

    def _find_token(self, uid):
        return self.env["iicharge.token"]._find(self.env.company, uid).id

    def live(self, days):
        first = self._today - timedelta(days=days)
        self._set(first, 0)
        self.env.ref("base.main_company").iicharge_watched_since = fields.Datetime.now()
        for charger in self.env["iicharge.charger"].search([]):
            self._chargers.boot(charger, self._at(first, 0))
        for number in range(days, 0, -1):
            self._live_day(self._today - timedelta(days=number), number)
        self._live_today()
        self._chargers.close()

    def _live_day(self, day, before_today):
        """:param before_today: days from it until today"""
        self._set(day, NIGHT)
        self._close_books()
        self._guests.answer()
        self._set(day, MORNING)
        self._days.plan(day, self._at, self._desk.get_drivers(day), before_today)
        self._charge(day, MORNING)
        self._desk.open_register()
        self._charge(day, CHECK_OUT)
        self._desk.check_out(day)
        self._set(day, ARRIVALS)
        self._desk.check_in(day)
        self._desk.sell()
        self._charge(day, ARRIVALS)
        self._incidents.happen(before_today, self._at(day, ARRIVALS))
        self._set(day, EVENING)
        self._charge(day, EVENING)
        self._desk.take_payments(before_today)
        self._desk.close_register()

    def _live_today(self):
        """Take this day as far as the clock is."""
        self._set(self._today, min(NIGHT, self._hours()))
        self._close_books()
        self._days.end_all(self._now - timedelta(minutes=10))
        self._charge(self._today, self._hours())
        self._desk.check_in(self._today)
        self.env.cr.commit()

    def _hours(self):
        midnight = datetime.combine(self._today, time(), ZONE)
        return (self._now - midnight).total_seconds() / 3600

    def _charge(self, day, hours):
        """Let the cars that come or leave until then do so."""
        until = self._at(day, hours)
        for at, step, visit in self._days.take_due(until):
            self._clock.move_to(at.astimezone(UTC).replace(tzinfo=None))
            getattr(self._chargers, step)(visit)
        self._set(day, hours)
        self._process()

    def _process(self):
        self.env.cr.commit()
        while self._processor.run_once() == 0:
            pass
        self.env.invalidate_all()

    def _close_books(self):
        self.env["iicharge.night.audit"]._run_due()
        self.env["res.company"]._cron_close_months()
        self._process()

    def _set(self, day, hours):
        self.env.cr.commit()
        self._clock.move_to(self._at(day, hours).replace(tzinfo=None))

    def _at(self, day, hours):
        """:return: the time in UTC at so many hours of a day at the hotel"""
        local = datetime.combine(day, time(), ZONE).replace(tzinfo=None) + timedelta(hours=hours)
        return local.replace(tzinfo=ZONE).astimezone(UTC)
