# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models
from odoo.exceptions import UserError

from ..billing.charge_states import ON_THE_BOOKS


class DueCharge(models.Model):
    _inherit = "iicharge.charge"

    destination = fields.Selection(
        selection_add=[("pos", "Point of Sale")], ondelete={"pos": "set invoice"}
    )

    def _send_to_pos(self, partner):
        """Create an order that a register loads and takes payment for."""
        self._check_outstanding()
        for charge in self:
            charge.line_ids.folio_id = False
            charge.write(
                {
                    "destination": charge._get_destination()._get_register_value(),
                    "partner_id": partner.id,
                    "state": "pending",
                    "attempts": 0,
                }
            )
            charge._post_or_refuse()

    # --- credits ------------------------------------------------------------------------
    def _create_credit(self, reason, amount=None):
        credit = super()._create_credit(reason, amount)
        credit._note_payout()
        return credit

    def _note_payout(self):
        """Say on the session by which credit note the money goes back that a register has taken."""
        # sudo: who decides on a credit need not keep the books; the document is only named
        for note in self.sudo().line_ids.invoice_line_id.move_id:
            order = note.reversed_entry_id.pos_order_ids
            if note.move_type != "out_refund" or not order:
                continue
            self.session_id.message_post(
                body=self.env._(
                    "Credit note %(note)s gives %(amount)s of invoice %(invoice)s back, which was "
                    "paid at %(register)s (%(methods)s). Accounting pays it out from there.",
                    note=note.name,
                    amount=note.currency_id.format(note.amount_total),
                    invoice=note.reversed_entry_id.name,
                    register=", ".join(order.config_id.mapped("name")),
                    methods=", ".join(order.payment_ids.payment_method_id.mapped("name")),
                )
            )

    # --- payment ------------------------------------------------------------------------
    def _check_due_at(self, config, device=False, lines=None):
        """Check that it waits to be paid, and that no other register takes payment.

        :param lines: of the register order that is to pay it
        :raise UserError: in words for the cashier
        """
        self.ensure_one()
        session = self.session_id
        paid = self.env["pos.order.line"]._iicharge_find_paid(self.line_ids)
        paid = paid - lines if lines else paid
        if paid:
            raise UserError(
                self.env._(
                    "%(session)s is paid already, with order %(order)s at %(register)s. Take it "
                    "off this order.",
                    session=session.name,
                    order=paid[0].order_id.name,
                    register=paid[0].order_id.config_id.name,
                )
            )
        session._check_register(config, device)
        if self._is_on_open_bill():
            return
        session._check_register_currency(config)
        is_due = self.state == "posted"
        if self.kind == "charge":
            is_due = is_due and session._get_register_charge() == self
        if not is_due:
            raise UserError(
                self.env._(
                    "%(session)s does not wait to be paid any more. Take it off this order.",
                    session=session.name,
                )
            )

    def _is_elsewhere(self, config):
        """Whether any of these charges is of a property that a register is not for: of a stay
        there, or of a charger there where no stay has it on its bill."""
        sites = config._iicharge_get_sites()
        on_bills = self.filtered(lambda charge: charge._get_destination()._is_bill_of_stay)
        stays = on_bills.folio_id | on_bills.line_ids.folio_id
        return bool(stays.iicharge_site_id - sites or (self - on_bills).site_id - sites)

    def _is_on_open_bill(self):
        """Whether it is on the bill of a stay and not invoiced: a register may settle that bill,
        as any sales order, with what was credited on it."""
        return (
            self._get_destination()._is_bill_of_stay
            and self.state in ON_THE_BOOKS
            and not self.line_ids._is_invoiced()
        )
