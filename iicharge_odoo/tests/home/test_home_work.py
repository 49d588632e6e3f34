# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The homes of technicians and accountants."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...models.home.iicharge_home_technician import get_version_key
from ...models.home.page import Clock
from .common import HomeCase


@tagged("post_install", "-at_install")
class TestTechnicianHome(HomeCase):
    def test_charger_without_contact_comes_first(self):
        other = self.env["iicharge.charger"].create(
            {"name": "Garage 0", "identity": "TEST-0", "site_id": self.site.id}
        )
        page = self.read_page("technician")
        tally = self.tally(page, "offline")
        self.assertEqual((tally["count"], tally["look"]), (1, "bad"))
        self.assertEqual(self.find(tally["link"], "iicharge.charger"), other)
        self.assertEqual(self.titles(page, "chargers"), ["Garage 0", "Garage 1"])

    def test_fault_is_counted_by_connector(self):
        self.status("Faulted", minutes=1, error_code="GroundFailure")
        self.process()
        page = self.read_page("technician")
        tally = self.tally(page, "faulted")
        self.assertEqual(self.find(tally["link"], "iicharge.connector"), self.connector)
        self.assertEqual(self.panel(page, "chargers")["rows"][0]["word"], "Out of order")

    def test_message_that_was_refused_is_listed_for_a_day(self):
        now = fields.Datetime.now()
        recent = self.journal_message(
            "MeterValues", {}, received_at=now - timedelta(hours=1), error_code="FormationViolation"
        )
        self.journal_message(
            "MeterValues", {}, received_at=now - timedelta(hours=30), error_code="GenericError"
        )
        (recent | self.env["iicharge.ocpp.message"].search([])).write({"state": "done"})
        page = self.read_page("technician")
        tally = self.tally(page, "refused")
        self.assertEqual(tally["count"], 1)
        self.assertEqual(self.find(tally["link"], "iicharge.ocpp.message"), recent)
        (row,) = self.panel(page, "messages")["rows"]
        self.assertEqual(
            (row["title"], row["note"]), ("Garage 1: MeterValues", "FormationViolation")
        )

    def test_request_of_front_desk_is_seen_taken_and_done(self):
        self.status("Faulted", minutes=1, error_code="GroundFailure")
        self.process()
        request = self.connector.with_user(self.users["front_desk"])._call_technician("It clicked.")
        (row,) = self.panel(self.read_page("technician"), "requests")["rows"]
        self.assertIn("It clicked.", row["note"])
        own = request.with_user(self.users["technician"])
        self.assertEqual(row["button"]["link"]["method"], "action_iicharge_take")
        own.action_iicharge_take()
        (row,) = self.panel(self.read_page("technician"), "requests")["rows"]
        self.assertEqual(row["button"]["link"]["method"], "action_iicharge_done")
        own.action_iicharge_done()
        self.assertTrue(request.stage_id.done)
        self.assertFalse(self.panel(self.read_page("technician"), "requests")["rows"])

    def test_older_firmware_is_found_among_the_same_model(self):
        self.charger.write({"vendor": "W", "model": "Pro", "firmware_version": "3.10.0"})
        old = self.env["iicharge.charger"].create(
            {"name": "Garage 2", "identity": "TEST-2", "site_id": self.site.id}
        )
        old.write({"vendor": "W", "model": "Pro", "firmware_version": "3.9.2"})
        self.connection.copy({"charger_id": old.id})
        page = self.read_page("technician")
        self.assertEqual(self.find(self.tally(page, "outdated")["link"], "iicharge.charger"), old)
        (row,) = self.panel(page, "firmware")["rows"]
        self.assertEqual((row["title"], row["share"]), ("W Pro 3.10.0", 0.5))

    def test_versions_are_compared_by_their_numbers(self):
        versions = ["3.10.0", "3.9.2", "2.0", "3.9.2-rc1", "beta"]
        self.assertEqual(
            sorted(versions, key=get_version_key), ["beta", "2.0", "3.9.2", "3.9.2-rc1", "3.10.0"]
        )

    def test_new_charger_waits_to_be_accepted(self):
        self.env["iicharge.charger"].create(
            {
                "name": "ANNEX-1",
                "identity": "ANNEX-1",
                "site_id": self.site.id,
                "admission": "pending",
            }
        )
        page = self.read_page("technician")
        self.assertEqual(self.titles(page, "new"), ["ANNEX-1"])
        self.assertNotIn("ANNEX-1", self.titles(page, "chargers"))


