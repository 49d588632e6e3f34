# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import HomeCase


@tagged("post_install", "-at_install")
class TestRoles(HomeCase):
    def test_each_role_gets_its_own_page(self):
        for group in ("front_desk", "technician", "accountant", "manager"):
            with self.subTest(group):
                page = self.read_page(group)
                self.assertEqual(page["role"], group)
                self.assertTrue(page["panels"])

    def test_manager_switches_between_all_homes(self):
        page = self.read_page("manager", "technician")
        self.assertEqual(page["role"], "technician")
        self.assertEqual(
            [role["key"] for role in page["roles"]],
            ["manager", "accountant", "technician", "front_desk"],
        )

    def test_role_that_the_user_does_not_have_is_not_shown(self):
        page = self.read_page("front_desk", "manager")
        self.assertEqual(page["role"], "front_desk")
        self.assertEqual([role["key"] for role in page["roles"]], ["front_desk"])

    def test_user_without_a_role_is_refused(self):
        stranger = new_test_user(self.env, login="stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["iicharge.home"].with_user(stranger).read_home()

    def test_home_of_another_company_shows_nothing_of_ours(self):
        self.start(7001)
        self.process()
        self.charge_kwh(7002, connectorId=2)
        rival = self.env["res.company"].create({"name": "Other hotel"})
        for group in ("front_desk", "technician", "accountant", "manager"):
            user = new_test_user(
                self.env,
                login=f"rival_{group}",
                groups=f"base.group_user,iicharge_odoo.group_{group}",
                company_id=rival.id,
                company_ids=[Command.set(rival.ids)],
            )
            page = self.env["iicharge.home"].with_user(user).read_home(group)
            counts = [tally["count"] for tally in page["tallies"]]
            self.assertEqual(set(counts) - {0}, set(), group)
            text = str(page)
            for ours in ("Garage 1", "Anna Weber", "Hotel'"):
                self.assertNotIn(ours, text, group)

    def test_site_that_is_chosen_is_the_only_one(self):
        annexe = self.env["iicharge.site"].create({"name": "Annexe", "time_zone": "UTC"})
        page = self.read_page("front_desk", site_id=annexe.id)
        self.assertEqual(self.tally(page, "free")["count"], 0)
        page = self.read_page("front_desk", site_id=self.site.id)
        self.assertEqual(self.tally(page, "free")["count"], 2)
        self.assertEqual(page["site_id"], self.site.id)
        self.assertGreaterEqual(len(page["sites"]), 2)

    def test_page_without_sites_opens(self):
        rival = self.env["res.company"].create({"name": "Nothing yet"})
        manager = self.users["manager"]
        manager.company_ids = [Command.link(rival.id)]
        home = self.env["iicharge.home"].with_user(manager).with_company(rival)
        for role in ("front_desk", "technician", "accountant", "manager"):
            self.assertEqual(home.read_home(role)["empty"]["title"], "No charger yet", role)

    def test_greeting_follows_the_clock_of_the_site(self):
        from ...models.home.page import Clock

        home = self.env["iicharge.home"].with_user(self.users["front_desk"])
        at = fields.Datetime.from_string("2025-07-16 10:30:00")
        greetings = {
            zone: home._get_greeting(Clock(self.env, at, zone)).split(",")[0]
            for zone in ("America/New_York", "Europe/Amsterdam", "Asia/Tokyo")
        }
        self.assertEqual(
            list(greetings.values()), ["Good morning", "Good afternoon", "Good evening"]
        )


@tagged("post_install", "-at_install")
class TestFrontDeskHome(HomeCase):
    def test_free_and_used_connectors_are_counted(self):
        page = self.read_page("front_desk")
        self.assertEqual(self.tally(page, "free")["count"], 2)
        self.assertEqual(self.titles(page, "free"), ["Garage 1 · 1", "Garage 1 · 2"])
        self.start(7001)
        self.status("Charging", minutes=1)
        self.process()
        page = self.read_page("front_desk")
        free, used = self.tally(page, "free"), self.tally(page, "used")
        self.assertEqual((free["count"], used["count"]), (1, 1))
        self.assertEqual(self.find(free["link"], "iicharge.connector"), self.other_connector)
        self.assertEqual(self.find(used["link"], "iicharge.connector"), self.connector)

    def test_running_session_says_whose_it_is_and_what_it_costs(self):
        self.start(7001)
        self.status("Charging", minutes=1)
        self.sample(7001, 30, 6000, power=7200)
        self.process()
        (row,) = self.panel(self.read_page("front_desk"), "used")["rows"]
        self.assertEqual((row["word"], row["title"]), ("Charging", "101 Anna Weber"))
        amount = self.session(7001).running_amount
        self.assertGreater(amount, 0)
        self.assertEqual(row["cells"][1], self.company.currency_id.format(amount))
        self.assertEqual(row["button"]["link"]["method"], "action_remote_stop")

    def test_fault_needs_front_desk_until_it_is_mended(self):
        self.status("Faulted", minutes=1, error_code="GroundFailure")
        self.process()
        page = self.read_page("front_desk")
        self.assertEqual(self.tally(page, "trouble")["count"], 1)
        (row,) = self.panel(page, "needs")["rows"]
        self.assertEqual(row["title"], "Garage 1 · 1: Out of order")
        self.assertIn("no technician called yet", row["note"])
        self.connector.with_user(self.users["front_desk"])._call_technician()
        (row,) = self.panel(self.read_page("front_desk"), "needs")["rows"]
        self.assertIn("technician called", row["note"])
        self.status("Available", minutes=2)
        self.process()
        self.assertFalse(self.panel(self.read_page("front_desk"), "needs")["rows"])

    def test_charger_without_contact_is_trouble(self):
        self.connection.online = False
        page = self.read_page("front_desk")
        self.assertEqual(self.tally(page, "trouble")["count"], 2)
        self.assertEqual(self.tally(page, "free")["count"], 0)

    def test_more_chargers_are_read_at_once(self):
        of_one = self.count_queries("front_desk")
        for number in range(3):
            charger = self.charger.copy(
                {"name": f"Garage {number + 2}", "identity": f"MORE-{number}"}
            )
            charger.admission = "accepted"
            self.connection.copy({"charger_id": charger.id, "fence": number + 2})
            charger.connector_ids = [Command.create({"number": 1, "status": "charging"})]
        self.assertEqual(self.tally(self.read_page("front_desk"), "used")["count"], 3)
        self.assertEqual(self.count_queries("front_desk"), of_one)

    def test_full_car_is_asked_to_move(self):
        self.start(7001)
        self.sample(7001, 30, 9000, power=7200)
        self.status("SuspendedEV", minutes=40)
        self.process()
        (row,) = self.panel(self.read_page("front_desk"), "needs")["rows"]
        self.assertIn("101 Anna Weber", row["title"])
        self.assertEqual(row["button"]["label"], "View")
        self.guest.email = "anna@example.com"
        (row,) = self.panel(self.read_page("front_desk"), "needs")["rows"]
        self.assertEqual(row["button"]["label"], "Write to guest")
        context = row["button"]["link"]["open"]["context"]
        self.assertEqual(context["default_partner_ids"], self.guest.ids)

    def test_walk_in_who_has_not_paid_is_listed_with_the_sum(self):
        self.connector.with_user(self.users["front_desk"])._start_for_visitor()
        tag = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1).uid
        session = self.charge_kwh(7001, kwh=20, idTag=tag)
        page = self.read_page("front_desk")
        tally = self.tally(page, "unpaid")
        amount = self.company.currency_id.format(session.amount_total)
        self.assertEqual((tally["count"], tally["note"]), (1, amount))
        self.assertEqual(self.find(tally["link"], "iicharge.session"), session)
        (row,) = self.panel(page, "unpaid")["rows"]
        self.assertEqual((row["title"], row["amount"]), ("Walk-in", amount))

    def test_reserved_charger_is_listed_until_it_is_cancelled(self):
        until = fields.Datetime.now() + timedelta(minutes=30)
        self.connector._reserve_for_stay(self.folio, until)
        (row,) = self.panel(self.read_page("front_desk"), "reserved")["rows"]
        self.assertEqual(row["title"], "101 Anna Weber")
        self.connector.reservation_id.action_cancel()
        self.assertFalse(self.panel(self.read_page("front_desk"), "reserved")["rows"])

    def test_arrival_is_listed_with_its_charger_or_with_a_way_to_reserve_one(self):
        soon = fields.Datetime.now() + timedelta(minutes=1)
        stay = self.make_stay(self.guest, "102", iicharge_checkin=soon)
        self.connector.status = "available"
        (row,) = self.panel(self.read_page("front_desk"), "reserved")["rows"]
        self.assertIn("arrives", row["note"])
        action = row["button"]["link"]["open"]
        self.assertEqual(action["context"]["default_folio_id"], stay.id)
        connector = self.env["iicharge.connector"].browse(action["context"]["default_connector_id"])
        connector._reserve_for_stay(stay, soon + timedelta(minutes=30))
        (row,) = self.panel(self.read_page("front_desk"), "reserved")["rows"]
        self.assertIn(connector.display_name, row["note"])
        self.assertIn("arrives", row["note"])

    def test_arrivals_are_those_who_come_later_today(self):
        now = fields.Datetime.now()
        in_a_minute = self.make_stay(self.guest, "102", iicharge_checkin=now + timedelta(minutes=1))
        self.make_stay(self.guest, "103", iicharge_checkin=now + timedelta(days=2))
        tally = self.tally(self.read_page("front_desk"), "arrivals")
        found = self.env["sale.order"].browse(tally["link"]["open"]["domain"][0][2])
        # in the last minute of a day it is tomorrow that it begins
        self.assertLessEqual(found, in_a_minute)
        self.assertEqual(tally["count"], len(found))

    def test_guest_who_waits_for_an_answer_is_named_in_time(self):
        session = self.charge_kwh()
        self.post()
        dispute = session._open_dispute("price", "It said less.")
        dispute.deadline = self.site._get_today() + timedelta(days=5)
        self.assertFalse(self.panel(self.read_page("front_desk"), "needs")["rows"])
        dispute.deadline = self.site._get_today()
        (row,) = self.panel(self.read_page("front_desk"), "needs")["rows"]
        self.assertIn("101 Anna Weber", row["title"])


