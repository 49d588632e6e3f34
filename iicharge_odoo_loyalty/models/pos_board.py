# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class PrepaidBoard(models.Model):
    """What the charging screen says of a session that a card has paid in part."""

    _inherit = "pos.config"

    @api.model
    def _iicharge_write_session(self, session):
        """What is to be paid at the desk is what the card has left to pay."""
        values = super()._iicharge_write_session(session)
        charge = session._get_till_charge()
        if charge and charge._get_card_line():
            values["amount"] = charge._get_left_to_pay()
        return values

    def iicharge_read_session(self, session_id):
        values = super().iicharge_read_session(session_id)
        charge = self._iicharge_get_session(session_id)._get_till_charge()
        if charge and charge._get_card_line():
            row = {
                "text": self.env._("Paid by prepaid card"),
                "amount": -charge._get_paid_by_card(),
            }
            values.update(rows=[*values["rows"], row], total=charge._get_left_to_pay())
        return values
