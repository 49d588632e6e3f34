# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GuestCase


@tagged("post_install", "-at_install")
class TestSign(GuestCase):
    def test_sign_is_made_once_and_renewed_on_request(self):
        first = self.connector._make_signs()
        self.assertEqual(self.connector._make_signs(), first)
        self.connector.with_user(self.users["front_desk"]).action_renew_sign()
        self.assertTrue(first.ended_at)
        self.assertNotEqual(self.connector.sign_id.code, first.code)

    def test_accountant_renews_no_sign(self):
        with self.assertRaises(AccessError):
            self.connector.with_user(self.users["accountant"]).action_renew_sign()

    def test_code_as_typed_leads_to_the_page(self):
        code = f" {self.sign.display_name.lower()} "
        page = self.see("/charge?code=" + code.replace(" ", "%20"))
        self.assertTrue(self.answer.url.endswith(f"/charge/{self.sign.code}"))
        self.assertIn(self.sign.display_name, self.get_text(page))

    def test_unknown_code_is_asked_again(self):
        for path, status in (("/charge?code=222222", 200), ("/charge/222222", 404)):
            self.assertIn("no sign with this code", self.get_text(self.see(path, status)))

    def test_old_sign_says_so_and_starts_nothing(self):
        old = self.sign
        values, action = self.get_fields(self.ask_room())
        self.connector.action_renew_sign()
        self.assertIn("This sign is old", self.get_text(self.see(f"/charge/{old.code}", 410)))
        self.see(action, 410, data={**values, "room": "101", "name": "Weber"})
        self.assertFalse(self.env["iicharge.guest.visit"].search([]))

    def test_signs_print_with_code_place_and_four_languages(self):
        reports = self.env["ir.actions.report"]
        both = self.connector | self.other_connector
        text = reports._render_qweb_html("iicharge_odoo.report_sign", both.ids)[0].decode()
        for connector in both:
            self.assertIn(connector.sign_id.display_name, text)
        for words in ("Scan to charge", 'lang="de"', 'lang="fr"', 'lang="es"', "/charge"):
            self.assertIn(words, text)
        self.assertEqual(text.count('class="o_qr"'), 2)
        self.assertNotIn("0.45", text)
