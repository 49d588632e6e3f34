# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from .common import MARCH_ENDS, ContractCase


@tagged("post_install", "-at_install")
class TestContractShown(ContractCase):
    def test_session_of_a_company_is_shown_as_paid_by_it(self):
        session = self.charge_until(MARCH_ENDS)
        session.flush_recordset()
        self.assertEqual((session.billing, session.billing_shown), ("rated", "monthly"))
        for shown, is_found in (("rated", False), ("monthly", True), ("posted", False)):
            for operator, expected in (("=", is_found), ("!=", not is_found)):
                domain = [("id", "=", session.id), ("billing_shown", operator, shown)]
                found = bool(self.env["iicharge.session"].search(domain))
                self.assertEqual(found, expected, (operator, shown))

    def test_sessions_are_grouped_by_what_is_shown(self):
        session = self.charge_until(MARCH_ENDS)
        sessions = self.env["iicharge.session"].with_user(self.users["accountant"])
        groups = sessions.web_read_group([("id", "=", session.id)], ["billing_shown"])["groups"]
        self.assertEqual([group["billing_shown"] for group in groups], ["monthly"])
        [group] = groups
        self.assertEqual(sessions.search(group["__extra_domain"]) & session, session)
        self.assertEqual(group["__count"], 1)

    def test_night_audit_does_not_wait_for_what_is_due_at_the_end_of_the_month(self):
        charge = self.charge_until(MARCH_ENDS).charge_ids
        self.post()
        self.assertEqual(charge.state, "pending")
        figures = self.env["iicharge.night.audit"]._get_open_figures(self.site)
        self.assertNotIn(charge.id, [row["charge"] for row in figures["waiting"]])
