# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import format_date, mute_logger

from ...models.night_audit import iicharge_night_audit
from ..common import ChargingCase

DAY = date(2026, 3, 10)


class NightCase(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 19:00 in Amsterdam on the day
        cls.t0 = datetime(2026, 3, 10, 18, 0)
        cls.audits = cls.env["iicharge.night.audit"]

    @freeze_time("2026-03-11 05:00:00")
    def audit(self, day=DAY):
        return self.audits._create_for(self.site, day)

    def charge(self, number=7001, minutes=0, kwh=10, posted=True, **payload):
        self.start(number, minutes=minutes, **payload)
        self.stop(number, minutes=minutes + 60, meter_stop=1000 + kwh * 1000)
        self.process()
        session = self.session(number)
        if posted:
            with freeze_time(session.stopped_at):
                self.env["iicharge.charge"]._post_due()
        return session

    def rows(self, audit, title):
        tables = self.env["report.iicharge_odoo.report_night_audit"]._get_tables(audit)
        (table,) = [table for table in tables if table["title"] == title]
        return [[text for text, _is_amount in row] for row in table["rows"]]


@tagged("post_install", "-at_install")
class TestNightAudit(NightCase):
    def test_day_is_counted_with_whom_it_went_to(self):
        session = self.charge()
        audit = self.audit()
        self.assertEqual((audit.session_count, audit.charge_count), (1, 1))
        self.assertAlmostEqual(audit.energy_kwh, 10)
        self.assertAlmostEqual(audit.amount_untaxed, 4.50)
        self.assertAlmostEqual(audit.amount_total, 4.95)
        (row,) = self.rows(audit, "Room charges posted")
        self.assertEqual(row[:4], [f"{session.name}/1", "101", "Anna Weber", self.folio.name])
        ((_product, tax, *amounts),) = self.rows(audit, "Revenue by product and tax")
        self.assertEqual(tax, "10 %")
        for shown, amount in zip(amounts, ("4.50", "0.45", "4.95"), strict=True):
            self.assertIn(amount, shown)

    def test_day_is_half_open_at_the_sites_midnight(self):
        # 23:00 UTC is midnight: the first ends a second before it, the second at it
        self.start(7001)
        self.stop(7001, minutes=300 - 1 / 60, meter_stop=2000)
        self.start(7002, connectorId=2)
        self.stop(7002, minutes=300, meter_stop=4000)
        self.process()
        self.assertAlmostEqual(self.audit().energy_kwh, 1)
        with freeze_time("2026-03-12 05:00:00"):
            following = self.audits._create_for(self.site, DAY + timedelta(days=1))
        self.assertAlmostEqual(following.energy_kwh, 3)

    @freeze_time("2026-10-27 05:00:00")
    def test_day_of_the_change_to_winter_has_25_hours(self):
        audit = self.audits._create_for(self.site, date(2026, 10, 25))
        self.assertEqual(audit.ended_at - audit.started_at, timedelta(hours=25))
        report = self.env["report.iicharge_odoo.report_night_audit"]
        self.assertIn("(25 hours)", report._get_page(audit)["interval"])

    def test_car_that_charges_over_midnight_is_listed_with_the_guest_who_leaves(self):
        self.folio.iicharge_checkout = datetime(2026, 3, 11, 10, 0)
        self.start(7001, minutes=60)
        self.sample(7001, 290, 3000)
        self.start(7002, connectorId=2)
        self.process()
        self.session(7002).folio_id = False
        audit = self.audit()
        rows = self.rows(audit, "Still charging when the day ended")
        self.assertEqual(audit.running_count, 2)
        self.assertEqual([row[3] for row in rows], ["", "Guest checks out today"])
        self.assertEqual(rows[1][-1], "2.00 kWh")

    def test_car_that_stopped_after_midnight_was_still_charging(self):
        self.charge(minutes=270)
        self.assertEqual(self.audit().running_count, 1)
        self.assertEqual(self.audit().session_count, 0)

    def test_charger_that_is_silent_for_long_is_shown(self):
        self.patch(type(self), "t0", datetime(2026, 3, 10, 8, 0))
        self.start(7001)
        self.sample(7001, 30, 2000)
        self.start(7002, connectorId=2)
        self.sample(7002, 800, 2000, connectorId=2)
        self.process()
        (row,) = self.rows(self.audit(), "Charging without a reading for long")
        self.assertEqual(row[0], self.session(7001).name)

    def test_what_waits_for_a_person_is_listed_with_its_reason(self):
        self.folio.locked = True
        late = self.charge()
        held = self.charge(7002, minutes=90, kwh=-2)
        audit = self.audit()
        (row,) = self.rows(audit, "Late charges")
        self.assertEqual(row[:3], [f"{late.name}/1", "101", "Anna Weber"])
        self.assertIn("The room bill is closed", row[3])
        self.assertAlmostEqual(audit.late_total, 4.95)
        (row,) = self.rows(audit, "In review")
        self.assertEqual(row[0], held.name)
        self.assertIn("The charger gave no usable meter reading at the stop", row[3])
        # what is held counts as ended, its energy as nothing
        self.assertEqual(audit.session_count, 2)
        self.assertAlmostEqual(audit.energy_kwh, 10)

    def test_charge_that_is_tried_again_and_dispute_are_listed(self):
        disputed = self.charge()
        dispute = disputed._open_dispute("price", "It said less.")
        refused = self.charge(7002, minutes=90, posted=False)
        refused.charge_ids.refusal_code = "temporarily_unavailable"
        self.charge(7003, minutes=180, posted=False)
        audit = self.audit()
        self.assertEqual((audit.waiting_count, audit.disputed_count), (2, 1))
        rows = self.rows(audit, "Charges waiting to be posted")
        self.assertIn("tried again", rows[0][3])
        (row,) = self.rows(audit, "Disputed")
        self.assertEqual((row[0], row[3]), (disputed.name, format_date(self.env, dispute.deadline)))

    def test_credit_is_deducted_and_listed(self):
        charge = self.charge().charge_ids
        credit = charge._create_credit("Goodwill", Decimal("1.00"))
        credit.posted_at = charge.posted_at
        audit = self.audit()
        self.assertAlmostEqual(audit.amount_total, 3.85)
        self.assertAlmostEqual(audit.credit_total, -1.10)
        self.assertEqual(audit.charge_count, 1)
        self.assertEqual(len(self.rows(audit, "Credits")), 1)

    def test_figures_stay_as_they_were(self):
        session = self.charge()
        audit = self.audit()
        self.charge(7002, minutes=90)
        session.charge_ids.line_ids.amount_untaxed = 99
        session.folio_id.partner_id.name = "Renamed Guest"
        self.assertEqual(self.audit(), audit)
        (row,) = self.rows(audit, "Room charges posted")
        self.assertEqual(row[2], "Renamed Guest")
        self.assertIn("4.95", row[-1])

    def test_no_names_are_kept(self):
        self.charge()
        self.assertNotIn("Weber", str(self.audit().figures))

    def test_form_shows_the_first_rows_and_the_print_has_all(self):
        for number in range(3):
            self.charge(7001 + number, minutes=61 * number)
        audit = self.audit()
        with patch.object(iicharge_night_audit, "MOST_ROWS_SHOWN", 2):
            self.assertIn("And 1 more", str(audit.tables))
            self.assertEqual(str(audit.tables).count("Anna Weber"), 2)
        self.assertEqual(len(self.rows(audit, "Room charges posted")), 3)

    def test_page_escapes_names(self):
        self.guest.name = "<script>alert(1)</script>"
        self.charge()
        audit = self.audit()
        page = (
            self.env["ir.actions.report"]
            ._render_qweb_html("iicharge_odoo.report_night_audit", audit.ids)[0]
            .decode()
        )
        for text in (page, str(audit.tables)):
            self.assertNotIn("<script>alert", text)
            self.assertIn("&lt;script&gt;alert(1)", text)

    def test_other_sites_and_companies_are_not_counted(self):
        self.charge()
        other = self.env["iicharge.site"].create({"name": "Annex", "time_zone": "UTC"})
        audit = self.audits._create_for(other, DAY)
        self.assertEqual((audit.session_count, audit.charge_count), (0, 0))


@tagged("post_install", "-at_install")
class TestNightAuditRun(NightCase):
    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("iicharge_odoo.cron_night_audit").method_direct_trigger()

    def days(self, site):
        return self.audits.search([("site_id", "=", site.id)], order="day").mapped("day")

    def test_each_site_is_closed_once_after_its_own_midnight(self):
        tokyo = self.env["iicharge.site"].create({"name": "Tokyo", "time_zone": "Asia/Tokyo"})
        with freeze_time("2026-03-10 20:00:00"):
            self.run_cron()
            self.run_cron()
        # 21:00 in Amsterdam, 5:00 of the next day in Tokyo
        self.assertEqual(self.days(self.site), [DAY - timedelta(days=1)])
        self.assertEqual(self.days(tokyo), [DAY])

    def test_days_missed_are_made_up_for(self):
        self.audit(date(2026, 3, 6))
        with freeze_time("2026-03-11 05:00:00"):
            self.run_cron()
        self.assertEqual(self.days(self.site), [date(2026, 3, day) for day in range(6, 11)])

    def test_site_that_fails_stops_no_other_and_is_tried_again(self):
        other = self.env["iicharge.site"].create({"name": "Annex", "time_zone": "UTC"})
        model = self.registry["iicharge.night.audit"]
        prepare = model._prepare_audit_values

        def fail(audits, site, *args):
            if site == self.site:
                raise ZeroDivisionError
            return prepare(audits, site, *args)

        logger = "odoo.addons.iicharge_odoo.models.night_audit.iicharge_night_audit"
        with freeze_time("2026-03-11 05:00:00"):
            with (
                patch.object(model, "_prepare_audit_values", fail),
                mute_logger(logger),
            ):
                self.run_cron()
            self.assertEqual((self.days(self.site), self.days(other)), ([], [DAY]))
            self.run_cron()
        self.assertEqual(self.days(self.site), [DAY])

    def test_day_that_is_not_over_is_refused(self):
        """Nor in the minutes in which a charge of that day may still be committed."""
        for now in ("2026-03-10 22:59:59", "2026-03-10 23:09:59"):
            with freeze_time(now), self.assertRaisesRegex(UserError, "not over"):
                self.audits._create_for(self.site, DAY)
        with freeze_time("2026-03-10 23:09:59"):
            self.run_cron()
        self.assertEqual(self.days(self.site), [DAY - timedelta(days=1)])
        with freeze_time("2026-03-10 23:10:00"):
            self.assertTrue(self.audits._create_for(self.site, DAY))

    def test_second_audit_of_a_day_cannot_be_written(self):
        values = self.audit().copy_data()[0]
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.audits.create(values)


@tagged("post_install", "-at_install")
class TestNightAuditOnDemand(NightCase):
    def make(self, group, **values):
        wizard = self.env["iicharge.night.audit.make"].with_user(self.users[group])
        return wizard.create({"site_id": self.site.id, **values}).action_make()

    def test_staff_makes_one_of_any_day(self):
        self.charge()
        for group in ("front_desk", "accountant", "manager"):
            action = self.make(group, day=DAY)
            audit = self.audits.with_user(self.users[group]).browse(action["res_id"])
            self.assertEqual(audit.day, DAY)
            self.assertIn("Anna Weber", audit.tables)

    def test_wizard_offers_yesterday_of_the_site(self):
        with freeze_time("2026-03-10 23:30:00"):
            wizard = self.env["iicharge.night.audit.make"].create({"site_id": self.site.id})
            self.assertEqual(wizard.day, DAY)

    def test_technician_makes_none(self):
        with self.assertRaises(AccessError):
            self.make("technician", day=DAY)

    def test_site_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        site = self.env["iicharge.site"].create({"name": "X", "company_id": company.id})
        with self.assertRaises(AccessError):
            self.make("manager", site_id=site.id, day=DAY)
