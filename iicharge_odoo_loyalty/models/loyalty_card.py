# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Top-ups of cards at the register, and refunds of the rest."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from odoo.addons.iicharge_odoo.models.billing.charge_states import OUTSTANDING

from .. import refusals
from .loyalty_program import PREPAID_TYPES

# Who may set a balance by hand; everybody else changes it by selling and using.
BALANCE_GROUPS = (
    "iicharge_odoo.group_manager",
    "point_of_sale.group_pos_manager",
    "sales_team.group_sale_manager",
)

PREPAID_GROUPS = "iicharge_odoo.group_front_desk,iicharge_odoo.group_accountant"


class LoyaltyCard(models.Model):
    """Cards with a balance (eWallets, gift cards) that charging is paid with."""

    _inherit = "loyalty.card"

    iicharge_token_ids = fields.One2many(
        "iicharge.token", "loyalty_card_id", string="Charging Cards", groups=PREPAID_GROUPS
    )
    iicharge_session_ids = fields.One2many(
        "iicharge.session", "loyalty_card_id", string="EV Sessions", groups=PREPAID_GROUPS
    )
    iicharge_session_count = fields.Integer(
        compute="_compute_iicharge_session_count", groups=PREPAID_GROUPS
    )
    iicharge_topup_line_ids = fields.One2many(
        "sale.order.line", "iicharge_topup_card_id", string="Prepaid", groups=PREPAID_GROUPS
    )

    @api.depends("iicharge_session_ids")
    def _compute_iicharge_session_count(self):
        for card in self:
            card.iicharge_session_count = len(card.iicharge_session_ids)

    # --- what is on it -------------------------------------------------------------------
    def _iicharge_get_reward(self):
        """Get how its program turns points into money."""
        self.ensure_one()
        return self.program_id._iicharge_get_reward()

    def _iicharge_get_balance(self):
        """Get what it can pay now, in its currency; Odoo takes no less than a reward's least."""
        self.ensure_one()
        reward = self._iicharge_get_reward()
        points = self.currency_id.round(self.points)
        if not reward or points < reward.required_points:
            return 0.0
        return self.currency_id.round(points * reward.discount)

    def _iicharge_get_reserved_amount(self):
        """Get what its sessions cost that were not taken off it yet: those that charge, with
        what they will have cost at the next check, and those that wait to be paid."""
        self.ensure_one()
        sessions = self._iicharge_find_unpaid_sessions().filtered(
            lambda session: session.state != "stopped" or session._awaits_card_payment()
        )
        return sum(session._get_cost_on_card() for session in sessions)

    def _iicharge_get_left(self):
        """Get what is left once its cars have paid what screens show as their cost so far.

        What a car may still use (`_iicharge_get_available`) also counts what comes until the
        next check.
        """
        self.ensure_one()
        sessions = self._iicharge_find_unpaid_sessions()
        running = sessions.filtered(lambda session: session.state != "stopped")
        waiting = (sessions - running).filtered(lambda session: session._awaits_card_payment())
        used = sum(running.mapped("running_amount"))
        used += sum(session._get_cost_on_card() for session in waiting)
        return self.currency_id.round(max(self._iicharge_get_balance() - used, 0.0))

    def _iicharge_find_running_sessions(self):
        self.ensure_one()
        return self.env["iicharge.session"].search(
            [("loyalty_card_id", "=", self.id), ("state", "!=", "stopped")]
        )

    def _iicharge_find_unpaid_sessions(self):
        """Find its sessions that may not be paid yet, without all that it ever had: a car that
        charges by it asks every some seconds."""
        outstanding = self.env["iicharge.charge"].search(
            Domain("state", "in", OUTSTANDING)
            & Domain("destination", "=", "prepaid")
            & Domain("session_id.loyalty_card_id", "=", self.id)
        )
        unrated = self.env["iicharge.session"].search(
            Domain("loyalty_card_id", "=", self.id)
            & (Domain("state", "!=", "stopped") | Domain("billing", "in", ("open", "review")))
        )
        return unrated | outstanding.session_id

    def _iicharge_get_available(self):
        """Get what a car that starts now may still use."""
        return self._iicharge_get_balance() - self._iicharge_get_reserved_amount()

    def _iicharge_check_usable(self, company, day):
        """May it pay for charging?

        :param day: today where the charger is
        :raise core.errors.Refusal: the typed reason why not
        """
        self.ensure_one()
        program = self.program_id
        last_days = [self.expiration_date, program.date_to]
        if any(last_day and last_day < day for last_day in last_days):
            raise refusals.PrepaidExpired(self.code)
        if not self.active or not program._iicharge_is_open(company, day):
            raise refusals.PrepaidClosed(self.code)

    def _iicharge_check_tax(self, tariff):
        """Check that it may pay by a tariff. :raise refusals.PrepaidOtherTax: it was sold with
        another tax"""
        for component in tariff.component_ids:
            if not self.program_id._iicharge_can_pay(component._get_taxes()):
                raise refusals.PrepaidOtherTax(self.code)

    def _iicharge_check_balance(self):
        """Check the balance. :raise refusals.PrepaidEmpty: a car could use nothing now"""
        self.ensure_one()
        if self.currency_id.compare_amounts(self._iicharge_get_available(), 0) <= 0:
            raise refusals.PrepaidEmpty(self.code)

    def _iicharge_lock(self):
        """Lock the cards: concurrent payments wait here, and then see what is left."""
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM loyalty_card WHERE id IN %s ORDER BY id FOR UPDATE", tuple(self.ids)
            )
        )
        self.invalidate_recordset()

    @api.model
    def _iicharge_get_prepaid_domain(self, company):
        return (
            Domain("program_id.program_type", "in", PREPAID_TYPES)
            & Domain("company_id", "in", (False, company.id))
            & Domain("currency_id", "=", company.currency_id.id)
        )

    # --- who may change it -----------------------------------------------------------------
    def _iicharge_check_balance_rights(self):
        """Front desk sells and uses cards; a balance is set by hand by managers only."""
        user = self.env.user
        is_front_desk = user.has_group("iicharge_odoo.group_front_desk")
        if (
            not self.env.su
            and is_front_desk
            and not any(user.has_group(group) for group in BALANCE_GROUPS)
        ):
            raise AccessError(
                self.env._("A balance is changed by selling a top-up. Ask a manager to correct it.")
            )

    def write(self, vals):
        if "points" in vals:
            self._iicharge_check_balance_rights()
        return super().write(vals)

    def action_loyalty_update_balance(self):
        self._iicharge_check_balance_rights()
        return super().action_loyalty_update_balance()

    def action_view_iicharge_sessions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("EV Charging"),
            "res_model": "iicharge.session",
            "view_mode": "list,form",
            "domain": [("loyalty_card_id", "=", self.id)],
        }

    # --- top-up -------------------------------------------------------------------------
    # --- the order that a register loads -----------------------------------------------------
    def _iicharge_create_top_up(self, amount, connector=None):
        """Create an order that puts a sum on the card once a register has taken it.

        :param float amount: below zero: it is paid out, and taken off the card
        :param connector: where the guest is
        :return: `sale.order`, confirmed
        """
        self.ensure_one()
        token = self.iicharge_token_ids[:1]
        walk_in = self.env.ref("iicharge_odoo.partner_walk_in")
        company = token.company_id or self.env.company
        tax = self.program_id._iicharge_get_voucher_tax()
        order = self.env["sale.order"].create(
            {
                # its tax is due here, whoever buys it
                **({"fiscal_position_id": False} if tax else {}),
                "partner_id": (self.partner_id or walk_in).id,
                "company_id": company.id,
                "currency_id": self.currency_id.id,
                "client_order_ref": self.code,
                "order_line": [Command.create(self._iicharge_prepare_top_up(amount, connector))],
            }
        )
        order.action_confirm()
        return order

    def _iicharge_prepare_top_up(self, amount, connector):
        if amount > 0:
            name = self.env._("Charging, prepaid: card %(code)s", code=self.code)
        else:
            name = self.env._("Charging, prepaid: rest of card %(code)s", code=self.code)
        return {
            "product_id": self.env.ref("iicharge_odoo_loyalty.product_prepaid").id,
            "name": name,
            "product_uom_qty": 1,
            "price_unit": amount,
            # as in iicharge_charge_line: the price is not Odoo's to work out
            "technical_price_unit": 0.0,
            "tax_ids": [Command.set(self.program_id._iicharge_get_voucher_tax().ids)],
            "iicharge_topup_card_id": self.id,
            "iicharge_topup_connector_id": connector and connector.id,
        }

    def _iicharge_prepare_balance_line(self, amount):
        """Prepare the line of an invoice that sells a balance: on the account from which the card
        pays, as at a register."""
        reward = self._iicharge_get_any_reward().with_company(self.env.company)
        account = reward.discount_line_product_id._get_product_accounts()["income"]
        return {
            "product_id": self.env.ref("iicharge_odoo_loyalty.product_prepaid").id,
            "name": self.env._("Charging, prepaid: card %(code)s", code=self.code),
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [Command.set(self.program_id._iicharge_get_voucher_tax().ids)],
            **({"account_id": account.id} if account else {}),
        }

    # --- what is on it -----------------------------------------------------------------------
    def _iicharge_get_any_reward(self):
        """Get what its points are worth, also in a closed program: its money is still owed."""
        return self.program_id.with_context(active_test=False)._iicharge_get_reward()

    def _iicharge_add(self, amount, order):
        """Put a sum on it, or take one off, for an order that is paid. Whoever calls has the
        lock.

        :param order: the `sale.order` of the top-up, or an invoice. Not that of the register: one
            order there may use cards as well, and Odoo takes a card's line for an order as the
            whole of it
        """
        self.ensure_one()
        points = amount / self._iicharge_get_any_reward().discount
        # sudo: what is paid for is no change by hand, see write
        self.sudo().points += points
        self.env["loyalty.history"].sudo().create(
            {
                "card_id": self.id,
                "description": self.env._("Charging, prepaid: %(order)s", order=order.name),
                "issued": max(points, 0),
                "used": max(-points, 0),
                "order_model": order._name,
                "order_id": order.id,
            }
        )

    def _iicharge_get_rest(self):
        """Get what may be given back in money: the rest of what was prepaid at a register. A
        balance that was sold otherwise, or given away, is none."""
        self.ensure_one()
        worth = self.points * self._iicharge_get_any_reward().discount
        lines = self.iicharge_topup_line_ids.iicharge_topup_paid_ids
        prepaid = sum(line._iicharge_get_money() for line in lines)
        rest = min(worth - self._iicharge_get_reserved_amount(), prepaid)
        return self.currency_id.round(max(rest, 0.0))

    def _iicharge_check_rest(self, amount):
        """Check a sum to give back. :raise UserError: it is too much, in words for the cashier"""
        self._iicharge_check_no_car()
        rest = self._iicharge_get_rest()
        if self.currency_id.compare_amounts(amount, rest) > 0:
            raise UserError(
                self.env._(
                    "Only %(rest)s of card %(code)s can be given back now, not %(amount)s. Take "
                    "the line off the order, and choose “Prepaid card” on the charging screen.",
                    code=self.code,
                    rest=self.currency_id.format(rest),
                    amount=self.currency_id.format(amount),
                )
            )

    def _iicharge_check_no_car(self):
        """Check that no car charges on it. :raise UserError: one does"""
        running = self._iicharge_find_running_sessions()
        if running:
            raise UserError(
                self.env._(
                    "A car charges with card %(code)s at %(connector)s. Stop it first: what is "
                    "left is known then.",
                    code=self.code,
                    connector=running[0].connector_id.display_name or running[0].charger_id.name,
                )
            )

    # --- expired -----------------------------------------------------------------------------
    def _iicharge_prepare_breakage(self):
        """Prepare what is booked where it has expired; see `iicharge.prepaid.breakage`."""
        self.ensure_one()
        reward = self._iicharge_get_any_reward()
        total = self.currency_id.round(self.points * reward.discount)
        return {
            "card_id": self.id,
            "code": self.code,
            "points": self.points,
            "amount_total": total,
            "amount_booked": self._iicharge_get_unused_income(total),
            "account": reward.discount_line_product_id._get_product_accounts()["income"],
        }

    def _iicharge_get_unused_income(self, total):
        """Get what of a balance is income that was deferred: without the tax with which it was
        sold. Where the rounding of its sales and uses has left another cent, that is counted."""
        tax = self.program_id._iicharge_get_voucher_tax()
        if not tax:
            return total
        untaxed = tax.compute_all(total, currency=self.currency_id)["total_excluded"]
        sold = self.iicharge_topup_line_ids.iicharge_topup_paid_ids
        uses = self.env["sale.order.line"].search(
            [("coupon_id", "=", self.id), ("state", "=", "sale")]
        )
        paid = self.env["pos.order.line"].search(
            [
                ("coupon_id", "=", self.id),
                ("sale_order_line_id", "=", False),
                ("order_id.state", "not in", ("draft", "cancel")),
            ]
        )
        left = sum(line._iicharge_get_untaxed() for line in sold | paid)
        left = self.currency_id.round(left + sum(uses.mapped("price_subtotal")))
        cents = self.currency_id.rounding * len(sold | paid) + self.currency_id.rounding * len(uses)
        return left if sold and abs(left - untaxed) <= cents else untaxed
