# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models
from odoo.tools import float_repr

from .account_edi_xml_ubl_20 import PRICE_DIGITS


class AccountEdiXmlCii(models.AbstractModel):
    _inherit = "account.edi.xml.cii"

    def _export_invoice_vals(self, invoice):
        """Add when charging was supplied (BG-26), and write what a kWh costs with the digits that
        it has. The period of the invoice (BG-14) then holds those of its lines."""
        vals = super()._export_invoice_vals(invoice)
        charged = [
            line_vals
            for line_vals in vals["invoice_line_vals_list"]
            if line_vals["line"].iicharge_supply_end
        ]
        for line_vals in charged:
            line = line_vals["line"]
            line_vals.setdefault("billing_start", line.iicharge_supply_start)
            line_vals.setdefault("billing_end", line.iicharge_supply_end)
            self._iicharge_set_exact_prices(line_vals)
        if charged:
            starts, ends = ([v[name] for v in charged] for name in ("billing_start", "billing_end"))
            vals["billing_start"] = min([vals.get("billing_start") or starts[0], *starts])
            vals["billing_end"] = max([vals.get("billing_end") or ends[0], *ends])
        format_monetary = vals["format_monetary"]
        vals["format_monetary"] = lambda number, *digits: (
            number if isinstance(number, str) else format_monetary(number, *digits)
        )
        return vals

    def _iicharge_set_exact_prices(self, line_vals):
        """The template writes prices with two digits; a price that is text is written as it is."""
        if not line_vals["quantity"]:
            return
        for name, total in (
            ("gross_price_total_unit", line_vals["price_subtotal_before_discount"]),
            ("price_subtotal_unit", line_vals["line"].price_subtotal),
        ):
            line_vals[name] = float_repr(abs(total / line_vals["quantity"]), PRICE_DIGITS)
