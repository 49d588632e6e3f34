# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A bill that pays for several stays has one credit limit for all of them
(docs/room-charges.md rule 4)."""

import threading
from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ...core import errors
from ...service.ports import OdooExecutor
from .test_start_rules import TYPICAL, StartCase


@tagged("post_install", "-at_install")
class TestLimitOfPayer(StartCase):
    """Acme pays for the rooms 101, 102 and 103."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.make_stay(cls.env["res.partner"].create({"name": "Acme"}), False)
        chargers = cls.charger | cls.charger.create(
            [
                {"name": name, "identity": f"TEST-{name}", "site_id": cls.site.id}
                for name in ("G2", "G3")
            ]
        )
        stays = cls.folio
        for room in ("102", "103"):
            stays |= cls.make_stay(cls.env["res.partner"].create({"name": f"Guest {room}"}), room)
        cls.stays = stays
        cls.cars = []
        for number, (stay, charger) in enumerate(zip(stays, chargers, strict=True)):
            if not charger.connector_ids:
                cls.env["iicharge.connector"].create({"charger_id": charger.id, "number": 1})
            stay.iicharge_routing_ids = [Command.create({"paying_folio_id": cls.payer.id})]
            cls.env["iicharge.token"].create({"uid": f"CAR{number}", "folio_id": stay.id})
            cls.cars.append((charger, f"CAR{number}", 7001 + number))
        cls.payer.iicharge_credit_limit = 25

    def decide_for(self, number):
        charger, tag, _transaction = self.cars[number]
        return self.env["iicharge.token"]._decide(charger, tag, fields.Datetime.now(), 1)[0]

    def run_cars(self, kwh):
        """Let all cars charge, up to a last reading."""
        for charger, tag, transaction in self.cars:
            self.start(transaction, idTag=tag, charger=charger)
            self.sample(transaction, 60, 1000 + kwh * 1000, charger=charger)
        self.process()

    def start(self, transaction_id, charger=None, **payload):
        message = super().start(transaction_id, **payload)
        message.charger_id = charger or self.charger
        message.token_id = message.token_id._find(self.company, payload["idTag"])
        return message

    def sample(self, transaction_id, minutes, register, charger=None):
        message = super().sample(transaction_id, minutes, register)
        message.charger_id = charger or self.charger
        return message

    def test_running_cars_of_all_stays_count(self):
        self.run_cars(15)
        self.assertAlmostEqual(float(self.prop._get_owed(self.payer).amount), 22.29, delta=0.03)
        for stay in self.stays:
            with self.assertRaises(errors.CreditLimit):
                self.prop._check_start(stay, self.connector)

    def test_all_cars_are_stopped_when_the_limit_is_reached_together(self):
        self.site.stop_at_credit_limit = True
        self.env["iicharge.connection"].create(
            [
                {"charger_id": charger.id, "online": True, "fence": 1}
                for charger, _tag, _transaction in self.cars[1:]
            ]
        )
        self.run_cars(15)
        sessions = self.stays.iicharge_session_ids
        self.env["iicharge.session"]._stop_at_limit()
        self.assertFalse(any(sessions.mapped("limit_stop_at")))
        self.payer.iicharge_credit_limit = 22
        self.env["iicharge.session"]._stop_at_limit()
        self.assertEqual((len(sessions), all(sessions.mapped("limit_stop_at"))), (3, True))

    def test_bill_and_charges_that_wait_count_with_the_cars(self):
        self.put_on_bill(10, self.payer)
        self.run_cars(5)
        self.assertAlmostEqual(
            float(self.prop._get_owed(self.payer).amount), 10 + 3 * 2.475, delta=0.03
        )
        charger, _tag, transaction = self.cars[0]
        message = self.stop(transaction, meter_stop=11000)
        message.charger_id = charger
        self.process()
        self.assertAlmostEqual(
            float(self.prop._get_owed(self.payer).amount), 10 + 4.95 + 2 * 2.475, delta=0.03
        )

    def test_car_that_a_guest_pays_for_does_not_count(self):
        self.stays[1].iicharge_routing_ids.unlink()
        self.run_cars(10)
        self.assertAlmostEqual(float(self.prop._get_owed(self.payer).amount), 2 * 4.95)
        self.assertAlmostEqual(float(self.prop._get_owed(self.stays[1]).amount), 4.95)

    def test_starts_under_way_count_with_their_estimate(self):
        self.assertEqual(
            [self.decide_for(number) for number in range(3)], ["Accepted", "Accepted", "Blocked"]
        )
        # the same start, sent again
        self.assertEqual(self.decide_for(0), "Accepted")

    def test_start_counts_by_its_cost_once_it_has_one(self):
        self.payer.iicharge_credit_limit = 2 * TYPICAL
        self.assertEqual([self.decide_for(0), self.decide_for(1)], ["Accepted", "Accepted"])
        self.assertEqual(self.decide_for(2), "Blocked")
        for charger, tag, transaction in self.cars[:2]:
            self.start(transaction, idTag=tag, charger=charger)
            self.process()
            self.assertEqual(self.decide_for(2), "Blocked")
            self.sample(transaction, 30, 2000, charger=charger)
            self.process()
        self.payer.iicharge_credit_limit = 2 * 0.50 + TYPICAL
        self.assertEqual(self.decide_for(2), "Accepted")

    def test_start_that_never_came_counts_no_more(self):
        self.payer.iicharge_credit_limit = TYPICAL
        self.assertEqual([self.decide_for(0), self.decide_for(1)], ["Accepted", "Blocked"])
        [held] = self.payer.iicharge_holds
        earlier = fields.Datetime.now() - timedelta(minutes=11)
        self.payer.iicharge_holds = [{**held, "at": fields.Datetime.to_string(earlier)}]
        self.assertEqual(self.decide_for(1), "Accepted")

    def test_start_that_the_charger_refused_counts_no_more(self):
        self.payer.iicharge_credit_limit = TYPICAL
        command = self.connector._start_for_stay(self.folio)
        self.assertEqual(self.decide_for(1), "Blocked")
        command._set_outcome('{"status": "Rejected"}', None, None, fields.Datetime.now())
        self.assertEqual(self.decide_for(1), "Accepted")


