# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...core import errors
from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestProperty(RegisterCase):
    """A register of one of the company's two properties, and a guest who stays at the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.annexe = cls.env["iicharge.site"].create(
            {"name": "Annexe", "time_zone": "UTC", "tariff_id": cls.tariff.id}
        )
        cls.env["iicharge.charger"].create(
            {"name": "Annexe 1", "identity": "ANNEXE-1", "site_id": cls.annexe.id}
        )._get_connector(1)
        guest = cls.env["res.partner"].create({"name": "Ben Rossi"})
        cls.other_stay = cls.make_stay(guest, "201", iicharge_site_id=cls.annexe.id)

    def test_stay_of_another_property_is_not_charged_by_a_crafted_call(self):
        ev = self.charge_visitor()
        desk = self.register
        stay = self.other_stay.id
        for call in (
            lambda: desk.iicharge_check_start(self.connector.id, stay),
            lambda: desk.iicharge_start(self.connector.id, stay, override=True),
            lambda: desk.iicharge_charge_to_room(ev.id, stay),
            lambda: desk.iicharge_charge_to_room(ev.id, stay, override=True),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(ev.billing, "rated")
        self.assertFalse(self.other_stay.order_line)

    def test_order_does_not_go_to_a_room_of_another_property(self):
        text = self.env["iicharge.refusal"]._get_staff_text(errors.GuestNotFound.code)
        self.assertEqual(self.register.iicharge_check_room(self.other_stay.id, 3.3), text)
        payment = {"iicharge_stay_number": self.other_stay.id}
        with self.assertRaises(UserError):
            self.pay([self.line(self.coffee, 3.0)], self.room_way, payment=payment)
        self.assertFalse(self.other_stay.order_line)

    def test_register_neither_pays_nor_refunds_charging_of_another_property(self):
        ev = self.charge_visitor()
        bill = self.take(ev)
        order = self.pay(self.lines_of(bill))
        other = self.charge_visitor(7002)
        unpaid = self.take(other)
        self.config.iicharge_site_ids = self.annexe
        for lines in (self.lines_of(unpaid), self.refund_of(order)):
            with self.assertRaisesRegex(UserError, "not one of this register"):
                self.pay(lines)
        self.assertEqual((ev.billing, other.billing), ("paid", "posted"))

    def test_register_settles_the_stay_of_its_property_wherever_it_charged(self):
        self.charge_kwh(7001)
        self.post()
        self.folio.iicharge_site_id = self.annexe
        with self.assertRaisesRegex(UserError, "not one of this register"):
            self.pay(self.lines_of(self.folio))
        self.config.iicharge_site_ids = self.annexe
        self.assertFalse(self.register.iicharge_check_payment(self.folio.order_line.ids, []))
        self.pay(self.lines_of(self.folio))
        self.assertEqual(self.session(7001).billing, "paid")

    def test_sites_are_chosen_in_the_settings_and_are_those_of_the_company(self):
        self.close()
        settings = self.env["res.config.settings"].create(
            {"pos_config_id": self.config.id, "pos_iicharge_site_ids": [(6, 0, self.annexe.ids)]}
        )
        self.assertEqual(self.config.iicharge_site_ids, self.annexe)
        self.assertIn(
            "pos_iicharge_site_ids",
            settings.get_view(self.env.ref("point_of_sale.res_config_settings_view_form").id)[
                "arch"
            ],
        )
        other = self.env["res.company"].create({"name": "Other"})
        elsewhere = self.env["iicharge.site"].create(
            {"name": "Elsewhere", "time_zone": "UTC", "company_id": other.id}
        )
        with self.assertRaisesRegex(UserError, "company"):
            self.env["res.config.settings"].create(
                {"pos_config_id": self.config.id, "pos_iicharge_site_ids": [(4, elsewhere.id)]}
            )

    def test_stay_of_no_particular_property_is_charged(self):
        self.assertFalse(self.folio.iicharge_site_id)
        self.assertTrue(self.register.iicharge_start(self.connector.id, self.folio.id))

    def test_archived_site_still_limits_the_register(self):
        self.close()
        self.config.iicharge_site_ids = self.site
        self.site.active = False
        self.assertFalse(self.register.iicharge_read_board()["connectors"])

    def test_register_is_notified_of_its_own_chargers_only(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        (self.annexe.charger_ids | self.charger)._notify_changed()
        self.env.cr.precommit.run()
        token = self.config.access_token
        sent = self.env["bus.bus"].search([("channel", "like", token)]).mapped("message")
        self.assertEqual(len(sent), 1)
        self.assertIn(f"[{self.charger.id}]", sent[0])
