# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.iicharge_odoo.core import errors

from .loyalty_program import PREPAID_TYPES

# Who may set a balance by hand; everybody else changes it by selling and using.
KEEPERS = (
    "iicharge_odoo.group_manager",
    "point_of_sale.group_pos_manager",
    "sales_team.group_sale_manager",
)
PREPAID_GROUPS = "iicharge_odoo.group_front_desk,iicharge_odoo.group_accountant"


class LoyaltyCard(models.Model):
    """Cards with a balance (eWallets, gift cards) that charging is paid with."""

    _inherit = "loyalty.card"

    iicharge_token_ids = fields.One2many(
        "iicharge.token", "loyalty_card_id", string="Charging Tokens", groups=PREPAID_GROUPS
    )
    iicharge_session_ids = fields.One2many(
        "iicharge.session", "loyalty_card_id", string="EV Sessions", groups=PREPAID_GROUPS
    )
    iicharge_session_count = fields.Integer(
        compute="_compute_iicharge_session_count", groups=PREPAID_GROUPS
    )

    @api.depends("iicharge_session_ids")
    def _compute_iicharge_session_count(self):
        for card in self:
            card.iicharge_session_count = len(card.iicharge_session_ids)

    # --- what is on it -------------------------------------------------------------------
    def _iicharge_get_reward(self):
        """How its program turns points into money."""
        self.ensure_one()
        return self.program_id._iicharge_get_reward()

    def _iicharge_get_balance(self):
        """What it can pay now, in its currency. Odoo takes no less than a reward's least points."""
        self.ensure_one()
        reward = self._iicharge_get_reward()
        points = self.currency_id.round(self.points)
        if not reward or points < reward.required_points:
            return 0.0
        return self.currency_id.round(points * reward.discount)

    def _iicharge_get_spoken_for(self):
        """What its sessions cost that have not been taken off it yet: those that charge, with
        what they will have cost at the next look, and those that wait to be settled."""
        self.ensure_one()
        sessions = self.iicharge_session_ids.filtered(
            lambda session: session.state != "stopped" or session._waits_for_card()
        )
        return sum(session._get_cost_on_card() for session in sessions)

    def _iicharge_get_available(self):
        """What a car that starts now may still use."""
        return self._iicharge_get_balance() - self._iicharge_get_spoken_for()

    def _iicharge_check_usable(self, company, day):
        """May it pay for charging?

        :param day: today where the charger is
        :raise core.errors.Refusal: the typed reason why not
        """
        self.ensure_one()
        program = self.program_id
        last_days = [self.expiration_date, program.date_to]
        if any(last_day and last_day < day for last_day in last_days):
            raise errors.PrepaidExpired(self.code)
        if not self.active or not program._iicharge_is_open(company, day):
            raise errors.PrepaidClosed(self.code)

    def _iicharge_check_balance(self):
        """:raise core.errors.PrepaidEmpty: a car that starts now could use nothing"""
        self.ensure_one()
        if self.currency_id.compare_amounts(self._iicharge_get_available(), 0) <= 0:
            raise errors.PrepaidEmpty(self.code)

    def _iicharge_lock(self):
        """Whoever settles with the same cards waits here, and then sees what is left."""
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
    def _iicharge_check_keeper(self):
        """Front desk sells and uses cards; a balance is set by hand by managers only."""
        user = self.env.user
        is_desk = user.has_group("iicharge_odoo.group_front_desk")
        if not self.env.su and is_desk and not any(user.has_group(group) for group in KEEPERS):
            raise AccessError(
                self.env._("A balance is changed by selling a top-up. Ask a manager to correct it.")
            )

    def write(self, vals):
        if "points" in vals:
            self._iicharge_check_keeper()
        return super().write(vals)

    def action_loyalty_update_balance(self):
        self._iicharge_check_keeper()
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
