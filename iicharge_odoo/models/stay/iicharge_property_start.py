# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models

from ...core import errors
from ...core.conversion import get_local_day
from ..billing.charge_states import OUTSTANDING


class PropertyStart(models.AbstractModel):
    """Checks before a start that are the same in all property systems."""

    _name = "iicharge.property.start"
    _description = "Rules of a Start"

    @api.model
    def _check_start(self, folio, connector, estimate=None, group="guest", by_card=False):
        """Check that charging may start here for this stay.

        Prices are only computed if a rule needs them.

        :param estimate: `iicharge_quote.Estimate`; default: a typical one of `group`
        :param bool by_card: no user can override, so that check-out is only checked if the
            site's settings require it
        :raise core.errors.Refusal: charging may not start, with the reason
        """
        site, currency = connector.site_id, connector.currency_id
        self._check_open(folio, before_start=True, currency=currency)
        payers = self._get_paying_folios(folio, site)
        for payer in payers - folio:
            self._check_open(payer, currency=currency)
        limited = payers.filtered("iicharge_credit_limit")
        asks_checkout = site.refuse_past_checkout or not by_card
        if not (limited or asks_checkout):
            return
        estimate = estimate or connector._get_estimate(group)
        expected = float(estimate.amount_total) if estimate else 0.0
        for payer in limited:
            coming = self._convert_to_folio(payer, expected, currency)
            if self._compare_to_limit(payer, folio, coming) > 0:
                raise errors.CreditLimit(payer.name)
        if asks_checkout and estimate:
            self._check_checkout(folio, estimate)

    @api.model
    def _check_checkout(self, folio, estimate):
        ends_at = fields.Datetime.now() + timedelta(seconds=estimate.duration_s)
        checkout = self._get_stay_dates(folio)[1]
        if checkout and ends_at > checkout:
            raise errors.CheckoutDue(folio.name)

    @api.model
    def _get_paying_folios(self, folio, site):
        """Get the folios that take this stay's charges at the site today: own and routed ones."""
        # sudo: whoever starts need not have rights on the bill of who pays
        folio, site = folio.sudo(), site.sudo()
        day = get_local_day(fields.Datetime.now(), site.time_zone)
        products = site.product_ids.product_id | site.company_id._iicharge_get_product()
        payers = [folio._iicharge_get_paying_folio(product, day) for product in products]
        return self.env["sale.order"].union(*payers)

    @api.model
    def _has_reached_limit(self, folio, site):
        """Return whether a folio that pays for this stay has reached its credit limit."""
        return any(
            self._compare_to_limit(payer, folio) >= 0
            for payer in self._get_paying_folios(folio, site)
            if payer.iicharge_credit_limit
        )

    @api.model
    def _compare_to_limit(self, payer, folio, expected=0.0):
        """Compare the amount owed with the credit limit: -1 below, 0 at, 1 above.

        :param float expected: what comes to it, in the payer's currency
        """
        return payer.currency_id.compare_amounts(
            self._get_owed(payer, folio) + expected, payer.iicharge_credit_limit
        )

    @api.model
    def _convert_to_folio(self, folio, amount, currency):
        """Convert an amount to the folio's currency, at today's rate."""
        # the day by UTC: a rate of a day is no sum of a bill, and a folio may have no site
        today = fields.Datetime.now().date()
        return currency._convert(amount, folio.currency_id, folio.company_id, today)

    @api.model
    def _get_owed(self, payer, folio):
        """Get the amount owed on a folio, with tax and in its currency: its bill, charges that are
        not posted yet and the cost so far of the stay's running sessions, less payments.

        Sessions in review have no price yet and are not included.
        """
        # sudo: front desk gets yes or no, and need not have rights on all that counts
        payer, folio = payer.sudo(), folio.sudo()
        lines = self.env["iicharge.charge.line"].sudo()
        sessions = self.env["iicharge.session"].sudo()
        coming = lines.search([("folio_id", "=", payer.id), ("charge_id.state", "in", OUTSTANDING)])
        running = sessions.search([("folio_id", "=", folio.id), ("state", "!=", "stopped")])
        amounts = [(line.amount_untaxed + line.amount_tax, line.currency_id) for line in coming]
        amounts += [(session.running_amount, session.currency_id) for session in running]
        return (
            payer.amount_total
            + sum(self._convert_to_folio(payer, amount, currency) for amount, currency in amounts)
            - self._get_paid(payer)
        )

    @api.model
    def _get_paid(self, folio):
        """Get the paid amount of a folio: the larger of invoice payments and online payments.

        Invoices count with the paid share of the folio's lines, down payments included. A
        payment may be known as both, so that the two are not added.
        """
        paid = 0.0
        for line in folio.order_line.invoice_lines:
            move = line.move_id
            if move.state == "posted" and move.amount_total:
                sign = -1 if move.move_type == "out_refund" else 1
                share = sign * (1 - move.amount_residual / move.amount_total)
                paid += self._convert_to_folio(folio, line.price_total * share, line.currency_id)
        return max(paid, folio.amount_paid)
