# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GuestCase

ALL = ("en", "de", "fr", "es", "nl", "it")


@tagged("post_install", "-at_install")
class TestGuestLanguage(GuestCase):
    def setUp(self):
        super().setUp()
        # one is missing: each takes seconds to install
        for code in ("de_CH", "fr_FR", "es_ES", "it_IT", "ja_JP"):
            self.env["res.lang"]._activate_lang(code)

    def settings(self, group):
        return self.env["iicharge.hotel.settings"].with_user(self.users[group]).create({})

    def test_languages_are_those_of_our_texts_that_are_active_in_any_country(self):
        languages = self.env["iicharge.guest.language"]
        offered = [code.partition("_")[0] for code in languages._get_offered()]
        self.assertEqual(set(offered), set(ALL) - {"nl"})
        self.assertEqual(languages._get_missing(), {"nl_NL": "Nederlands"})
        settings = self.settings("manager")
        self.assertEqual(settings.guest_languages, "English, Deutsch, Français, Español, Italiano")
        self.assertEqual(settings.missing_languages, "Nederlands")
        page = self.env["res.config.settings"].create({})
        self.assertEqual(page.iicharge_guest_languages, settings.guest_languages)
        self.assertEqual(page.iicharge_missing_languages, "Nederlands")

    def test_manager_adds_what_is_missing_with_its_texts(self):
        dutch = {"Accept-Language": "nl,en;q=0.5"}
        self.assertEqual(self.see(f"/charge/{self.sign.code}", headers=dutch).get("lang")[:2], "en")
        action = self.settings("manager").action_add_languages()
        self.assertIn("Nederlands", action["params"]["message"])
        page = self.see(f"/charge/{self.sign.code}", headers=dutch)
        self.assertEqual(page.get("lang"), "nl-NL")
        self.assertIn("Wie betaalt?", self.get_text(page))
        settings = self.settings("manager")
        self.assertFalse(settings.missing_languages)
        self.assertEqual(settings.action_add_languages()["type"], "ir.actions.client")

    def test_administrator_adds_them_on_odoo_s_settings_page(self):
        asked = []
        # what it does is tested above, and takes seconds
        install = type(self.env["base.language.install"])
        self.patch(
            install, "lang_install", lambda wizard: asked.append(wizard.lang_ids.mapped("code"))
        )
        self.env["res.config.settings"].create({}).action_iicharge_add_languages()
        self.assertEqual(asked, [["nl_NL"]])

    def test_others_add_none(self):
        with self.assertRaises(AccessError):
            self.settings("accountant").action_add_languages()
        for group in ("front_desk", "technician"):
            dialog = self.env["iicharge.hotel.settings"].with_user(self.users[group])
            with self.assertRaises(AccessError):
                dialog.action_add_languages()
        self.assertTrue(self.env["iicharge.guest.language"]._get_missing())
