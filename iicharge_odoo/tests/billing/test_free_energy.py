# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import datetime

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestFreeEnergy(ChargingCase):
    """Free energy of a night or a stay is granted once, however many cars charge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 18:00 in Amsterdam: well inside one hotel night
        cls.t0 = datetime(2026, 3, 10, 17, 0)
        cls.tariff.write({"free_kwh": 6, "free_kwh_per": "night"})

    def charge(self, number, kwh, minutes=0, connector=1, **payload):
        self.start(number, minutes=minutes, connectorId=connector, **payload)
        self.stop(number, minutes=minutes + 60, meter_stop=1000 + kwh * 1000)
        self.process()
        return self.session(number)

    def test_second_car_of_the_night_gets_what_is_left(self):
        first = self.charge(7001, 4)
        second = self.charge(7002, 10, minutes=90, connector=2)
        third = self.charge(7003, 10, minutes=180)
        self.assertEqual(first.billing, "free")
        self.assertAlmostEqual(second.amount_untaxed, 8 * 0.45)
        self.assertAlmostEqual(third.amount_untaxed, 10 * 0.45)
        self.assertEqual(self.env["iicharge.free.energy"].search([]).used_wh, 6000)

    def test_hour_after_midnight_is_the_same_night_and_the_next_evening_is_not(self):
        self.charge(7001, 6)
        late = self.charge(7002, 10, minutes=9 * 60)
        tomorrow = self.charge(7003, 10, minutes=24 * 60)
        self.assertAlmostEqual(late.amount_untaxed, 10 * 0.45)
        self.assertAlmostEqual(tomorrow.amount_untaxed, 4 * 0.45)

    def test_stay_has_it_once(self):
        self.tariff.free_kwh_per = "stay"
        self.charge(7001, 6)
        self.assertAlmostEqual(self.charge(7002, 10, minutes=24 * 60).amount_untaxed, 10 * 0.45)

    def test_another_stay_has_its_own(self):
        other = self.make_stay(self.env["res.partner"].create({"name": "B"}), "102")
        self.env["iicharge.token"].create({"uid": "OTHER", "folio_id": other.id})
        self.charge(7001, 6)
        self.assertAlmostEqual(
            self.charge(7002, 10, minutes=90, idTag="OTHER").amount_untaxed, 4 * 0.45
        )

    def test_visitor_without_a_stay_has_none(self):
        self.env["iicharge.token"].create({"uid": "VISITOR"})
        self.assertAlmostEqual(self.charge(7001, 10, idTag="VISITOR").amount_untaxed, 10 * 0.45)

    def test_cost_so_far_counts_with_what_is_left_and_uses_nothing(self):
        self.charge(7001, 4)
        self.start(7002, minutes=90)
        self.sample(7002, 100, 5000)
        self.process()
        self.assertAlmostEqual(self.session(7002).running_amount, round(2 * 0.45 * 1.1, 2))
        self.assertEqual(self.env["iicharge.free.energy"].search([]).used_wh, 4000)

    def test_tariff_given_to_others_and_back_keeps_it(self):
        document = self.tariff._read_snapshot(self.tariff._format_document())
        values = self.tariff._prepare_ocpi_values(document, {})
        self.assertEqual((values["free_kwh"], values["free_kwh_per"]), (6, "night"))

    def test_two_transactions_at_once_collide_instead_of_giving_it_twice(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partner = env["res.partner"].create({"name": "Two cars"})
            order_id = env["sale.order"].create({"partner_id": partner.id}).id
        self.addCleanup(self.remove_order, order_id, partner.id)
        slow = self.registry.cursor()
        self.addCleanup(slow.close)
        slow.execute("SELECT 1")  # its snapshot is older than what the other one writes
        with self.registry.cursor() as quick:
            self.use(quick, order_id)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.SerializationFailure):
            self.use(slow, order_id)
        slow.rollback()
        self.assertEqual(self.use(slow, order_id), 6000, "done again, it sees the first")
        slow.rollback()

    def use(self, cr, order_id):
        env = api.Environment(cr, SUPERUSER_ID, {})
        accounts, order = env["iicharge.free.energy"], env["sale.order"].browse(order_id)
        accounts._lock(order, "stay")
        account = accounts.search([("folio_id", "=", order_id)])
        used = account.used_wh
        account.used_wh += 6000
        env.flush_all()
        return used

    def remove_order(self, order_id, partner_id):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["sale.order"].browse(order_id).unlink()
            env["res.partner"].browse(partner_id).unlink()
