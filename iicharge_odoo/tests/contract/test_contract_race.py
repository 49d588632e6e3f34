# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import threading
from datetime import date, datetime

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

MARCH = date(2025, 3, 31)


@tagged("post_install", "-at_install")
class TestContractRace(BaseCase):
    """Two processes invoice one contract at the same time: committed, on cursors of their own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self.contract_id, self.session_ids = self.make_charges(self.get_env(cr))
        self.addCleanup(self.remove)

    def get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def make_charges(self, env):
        site = env["iicharge.site"].create({"name": "Race", "time_zone": "UTC"})
        charger = env["iicharge.charger"].create(
            {"name": "Race", "identity": "TEST-RACE", "site_id": site.id}
        )
        contract = env["iicharge.contract"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Race"}).id,
                "date_from": "2020-01-01",
                "attach_records": False,
            }
        )
        line = {
            "name": "10 kWh",
            "product_id": env.company._iicharge_get_product().id,
            "tax_ids": [Command.clear()],
            "price_unit": 4.5,
            "amount_untaxed": 4.5,
        }
        sessions = env["iicharge.session"].create(
            [
                {
                    "charger_id": charger.id,
                    "company_id": site.company_id.id,
                    "contract_id": contract.id,
                    "state": "stopped",
                    "billing": "rated",
                    "started_at": datetime(2025, 3, 1),
                    "stopped_at": datetime(2025, 3, day),
                }
                for day in range(2, 7)
            ]
        )
        for session in sessions:
            env["iicharge.charge"]._create_once(session, 1, [line], destination="contract")
        return contract.id, sessions.ids

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            contract = env["iicharge.contract"].browse(self.contract_id)
            sessions = env["iicharge.session"].browse(self.session_ids)
            site, partner = sessions.site_id, contract.partner_id
            contract.invoice_ids.unlink()
            sessions.charge_ids.line_ids.unlink()
            sessions.charge_ids.unlink()
            sessions.unlink()
            contract.unlink()
            site.charger_ids.unlink()
            site.unlink()
            partner.unlink()

    def run_at_once(self, count):
        """Invoice in concurrent transactions, which restart on a serialization error."""
        barrier, found = threading.Barrier(count), []

        def invoice():
            first = True
            while True:
                try:
                    with self.registry.cursor() as cr:
                        contract = self.get_env(cr)["iicharge.contract"].browse(self.contract_id)
                        contract.read(["reference"])  # takes the snapshot
                        if first:
                            first = False
                            barrier.wait(20)
                        found.append(len(contract._invoice(MARCH)))
                    return
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    found.append("again")

        threads = [threading.Thread(target=invoice) for _number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return found

    @mute_logger("odoo.sql_db")
    def test_two_runs_at_once_make_one_invoice(self):
        found = self.run_at_once(3)
        self.assertEqual([sorted(map(str, found)).count(text) for text in ("0", "1")], [2, 1])
        self.assertGreaterEqual(found.count("again"), 2)
        with self.registry.cursor() as cr:
            contract = self.get_env(cr)["iicharge.contract"].browse(self.contract_id)
            self.assertEqual(contract.invoice_ids.amount_untaxed, 22.5)
            self.assertEqual(len(contract.invoice_ids.invoice_line_ids), 5)

    def test_run_ended_before_its_commit_leaves_all_to_the_next(self):
        with self.registry.cursor() as cr:
            contract = self.get_env(cr)["iicharge.contract"].browse(self.contract_id)
            self.assertTrue(contract._invoice(MARCH))
            cr.rollback()
        with self.registry.cursor() as cr:
            contract = self.get_env(cr)["iicharge.contract"].browse(self.contract_id)
            self.assertFalse(contract.last_invoiced)
            self.assertEqual(contract._invoice(MARCH).amount_untaxed, 22.5)
