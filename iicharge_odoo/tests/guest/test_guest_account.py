# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from .common import GuestCase


@tagged("post_install", "-at_install")
class TestGuestAccount(GuestCase):
    """A person of a company with an account at the hotel, at a sign."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.courier = cls.env["res.partner"].create({"name": "Couriers", "is_company": True})
        cls.contract = cls.env["iicharge.contract"].create(
            {"partner_id": cls.courier.id, "date_from": "2020-01-01", "reference": "PO 4711"}
        )
        cls.driver = cls.make_user("driver", cls.courier)
        cls.outsider = cls.make_user("outsider")

    @classmethod
    def make_user(cls, login, company=None):
        user = new_test_user(cls.env, login=login, groups="base.group_portal")
        user.password = login
        user.partner_id.parent_id = company
        return user

    def look(self, user=None, **options):
        self.authenticate(*(2 * [user.login] if user else 2 * [None]))
        return self.see(f"/charge/{self.sign.code}", **options)

    def start_at_once(self, user):
        """Press the button of the first page."""
        values, action = self.get_fields(self.look(user), "//form[@id='own']")
        page = self.see(action, data=values)
        return page, self.env["iicharge.guest.visit"].search([], limit=1)

    def make_cheap_tariff(self, price=0.2):
        return self.env["iicharge.tariff"].create(
            {
                "name": "Couriers",
                "component_ids": [
                    Command.create({"dimension": "ENERGY", "price": price, "tax_ids": self.tax.ids})
                ],
            }
        )

    def test_person_of_a_company_starts_with_one_tap(self):
        page, visit = self.start_at_once(self.driver)
        self.assertIn("We ask the charger", self.get_text(page))
        self.assertEqual(visit.payer, "company")
        self.answer_start(visit)
        session = self.plug_in(visit)
        self.assertEqual(session.contract_id, self.contract)
        self.assertEqual(session.partner_id, self.driver.partner_id)
        self.assertEqual(session.destination, "contract")
        text = self.get_text(self.see(f"/charge/my/{visit.key}"))
        self.assertIn("Your company pays.", text)
        self.assertNotIn("Couriers", text)

    def test_price_of_the_company_is_shown_and_holds(self):
        self.contract.tariff_id = self.make_cheap_tariff()
        [price] = self.look(self.driver).xpath("//p[@class='price']/b")
        self.assertIn("0.22", price.text_content())
        _page, visit = self.start_at_once(self.driver)
        self.assertEqual(visit.tariff_id, self.contract.tariff_id)
        values, action = self.get_fields(self.look(self.driver), "//form[@id='go']")
        self.assertEqual(action, f"/charge/{self.sign.code}/pay")
        self.assertNotIn("csrf_token", values)

    def test_limit_is_kept_by_the_longer_way(self):
        page = self.ask_as(self.driver, "company", by="energy", kwh=30, limit=1)
        values, action = self.get_fields(page)
        self.see(action, data=values)
        visit = self.env["iicharge.guest.visit"].search([], limit=1)
        self.assertEqual(visit.token_id.limit_wh, 30000)

    def ask_as(self, user, way, **query):
        self.authenticate(user.login, user.login)
        return self.ask_room(pay=way, **query)

    def test_stranger_gets_the_way_to_log_in_and_nothing_else(self):
        text = self.get_text(self.look())
        self.assertIn("My company or membership", text)
        self.assertNotIn("Your company pays", text)
        page = self.ask_room(pay="account")
        [link] = page.xpath("//section[@class='act']/a[@class='btn']/@href")
        self.assertEqual(link, f"/web/login?redirect=/charge/{self.sign.code}")
        # the route itself starts nothing either
        values, _action = self.get_fields(self.ask_room())
        self.see(f"/charge/{self.sign.code}/by/company", data=values)
        self.assertFalse(self.env["iicharge.guest.visit"].search([]))

    def test_outsider_who_logs_in_is_covered_by_nothing(self):
        page = self.look(self.outsider)
        self.assertFalse(page.xpath("//form[@id='own']"))
        self.assertIn("no company account or membership of yours", self.get_text(page))
        values, _action = self.get_fields(self.ask_room())
        self.see(f"/charge/{self.sign.code}/by/company", data=values)
        self.see(f"/charge/{self.sign.code}/by/member", data=values)
        self.assertFalse(self.env["iicharge.guest.visit"].search([]))

    def test_contract_of_another_hotel_or_time_covers_nobody(self):
        other = self.env["res.company"].create({"name": "Other"})
        for values in ({"company_id": other.id}, {"date_to": "2020-02-01"}, {"active": False}):
            found = self.contract.copy({"tariff_id": False, **values})
            self.contract.active = False
            with self.subTest(**values):
                self.assertFalse(self.look(self.driver).xpath("//form[@id='own']"))
            found.unlink()
            self.contract.active = True
        self.assertTrue(self.look(self.driver).xpath("//form[@id='own']"))

    def test_card_of_the_person_names_the_contract(self):
        self.env["iicharge.token"].create(
            {
                "uid": "OWN1",
                "partner_id": self.outsider.partner_id.id,
                "contract_id": self.contract.id,
                "group": "company",
                "parent_id_tag": "FLEET",
                "limit_wh": 9000,
            }
        )
        _page, visit = self.start_at_once(self.outsider)
        token = visit.token_id
        self.assertEqual((token.contract_id, token.parent_id_tag), (self.contract, "FLEET"))
        self.assertEqual(token.limit_wh, 9000)
        # the guest does not lift what the card's keeper has set
        self.answer_start(visit)
        page = self.see(f"/charge/my/{visit.key}")
        self.assertIn("Stops by itself at 9 kWh", self.get_text(page))
        self.assertFalse(page.xpath("//a[contains(@href, 'ask=limit')]"))
        self.assertFalse(token._can_set_limits())

    def test_blocked_card_covers_nothing(self):
        self.env["iicharge.token"].create(
            {
                "uid": "OWN1",
                "partner_id": self.outsider.partner_id.id,
                "contract_id": self.contract.id,
                "blocked": True,
            }
        )
        self.assertFalse(self.look(self.outsider).xpath("//form[@id='own']"))

    def test_expired_card_is_refused_in_the_words_of_a_guest(self):
        card = self.env["iicharge.token"].create(
            {
                "uid": "OWN1",
                "partner_id": self.outsider.partner_id.id,
                "contract_id": self.contract.id,
            }
        )
        card.valid_until = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        page, visit = self.start_at_once(self.outsider)
        expected = self.env["iicharge.refusal"]._get_guest_text("card_not_valid")
        self.assertIn(expected, self.get_text(page))
        self.assertFalse(visit)

    def test_charging_of_the_person_is_found_again(self):
        _page, visit = self.start_at_once(self.driver)
        self.answer_start(visit)
        self.plug_in(visit)
        self.assertIn("It is mine", self.get_text(self.look(self.driver)))
        values, action = self.get_fields(self.ask_as(self.driver, "company"))
        self.see(action, data=values)
        self.assertTrue(self.answer.url.endswith(f"/charge/my/{visit.key}"))
        colleague = self.make_user("colleague", self.courier)
        values, action = self.get_fields(self.ask_as(colleague, "company"))
        self.assertIn("not free any more", self.get_text(self.see(action, data=values)))
