# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


def leave_out(env, vals, *names):
    """What the server notes as it settles an order is for no register and no user to send."""
    return vals if env.su else {name: vals[name] for name in vals if name not in names}


class PosOrder(models.Model):
    _inherit = "pos.order"

    def action_pos_order_paid(self):
        """What is paid for is settled in the same transaction: charging with its session, and an
        order that goes to a room with the stay's bill. What may not be is refused before."""
        self.ensure_one()
        # sudo: a cashier has no rights on sessions, charges and stays; they are those of the
        # order that is being paid, and who pays is checked by the point of sale
        order = self.sudo()
        room = order._iicharge_check_room()
        charging = order.lines._iicharge_check_charging()
        refunds = order.lines._iicharge_check_refunds()
        result = super().action_pos_order_paid()
        order._iicharge_settle(room, charging, refunds)
        return result

    def _iicharge_settle(self, room, charging, refunds):
        """What the money was for, now that it is taken; other modules add what they sell."""
        if room:
            self._iicharge_post_to_room(room, charging, refunds)
        else:
            charging._iicharge_set_paid()
        refunds._iicharge_credit()


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    iicharge_charge_line_id = fields.Many2one(
        "iicharge.charge.line",
        string="Charging",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="What this line has paid for, or has taken back.",
    )
    iicharge_text = fields.Text(
        string="Charging Details",
        copy=False,
        help="What the receipt says of the charging: meter, times, tariff and tax.",
    )

    # The last guard of "paid once": whatever two registers do, the database keeps one line.
    _iicharge_charge_line_unique = models.UniqueIndex(
        "(iicharge_charge_line_id) WHERE iicharge_charge_line_id IS NOT NULL",
        "This charging is paid already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._iicharge_leave_out(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._iicharge_leave_out(vals))

    @api.model
    def _iicharge_leave_out(self, vals):
        return leave_out(self.env, vals, "iicharge_charge_line_id")

    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "iicharge_text"]
