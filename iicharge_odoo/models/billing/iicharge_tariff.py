# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class AccountedTariff(models.Model):
    _inherit = "iicharge.tariff"

    @api.model
    def _get_component_product(self, company, dimension, reservation=None):
        """Get the product whose taxes count where a price names none: that of the site in the
        context, if any, else the company's."""
        site = self.env["iicharge.site"].browse(self.env.context.get("iicharge_site_id"))
        if not site:
            return company.iicharge_product_id
        return site._get_product("RESERVATION" if reservation else dimension)

    def _format_document_for(self, site):
        """Format the tariff as JSON text with the taxes of a site's products."""
        return self.with_context(iicharge_site_id=site.id)._format_document()
