# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class SmsExport(models.AbstractModel):
    _inherit = "iicharge.portal.export"

    @api.model
    def _prepare_export(self, person):
        found = super()._prepare_export(person)
        found["person"]["sms_about_charging"] = person.iicharge_notify_sms
        return found

    @api.model
    def _export_session(self, session):
        about = f"{session._name},{session.id},%"
        found = self.env["iicharge.guest.sms"].search([("about_key", "=like", about)])
        rows = [{"kind": one.notice, "at": self._format_at(one.create_date)} for one in found]
        return {**super()._export_session(session), "sms_sent": rows}
