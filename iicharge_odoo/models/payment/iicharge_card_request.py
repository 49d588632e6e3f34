# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

# Seconds after each failed try until the next one; the last one goes on.
PAUSES_S = (10, 60, 300, 1800, 7200)
# Where the answer was lost in a crash the provider may have done it: it has so long to report
# that before it is asked again, with the same reference.
REPORT_WITHIN = timedelta(minutes=10)
# The state of a child transaction that says that it is done, and what sends it.
DONE = {"capture": "done", "void": "cancel", "refund": "done"}
SENDERS = {
    "capture": "_send_capture_request",
    "void": "_send_void_request",
    "refund": "_send_refund_request",
}
UNDONE = ("open", "sending", "taken")

_logger = logging.getLogger(__name__)


class CardRequest(models.Model):
    """What a provider must do, asked again with the same reference until it is done.

    The reference that the provider is given is that of a child transaction, which is committed
    before the provider is asked: whatever crashes, it is known what was asked. Idempotency keys
    of providers are made of this reference.
    """

    _name = "iicharge.card.request"
    _description = "Request to a Payment Provider"
    _order = "id desc"
    _rec_name = "payment_id"

    payment_id = fields.Many2one(
        "iicharge.card.payment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="payment_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="payment_id.currency_id")
    transaction_id = fields.Many2one(
        "payment.transaction", required=True, readonly=True, index=True, ondelete="restrict"
    )
    child_id = fields.Many2one(
        "payment.transaction",
        string="Made By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    kind = fields.Selection(
        [("capture", "Capture"), ("void", "Released"), ("refund", "Refund")],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True)
    state = fields.Selection(
        [
            ("open", "To Be Sent"),
            ("sending", "Being Sent"),
            ("taken", "Provider Has Not Reported Yet"),
            ("done", "Done"),
            ("dropped", "Not Done"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    attempts = fields.Integer(readonly=True, string="Attempts")
    sent_at = fields.Datetime(readonly=True)
    trouble = fields.Char(readonly=True, help="What the provider has answered.")

    # The last guard of "once": a provider is asked about one thing of a payment at a time.
    _undone_unique = models.UniqueIndex(
        f"(payment_id) WHERE state IN {UNDONE}", "Another request of this payment is open."
    )

    def _advance(self, now):
        """Do the next step. :return: when to do the one after (UTC, naive)"""
        self.ensure_one()
        self._read_report()
        if self.state not in UNDONE:
            return now
        at = self._get_next_at()
        if self.state == "taken" or now < at:
            return max(at, now + REPORT_WITHIN) if self.state == "taken" else at
        self._send(now)
        return now if self.state not in UNDONE else self._get_next_at()

    def _read_report(self):
        """Read from the child transaction what the provider has reported."""
        child = self.child_id
        if child.state == DONE[self.kind]:
            self.write({"state": "done", "trouble": False})
        elif child.state == "cancel":
            self.state = "dropped"
        elif child.state == "error":
            self.write({"state": "open", "trouble": child.state_message})

    def _get_next_at(self):
        """Get when it may be sent."""
        if not self.sent_at:
            return fields.Datetime.now()
        if self.state == "open":
            pause = PAUSES_S[min(self.attempts, len(PAUSES_S)) - 1]
            return self.sent_at + timedelta(seconds=pause)
        return self.sent_at + REPORT_WITHIN

    def _send(self, now):
        child = self.child_id
        if not child:
            child = self.transaction_id._create_child_transaction(
                self.amount, is_refund=self.kind == "refund"
            )
        if child.state == "error":
            child._update_state(("error",), "draft", "")
        self.write(
            {
                "child_id": child.id,
                "state": "sending",
                "sent_at": now,
                "attempts": self.attempts + 1,
            }
        )
        self._commit_before_asking()
        try:
            child._ensure_provider_is_not_disabled()
            child._log_sent_message()
            getattr(child, SENDERS[self.kind])()
            self.state = "taken"
        except (UserError, ValidationError) as error:
            child._set_error(str(error))
        self._read_report()
        if self.trouble:
            _logger.warning("Card payment %s: %s failed", self.payment_id.name, self.kind)

    def _commit_before_asking(self):
        """Keep the reference before the provider is asked with it."""
        # what the provider is asked to do happens whatever becomes of this transaction: without the
        # reference a second try would be a second payment
        self.env.cr.commit()  # pylint: disable=invalid-commit