@tagged("post_install", "-at_install")
class TestAccountantHome(HomeCase):
    def make_late(self):
        self.start(7001)
        self.process()
        self.folio.locked = True
        self.stop(7001)
        self.process()
        self.post()
        return self.session(7001).charge_ids

    def step(self, page, key):
        return next(row for row in self.panel(page, "month")["rows"] if row["key"] == key)

    def test_late_charge_is_counted_with_its_sum_and_settled(self):
        late = self.make_late()
        page = self.read_page("accountant")
        tally = self.tally(page, "late")
        self.assertEqual(tally["count"], 1)
        self.assertIn(late.currency_id.format(late.amount_total), tally["note"])
        self.assertEqual(self.find(tally["link"], "iicharge.charge"), late)
        (row,) = self.panel(page, "needs")["rows"]
        self.assertEqual(row["button"]["link"]["method"], "action_resolve")
        late._write_off("test")
        self.assertEqual(self.tally(self.read_page("accountant"), "late")["count"], 0)

    def test_revenue_of_the_month_adds_up_by_where_it_is(self):
        # what was charged in the hours before is of the month also in its first ones: where the
        # site's clock says that it is afternoon or later
        now = fields.Datetime.now()
        self.site.time_zone = "Pacific/Pago_Pago" if now.hour < 11 else "UTC"
        clock = Clock(self.env, now, self.site.time_zone)
        self.assertLess(clock.get_start(clock.today.replace(day=1)), self.t0)
        late = self.make_late()
        self.folio.locked = False
        billed = self.charge_kwh(7002, kwh=20, connectorId=2)
        self.post()
        panel = self.panel(self.read_page("accountant"), "revenue")
        amounts = {row["key"]: row["value"] for row in panel["rows"]}
        self.assertAlmostEqual(amounts["late"], late.amount_total)
        self.assertAlmostEqual(amounts["bills"], billed.amount_total)
        self.assertAlmostEqual(sum(row["share"] for row in panel["rows"]), 1)
        for row in panel["rows"]:
            found = self.find(row["link"], "iicharge.session")
            self.assertAlmostEqual(sum(found.mapped("amount_total")), row["value"])

    def test_steps_of_the_month_are_open_until_their_work_is_done(self):
        page = self.read_page("accountant")
        self.assertTrue(self.step(page, "late")["done"])
        self.assertFalse(self.step(page, "reconciled")["done"])
        self.make_late()
        self.env["iicharge.reconciliation.check"]._run_for(self.company)
        page = self.read_page("accountant")
        self.assertTrue(self.step(page, "reconciled")["done"])
        self.assertEqual(self.tally(page, "differences")["look"], "free")

    def test_difference_in_the_books_is_counted(self):
        session = self.charge_kwh()
        self.post()
        yesterday = fields.Datetime.now() - timedelta(days=1)
        session.stopped_at = session.started_at = yesterday
        session.energy_wh = 99_000  # not what was billed
        self.env["iicharge.reconciliation.check"]._run_for(self.company)
        page = self.read_page("accountant")
        self.assertGreater(self.tally(page, "differences")["count"], 0)
        self.assertEqual(self.tally(page, "differences")["look"], "bad")
        self.assertFalse(self.step(page, "reconciled")["done"])

    def test_month_that_is_being_closed(self):
        home = self.env["iicharge.home"]
        at = fields.Datetime.from_string

        def closing(now):
            clock = Clock(self.env, at(now), "Europe/Amsterdam")
            return str(home._get_closing_month(clock))

        self.company.iicharge_month_done = False
        self.assertEqual(closing("2025-07-09 12:00:00"), "2025-06-30")
        self.assertEqual(closing("2025-07-28 12:00:00"), "2025-07-31")
        self.company.iicharge_month_done = "2025-05-31"
        self.assertEqual(closing("2025-07-28 12:00:00"), "2025-06-30")
