# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which register has a session at its till, to take payment for it.

One has it at a time. It keeps others from asking the guest for the same money; that the money
is taken once is seen to when an order is paid (`pos_charging`). So a till that is forgotten, or
whose device is gone, holds nobody up: it ends by itself, and others may take the session over.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .pos_board import to_wire

# An order that nobody has paid for so long is left open, not at a till.
LEFT_OPEN_AFTER = timedelta(minutes=30)


class PosTill(models.Model):
    _inherit = "pos.config"

    def iicharge_take_to_till(self, session_id, partner_id=False, device=False):
        """Take a session to this register: it becomes an order that is paid here.

        One register has it at a time; until it is paid it can be given back.

        :param str device: which of the register's devices asks, as the POS names it
        :return: {"order_id"}: the sales order to load
        """
        self._iicharge_check_desk()
        session = self._iicharge_get_session(session_id)
        # sudo: as in iicharge_charge_to_room
        order = session.sudo()._take_to_till(self, partner_id, device)
        return {"order_id": order.id}

    def iicharge_take_over(self, session_id, since, device=False):
        """Take a session from the register or the device that has it; it is not paid there.

        :param str since: when it was taken there, as the cashier was told: what has changed
            hands meanwhile is asked for again
        """
        self._iicharge_check_desk()
        session = self._iicharge_get_session(session_id)
        # sudo: as in iicharge_charge_to_room
        session.sudo()._take_over(self, since, device)
        return True

    def iicharge_give_back(self, session_ids, device=False):
        """An order was given up before it was paid: its sessions wait again."""
        self._iicharge_check_desk()
        sessions = self.env["iicharge.session"]
        for session_id in session_ids:
            sessions |= self._iicharge_get_session(session_id)
        # sudo: as in iicharge_charge_to_room
        sessions.sudo()._give_back(self, device)
        return True

    def iicharge_check_payment(self, sold_ids, refunded_ids, device=False):
        """Why charging on an order may not be paid or given back here, before money is taken.

        :param sold_ids: lines of sales orders that the order pays
        :param refunded_ids: lines of register orders that it gives back
        :return: False, or the reason in words
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Only who works at a till takes payment."))
        # sudo: a cashier has no rights on charges; told is what the order pays, by its name
        till = self.sudo()
        sold = till.env["sale.order.line"].browse(sold_ids).exists().iicharge_charge_line_id
        refunded = till.env["pos.order.line"].browse(refunded_ids).exists()
        charges = (sold | refunded.iicharge_charge_line_id).charge_id
        if charges.session_id.site_id - till._iicharge_get_sites():
            raise AccessError(self.env._("This session is not one of this register."))
        try:
            for charge in sold.charge_id:
                charge._check_due_at(till, device)
            refunded._iicharge_check_refundable()
        except UserError as error:
            return str(error)
        return False


class TillSession(models.Model):
    _inherit = "iicharge.session"

    till_config_id = fields.Many2one(
        "pos.config", string="At the Till", readonly=True, index="btree_not_null"
    )
    till_since = fields.Datetime(string="At the Till Since", readonly=True)
    till_device = fields.Char(
        string="At the Device", readonly=True, help="Which of the register's devices has it."
    )

    def _take_to_till(self, config, partner_id=False, device=False):
        """Put a session that waits on an order of its own, which one register takes payment for.

        :return: `sale.order`
        """
        self.ensure_one()
        self._lock_for_desk()
        self._check_till(config, device)
        charge = self._get_till_charge()
        if not charge:
            charge = self._make_till_charge(partner_id)
        if not self.till_config_id:
            self._set_till(config, device)
            self._log_desk(self.env._("takes payment for it at %(till)s", till=config.name))
        return charge.line_ids.sale_line_ids.order_id

    def _take_over(self, config, since, device=False):
        self.ensure_one()
        self._lock_for_desk()
        if not self.till_config_id or self._is_at(config, device) or not self._get_till_charge():
            return
        if to_wire(self.till_since) != since:
            self._check_till(config, device)
        before = self.till_config_id
        self._set_till(config, device)
        self._log_desk(
            self.env._("takes it from %(before)s to %(till)s", before=before.name, till=config.name)
        )

    def _give_back(self, config, device=False):
        """This register does not take payment after all; another one may."""
        for session in self.filtered(lambda session: session._is_at(config, device)):
            session._set_till(False)
            session._log_desk(self.env._("gives it back unpaid"))

    @api.model
    def _give_back_left_open(self):
        """Orders that nobody paid and nobody gave up. :return: their sessions"""
        before = fields.Datetime.now() - LEFT_OPEN_AFTER
        sessions = self.search(
            # a till of which nobody knows since when is one of before that was kept
            fields.Domain("till_config_id", "!=", False)
            & (fields.Domain("till_since", "<", before) | fields.Domain("till_since", "=", False))
        )
        for session in sessions:
            session.message_post(
                body=self.env._(
                    "Waits again: left open at %(till)s.", till=session.till_config_id.name
                )
            )
        sessions._set_till(False)
        return sessions

    def _is_at(self, config, device=False):
        """Whether this register has it, on this device as far as devices are known."""
        is_device = not device or not self.till_device or device == self.till_device
        return self.till_config_id == config and is_device

    def _check_till(self, config, device=False):
        """:raise UserError: somebody else has it"""
        if not self.till_config_id or self._is_at(config, device):
            return
        if self.till_config_id == config:
            raise UserError(
                self.env._("%(session)s is being paid on another device here.", session=self.name)
            )
        raise UserError(
            self.env._(
                "%(session)s is being paid at %(till)s.",
                session=self.name,
                till=self.till_config_id.name,
            )
        )

    def _set_till(self, config, device=False):
        self.write(
            {
                "till_config_id": config and config.id,
                "till_since": config and fields.Datetime.now(),
                "till_device": config and device,
            }
        )
        self._tell_desk()

    def _tell_desk(self):
        """Other devices show at once that it changed hands."""
        self.env["pos.config"]._iicharge_tell(self.charger_id)


class TillPosSession(models.Model):
    _inherit = "pos.session"

    def _validate_session(self, *args, **kwargs):
        """A register that is closed takes no payment for what its orders left open."""
        result = super()._validate_session(*args, **kwargs)
        if self.state == "closed" and not self.rescue:
            # sudo: who closes a register need not be front desk
            left = self.env["iicharge.session"].sudo()
            left.search([("till_config_id", "=", self.config_id.id)])._give_back(self.config_id)
        return result
