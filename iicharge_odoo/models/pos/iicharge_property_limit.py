# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core.money import total
from .pos_order import SETTLED


class RegisterPropertyLimit(models.AbstractModel):
    _inherit = "iicharge.property.limit"

    @api.model
    def _get_paid(self, folio):
        """Add what registers have taken for the folio's order: down payments, and the bill itself;
        less what they gave back. What was charged to a room is not paid."""
        # sudo: who starts charging need not see orders of registers; this only adds them up
        paid = self.env["pos.order.line"].sudo()
        paid = paid.search(
            (
                fields.Domain("sale_order_origin_id", "=", folio.id)
                | fields.Domain("sale_order_origin_id", "=", False)
                & fields.Domain("refunded_orderline_id.sale_order_origin_id", "=", folio.id)
            )
            & fields.Domain("order_id.state", "in", SETTLED)
            & fields.Domain("order_id.iicharge_folio_id", "=", False)
        )
        taken = (
            self._convert_to_folio(folio, line._iicharge_get_total(), line.currency_id)
            for line in paid
        )
        return super()._get_paid(folio) + total(taken, folio.currency_id.name)
