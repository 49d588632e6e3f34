# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charging is booked with the products, accounts, taxes and analytics of site and component;
operators' revenue is not the hotel's, and the accountant's own settings are kept."""

from odoo import Command
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestSiteAccounting(ChargingCase):
    def make_account(self, name, account_type="income"):
        return self.company._iicharge_get_account(name, account_type)

    def make_product(self, name, tax=None):
        product = self.company.iicharge_product_id.copy(
            {"name": name, "taxes_id": [(6, 0, tax.ids if tax else [])]}
        )
        product.property_account_income_id = self.make_account(f"Income {name}")
        return product

    def charge_with_idle_time(self):
        self.tariff.component_ids = [Command.create({"dimension": "PARKING_TIME", "price": 6})]
        self.start(7001)
        self.status("SuspendedEV", minutes=30)
        self.sample(7001, 30, 21000)
        self.stop(7001, meter_stop=21000)
        self.process()
        self.post()
        return self.session(7001)

    def test_components_have_products_accounts_and_taxes_of_their_own(self):
        twenty = self.tax.copy({"name": "20 %", "amount": 20})
        idle = self.make_product("Idle", twenty)
        energy = self.make_product("Energy")
        self.site.product_ids = [
            Command.create({"component": "PARKING_TIME", "product_id": idle.id}),
            Command.create({"component": "ENERGY", "product_id": energy.id}),
        ]
        session = self.charge_with_idle_time()
        invoice = self.folio._create_invoices()
        invoice.action_post()
        booked = {
            line.product_id: (line.account_id.name, line.price_subtotal, line.tax_ids)
            for line in invoice.invoice_line_ids
        }
        self.assertEqual(
            booked,
            {
                energy: ("Income Energy", 9.00, self.tax),
                idle: ("Income Idle", 3.00, twenty),
            },
        )
        self.assertEqual(session.amount_total, 9.90 + 3.60)
        self.assertEqual(invoice.amount_total, session.amount_total)

    def test_quote_knows_the_taxes_of_the_sites_products(self):
        twenty = self.tax.copy({"name": "20 %", "amount": 20})
        energy = self.make_product("Energy", twenty)
        self.tariff.component_ids.tax_ids = False
        self.site.product_ids = [Command.create({"component": "ENERGY", "product_id": energy.id})]
        session = self.charge_kwh(kwh=20)
        self.assertEqual(session.amount_total, 10.80)
        quote = self.connector.quote(energy_kwh=20)
        self.assertEqual(float(quote["price"]["from"]["incl_vat"]), 10.80)

    def test_site_without_products_is_booked_as_before(self):
        session = self.charge_kwh(kwh=20)
        line = session.charge_ids.line_ids
        self.assertEqual(line.product_id, self.company.iicharge_product_id)
        self.assertEqual(line.dimension_ids.mapped("code"), ["ENERGY"])
        self.assertFalse(line.analytic_distribution)

    def make_analytic_account(self, name, plan):
        return self.env["account.analytic.account"].create({"name": name, "plan_id": plan.id})

    def test_analytic_accounts_of_site_and_charger_reach_the_books(self):
        plans = self.env["account.analytic.plan"].create([{"name": "Places"}, {"name": "Devices"}])
        place, device = (self.make_analytic_account(plan.name, plan) for plan in plans)
        self.site.analytic_account_id = place
        self.charger.analytic_account_id = device
        session = self.charge_kwh(kwh=20)
        self.post()
        invoice = self.folio._create_invoices()
        invoice.action_post()
        expected = {f"{place.id},{device.id}": 100}
        self.assertEqual(session.charge_ids.line_ids.analytic_distribution, expected)
        self.assertEqual(invoice.invoice_line_ids.analytic_distribution, expected)
        for account in (place, device):
            items = self.env["account.analytic.line"].search([("auto_account_id", "=", account.id)])
            # the other item is the tax: this one has no account of its own
            self.assertIn(9.00, items.mapped("amount"))

    def test_chargers_account_counts_where_both_are_of_one_plan(self):
        plan = self.env["account.analytic.plan"].create({"name": "Places"})
        self.site.analytic_account_id = self.make_analytic_account("Site", plan)
        self.charger.analytic_account_id = own = self.make_analytic_account("Garage", plan)
        self.assertEqual(self.charger._get_analytic_distribution(), {str(own.id): 100})

    def test_charging_of_another_operator_is_passed_on_without_hotel_tax(self):
        self.site.operator_id = self.env["res.partner"].create({"name": "Charge & Co"})
        session = self.charge_kwh(kwh=20)
        self.post()
        self.assertEqual((session.amount_untaxed, session.amount_total), (9.90, 9.90))
        invoice = self.folio._create_invoices()
        invoice.action_post()
        line = invoice.invoice_line_ids
        self.assertEqual((line.price_subtotal, line.price_total), (9.90, 9.90))
        self.assertFalse(line.tax_ids)
        self.assertEqual(line.account_id.account_type, "liability_current")
        self.assertEqual(session.operator_id, self.site.operator_id)

    def test_operator_of_the_charger_goes_before_that_of_the_site(self):
        self.site.operator_id, self.charger.operator_id = self.env["res.partner"].create(
            [{"name": "Of the site"}, {"name": "Of the charger"}]
        )
        self.assertEqual(self.charge_kwh().operator_id, self.charger.operator_id)

    def test_deposit_and_other_lines_stay_untouched(self):
        dinner = self.env["product.product"].create({"name": "Dinner", "type": "service"})
        line = self.env["sale.order.line"].create(
            {"order_id": self.folio.id, "product_id": dinner.id, "price_unit": 50, "tax_ids": False}
        )
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=self.folio.ids
        )
        wizard.create({"advance_payment_method": "fixed", "fixed_amount": 20}).create_invoices()
        deposit = self.folio.invoice_ids
        deposit.action_post()
        session = self.charge_kwh(kwh=20)
        self.post()
        session.charge_ids._create_credit("Part", session.charge_ids._get_creditable().popitem()[1])
        self.charge_kwh(7002, kwh=20, minutes=70)
        self.post()
        final = self.folio._create_invoices(final=True)
        final.action_post()
        self.assertEqual((line.price_unit, deposit.amount_total), (50, 20))
        self.assertEqual(deposit.amount_total + final.amount_total, 50 + 9.90)

    def test_register_that_takes_payment_marks_the_session_as_paid(self):
        session = self.charge_kwh(kwh=20)
        self.folio.action_lock()
        self.post()
        charge = session.charge_ids
        charge._send_to_pos(self.guest)
        order_line = charge.line_ids.sale_line_ids
        card = self.env["pos.payment.method"].create(
            {"name": "Card", "company_id": self.company.id}
        )
        config = self.env["pos.config"].create(
            {"name": "Desk", "payment_method_ids": [(6, 0, card.ids)]}
        )
        config.open_ui()
        register = config.current_session_id
        register.action_pos_session_open()
        order = self.env["pos.order"].create(
            {
                "session_id": register.id,
                "partner_id": self.guest.id,
                "amount_tax": 0.90,
                "amount_total": 9.90,
                "amount_paid": 0,
                "amount_return": 0,
                "lines": [
                    Command.create(
                        {
                            "product_id": order_line.product_id.id,
                            "qty": 1,
                            "price_unit": 9.00,
                            "tax_ids": [(6, 0, order_line.tax_ids.ids)],
                            "price_subtotal": 9.00,
                            "price_subtotal_incl": 9.90,
                            "sale_order_origin_id": order_line.order_id.id,
                            "sale_order_line_id": order_line.id,
                        }
                    )
                ],
            }
        )
        self.assertEqual(session.billing, "posted")
        order.add_payment({"pos_order_id": order.id, "amount": 9.90, "payment_method_id": card.id})
        order.action_pos_order_paid()
        self.assertEqual(session.billing, "paid")
        self.assertEqual(order_line.qty_invoiced, 1)
