# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models
from odoo.tools import float_round

# As in Peppol BIS 3. Rounded to the cent, the price of a kWh times its quantity misses the sum.
PRICE_DIGITS = 6


class AccountEdiXmlUbl20(models.AbstractModel):
    _inherit = "account.edi.xml.ubl_20"

    def _add_document_line_price_nodes(self, line_node, vals):
        """Write what a kWh costs with the digits that it has."""
        result = super()._add_document_line_price_nodes(line_node, vals)
        line = vals["base_line"]["record"]
        if line and line._name == "account.move.line" and line.iicharge_supply_end:
            price = vals[f"gross_price_unit{vals['currency_suffix']}"]
            amount = float_round(price, precision_digits=PRICE_DIGITS)
            line_node["cac:Price"]["cbc:PriceAmount"]["_text"] = amount
        return result
