# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Orders that put money on prepaid cards, or give it back, once a register has been paid."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain

from odoo.addons.iicharge_odoo.core.conversion import get_local_day

# An order that is not paid after this time is cancelled.
ABANDONED_AFTER = timedelta(days=1)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_confirmed_tx_create_date(self):
        """Use a card that was valid when charging began, although it may have expired
        until the car stopped."""
        # sudo: only the day is taken, and whoever confirms an order may not see sessions
        sessions = self.sudo().order_line.iicharge_charge_line_id.charge_id.session_id
        by_card = sessions.filtered("loyalty_card_id")[:1]
        if by_card:
            return get_local_day(by_card.started_at, by_card.site_id.time_zone)
        return super()._get_confirmed_tx_create_date()

    def _action_cancel(self):
        """Cancelling would fill the card again, while the charging stays paid."""
        # sudo: who keeps orders need not have rights on charges
        paid = self.sudo().order_line.filtered(
            lambda line: (
                line.state == "sale"
                and line.iicharge_prepaid_charge_id.kind == "charge"
                and line.iicharge_prepaid_charge_id._get_paid_by_card()
            )
        )
        if paid:
            paid._iicharge_refuse_card_change()
        return super()._action_cancel()

    def _get_point_changes(self):
        """Whoever confirms or cancels an order changes the cards that it uses."""
        # sudo: what a card is used for by an order is no change by hand, see loyalty.card.write
        changes = super()._get_point_changes()
        return {card.sudo(): points for card, points in changes.items()}

    def _get_reward_values_discount(self, reward, coupon, **kwargs):
        """Take the tax with which a card was sold off with the card's part."""
        values_list = super()._get_reward_values_discount(reward, coupon, **kwargs)
        program = reward.program_id
        tax = program._iicharge_get_voucher_tax()
        if tax:
            sold = self.order_line.filtered(lambda line: line.price_total and not line.reward_id)
            if not all(program._iicharge_can_pay(line.tax_ids) for line in sold):
                program._iicharge_refuse_other_tax()
            for values in values_list:
                paid = self.currency_id.round(values["points_cost"] * reward.discount)
                values |= {"price_unit": -paid, "tax_ids": [Command.set(tax.ids)]}
        return values_list

    # --- top-up -------------------------------------------------------------------------
    # --- money on a card is no goods: no offer counts it, or makes it cheaper -----------------
    def _get_no_effect_on_threshold_lines(self):
        lines = super()._get_no_effect_on_threshold_lines()
        return lines | self.order_line.filtered("iicharge_topup_card_id")

    def _update_programs_and_rewards(self):
        if self.order_line.iicharge_topup_card_id:
            return None
        return super()._update_programs_and_rewards()

    @api.autovacuum
    def _gc_iicharge_top_ups(self):
        """Cancel unpaid orders, and delete their empty cards."""
        since = fields.Datetime.now() - ABANDONED_AFTER
        is_open = Domain("iicharge_topup_card_id", "!=", False) & Domain(
            "iicharge_topup_paid_ids", "=", False
        )
        left = self.search(
            Domain("state", "=", "sale")
            & Domain("create_date", "<", since)
            & Domain("order_line", "any", is_open)
        )
        # a card that somebody had before its order stays
        cards = left.order_line.filtered(
            lambda line: line.iicharge_topup_card_id.create_date >= line.create_date
        ).iicharge_topup_card_id
        cards._iicharge_lock()
        left._action_cancel()
        unused = cards.filtered(
            lambda card: (
                not card.points and not card.iicharge_topup_line_ids.iicharge_topup_paid_ids
            )
        )
        unused.iicharge_token_ids.active = False
        unused.active = False
