# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.tools import SQL

from ..charger.iicharge_pruning import CLOSED_BILLING

# Some have thousands of readings.
SESSIONS_AT_ONCE = 100


class Pruning(models.AbstractModel):
    _inherit = "iicharge.pruning"

    @api.autovacuum
    def _gc_readings(self):
        """Delete the readings of closed sessions after their company's period, the oldest first.

        What the session cost is kept by its rating. Changes of state stay, which the analysis
        counts hours by, and signed readings, which prove the bill.

        :return: of how many sessions, and 1 if more may be left, else 0
        """
        pruned = left = 0
        for company in self.env["res.company"].search([("iicharge_keep_readings_days", ">", 0)]):
            sessions = self._find_read(company)
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    """DELETE FROM iicharge_meter_value
                        WHERE session_id = ANY(%s) AND state IS NULL
                          AND coalesce(signed_data, '') = ''""",
                    sessions.ids,
                )
            )
            self.env["iicharge.meter.value"].invalidate_model()
            sessions.readings_removed = True
            pruned += len(sessions)
            left |= len(sessions) == SESSIONS_AT_ONCE
        return pruned, int(left)

    @api.model
    def _find_read(self, company):
        days = company.iicharge_keep_readings_days
        return self.env["iicharge.session"].search(
            [
                ("company_id", "=", company.id),
                ("readings_removed", "=", False),
                ("billing", "in", CLOSED_BILLING),
                ("stopped_at", "<", fields.Datetime.subtract(fields.Datetime.now(), days=days)),
            ],
            order="stopped_at",
            limit=SESSIONS_AT_ONCE,
        )
