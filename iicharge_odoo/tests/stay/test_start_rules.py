# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import psycopg2

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...core import errors
from ...models.stay.iicharge_property_start import PropertyStart
from ...models.tariff.iicharge_connector_quote import ConnectorQuote, Estimate
from ..common import ChargingCase

# 20 kWh at 0.45 and 10 %: what a typical charging comes to here
TYPICAL = 9.90


class StartCase(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prop = cls.site._get_property()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )

    def check(self, estimate=None, **options):
        self.prop._check_start(self.folio, self.connector, estimate, **options)

    def decide(self, connector_number=1, id_tag="04A1B2C3"):
        return self.env["iicharge.token"]._decide(
            self.charger, id_tag, fields.Datetime.now(), connector_number
        )[0]

    def put_on_bill(self, price, folio=None):
        """Add a line without tax, which raises the bill by `price`."""
        product = self.env["product.product"].create({"name": "Dinner", "type": "service"})
        (folio or self.folio).order_line = [
            Command.create(
                {"product_id": product.id, "price_unit": price, "tax_ids": [Command.clear()]}
            )
        ]

    def leave_in(self, **delta):
        self.folio.iicharge_checkout = fields.Datetime.now() + timedelta(**delta)

    def dialog(self):
        return self.open_stay_dialog("iicharge.start")


@tagged("post_install", "-at_install")
class TestRule3NoPost(StartCase):
    """docs/room-charges.md rule 3: a stay marked "no post" takes no outside charge."""

    def test_no_post_is_refused_before_the_start(self):
        self.folio.iicharge_no_post = True
        with self.assertRaises(errors.NoPost):
            self.check()
        self.assertEqual(self.decide(), "Blocked")

    def test_no_post_is_nothing_that_front_desk_starts_anyway(self):
        self.folio.iicharge_no_post = True
        form = self.dialog()
        self.assertIn("takes no charges", form.refusal_text)
        self.assertFalse(form.can_start or form.can_override)
        with self.assertRaisesRegex(UserError, "takes no charges"):
            form.save().action_start_override()

    def test_no_post_set_while_charging_loses_no_energy(self):
        self.start(7001)
        self.process()
        self.folio.iicharge_no_post = True
        self.stop(7001)
        self.process()
        self.env["iicharge.charge"]._post_due()
        self.assertEqual(self.session(7001).billing, "posted")


@tagged("post_install", "-at_install")
class TestRule4CreditLimit(StartCase):
    """docs/room-charges.md rule 4: the limit is checked before the start, with the estimate."""

    def test_estimate_up_to_the_limit_starts_and_a_cent_above_does_not(self):
        self.folio.iicharge_credit_limit = TYPICAL
        self.check()
        self.folio.iicharge_credit_limit = TYPICAL - 0.01
        with self.assertRaises(errors.CreditLimit):
            self.check()

    def test_no_limit_asks_for_no_price(self):
        with patch.object(ConnectorQuote, "quote", side_effect=AssertionError("rated")):
            self.assertEqual(self.decide(), "Accepted")

    def test_limit_counts_what_was_asked_for(self):
        self.folio.iicharge_credit_limit = 12
        self.check(Estimate(Decimal(20), 3600, Decimal("12.00")))
        with self.assertRaises(errors.CreditLimit):
            self.check(Estimate(Decimal(21), 3600, Decimal("12.01")))

    def test_limit_counts_the_bill(self):
        self.folio.iicharge_credit_limit = 100
        self.put_on_bill(90.10)
        self.check()
        self.put_on_bill(0.01)
        with self.assertRaises(errors.CreditLimit):
            self.check()

    def test_limit_counts_a_charge_once_before_and_after_it_is_posted(self):
        self.charge_kwh(kwh=10)  # 4.50 and 10 %
        self.assertAlmostEqual(float(self.prop._get_owed(self.folio).amount), 4.95)
        self.env["iicharge.charge"]._post_due()
        self.assertAlmostEqual(float(self.prop._get_owed(self.folio).amount), 4.95)

    def test_limit_counts_a_late_charge(self):
        self.charge_kwh(kwh=10).charge_ids._set_refused(errors.FolioClosed())
        self.assertAlmostEqual(float(self.prop._get_owed(self.folio).amount), 4.95)

    def test_limit_counts_the_cost_so_far_of_other_cars(self):
        self.start(7001)
        self.sample(7001, 30, 11000)
        self.process()
        self.folio.iicharge_credit_limit = 4.95 + TYPICAL
        self.check()
        self.sample(7001, 60, 12000)
        self.process()
        with self.assertRaises(errors.CreditLimit):
            self.check()

    def test_down_payment_that_is_paid_makes_room(self):
        self.put_on_bill(100)
        self.folio.iicharge_credit_limit = 100
        with self.assertRaises(errors.CreditLimit):
            self.check()
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_ids=self.folio.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 20})
        )
        wizard.create_invoices()
        invoice = self.folio.invoice_ids
        invoice.action_post()
        with self.assertRaises(errors.CreditLimit):
            self.check()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertAlmostEqual(float(self.prop._get_owed(self.folio).amount), 80)
        self.check()

    def test_limit_below_zero_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.folio.iicharge_credit_limit = -1
            self.folio.flush_recordset()

    def test_card_over_the_limit_is_refused_when_asked_and_when_started(self):
        self.folio.iicharge_credit_limit = 5
        self.assertEqual(self.decide(connector_number=None), "Blocked")
        self.assertEqual(self.decide(connector_number=2), "Blocked")
        self.folio.iicharge_credit_limit = 10
        self.assertEqual(self.decide(connector_number=None), "Accepted")
        self.assertEqual(self.decide(connector_number=2), "Accepted")

    def test_connector_without_a_price_checks_the_bill_alone(self):
        self.site.tariff_id = False
        self.folio.iicharge_credit_limit = 5
        self.check()
        self.put_on_bill(5.01)
        with self.assertRaises(errors.CreditLimit):
            self.check()

    def test_front_desk_overrides_the_refusal_over_the_limit(self):
        self.folio.iicharge_credit_limit = 5
        form = self.dialog()
        self.assertIn("credit limit", form.refusal_text)
        self.assertTrue(form.can_override)
        self.assertFalse(form.can_start)
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "credit limit"):
            wizard.action_start()
        wizard.action_start_override()
        token = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1)
        self.assertEqual(self.decide(id_tag=token.uid), "Accepted")
        message = self.folio.message_ids[0]
        self.assertEqual(message.author_id, self.users["front_desk"].partner_id)
        self.assertIn("started charging at Garage 1 · 1 anyway", message.body)
        self.assertIn("credit limit", message.body)

    def test_less_energy_fits_below_the_limit(self):
        self.folio.iicharge_credit_limit = 5
        form = self.dialog()
        form.target_kwh = 10
        self.assertTrue(form.can_start)
        self.assertFalse(form.refusal_text)
        form.save().action_start()
        self.assertNotIn("anyway", str(self.folio.message_ids[0].body))


