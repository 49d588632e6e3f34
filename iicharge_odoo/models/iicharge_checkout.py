# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest checks out while the car still charges (ROOM_CHARGES.md rule 11)."""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

CHECKOUT_CHOICES = [
    ("stop", "Stop charging and put it on this bill now"),
    ("pos", "Keep charging; the guest pays at the till"),
    ("late", "Keep charging; it becomes a late charge"),
]
# A session of which nothing was heard for so long has ended without a word.
SILENT_AFTER = timedelta(hours=24)


class CheckoutSession(models.Model):
    _inherit = "iicharge.session"

    checkout_choice = fields.Selection(
        CHECKOUT_CHOICES,
        readonly=True,
        help="What front desk chose when the guest checked out before the end.",
    )

    def _set_checkout_choice(self, choice):
        texts = dict(self._fields["checkout_choice"]._description_selection(self.env))
        for session in self.filtered(lambda session: session.state != "stopped"):
            session.checkout_choice = choice
            session.message_post(
                body=self.env._(
                    "%(who)s checked the guest out: %(choice)s",
                    who=self.env.user._iicharge_get_actor().name,
                    choice=texts[choice],
                )
            )

    def _close_what_can_be_closed(self, site):
        """At night: end the sessions at a site of which it is plain that they have ended, and
        try again to post late charges whose bill has been opened again.

        A session whose connector has become free, or of which nothing was heard for a day, is
        closed at its last reading and waits for a person's decision.

        :return: the sessions that it closed
        """
        now = fields.Datetime.now()
        running = self.search([("site_id", "=", site.id), ("state", "!=", "stopped")])
        ended = running.filtered(lambda session: session._has_ended_silently(now))
        for session in ended:
            try:
                with self.env.cr.savepoint():
                    session._close_without_stop(now)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                # one that cannot be closed keeps no other one open, nor the day
                _logger.exception("Session %s could not be closed at night", session.id)
        waiting = self.env["iicharge.charge"].search(
            [
                ("site_id", "=", site.id),
                ("state", "=", "late"),
                ("destination", "=", "folio"),
                ("refusal_code", "!=", "checked_out"),
                ("folio_id.state", "=", "sale"),
                ("folio_id.locked", "=", False),
            ]
        )
        for charge in waiting:
            charge._post_or_refuse()
        if ended or waiting:
            _logger.info(
                "%s: %s sessions closed, %s late charges tried again",
                site.name,
                len(ended),
                len(waiting),
            )
        return ended

    def _has_ended_silently(self, now):
        self.ensure_one()
        connector = self.connector_id
        heard_at = max(filter(None, [self.started_at, self.last_value_at]))
        is_free = connector.status == "available" and (connector.status_at or heard_at) > heard_at
        return is_free or heard_at < now - SILENT_AFTER


class CheckoutOrder(models.Model):
    _inherit = "sale.order"

    def _iicharge_get_running(self):
        """Sessions of these stays that still charge to them."""
        # sudo: who closes a bill need not have rights on sessions, but must know of them
        return (
            self.env["iicharge.session"]
            .sudo()
            .search(
                [
                    ("folio_id", "in", self.ids),
                    ("state", "!=", "stopped"),
                    ("checkout_choice", "in", (False, "stop")),
                ]
            )
        )

    def _iicharge_ask_before_checkout(self, method, **values):
        """The dialog with the three choices, where cars still charge; else nothing.

        :param str method: what goes on after the choice, "lock" or "invoice"
        """
        if self.env.context.get("iicharge_checkout_decided") or not self._iicharge_get_running():
            return None
        wizard = self.env["iicharge.checkout"].create(
            {"order_ids": [(6, 0, self.ids)], "method": method, **values}
        )
        return wizard._get_action()

    def action_iicharge_lock(self):
        """The button that closes a bill; a program that locks it is not asked anything."""
        self.ensure_one()
        asked = self._iicharge_ask_before_checkout("lock")
        return asked or self.action_lock()


class CheckoutInvoice(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def create_invoices(self):
        return self._iicharge_ask_before_checkout(self.sale_order_ids) or super().create_invoices()

    def _iicharge_ask_before_checkout(self, orders):
        """A down payment closes no bill; what is invoiced with all its lines is checked out."""
        if self.advance_payment_method != "delivered":
            return None
        return orders._iicharge_ask_before_checkout("invoice", invoice_wizard_id=self.id)
