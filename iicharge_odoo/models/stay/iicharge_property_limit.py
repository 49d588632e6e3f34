# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...core.money import total
from ..billing.charge_states import OUTSTANDING

# How long a start that was accepted is waited for; a charger begins it within minutes, or never.
HELD_FOR = timedelta(minutes=10)


class PropertyLimit(models.AbstractModel):
    """Credit limits of bills: what is owed on them, and what starts under way are going to cost.

    A bill may pay for several stays; all of them count.
    """

    _name = "iicharge.property.limit"
    _description = "Credit Limits"

    @api.model
    def _has_reached_limit(self, folio, site):
        """Return whether a folio that pays for this stay has reached its credit limit."""
        return any(
            self._compare_to_limit(payer) >= 0
            for payer in self._get_paying_folios(folio, site)
            if payer.iicharge_credit_limit
        )

    @api.model
    def _compare_to_limit(self, payer, expected=None):
        """Compare the amount owed with the credit limit: -1 below, 0 at, 1 above.

        :param expected: `Money` that comes to it, in the payer's currency
        """
        owed = self._get_owed(payer)
        owed += expected or self._get_money(payer, 0)
        return payer.currency_id.compare_amounts(float(owed.amount), payer.iicharge_credit_limit)

    @api.model
    def _get_money(self, folio, amount):
        return folio.currency_id._iicharge_get_money(amount)

    @api.model
    def _convert_to_folio(self, folio, amount, currency):
        """Convert an amount to `Money` in the folio's currency, at today's rate."""
        # the day by UTC: a rate of a day is no sum of a bill, and a folio may have no site
        today = fields.Datetime.now().date()
        return folio.currency_id._iicharge_convert(amount, currency, folio.company_id, today)

    @api.model
    def _get_owed(self, payer):
        """Get the `Money` owed on a folio, with tax and in its currency: its bill, charges that are
        not posted yet and the cost so far of the running sessions that it pays for, whichever stay
        they are of, less payments.

        Sessions in review have no price yet and are not included.
        """
        # sudo: front desk gets yes or no, and need not have rights on all that counts
        payer = payer.sudo()
        lines = self.env["iicharge.charge.line"].sudo()
        coming = lines.search([("folio_id", "=", payer.id), ("charge_id.state", "in", OUTSTANDING)])
        amounts = [(line.amount_untaxed + line.amount_tax, line.currency_id) for line in coming]
        amounts += [
            (session._get_running_amount(), session.currency_id)
            for session in self._get_running(payer)
        ]
        coming = (self._convert_to_folio(payer, amount, currency) for amount, currency in amounts)
        return (
            self._get_money(payer, payer.amount_total)
            + total(coming, payer.currency_id.name)
            - self._get_paid(payer)
        )

    @api.model
    def _get_running(self, payer):
        """Get the running sessions that a folio pays for: of its own stay, and of those that route
        their charging to it."""
        # sudo: see _get_owed
        sessions = self.env["iicharge.session"].sudo()
        on_bills = self.env["iicharge.destination"]._get_names("_is_bill_of_stay")
        running = sessions.search(
            fields.Domain("state", "!=", "stopped")
            & fields.Domain("destination", "in", on_bills)
            & (
                fields.Domain("folio_id", "=", payer.id)
                | fields.Domain("folio_id.iicharge_routing_ids.paying_folio_id", "=", payer.id)
            )
        )
        return running.filtered(
            lambda session: payer in self._get_paying_folios(session.folio_id, session.site_id)
        )

    @api.model
    def _get_paid(self, folio):
        """Get the paid `Money` of a folio: the larger of invoice payments and online payments.

        Invoices count with the paid share of the folio's lines, down payments included. A
        payment may be known as both, so that the two are not added.
        """
        paid = self._get_money(folio, 0)
        for line in folio.order_line.invoice_lines:
            move = line.move_id
            if move.state == "posted" and move.amount_total:
                sign = -1 if move.move_type == "out_refund" else 1
                share = sign * (1 - move.amount_residual / move.amount_total)
                paid += self._convert_to_folio(folio, line.price_total * share, line.currency_id)
        return max(paid, self._get_money(folio, folio.amount_paid))

    # --- starts under way -----------------------------------------------------------------
    @api.model
    def _hold(self, folio, connector, estimate=None, group="guest", command=None):
        """Keep what a start that was accepted is expected to cost on the bills that pay for it,
        until its session has a cost.

        Of two starts at the same moment the database lets one write; the other transaction begins
        again and finds it.

        :param estimate: `iicharge_quote.Estimate`; default: a typical one of `group`
        :param command: `iicharge.command` that starts it; a start that the charger refuses is
            not waited for
        """
        payers = self._get_paying_folios(folio, connector.site_id)
        limited = payers.filtered("iicharge_credit_limit")
        estimate = limited and (estimate or connector._get_estimate(group))
        for payer in limited if estimate else ():
            amount = float(estimate.amount_total)
            held = {
                "stay": folio.id,
                "connector": connector.id,
                "command": command.id if command else False,
                "amount": float(
                    self._convert_to_folio(payer, amount, connector.currency_id).amount
                ),
                # by the clock that the sessions are created by
                "at": fields.Datetime.to_string(self.env.cr.now()),
            }
            others = self._get_live_holds(payer, connector)
            # not by `write`: the bill is the same as before for all who look at it
            self.env.cr.execute(
                SQL(
                    "UPDATE sale_order SET iicharge_holds = %s WHERE id = %s",
                    json.dumps([*others, held]),
                    payer.id,
                )
            )
            payer.invalidate_recordset(["iicharge_holds"], flush=False)

    @api.model
    def _get_held(self, payer, connector):
        """Get the `Money` that starts under way at other connectors are expected to cost."""
        amounts = (each["amount"] for each in self._get_live_holds(payer, connector))
        return total((self._get_money(payer, each) for each in amounts), payer.currency_id.name)

    @api.model
    def _get_live_holds(self, payer, connector):
        # sudo: as in _get_owed
        holds = payer.sudo().iicharge_holds or ()
        return [
            each for each in holds if each["connector"] != connector.id and self._is_under_way(each)
        ]

    @api.model
    def _is_under_way(self, held):
        """Return whether a start may still begin, or has begun and has no cost yet."""
        at = fields.Datetime.to_datetime(held["at"])
        if fields.Datetime.now() - at >= HELD_FOR:
            return False
        # sudo: as in _get_owed
        command = self.env["iicharge.command"].sudo().browse(held["command"] or ()).exists()
        if command.state not in (False, "queued", "sent") and not command._is_agreed():
            return False
        session = self.env["iicharge.session"].sudo()
        session = session.search(
            [
                ("folio_id", "=", held["stay"]),
                ("connector_id", "=", held["connector"]),
                ("create_date", ">=", at),
            ],
            limit=1,
        )
        return not session or (session.state != "stopped" and not session._get_running_amount())