@tagged("post_install", "-at_install")
class TestLimitRace(BaseCase):
    """Two cards of one payer are held to two chargers at the same moment: committed, as the
    gateway decides."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.remove)
        with self.registry.cursor() as cr:
            self.ids = self.make(api.Environment(cr, SUPERUSER_ID, {}))

    def make(self, env):
        env.company._iicharge_set_up()
        tariff = env["iicharge.tariff"].create(
            {
                "name": "Race",
                "component_ids": [Command.create({"dimension": "ENERGY", "price": 0.45})],
            }
        )
        site = env["iicharge.site"].create(
            {"name": "Race", "time_zone": "UTC", "tariff_id": tariff.id}
        )
        chargers = env["iicharge.charger"].create(
            [
                {"name": f"Race {number}", "identity": f"TEST-RACE-{number}", "site_id": site.id}
                for number in range(3)
            ]
        )
        env["iicharge.connector"].create(
            [{"charger_id": charger.id, "number": 1} for charger in chargers]
        )
        now = fields.Datetime.now()
        folio = env["sale.order"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Race"}).id,
                "iicharge_checkin": now - timedelta(days=1),
                "iicharge_checkout": now + timedelta(days=1),
                # for one start, not for two
                "iicharge_credit_limit": 15,
            }
        )
        folio.action_confirm()
        env["iicharge.token"].create(
            [{"uid": f"RACE{number}", "folio_id": folio.id} for number in range(3)]
        )
        return {record._name: record.ids for record in (tariff, site, chargers, folio)}

    def remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["iicharge.token"].search([("uid", "like", "RACE_")]).unlink()
            chargers = env["iicharge.charger"].browse(self.ids["iicharge.charger"])
            chargers.connector_ids.unlink()
            chargers.unlink()
            env["iicharge.site"].browse(self.ids["iicharge.site"]).unlink()
            env["iicharge.tariff"].browse(self.ids["iicharge.tariff"]).unlink()
            folio = env["sale.order"].browse(self.ids["sale.order"])
            partner = folio.partner_id
            folio._action_cancel()
            folio.unlink()
            partner.unlink()

    def decide(self, number):
        def work(env):
            charger = env["iicharge.charger"].browse(self.ids["iicharge.charger"][number])
            charger.read(["name"])  # takes the snapshot
            if number not in self.begun:
                self.begun.add(number)
                self.barrier.wait(20)
            decided = env["iicharge.token"]._decide(
                charger, f"RACE{number}", fields.Datetime.now(), 1
            )
            return decided.status

        self.found.append(OdooExecutor(lambda: self.registry)._work(work))

    @mute_logger("odoo.sql_db")
    def test_of_starts_at_the_same_moment_one_is_accepted(self):
        self.barrier, self.begun, self.found = threading.Barrier(3), set(), []
        threads = [threading.Thread(target=self.decide, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(sorted(self.found), ["Accepted", "Blocked", "Blocked"])
