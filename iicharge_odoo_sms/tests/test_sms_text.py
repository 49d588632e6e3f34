# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import BaseCase, tagged

from ..sms_text import count_units, is_plain, make_plain, shorten


@tagged("post_install", "-at_install")
class TestSmsText(BaseCase):
    def test_text_is_written_in_the_alphabet_of_sms(self):
        for text, plain in (
            ("Größe für Straße", "Größe für Straße"),
            ("prêt, français, où, été", "pret, francais, où, été"),
            ("«\u00a0Merci\u00a0»", '" Merci "'),
            ("¿Sí? mañana", "¿Si? mañana"),
            ("16,50\u00a0€", "16,50 €"),
            ("don’t…", "don't..."),
        ):
            self.assertEqual(make_plain(text), plain)
            self.assertTrue(is_plain(make_plain(text)))

    def test_name_in_another_alphabet_stays_as_it_is(self):
        self.assertEqual(make_plain("Гараж 2, prêt"), "Гараж 2, prêt")

    def test_signs_of_two_places_are_counted_twice(self):
        self.assertEqual(count_units("10 €"), 5)
        self.assertEqual(count_units("Γ"), 1)
        self.assertEqual(count_units("Гараж"), 5)

    def test_long_name_is_shortened(self):
        self.assertEqual(shorten("Garage 2", 8), "Garage 2")
        self.assertEqual(shorten("Garage level 2", 8), "Garage.")
