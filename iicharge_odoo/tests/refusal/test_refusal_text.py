# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import TransactionCase, tagged

from ...core import errors


@tagged("post_install", "-at_install")
class TestRefusalText(TransactionCase):
    def test_every_refusal_has_texts_for_staff_and_guest(self):
        texts = self.env["iicharge.refusal"]._get_texts()
        self.assertEqual({r.code for r in errors.Refusal.__subclasses__()}, set(texts))
        for code, text in texts.items():
            with self.subTest(code):
                self.assertTrue(text.staff.endswith(".") and text.guest.endswith("."))
                self.assertNotEqual(text.staff, text.guest)

    def test_code_without_a_text_is_shown_as_it_is(self):
        refusals = self.env["iicharge.refusal"]
        self.assertEqual(refusals._get_staff_text("from_elsewhere"), "from_elsewhere")
