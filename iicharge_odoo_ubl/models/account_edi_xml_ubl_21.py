# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class AccountEdiXmlUbl21(models.AbstractModel):
    _inherit = "account.edi.xml.ubl_21"

    def _add_invoice_line_period_nodes(self, line_node, vals):
        """Add when charging was supplied (BG-26), where no deferral says otherwise."""
        result = super()._add_invoice_line_period_nodes(line_node, vals)
        line = vals["base_line"]["record"]
        has_period = vals["document_type"] in ("invoice", "credit_note")
        if (
            has_period
            and line
            and line.iicharge_supply_end
            and not line_node.get("cac:InvoicePeriod")
        ):
            line_node["cac:InvoicePeriod"] = {
                "cbc:StartDate": {"_text": line.iicharge_supply_start},
                "cbc:EndDate": {"_text": line.iicharge_supply_end},
            }
        return result
