# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models
from odoo.tools import SQL


class RegisterAccrualItem(models.Model):
    _inherit = "iicharge.accrual.item"

    @api.model
    def _get_open_queries(self, company, month_end):
        """Add what registers have booked after the month's end, or have not booked yet."""
        scope = {"company": company.id, "month_end": month_end}
        orders = SQL(
            """SELECT pos_order.id FROM pos_session opening
                 JOIN pos_order ON pos_order.session_id = opening.id
                 LEFT JOIN account_move closing ON closing.id = opening.move_id
                WHERE pos_order.company_id = %(company)s
                  AND (opening.state != 'closed' OR closing.date > %(month_end)s)
                UNION
               SELECT pos_order.id FROM account_move move
                 JOIN pos_order ON pos_order.account_move = move.id
                WHERE move.company_id = %(company)s AND move.date > %(month_end)s""",
            **scope,
        )
        return [
            *super()._get_open_queries(company, month_end),
            SQL(
                """SELECT charge.session_id FROM (%s) found
                     JOIN pos_order_line paid ON paid.order_id = found.id
                     JOIN sale_order_line sold ON sold.id = paid.sale_order_line_id
                     JOIN iicharge_charge_line line ON line.id = sold.iicharge_charge_line_id
                     JOIN iicharge_charge charge ON charge.id = line.charge_id""",
                orders,
            ),
        ]
