# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import PrepaidCase


@tagged("post_install", "-at_install")
class TestPrepaidDesk(PrepaidCase):
    """A prepaid card that is tapped at the desk to start a charger."""

    def test_card_with_a_balance_says_what_is_left(self):
        found = self.desk.iicharge_read_card("PREPAID")
        self.assertFalse(found["refusal"])
        self.assertIn("Pia Prepaid", found["who"])
        self.assertIn("20.00", found["note"])

    def test_card_that_would_not_start_says_why(self):
        self.wallet.points = 0
        refusal = self.desk.iicharge_read_card("PREPAID")["refusal"]
        self.assertEqual((refusal["code"], refusal["waivable"]), ("prepaid_empty", False))
        self.wallet.write(
            {"points": 20, "expiration_date": fields.Date.today() - timedelta(days=2)}
        )
        terms = self.desk.iicharge_read_card_terms(self.connector.id, self.prepaid.id)
        self.assertEqual(terms["refusal"]["code"], "prepaid_expired")

    def test_blocked_card_is_blocked_whatever_is_on_it(self):
        self.wallet.points = 0
        self.prepaid.blocked = True
        refusal = self.desk.iicharge_read_card("PREPAID")["refusal"]
        self.assertEqual(refusal["code"], "card_blocked")
