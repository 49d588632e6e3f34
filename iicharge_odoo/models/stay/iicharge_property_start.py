# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models

from ...core import errors
from ...core.conversion import get_local_day


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
            if self._compare_to_limit(payer, coming + self._get_held(payer, connector)) > 0:
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
