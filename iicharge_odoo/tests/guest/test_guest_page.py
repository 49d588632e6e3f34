# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command
from odoo.tests import tagged

from .common import GuestCase


@tagged("post_install", "-at_install")
class TestGuestPage(GuestCase):
    def test_price_has_all_parts_in_order_with_tax(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "PARKING_TIME", "price": 6, "tax_ids": self.tax.ids}),
            Command.create({"dimension": "FLAT", "price": 1, "tax_ids": self.tax.ids}),
        ]
        page = self.see(f"/charge/{self.sign.code}")
        [price] = page.xpath("//p[@class='price']/b")
        self.assertIn("0.495", price.text_content())
        rows = [row.text_content().split() for row in page.xpath("//dl[@class='rates']/div")]
        text = " / ".join(" ".join(row) for row in rows)
        self.assertRegex(
            text,
            r"^Per minute ?nothing / Per minute once full.*0\.11 / Per start.*1\.10 / Other ?noth",
        )

    def test_estimates_are_those_of_the_register(self):
        page = self.see(f"/charge/{self.sign.code}?by=battery&size=50&from=20&to=80")
        found = self.connector.quote(battery_kwh=50, from_percent=20, to_percent=80)
        self.assertIn(found["price"]["to"]["incl_vat"], self.get_text(page))
        [chip] = page.xpath("//input[@name='kwh'][@value='20']/following-sibling::b")
        amount = self.connector.quote(energy_kwh=20)["price"]["to"]["incl_vat"]
        self.assertIn(amount, chip.text_content())

    def test_rules_and_offer_of_the_site_are_on_page_and_locator(self):
        address = f"/charge/{self.sign.code}"
        self.assertNotIn("Opening hours", self.get_text(self.see(address)))
        self.site.write(
            {
                "opening_hours": "6:00 to 23:00",
                "house_rules": "No trailers.\nNo hooting.",
                "offer": "Coffee while you charge",
            }
        )
        for page in (address, "/charge"):
            text = self.get_text(self.see(page))
            for expected in ("6:00 to 23:00", "No trailers.", "Today", "Coffee while you charge"):
                self.assertIn(expected, text, page)

    def test_connector_in_use_shows_who_is_free_and_nothing_of_the_guest(self):
        self.start(9001)
        self.status("Charging")
        self.process()
        other = self.other_connector._make_signs()
        text = self.get_text(self.see(f"/charge/{self.sign.code}"))
        self.assertIn("In use", text)
        self.assertNotIn("Weber", text)
        self.assertNotIn("101", text)
        self.assertIn(f"/charge/{other.code}", self.answer.text)
        self.assertNotIn("Who pays", text)

    def test_charger_without_contact_offers_no_start(self):
        self.charger.connection_ids.online = False
        text = self.get_text(self.see(f"/charge/{self.sign.code}"))
        self.assertIn("No contact", text)
        self.assertNotIn("Continue", text)

    def test_page_without_a_tariff_says_so(self):
        self.site.tariff_id = False
        self.assertIn("No price is set", self.get_text(self.see(f"/charge/{self.sign.code}")))

    def test_free_tariff_starts_with_one_tap(self):
        self.connector.tariff_id = self.free_tariff
        page = self.see(f"/charge/{self.sign.code}")
        values, action = self.get_fields(page)
        self.see(action, data=values)
        visit = self.env["iicharge.guest.visit"].search([])
        self.assertEqual(visit.payer, "nobody")
        self.assertEqual(visit.token_id.group, "visitor")
        self.assertEqual(visit.command_id.request, "start")

    def test_tariff_with_a_price_is_not_started_without_who_pays(self):
        values, _action = self.get_fields(self.ask_room())
        self.see(f"/charge/{self.sign.code}/start", data=values)
        self.assertFalse(self.env["iicharge.guest.visit"].search([]))

    def test_headers_keep_the_page_to_its_reader(self):
        self.see(f"/charge/{self.sign.code}")
        headers = self.answer.headers
        policy = headers["Content-Security-Policy"]
        self.assertIn("script-src 'self';", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        page = self.see(f"/charge/{self.sign.code}")
        self.assertFalse(page.xpath("//script[not(@src)]"))
        self.assertFalse(page.xpath("//*[@style] | //@*[starts-with(name(), 'on')]"))

    def test_no_address_has_a_record_id(self):
        page = self.see(f"/charge/{self.sign.code}")
        for address in page.xpath("//@href | //@action | //@src | //@formaction"):
            if address.startswith("/charge"):
                self.assertNotRegex(address, r"/\d+(/|$)|[?&=]\d+$")

    def test_first_page_is_small(self):
        page = self.see(f"/charge/{self.sign.code}")
        size = len(self.answer.content)
        for address in page.xpath("//link[@rel='stylesheet']/@href | //script/@src | //img/@src"):
            size += len(self.url_open(address).content)
        self.assertLess(size, 150_000)

    def test_page_is_in_the_language_of_the_browser(self):
        self.env["res.lang"]._activate_lang("de_DE")
        page = self.see(f"/charge/{self.sign.code}", headers={"Accept-Language": "de-AT,en;q=0.5"})
        self.assertEqual(page.get("lang"), "de-DE")
        page = self.see(f"/charge/{self.sign.code}?lang=en_US")
        self.assertEqual(page.get("lang"), "en-US")

    def test_places_show_what_is_free_without_codes(self):
        self.see("/charge")
        for words in (self.site.name, "2 of 2 free", "Garage 1, plug 1"):
            self.assertIn(words, self.get_text(self.see("/charge")))
        self.assertNotIn(self.sign.code, self.answer.text)

    def test_lobby_screen_has_an_address_that_ends(self):
        manager = self.users["manager"]
        self.site.with_user(manager).action_renew_board()
        path = "/" + self.site.with_user(manager).board_url.split("/", 3)[3]
        text = self.get_text(self.see(path))
        self.assertIn("2 of 2 plugs are free", text)
        self.assertNotIn(self.sign.code, self.answer.text)
        self.site.with_user(manager).action_renew_board()
        self.see(path, 404)
        self.site.with_user(manager).action_end_board()
        self.see("/charge/board/False", 404)
