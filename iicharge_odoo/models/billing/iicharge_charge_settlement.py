# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models
from odoo.tools import format_date

from ...core.conversion import get_local_day


class ChargeSettlement(models.AbstractModel):
    """By which statements an operator gets a charge, and gives it back."""

    _name = "iicharge.charge.settlement"
    _description = "Settlement of Charges"

    settlement_id = fields.Many2one(
        "iicharge.settlement",
        string="Operator Statement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The statement by which the operator gets it. It is on one only.",
    )
    taken_back_settlement_id = fields.Many2one(
        "iicharge.settlement",
        string="Taken Back With",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The later statement that takes it back, because it was written off since.",
    )
    settlement_fee_percent = fields.Float(
        string="Fee (%)", readonly=True, help="The hotel's fee at which it was settled."
    )

    def _get_posted_day(self):
        """Get the day at the site on which it was put on a bill; False: it is off it again."""
        return self.posted_at and get_local_day(self.posted_at, self.site_id.time_zone)

    def _get_settlement_fee(self):
        """Get the fee for collecting, exact; what gives money back gives back the fee that was
        taken for it, whatever the site's is now."""
        source = self.credited_charge_id or self
        percent = self.site_id.settlement_fee_percent
        settled = source.settlement_id | source.taken_back_settlement_id
        if "confirmed" in settled.mapped("state"):
            percent = source.settlement_fee_percent
        return self.amount_total * percent / 100

    def _get_credit_on_statement_text(self):
        return self.env._(
            "Credited: %(charge)s of %(day)s: %(reason)s",
            charge=self.credited_charge_id.display_name,
            day=format_date(self.env, self.session_id._get_local_day()),
            reason=self.reason,
        )

    def _get_taken_back_text(self):
        return self.env._(
            "Taken back: %(charge)s of %(day)s, settled with %(month)s and written off since: "
            "%(reason)s",
            charge=self.display_name,
            day=format_date(self.env, self.session_id._get_local_day()),
            month=self.settlement_id.month_text,
            reason=self.reason,
        )
