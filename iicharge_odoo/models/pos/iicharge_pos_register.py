# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which register takes payment for a session.

One at a time, so that the guest is not asked twice for the same money. That the money
is taken once is checked when an order is paid. If a register never finishes, or
its device is gone, the payment times out, and others may take the session over.
"""

from odoo import models
from odoo.exceptions import AccessError, UserError


class PosRegister(models.AbstractModel):
    _name = "iicharge.pos.register"
    _description = "Sessions Paid at a Register"

    def iicharge_open_payment(self, session_id, partner_id=False, device=False):
        """Take a session to this register: it becomes an order that is paid here.

        One register has it at a time; until it is paid it can be given back.

        :param str device: which of the register's devices asks, as the POS names it
        :return: {"order_id"}: the sales order to load
        """
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        # sudo: as in iicharge_charge_to_room
        order = session.sudo()._open_payment(self, partner_id, device)
        return {"order_id": order.id}

    def iicharge_transfer_payment(self, session_id, since, device=False):
        """Take a session from the register or the device that has it; it is not paid there.

        :param str since: when it was taken there, as the cashier saw it: what has changed
            hands since then is asked for again
        """
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        # sudo: as in iicharge_charge_to_room
        session.sudo()._transfer_payment(self, since, device)
        return True

    def iicharge_release_payment(self, session_ids, device=False):
        """Release the sessions of an order that was given up before it was paid."""
        self._iicharge_check_front_desk()
        sessions = self.env["iicharge.session"]
        for session_id in session_ids:
            sessions |= self._iicharge_get_session(session_id)
        # sudo: as in iicharge_charge_to_room
        sessions.sudo()._release_payment(self, device)
        return True

    def iicharge_check_payment(self, sold_ids, refunded_ids, device=False):
        """Check whether charging on an order may be paid or given back, before money is taken.

        :param sold_ids: lines of sales orders that the order pays
        :param refunded_ids: lines of register orders that it gives back
        :return: False, or the reason in words
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Only register users may take payment."))
        # sudo: a cashier has no rights on charges; only the names of what the order pays are shown
        register = self.sudo()
        sold = register.env["sale.order.line"].browse(sold_ids).exists().iicharge_charge_line_id
        refunded = register.env["pos.order.line"].browse(refunded_ids).exists()
        charges = (sold | refunded.iicharge_charge_line_id).charge_id
        if charges._is_elsewhere(register):
            raise AccessError(self.env._("This session is not one of this register."))
        try:
            for charge in sold.charge_id:
                charge._check_due_at(register, device)
            refunded._iicharge_check_refundable()
        except UserError as error:
            return str(error)
        return False
