# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class GuestReceipt(models.AbstractModel):
    """Report of what a guest has paid or finds on the bill: seller, times, meter, price and sum."""

    _name = "report.iicharge_odoo.report_guest_receipt"
    _description = "Receipt of a Session"

    @api.model
    def _get_report_values(self, docids, data=None):
        sessions = self.env["iicharge.session"].browse(docids).exists()
        sessions.check_access("read")
        # sudo: who may read a session may see its price, also without a right on tariffs
        sessions = sessions.sudo()
        return {
            "doc_ids": sessions.ids,
            "doc_model": sessions._name,
            "docs": sessions,
            "on_paper": True,
            "pages": {session.id: self._get_page(session) for session in sessions},
        }

    @api.model
    def _get_page(self, session):
        evidence = self.env["report.iicharge_odoo.report_evidence"]
        receipt = self.env["iicharge.guest.live"]._prepare_receipt(session)
        return {
            **evidence._get_money_part(session, session.stopped_at),
            "facts": receipt["facts"],
            "total": receipt["total"],
        }