@tagged("post_install", "-at_install")
class TestCheckoutBeforeTheEnd(StartCase):
    """Front desk may override a check-out before the estimated end; for cards it is checked
    only if the site's settings require it."""

    def test_checkout_before_the_end_of_the_slower_car_is_refused(self):
        self.leave_in(hours=2)  # 20 kWh take 2 h 42 min at 7.4 kW
        with self.assertRaises(errors.CheckoutDue):
            self.check()
        self.leave_in(hours=3)
        self.check()

    def test_card_before_checkout_is_refused_where_the_site_says_so(self):
        self.leave_in(hours=2)
        self.assertEqual(self.decide(), "Accepted")
        self.site.refuse_past_checkout = True
        self.assertEqual(self.decide(), "Blocked")

    def test_front_desk_overrides_the_refusal_before_checkout(self):
        self.leave_in(hours=2)
        form = self.dialog()
        self.assertIn("Check-out is due", form.refusal_text)
        form.save().action_start_override()
        self.assertIn("Check-out is due", self.folio.message_ids[0].body)
        token = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1)
        self.assertFalse(token.limit_waived)
        self.site.refuse_past_checkout = True
        self.assertEqual(self.decide(id_tag=token.uid), "Accepted")

    def test_guest_who_left_meanwhile_is_not_started_anyway(self):
        self.leave_in(hours=2)
        wizard = self.dialog().save()
        self.leave_in(hours=-1)
        with self.assertRaisesRegex(UserError, "has ended"):
            wizard.action_start_override()


@tagged("post_install", "-at_install")
class TestPayingFolios(StartCase):
    """A folio that charging is routed to must be open, and has its own limit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.make_stay(cls.env["res.partner"].create({"name": "Acme"}), False)

    def setUp(self):
        super().setUp()
        patcher = patch.object(
            PropertyStart, "_get_paying_folios", lambda prop, folio, site: self.payer
        )
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_closed_payer_is_refused(self):
        self.check()
        self.payer.action_lock()
        with self.assertRaises(errors.FolioClosed) as caught:
            self.check()
        self.assertEqual(caught.exception.subject, self.payer.name)

    def test_payer_need_not_be_in_house(self):
        self.payer.write({"iicharge_checkin": False, "iicharge_checkout": False})
        self.check()

    def test_limit_is_that_of_the_payer(self):
        self.folio.iicharge_credit_limit = 1
        self.check()
        self.payer.iicharge_credit_limit = 50
        self.put_on_bill(45, self.payer)
        with self.assertRaises(errors.CreditLimit):
            self.check()
