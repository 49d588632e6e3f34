# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ...core.conversion import get_local_day

STAY = "stay"


class FreeEnergy(models.Model):
    """How much free energy a stay has used, in a night or altogether.

    One row for each stay and period, locked while a session is billed: two cars that stop at
    once cannot both have the same free kilowatt-hour.
    """

    _name = "iicharge.free.energy"
    _description = "Free Energy Used"
    _order = "id desc"
    _rec_name = "period"
    _log_access = False

    folio_id = fields.Many2one("sale.order", string="Stay", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="folio_id.company_id")
    period = fields.Char(required=True, help="A night by its first day, or the stay.")
    used_wh = fields.Float(string="Used (Wh)", digits=(16, 3), required=True)

    _folio_period_unique = models.Constraint(
        "unique (folio_id, period)", "This stay's free energy is counted already."
    )

    @api.model
    def _get_period(self, session, per):
        """What a session's free energy counts for. A night lasts from noon to noon."""
        if per == STAY:
            return STAY
        noon_ago = session.started_at - timedelta(hours=12)
        return str(get_local_day(noon_ago, session.site_id.time_zone))

    @api.model
    def _get_used(self, folio, period, lock=False):
        """Wh that the stay has used in that period.

        :param bool lock: hold the count until the transaction ends; a transaction that meets
            another one here is done again by its caller
        """
        if not folio:
            return Decimal(0)
        self.flush_model()
        if lock:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO iicharge_free_energy (folio_id, period, used_wh)
                       VALUES (%s, %s, 0) ON CONFLICT (folio_id, period) DO NOTHING""",
                    folio.id,
                    period,
                )
            )
        self.env.cr.execute(
            SQL(
                "SELECT used_wh FROM iicharge_free_energy WHERE folio_id = %s AND period = %s %s",
                folio.id,
                period,
                SQL("FOR UPDATE") if lock else SQL(),
            )
        )
        row = self.env.cr.fetchone()
        return Decimal(str(row[0])) if row else Decimal(0)

    @api.model
    def _record_use(self, folio, period, energy_wh):
        """Count energy that was given free; the row is locked by `_get_used`."""
        count = self.search([("folio_id", "=", folio.id), ("period", "=", period)])
        count.used_wh = Decimal(str(count.used_wh)) + energy_wh