@tagged("post_install", "-at_install")
class TestSetup(HomeCase):
    """A company that has just begun."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hotel = cls.env["res.company"].create({"name": "New Hotel"})
        cls.users["manager"].company_ids = [Command.link(cls.hotel.id)]

    def read_new(self, role="manager"):
        self.env.flush_all()
        self.env.invalidate_all()
        home = self.env["iicharge.home"].with_user(self.users["manager"])
        return home.with_company(self.hotel).read_home(role)

    def steps(self):
        panel = self.panel(self.read_new(), "setup")
        return {row["key"].removeprefix("setup-"): row["done"] for row in panel["rows"]}

    def test_first_day_says_what_to_do_first(self):
        page = self.read_new()
        self.assertEqual(page["empty"]["title"], "No charger yet")
        self.assertEqual([panel["key"] for panel in page["panels"]], ["setup"])
        self.assertEqual(set(self.steps().values()), {False})
        first = self.panel(page, "setup")["rows"][0]
        self.assertTrue(first["isNext"])

    def test_front_desk_is_told_who_adds_the_first_charger(self):
        page = self.read_new("front_desk")
        self.assertFalse(page["empty"]["buttons"])
        self.assertFalse(page["panels"])

    def test_each_step_is_done_by_what_is_there(self):
        new = self.env(context={"allowed_company_ids": self.hotel.ids})
        self.hotel.partner_id.write(
            {"street": "Lane 1", "city": "Vienna", "country_id": self.env.ref("base.at").id}
        )
        self.assertTrue(self.steps()["company"])
        tariff = new["iicharge.tariff"].create(
            {"name": "Guests", "component_ids": [Command.create({"price": 0.4})]}
        )
        self.assertTrue(self.steps()["tariff"])
        site = new["iicharge.site"].create({"name": "New site", "time_zone": "Europe/Vienna"})
        self.assertFalse(self.steps()["site"])
        site.tariff_id = tariff
        self.assertTrue(self.steps()["site"])
        charger = new["iicharge.charger"].create(
            {"name": "Yard", "identity": "NEW-YARD", "site_id": site.id}
        )
        self.assertFalse(self.read_new()["empty"])
        self.assertFalse(self.steps()["charger"])
        self.connection.copy({"charger_id": charger.id})
        self.assertTrue(self.steps()["charger"])
        stay = new["sale.order"].create(
            {
                "partner_id": self.guest.id,
                "iicharge_room": "1",
                "iicharge_checkin": fields.Datetime.now() + timedelta(days=3),
                "iicharge_checkout": fields.Datetime.now() + timedelta(days=5),
            }
        )
        self.assertFalse(self.steps()["stay"])
        stay.action_confirm()
        self.assertTrue(self.steps()["stay"])
        new["iicharge.session"].create(
            {
                "charger_id": charger.id,
                "company_id": self.hotel.id,
                "started_at": self.t0,
                "stopped_at": self.t0,
                "state": "stopped",
                "energy_wh": 100,
            }
        )
        self.assertTrue(self.steps()["test"])
        open_steps = [key for key, done in self.steps().items() if not done]
        self.assertEqual(open_steps, ["payment"])

    def test_set_up_leaves_the_page_when_all_is_done(self):
        self.company.partner_id.write(
            {"street": "Lane 1", "city": "Vienna", "country_id": self.env.ref("base.at").id}
        )
        methods = self.env["pos.payment.method"].create(
            [{"name": "Room", "iicharge_room": True}, {"name": "Card"}]
        )
        self.env["pos.config"].create(
            {"name": "Desk", "payment_method_ids": [Command.set(methods.ids)]}
        )
        keys = [panel["key"] for panel in self.read_page("manager")["panels"]]
        self.assertIn("setup", keys)
        self.charge_kwh()
        keys = [panel["key"] for panel in self.read_page("manager")["panels"]]
        self.assertNotIn("setup", keys)
