# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class WaitingCardPayment(models.Model):
    _inherit = "iicharge.card.payment"

    waiting_id = fields.Many2one(
        "iicharge.waiting",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
        help="The place in the waiting list for which the connector is kept while it is paid.",
    )

    @api.model
    def _open(self, connector, tariff, amount, request_key, **values):
        """Keep an offered connector as long as the guest may pay."""
        payment = super()._open(connector, tariff, amount, request_key, **values)
        offer = connector._get_claimed_offer()
        if offer and not payment.waiting_id:
            payment.waiting_id = self.env["iicharge.waiting"]._find_by_offer(offer)
            offer._extend_offer(payment.pay_until)
        return payment

    def _start(self, transaction):
        """Start as the guest to whom the connector was offered."""
        key = self.waiting_id.key
        payment = self.with_context(iicharge_waiting_key=key) if key else self
        return super(WaitingCardPayment, payment)._start(transaction)
