# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _iicharge_holds(self, method):
        """Whether a payment by a method is held first, and a part of it can be captured."""
        self.ensure_one()
        primary = method.primary_payment_method_id or method
        return (
            self.capture_manually
            and self.support_manual_capture == "partial"
            and primary.support_manual_capture == "partial"
        )

    def _iicharge_refunds_parts(self, method):
        """Whether a part of a payment by a method can be given back."""
        self.ensure_one()
        primary = method.primary_payment_method_id or method
        return self.support_refund == "partial" and primary.support_refund == "partial"

    def _iicharge_can_settle(self, method):
        """Whether a guest who pays by a method pays in the end what charging has cost."""
        return self._iicharge_holds(method) or self._iicharge_refunds_parts(method)

    @api.model
    def _iicharge_find_for_charging(self, company, partner, amount):
        """Find with whom a guest may pay for charging.

        :return: (providers, methods), maybe empty
        """
        currency = company.currency_id
        found = self._get_compatible_providers(
            company.id, partner.id, amount, currency_id=currency.id
        )
        methods = self.env["payment.method"]._get_compatible_payment_methods(
            found.ids, partner.id, currency_id=currency.id
        )
        # a method of several providers is kept only if all that are left can settle with it
        providers = found.filtered(
            lambda one: any(one._iicharge_can_settle(m) for m in methods if one in m.provider_ids)
        )
        methods = methods.filtered(
            lambda method: any(
                one._iicharge_can_settle(method) for one in providers & method.provider_ids
            )
        )
        return providers, methods
