# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest checks out while the car still charges (docs/room-charges.md rule 11)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestCheckout(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )
        cls.start(7001)
        cls.process()
        cls.running = cls.session(7001)
        cls.user = new_test_user(
            cls.env,
            login="test_checkout",
            groups="base.group_user,iicharge_odoo.group_front_desk,"
            "sales_team.group_sale_manager,account.group_account_invoice",
        )

    def end_charging(self):
        self.stop(7001, meter_stop=21000)
        self.process()
        self.post()

    def press_lock(self):
        return self.folio.with_user(self.user).action_iicharge_lock()

    def press_invoice(self):
        wizard = self.env["sale.advance.payment.inv"].with_user(self.user)
        wizard = wizard.with_context(active_model="sale.order", active_ids=self.folio.ids)
        return wizard.create({"advance_payment_method": "delivered"}).create_invoices()

    def get_wizard(self, action):
        self.assertEqual(action["res_model"], "iicharge.checkout")
        wizard = self.env["iicharge.checkout"].with_user(self.user)
        return wizard.with_context(**action["context"]).browse(action["res_id"])

    def test_lock_of_a_stay_that_charges_asks_first(self):
        wizard = self.get_wizard(self.press_lock())
        self.assertFalse(self.folio.locked)
        self.assertEqual(wizard.session_ids, self.running)

    def test_lock_of_a_stay_that_does_not_charge_goes_through(self):
        self.end_charging()
        self.press_lock()
        self.assertTrue(self.folio.locked)

    def test_program_that_locks_is_not_asked(self):
        self.folio.action_lock()
        self.assertTrue(self.folio.locked)

    def test_stop_now_puts_it_on_the_bill_before_it_is_closed(self):
        wizard = self.get_wizard(self.press_lock())
        wizard.choice = "stop"
        wizard.action_choose()
        command = wizard.sudo().command_ids
        self.assertEqual(command.action, "RemoteStopTransaction")
        self.assertTrue(wizard.is_waiting)
        with self.assertRaisesRegex(UserError, "not stopped yet"):
            wizard.action_continue()
        self.end_charging()
        wizard.invalidate_recordset()
        self.assertFalse(wizard.is_waiting)
        self.assertIn("is on the bill", wizard.progress_text)
        wizard.action_continue()
        self.assertTrue(self.folio.locked)
        self.assertEqual(self.folio.amount_untaxed, 9.00)

    def test_charger_that_does_not_answer_leaves_another_way(self):
        wizard = self.get_wizard(self.press_lock())
        wizard.action_choose()
        before = fields.Datetime.now() - timedelta(minutes=5)
        sent = {"state": "sent", "sent_at": before, "expires_at": before}
        wizard.sudo().command_ids.write(sent)
        self.env["iicharge.command"]._expire()
        wizard.invalidate_recordset()
        self.assertIn("has not answered", wizard.progress_text)
        wizard.action_back()
        wizard.choice = "late"
        wizard.action_choose()
        self.assertTrue(self.folio.locked)

    def test_charger_offline_is_shown_at_once(self):
        self.env["iicharge.connection"].search([]).online = False
        wizard = self.get_wizard(self.press_lock())
        with self.assertRaises(UserError):
            wizard.action_choose()

    def test_keep_charging_and_pay_at_the_register(self):
        wizard = self.get_wizard(self.press_lock())
        wizard.choice = "pos"
        wizard.action_choose()
        self.assertTrue(self.folio.locked)
        self.end_charging()
        charge = self.running.charge_ids
        self.assertEqual((charge.state, charge.destination), ("posted", "pos"))
        order = charge.line_ids.sale_line_ids.order_id
        self.assertNotEqual(order, self.folio)
        self.assertEqual((order.partner_id, order.amount_total), (self.guest, 9.90))
        self.assertFalse(self.folio.order_line)

    def test_keep_charging_as_late_charge(self):
        wizard = self.get_wizard(self.press_lock())
        wizard.choice = "late"
        wizard.action_choose()
        self.end_charging()
        charge = self.running.charge_ids
        self.assertEqual((charge.state, charge.refusal_code), ("late", "checked_out"))
        self.assertEqual(self.running.billing, "late")
        self.assertIn("test_checkout", "".join(self.running.message_ids.mapped("body")))

    def test_invoice_of_a_stay_that_charges_asks_first(self):
        self.env["sale.order.line"].create(
            {"order_id": self.folio.id, "product_id": self.company.iicharge_product_id.id}
        ).price_unit = 100
        wizard = self.get_wizard(self.press_invoice())
        self.assertFalse(self.folio.invoice_ids)
        wizard.choice = "late"
        action = wizard.action_choose()
        self.assertEqual(action["res_model"], "account.move")
        self.assertEqual(len(self.folio.invoice_ids), 1)

    def test_down_payment_is_no_checkout(self):
        self.env["sale.order.line"].create(
            {"order_id": self.folio.id, "product_id": self.company.iicharge_product_id.id}
        ).price_unit = 100
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=self.folio.ids
        )
        wizard = wizard.create({"advance_payment_method": "percentage", "amount": 10})
        self.assertNotEqual(wizard.create_invoices()["res_model"], "iicharge.checkout")

    def test_salesperson_without_rights_on_charging_closes_the_bill(self):
        self.user = new_test_user(
            self.env,
            login="test_sales_only",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
        )
        wizard = self.get_wizard(self.press_lock())
        wizard.action_choose()
        self.env.invalidate_all()
        self.assertIn("Garage 1", wizard.progress_text)
        wizard.action_back()
        with Form(wizard) as form:
            form.choice = "late"
        wizard.action_choose()
        self.assertTrue(self.folio.locked)
        self.assertEqual(self.running.checkout_choice, "late")

    def test_stranger_stops_no_car_by_this_dialog(self):
        stranger = new_test_user(self.env, login="test_stranger", groups="base.group_user")
        wizard = self.env["iicharge.checkout"].with_user(stranger)
        with self.assertRaises(AccessError):
            wizard.create({"order_ids": [(6, 0, self.folio.ids)], "method": "lock"}).action_choose()
        other = self.make_stay(self.guest, "102")
        wizard = self.env["iicharge.checkout"].with_user(self.user)
        wizard = wizard.create({"order_ids": [(6, 0, other.ids)], "method": "lock"})
        wizard.sudo().session_ids = self.running
        with self.assertRaises(AccessError):
            wizard.action_choose()
        self.assertFalse(self.env["iicharge.command"].search([]))

    def test_guest_who_left_without_notice_is_late(self):
        self.folio.action_lock()
        self.end_charging()
        self.assertEqual(self.running.charge_ids.refusal_code, "folio_closed")


