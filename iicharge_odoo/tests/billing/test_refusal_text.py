# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import TransactionCase, tagged

from ...core import errors
from ...models.refusal_text import get_staff_text


@tagged("post_install", "-at_install")
class TestRefusalText(TransactionCase):
    def test_every_refusal_has_its_text_for_translation(self):
        for refusal in errors.Refusal.__subclasses__():
            self.assertEqual(get_staff_text(self.env, refusal.code), refusal.staff_text)
