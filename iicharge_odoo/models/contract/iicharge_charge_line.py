# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import Command, models
from odoo.tools import formatLang


class ContractChargeLine(models.Model):
    _inherit = "iicharge.charge.line"

    def _get_sum_key(self):
        distribution = json.dumps(self.analytic_distribution or {}, sort_keys=True)
        return self.product_id, self.tax_ids, distribution, self.charge_id.operator_id

    def _prepare_sum_values(self, invoice, sign, period):
        """Prepare the values of the invoice line that sums these charge lines up."""
        product, taxes, *_others = self[0]._get_sum_key()
        price = self.currency_id.round(sum(self.mapped("price_unit")))
        # with a fee, a limit or a credit in it the sum is not the price of the energy
        is_energy = all(self.mapped("energy_kwh"))
        energy_kwh = sum(self.mapped("energy_kwh")) if is_energy else 0.0
        return {
            "product_id": product.id,
            "name": self._get_sum_text(invoice.partner_id, period),
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
            "analytic_distribution": self[0].analytic_distribution or False,
            **self._prepare_quantity(product, taxes, energy_kwh, sign * price),
            **self._prepare_supply_values(),
        }

    def _get_sum_text(self, partner, period):
        env = self.with_context(lang=partner.lang or self.env.lang).env
        charges = self.charge_id.filtered(lambda charge: charge.kind == "charge")
        sessions = charges.session_id
        values = {
            "period": period,
            "count": len(sessions),
            "energy": formatLang(env, sum(sessions.mapped("energy_wh")) / 1000, digits=3),
        }
        if len(sessions) == 1:
            what = env._("%(period)s: 1 session, %(energy)s kWh", **values)
        else:
            what = env._("%(period)s: %(count)s sessions, %(energy)s kWh", **values)
        operator = self.charge_id.operator_id.with_env(env)
        return "\n".join([what, *operator._iicharge_get_seller_texts()])
