# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a running car costs goes on from reading to reading, and is what rating it again gives."""

from datetime import timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo.tests import tagged

from ...core.conversion import to_aware
from ...models.billing import iicharge_session_rating
from ...models.billing import running_costs as costs_module
from ...models.billing.running_costs import running_costs
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestRunningCosts(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.t0 = cls.t0.replace(second=0)
        # dearer from the 25th minute on, and time costs
        zone = ZoneInfo(cls.site.time_zone)
        begin, end = (
            (to_aware(cls.t0) + timedelta(minutes=minutes)).astimezone(zone).strftime("%H:%M")
            for minutes in (25, 265)
        )
        energy = cls.tariff.component_ids[0]
        energy.copy({"price": 2, "start_time": begin, "end_time": end, "sequence": 1})
        energy.copy({"dimension": "TIME", "price": 6, "sequence": 20})
        energy.copy({"dimension": "PARKING_TIME", "price": 12, "sequence": 21})
        cls.start(7001)
        cls.process()
        cls.running = cls.session(7001)

    def setUp(self):
        super().setUp()
        running_costs._followed.clear()

    def sample_at(self, minutes, energy_wh):
        self.sample(7001, minutes, 1000 + energy_wh)
        self.process()

    def check(self, minutes, whole=False):
        """Check the cost so many minutes after the start.

        :param whole: all readings are rated again
        """
        with freeze_time(self.t0 + timedelta(minutes=minutes)):
            rate = iicharge_session_rating.rate
            with patch.object(iicharge_session_rating, "rate", side_effect=rate) as rated:
                found = self.running._get_running_breakdown()
            self.assertEqual(bool(rated.call_count), whole)
            until = max(self.t0 + timedelta(minutes=minutes), self.running.last_value_at or self.t0)
            self.assertEqual(found, self.running._get_breakdown(until))
            return found.total_cost.incl_vat

    def test_each_reading_goes_on_from_the_last_one(self):
        before = self.check(1)
        for minutes in (10, 20, 30, 45):
            self.sample_at(minutes, minutes * 150)
            self.assertGreater(self.check(minutes + 1), before)
            before = self.check(minutes + 5)
        self.status("SuspendedEV", minutes=50)
        self.process()
        self.check(55)
        self.sample_at(60, 45 * 150)
        self.check(70)
        self.assertEqual(running_costs._followed[self.env.cr.dbname, self.running.id].count, 6)

    def test_reading_that_comes_late_begins_again(self):
        self.sample_at(10, 1000)
        self.sample_at(30, 3000)
        self.check(31)
        self.sample_at(20, 1500)
        self.check(32)

    def test_reading_that_is_taken_back_begins_again(self):
        self.sample_at(10, 1000)
        self.check(11)
        with self.env.cr.savepoint() as point:
            self.sample_at(20, 2000)
            self.check(21)
            point.rollback()
        self.env.invalidate_all()
        self.check(22)
        self.sample_at(25, 2500)
        self.check(26)

    def test_another_tariff_begins_again(self):
        self.sample_at(10, 1000)
        before = self.check(11)
        self.tariff.component_ids[0].price *= 2
        self.running.tariff_snapshot = self.tariff._format_document_for(self.site)
        self.assertGreater(self.check(11), before)

    def test_register_that_jumps_is_rated_as_a_whole(self):
        self.sample_at(10, 1000)
        self.check(11)
        self.sample_at(11, 900_000)
        self.check(12, whole=True)
        self.sample_at(12, 1200)
        self.check(13, whole=True)

    def test_energy_that_no_reading_shows_counts(self):
        self.sample_at(10, 1000)
        self.running.energy_wh = 2000
        self.check(15)
        self.running.energy_wh = 500
        self.check(15, whole=True)

    def test_those_that_were_asked_for_long_ago_are_dropped(self):
        with patch.object(costs_module, "MOST", 1):
            self.start(7002, connectorId=2)
            self.process()
            self.check(5)
            self.session(7002)._get_running_breakdown()
            self.assertEqual(len(running_costs._followed), 1)
            self.check(6)
