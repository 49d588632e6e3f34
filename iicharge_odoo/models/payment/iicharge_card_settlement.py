# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What is due of a card payment, what the provider has of it, and what it must do next."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...core.conversion import to_decimal
from ...core.guest.card_settlement import RequestKind, SecuredMoney, find_next_request
from ..billing.charge_states import ON_THE_BOOKS, OUTSTANDING
from .iicharge_card_request import UNDONE

# How often a payment is looked at while its charging is on its way, and while it runs.
LOOK_FOR_START_S = 5
LOOK_FOR_END_S = 60
# A hold that ends so soon, or a request that was tried so often, needs a person.
WARN_BEFORE = timedelta(days=2)
TRIES_BEFORE_NOTICE = 3
# As in the reconciliation with the providers.
SETTLED_WITHIN = timedelta(hours=1)


class CardSettlement(models.AbstractModel):
    _name = "iicharge.card.settlement"
    _description = "Settlement of Card Payments"

    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_due = fields.Monetary(
        compute="_compute_amounts", string="Due", help="What charging has cost, with tax."
    )
    amount_captured = fields.Monetary(compute="_compute_amounts", string="Captured")
    amount_voided = fields.Monetary(compute="_compute_amounts", string="Released")
    amount_refunded = fields.Monetary(compute="_compute_amounts", string="Refunded")

    def _compute_amounts(self):
        for payment in self:
            # sudo: the sums, for those who need not see transactions
            monies = [payment._get_money(one) for one in payment.sudo()._get_secured()]
            payment.amount_due = float(payment.sudo()._get_due() or 0)
            payment.amount_captured = float(sum(money.captured for money in monies))
            payment.amount_voided = float(sum(money.voided for money in monies))
            payment.amount_refunded = float(sum(money.refunded for money in monies))

    # --- what is known --------------------------------------------------------------------
    def _get_due(self):
        """Get what charging has cost, with tax: Decimal; None while that is not known."""
        self.ensure_one()
        session = self.session_id
        if not session:
            return None if self.state in ("open", "started") else to_decimal(0)
        charges = session.charge_ids.filtered(lambda charge: charge.destination == "card")
        is_coming = session.destination == "card" and session.billing in ("open", "review", "rated")
        if session.state != "stopped" or is_coming or any(c.state in OUTSTANDING for c in charges):
            return None
        booked = charges.filtered(lambda charge: charge.state in ON_THE_BOOKS)
        return to_decimal(sum(booked.mapped("amount_total")), self.currency_id.decimal_places)

    def _get_secured(self):
        """Get the transactions by which money was held or paid, the first one first."""
        found = self.transaction_ids.filtered(
            lambda one: (
                not one.source_transaction_id
                and (one.state in ("authorized", "done") or one.child_transaction_ids)
            )
        )
        return found.sorted("id")

    def _get_money(self, transaction):
        """Get what the provider has of a transaction, a `SecuredMoney`; also what a person has
        captured or refunded."""
        children = transaction.child_transaction_ids
        refunds = children.filtered(lambda child: child.operation == "refund")
        parts = children - refunds
        digits = self.currency_id.decimal_places

        def add_up(found, state):
            total = sum(found.filtered(lambda one: one.state == state).mapped("amount"))
            return to_decimal(abs(total), digits)

        was_held = bool(parts) or transaction.state in ("authorized", "cancel")
        provider, method = transaction.provider_id, transaction.payment_method_id
        amount = to_decimal(transaction.amount, digits)
        return SecuredMoney(
            held=amount if was_held else to_decimal(0),
            captured=add_up(parts, "done") if was_held else amount,
            voided=add_up(parts, "cancel"),
            refunded=add_up(refunds, "done"),
            captures_parts=provider._iicharge_holds(method),
            refunds_parts=provider._iicharge_refunds_parts(method),
        )

    # --- what to do -----------------------------------------------------------------------
    def _settle(self, now):
        """Do the next step towards what is due.

        :return: when to look again (UTC, naive); False: nothing is to be done any more
        """
        waiting = self.request_ids.filtered(lambda request: request.state in UNDONE)
        waiting = waiting or self._request_next()
        if waiting:
            return waiting._advance(now)
        if self._book():
            return now
        return self._get_next_look(now)

    def _request_next(self):
        """Keep what the provider must do next. :return: the request; empty where there is none"""
        due = self._get_due()
        for number, transaction in enumerate(self._get_secured()):
            # a guest who has paid twice gets all of the second one back
            wanted = due if not number else to_decimal(0)
            if wanted is None:
                continue
            request = self._find_request(transaction, wanted, keep=not number)
            if request:
                self.request_ids.flush_recordset()
                kept = self.env["iicharge.card.request"].create(
                    {
                        "payment_id": self.id,
                        "transaction_id": transaction.id,
                        "kind": str(request.kind),
                        "amount": float(request.amount),
                    }
                )
                if self.state == "settled":
                    self._end("ended")
                return kept
        if self.state == "ended" and due is not None:
            self._set_settled(due)
        return self.request_ids.browse()

    def _find_request(self, transaction, due, keep):
        """Find the next request; what the guest keeps on a prepaid card is not refunded.

        :param keep: whether the rest of this transaction may be kept
        """
        money = self._get_money(transaction)
        request = find_next_request(money, due + self._get_kept() if keep else due)
        is_rest = request and request.kind == RequestKind.REFUND and due > 0
        if keep and is_rest and self.keeps_rest and not self.rest_move_id:
            self.rest_move_id = self._keep_rest(request.amount)
            request = find_next_request(money, due + self._get_kept())
        return request

    def _get_kept(self):
        """Get what was put on a prepaid card, as Decimal.

        The card has it whatever becomes of its invoice: one that is reset to draft or cancelled
        shows in the reconciliation with the providers, and nothing is refunded for it.
        """
        return to_decimal(self.rest_move_id.amount_total, self.currency_id.decimal_places)

    def _keep_rest(self, amount):
        """Put a sum on a prepaid card, instead of a refund. To be extended.

        :return: the posted invoice of the card; empty where there can be none
        """
        return self.env["account.move"]

    def _set_settled(self, due):
        self.state = "settled"
        session = self.session_id
        kept = sum(self._get_money(one).kept for one in self._get_secured()) - self._get_kept()
        if session.billing == "posted" and session.destination == "card" and due and kept >= due:
            session._set_billed("paid")

    def _get_next_look(self, now):
        if self.state == "open":
            return self.pay_until
        if self.state == "started":
            seconds = LOOK_FOR_END_S if self.session_id else LOOK_FOR_START_S
            return now + timedelta(seconds=seconds)
        return False if self.state in ("settled", "expired") else now

    # --- the books ------------------------------------------------------------------------
    def _book(self):
        """Book what the provider has done, and reconcile it with the invoice.

        :return: whether something was booked
        """
        transactions = self._get_secured()
        transactions |= transactions.child_transaction_ids
        waiting = transactions.filtered(
            lambda one: not one.is_post_processed and one.state in ("done", "cancel")
        )
        for transaction in waiting:
            transaction._post_process()
        payments = transactions.payment_id.filtered(lambda one: one.state != "canceled")
        charges = self.session_id.charge_ids.filtered(lambda charge: charge.destination == "card")
        invoices = charges.line_ids.invoice_line_id.move_id | self.rest_move_id
        items = (payments.move_id | invoices.filtered(lambda move: move.state == "posted")).line_ids
        items = items.filtered(
            lambda item: item.account_id.account_type == "asset_receivable" and not item.reconciled
        )
        for group in items.grouped("account_id").values():
            if any(item.balance > 0 for item in group) and any(item.balance < 0 for item in group):
                group.reconcile()
        return bool(waiting)

    # --- for the guest --------------------------------------------------------------------
    def _get_guest_notes(self):
        """Get what became of the money, in sentences for the guest."""
        self.ensure_one()
        if self.state in ("open", "started"):
            return []
        amounts = {
            name: self.currency_id.format(value)
            for name, value in (
                ("captured", self.amount_captured - self.amount_refunded),
                ("voided", self.amount_voided),
                ("refunded", self.amount_refunded),
            )
        }
        notes = []
        if self.state == "ended":
            notes.append(self.env._("We now release what you have not used."))
            return notes
        if self.amount_captured > self.amount_refunded:
            notes.append(self.env._("%(captured)s were taken from your card.", **amounts))
        if self.amount_voided:
            notes.append(
                self.env._(
                    "%(voided)s are released. Some banks take up to 7 days to show it.", **amounts
                )
            )
        if self.amount_refunded:
            notes.append(
                self.env._("%(refunded)s come back to your card in 3 to 7 days.", **amounts)
            )
        return notes

    # --- people ---------------------------------------------------------------------------
    @api.model
    def _find_in_trouble(self, company):
        """Find the payments that a person must look at."""
        now = fields.Datetime.now()
        ends_soon = Domain("state", "in", ("started", "ended")) & Domain(
            "hold_until", "<", now + WARN_BEFORE
        )
        is_late = Domain("state", "=", "ended") & Domain("ended_at", "<", now - SETTLED_WITHIN)
        has_failed = Domain(
            "request_ids",
            "any",
            [("state", "in", UNDONE), ("attempts", ">=", TRIES_BEFORE_NOTICE)],
        )
        return self.search(
            Domain("company_id", "=", company.id) & (ends_soon | is_late | has_failed)
        )