@tagged("post_install", "-at_install")
class TestNight(ChargingCase):
    """Ended sessions without a stop message are closed at night."""

    def close(self):
        return self.env["iicharge.session"]._close_ended_sessions(self.site)

    def test_session_on_a_connector_that_became_free_is_closed(self):
        self.start(7001)
        self.sample(7001, 30, 6000)
        self.status("Available", minutes=40)
        self.process()
        session = self.session(7001)
        self.assertEqual(self.close(), session)
        self.assertEqual((session.state, session.billing), ("stopped", "review"))
        self.assertEqual(session.stopped_at, self.t0 + timedelta(minutes=30))
        self.assertEqual(session.energy_wh, 5000)

    def test_session_that_is_silent_for_a_day_is_closed(self):
        self.start(7001, minutes=-2000)
        self.process()
        self.assertTrue(self.close())

    def test_session_that_charges_stays(self):
        self.start(7001)
        self.status("Charging", minutes=1)
        self.sample(7001, 30, 6000)
        self.process()
        self.assertFalse(self.close())
        self.assertEqual(self.session(7001).state, "charging")

    @mute_logger("odoo.addons.iicharge_odoo.models.stay.iicharge_session")
    def test_one_that_cannot_be_closed_keeps_no_other_open(self):
        self.start(7001, minutes=-2000)
        self.start(7002, minutes=-1990, connectorId=2)
        self.process()
        stuck, other = self.session(7001), self.session(7002)
        close = type(stuck)._close_without_stop

        def close_or_fail(session, at):
            if session == stuck:
                raise ZeroDivisionError
            return close(session, at)

        with patch.object(type(stuck), "_close_without_stop", close_or_fail):
            self.close()
        self.assertEqual((stuck.state, other.state), ("charging", "stopped"))

    def test_status_before_the_start_ends_nothing(self):
        self.status("Available", minutes=-10)
        self.start(7001)
        self.process()
        self.assertFalse(self.close())
