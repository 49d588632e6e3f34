# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ...core.conversion import get_hotel_night, to_decimal

STAY = "stay"


class FreeEnergy(models.Model):
    """The account of a stay's free energy, for a night or altogether: the sum of its entries.

    One row for each stay and period, locked while a session is rated: two cars that stop at
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
    entry_ids = fields.One2many("iicharge.free.energy.entry", "account_id", string="Entries")
    used_wh = fields.Float(
        string="Used (Wh)", digits=(16, 3), required=True, compute="_compute_used_wh", store=True
    )

    _folio_period_unique = models.Constraint(
        "unique (folio_id, period)", "This stay's free energy is counted already."
    )

    @api.depends("entry_ids.energy_wh")
    def _compute_used_wh(self):
        for account in self:
            account.used_wh = account.entry_ids._get_sum()

    @api.model
    def _get_account(self, session, per, lock=False):
        """Get the account that a session's free energy is taken from; maybe empty.

        :param str per: "night" or "stay"; a night lasts from noon to noon
        :param bool lock: make it where there is none, and hold it until the transaction ends; a
            transaction that meets another one here is done again by its caller
        """
        folio, period = session.folio_id, STAY
        if not folio:
            return self.browse()
        if per != STAY:
            period = str(get_hotel_night(session.started_at, session.site_id.time_zone))
        if lock:
            self._lock(folio, period)
        return self.search([("folio_id", "=", folio.id), ("period", "=", period)])

    @api.model
    def _lock(self, folio, period):
        self.flush_model()
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
                """SELECT FROM iicharge_free_energy
                    WHERE folio_id = %s AND period = %s FOR UPDATE""",
                folio.id,
                period,
            )
        )

    def _get_left(self, session, allowance_wh):
        """Get what is left of an allowance for a session, Wh; what it took itself before is its
        own to take again. Without a stay there are no nights to count, and nothing is free."""
        if not session.folio_id:
            return Decimal(0)
        entries = session.rating_history_ids.free_energy_entry_ids
        own = entries.filtered(lambda entry: entry.account_id == self)
        return max(allowance_wh - to_decimal(self.used_wh) + own._get_sum(), Decimal(0))

    def _take(self, rating, energy_wh):
        """Enter what a rating takes, Wh; the account is locked."""
        if energy_wh:
            self.env["iicharge.free.energy.entry"].create(
                {"account_id": self.id, "rating_id": rating.id, "energy_wh": energy_wh}
            )
