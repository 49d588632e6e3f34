# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..models.clock_text import get_moment_text


class PricesReport(models.AbstractModel):
    """Report for guests: prices, durations and directions of a site."""

    _name = "report.iicharge_odoo.report_prices"
    _description = "Charging Prices Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        sites = self.env["iicharge.site"].browse(docids).exists()
        sites.check_access("read")
        group = (data or {}).get("group") or "guest"
        return {
            "doc_ids": sites.ids,
            "doc_model": sites._name,
            "docs": sites,
            "on_paper": (data or {}).get("report_type") == "pdf",
            "pages": {site.id: site._prepare_info(group) for site in sites},
            "made": {
                site.id: get_moment_text(self.env, self.env.cr.now(), site.time_zone)
                for site in sites
            },
        }
