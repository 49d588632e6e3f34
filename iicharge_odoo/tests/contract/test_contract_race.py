# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import threading
from datetime import date, datetime

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..race import RaceCase

MARCH = date(2025, 3, 31)


@tagged("post_install", "-at_install")
class TestContractRace(RaceCase):
    """Two processes invoice one contract at the same time."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            self.contract_id = self.make_charges(self.get_env(cr)).id

    def make_charges(self, env):
        contract = env["iicharge.contract"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Race"}).id,
                "date_from": "2020-01-01",
                "attach_records": False,
            }
        )
        began = datetime(2025, 3, 1)
        for day in range(2, 7):
            self.make_session(env, began, datetime(2025, 3, day), contract_id=contract.id)
        return contract

    def remove_of(self, site, sessions):
        contract = sessions.contract_id
        contract.invoice_ids.unlink()
        sessions.contract_id = False
        partner = contract.partner_id
        contract.unlink()
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
