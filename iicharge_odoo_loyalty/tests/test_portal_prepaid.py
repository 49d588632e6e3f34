# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.portal.common import PortalCase

from .common import make_program


@tagged("post_install", "-at_install")
class TestPortalPrepaid(PortalCase):
    def setUp(self):
        super().setUp()
        program = make_program(self.env, self.company, "gift_card")
        self.card = self.env["loyalty.card"].create(
            {"program_id": program.id, "points": 37, "partner_id": self.ben.partner_id.id}
        )
        self.own = self.env["iicharge.token"].create(
            {
                "uid": "OWN1",
                "partner_id": self.ben.partner_id.id,
                "loyalty_card_id": self.card.id,
            }
        )

    def test_balance_is_shown_to_its_holder_alone(self):
        text = self.get_text(self.look(self.ben))
        self.assertIn("37.00", text)
        self.assertIn(f"paid by: {self.card.program_id.name}", text)
        self.assertNotIn("37.00", self.get_text(self.look(self.anna)))

    def test_card_with_a_balance_is_not_deleted(self):
        self.env["iicharge.portal"]._erase(self.ben.partner_id)
        self.assertTrue(self.own.active and self.own.partner_id)
