# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import threading
from datetime import datetime

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .common import make_program

BALANCE, TOP_UP, COST = 9.0, 5.0, 20.0


@tagged("post_install", "-at_install")
class TestPrepaidRace(BaseCase):
    """Sessions and a sale on one card at the same time: committed, on cursors of their own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            self.program = make_program(env, env.company).id
            self.card_id, self.session_ids = self.make_charges(env)
        self.addCleanup(self.remove)

    def get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def make_charges(self, env):
        """Three sessions that wait for the card, each dearer than all that is on it."""
        card = env["loyalty.card"].create({"program_id": self.program, "points": BALANCE})
        site = env["iicharge.site"].create({"name": "Race", "time_zone": "UTC"})
        charger = env["iicharge.charger"].create(
            {"name": "Race", "identity": "TEST-RACE", "site_id": site.id}
        )
        line = {
            "name": "40 kWh",
            "product_id": env.company._iicharge_get_product().id,
            "tax_ids": [Command.clear()],
            "price_unit": COST,
            "amount_untaxed": COST,
        }
        sessions = env["iicharge.session"].create(
            [
                {
                    "charger_id": charger.id,
                    "company_id": site.company_id.id,
                    "loyalty_card_id": card.id,
                    "state": "stopped",
                    "billing": "rated",
                    "started_at": datetime(2025, 3, day),
                    "stopped_at": datetime(2025, 3, day, 2),
                    "amount_untaxed": COST,
                    "amount_total": COST,
                }
                for day in (1, 2, 3)
            ]
        )
        walk_in = env.ref("iicharge_odoo.partner_walk_in")
        for session in sessions:
            values = {"destination": "prepaid", "partner_id": walk_in.id}
            env["iicharge.charge"]._create_once(session, 1, [line], **values)
        return card.id, sessions.ids

    def remove(self):
        """By SQL: charges cannot be deleted."""
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            sessions = env["iicharge.session"].browse(self.session_ids)
            charges, site = sessions.charge_ids, sessions.site_id
            orders = charges.line_ids.sale_line_ids.order_id
            for query, ids in (
                ("DELETE FROM sale_order_line WHERE order_id IN %s", orders.ids),
                ("DELETE FROM iicharge_charge_line WHERE charge_id IN %s", charges.ids),
                ("DELETE FROM iicharge_charge WHERE id IN %s", charges.ids),
                ("DELETE FROM sale_order WHERE id IN %s", orders.ids),
                ("DELETE FROM iicharge_session WHERE id IN %s", sessions.ids),
                ("DELETE FROM loyalty_card WHERE program_id IN %s", [self.program]),
            ):
                cr.execute(query, [tuple(ids) or (0,)])
            env.invalidate_all(flush=False)
            program = env["loyalty.program"].browse(self.program)
            products = program.trigger_product_ids | program.reward_ids.discount_line_product_id
            program.active = False
            program.unlink()
            products.active = False  # a register that is open may show them
            site.charger_ids.unlink()
            site.unlink()

    def run_at_once(self, *works):
        """Each starts its transaction before any has finished, and restarts on a serialization
        error."""
        barrier, again = threading.Barrier(len(works)), []

        def run(work):
            first = True
            while True:
                try:
                    with self.registry.cursor() as cr:
                        env = self.get_env(cr)
                        env["loyalty.card"].browse(self.card_id).read(["points"])  # the snapshot
                        if first:
                            first = False
                            barrier.wait(20)
                        work(env)
                    return
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    again.append(work)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return len(again)

    @mute_logger("odoo.sql_db")
    def test_sessions_and_a_top_up_at_once_take_and_add_each_cent_once(self):
        def post(env):
            env["iicharge.charge"]._post_due(limit=1)

        def top_up(env):
            env["loyalty.card"].browse(self.card_id).points += TOP_UP

        again = self.run_at_once(post, post, post, top_up)
        self.assertGreaterEqual(again, 3)
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            sessions = env["iicharge.session"].browse(self.session_ids)
            self.assertEqual(sessions.mapped("billing"), ["posted"] * 3)
            charges = sessions.charge_ids
            paid = sum(charge._get_paid_by_card() for charge in charges)
            card = env["loyalty.card"].browse(self.card_id)
            self.assertAlmostEqual(paid + card.points, BALANCE + TOP_UP)
            self.assertAlmostEqual(sum(card.history_ids.mapped("used")), paid)
            left = charges.line_ids.sale_line_ids.order_id.mapped("amount_total")
            self.assertAlmostEqual(sum(left), 3 * COST - paid)
