# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestRunningAmount(ChargingCase):
    """Screens share what a running car costs so far; limits work it out exactly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.t0 = cls.t0.replace(second=0)
        cls.start(7001)
        cls.process()
        cls.running = cls.session(7001)
        cls.running.energy_wh = 10_000

    def count_ratings(self, read):
        """Count how often two readers of the session rate it."""
        sessions = self.registry["iicharge.session"]
        made, rate = [], sessions._get_running_breakdown
        self.patch(
            sessions, "_get_running_breakdown", lambda session: made.append(1) or rate(session)
        )
        for _ in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            read(self.running)
        return len(made)

    def test_two_screens_rate_a_car_once(self):
        with freeze_time(self.t0 + timedelta(hours=1)):
            self.assertEqual(self.count_ratings(lambda session: session.running_amount), 1)
            self.assertAlmostEqual(self.running.running_amount, 4.95)

    def test_more_energy_shows_at_once(self):
        with freeze_time(self.t0 + timedelta(hours=1)):
            self.assertAlmostEqual(self.running.running_amount, 4.95)
            self.running.energy_wh = 20_000
            self.assertAlmostEqual(self.running.running_amount, 9.90)

    def test_time_that_costs_shows_after_seconds(self):
        self.tariff.component_ids.copy({"dimension": "TIME", "price": 60})
        self.running.tariff_snapshot = self.tariff._format_document_for(self.site)
        with freeze_time(self.t0 + timedelta(hours=1)):
            before = self.running.running_amount
        self.env.invalidate_all()
        with freeze_time(self.t0 + timedelta(hours=1, seconds=10)):
            self.assertGreater(self.running.running_amount, before)

    def test_limit_is_checked_with_the_exact_amount(self):
        with freeze_time(self.t0 + timedelta(hours=1)):
            self.assertEqual(self.count_ratings(lambda session: session._get_coming_amount()), 2)
