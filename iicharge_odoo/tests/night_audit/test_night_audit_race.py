# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from ..race import RaceCase

DAY, NEXT_DAY, THIRD_DAY = date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12)


@tagged("post_install", "-at_install")
class TestNightAuditRace(RaceCase):
    """What happens a second before midnight is committed before or after the audit."""

    def remove_of(self, site, sessions):
        site.env["iicharge.night.audit"].search([("site_id", "=", site.id)]).unlink()

    def audit(self, now, day):
        """Make the audit of a day, and commit it. :return: (charges' ids, number of sessions)"""
        with freeze_time(now), self.registry.cursor() as cr:
            env = self.get_env(cr)
            site = env["iicharge.site"].browse(self.site_id)
            audit = env["iicharge.night.audit"]._create_for(site, day)
            return [row["charge"] for row in audit.figures["room"]], audit.session_count

    def make_charge(self):
        with self.registry.cursor() as cr:
            hours = datetime(2026, 3, 10, 20), datetime(2026, 3, 10, 23)
            return self.make_session(self.get_env(cr), *hours).charge_ids.id

    def post(self, cr, charge_id):
        with freeze_time("2026-03-10 23:59:59"):
            env = self.get_env(cr)
            env["iicharge.charge"].browse(charge_id)._set_posted()
            env.flush_all()

    def test_charge_committed_before_the_audit_is_in_its_day(self):
        charge_id = self.make_charge()
        with self.registry.cursor() as cr:
            self.post(cr, charge_id)
        self.assertEqual(self.audit("2026-03-11 00:10:00", DAY), ([charge_id], 1))
        self.assertEqual(self.audit("2026-03-12 00:10:00", NEXT_DAY), ([], 0))

    def test_charge_committed_after_the_audit_is_in_the_next_day(self):
        charge_id = self.make_charge()
        with self.registry.cursor() as cr:
            self.post(cr, charge_id)
            self.assertEqual(self.audit("2026-03-11 00:10:00", DAY), ([], 1))
        self.assertEqual(self.audit("2026-03-12 00:10:00", NEXT_DAY), ([charge_id], 0))
        self.assertEqual(self.audit("2026-03-13 00:10:00", THIRD_DAY), ([], 0))

    # --- the number of sessions --------------------------------------------------------------
    def make_running(self):
        with self.registry.cursor() as cr:
            return self.make_session(self.get_env(cr), datetime(2026, 3, 10, 20), None).id

    def stop(self, cr, session_id):
        """Stop at midnight by the charger's clock."""
        env = self.get_env(cr)
        session = env["iicharge.session"].browse(session_id)
        session._set_stopped(datetime(2026, 3, 10, 23, 59, 59), "Local")
        env.flush_all()

    def count_sessions(self, *audits):
        return [self.audit(now, day)[1] for now, day in audits]

    def test_stop_committed_after_the_audit_counts_in_the_next_day(self):
        session_id = self.make_running()
        with self.registry.cursor() as cr:
            self.stop(cr, session_id)
            self.assertEqual(self.count_sessions(("2026-03-11 00:10:00", DAY)), [0])
        later = ("2026-03-12 00:10:00", NEXT_DAY), ("2026-03-13 00:10:00", THIRD_DAY)
        self.assertEqual(self.count_sessions(*later), [1, 0])

    def test_stop_reported_days_later_counts_in_the_next_audit(self):
        session_id = self.make_running()
        first = ("2026-03-11 00:10:00", DAY), ("2026-03-12 00:10:00", NEXT_DAY)
        self.assertEqual(self.count_sessions(*first), [0, 0])
        with self.registry.cursor() as cr:
            self.stop(cr, session_id)
        later = ("2026-03-13 00:10:00", THIRD_DAY), ("2026-03-14 00:10:00", date(2026, 3, 13))
        self.assertEqual(self.count_sessions(*later), [1, 0])

    def test_audit_of_a_day_that_was_left_out_counts_no_session_twice(self):
        self.make_charge()
        earlier, day = ("2026-03-11 00:10:00", date(2026, 3, 8)), ("2026-03-12 00:10:00", DAY)
        self.assertEqual(self.count_sessions(earlier, (day[0], NEXT_DAY), day), [0, 1, 0])
