# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core.metering.plausibility import LEAST_ENERGY_WH
from ..charger.iicharge_connector import REMOTE_START_WAIT

# connector: (ConnectorType, ConnectorFormat) of OCPI mod_locations; OCPI 2.2.1 knows NACS
# by the name of the plug that it came from
PLUGS = {
    "type2": ("IEC_62196_T2", "SOCKET"),
    "type2_cable": ("IEC_62196_T2", "CABLE"),
    "ccs2": ("IEC_62196_T2_COMBO", "CABLE"),
    "chademo": ("CHADEMO", "CABLE"),
    "type1": ("IEC_62196_T1", "CABLE"),
    "ccs1": ("IEC_62196_T1_COMBO", "CABLE"),
    "nacs": ("TESLA_S", "CABLE"),
}

# The letters of IEC 60083 where a country's domestic socket is not the Schuko, F.
DOMESTIC_LETTERS = {
    "AU": "I",
    "BE": "E",
    "BR": "N",
    "CA": "B",
    "CH": "J",
    "CN": "I",
    "CZ": "E",
    "DK": "K",
    "FR": "E",
    "GB": "G",
    "IE": "G",
    "IL": "H",
    "IN": "D",
    "IT": "L",
    "JP": "B",
    "LI": "J",
    "MT": "G",
    "MX": "B",
    "NZ": "I",
    "PL": "E",
    "SG": "G",
    "SK": "E",
    "US": "B",
    "ZA": "M",
}

DC_PLUGS = ("ccs2", "ccs1", "chademo")

ONE_PHASE_PLUGS = ("type1", "nacs", "domestic")

# One phase gives no more, even with 32 A.
ONE_PHASE_POWER_W = 7400


class SessionConnector(models.Model):
    _inherit = "iicharge.connector"

    def _get_ocpi_plug(self, country_code):
        """ConnectorType, ConnectorFormat and PowerType of OCPI.

        :raise UserError: the connector's plug is not set
        """
        self.ensure_one()
        if not self.standard:
            raise UserError(
                self.env._("Set the plug of %(connector)s.", connector=self.display_name)
            )
        letter = DOMESTIC_LETTERS.get(country_code, "F")
        plug = PLUGS.get(self.standard, (f"DOMESTIC_{letter}", "SOCKET"))
        return (*plug, self._get_ocpi_power_type())

    def _get_ocpi_power_type(self):
        charger = self.charger_id
        if self.standard in DC_PLUGS or charger.current_type == "dc":
            return "DC"
        power_w = self._get_power_w()
        if self.standard in ONE_PHASE_PLUGS or 0 < power_w <= ONE_PHASE_POWER_W:
            return "AC_1_PHASE"
        return "AC_3_PHASE"

    # --- power --------------------------------------------------------------------------
    def write(self, vals):
        result = super().write(vals)
        if "rated_power_w" in vals:
            # sudo: money is not written by hand; the rules judge, and who corrected it is logged
            self.env["iicharge.session"].sudo()._judge_again(self)
        return result

    # --- state --------------------------------------------------------------------------
    pending_start_id = fields.Many2one(
        "iicharge.command",
        compute="_compute_pending_start_id",
        # who sees the connector may see that a start waits there for its car
        compute_sudo=True,
        string="Start That Waits for Its Car",
    )

    @api.depends("session_ids.state")
    def _compute_pending_start_id(self):
        now = fields.Datetime.now()
        starts = self.env["iicharge.command"].search(
            [
                ("connector_id", "in", self.ids),
                ("request", "=", "start"),
                ("create_date", ">=", now - REMOTE_START_WAIT),
                ("token_id", "!=", False),
            ],
            order="id",
        )
        latest = {start.connector_id: start for start in starts}
        for connector in self:
            start = latest.get(connector._origin, starts.browse())
            connector.pending_start_id = start._waits_for_car(now) and start

    @api.depends("pending_start_id")
    def _compute_live_state(self):
        return super()._compute_live_state()

    def _prepare_state_facts(self):
        session = self.current_session_id
        return {
            **super()._prepare_state_facts(),
            "has_session": bool(session),
            "has_energy": session.energy_wh >= LEAST_ENERGY_WH,
            "is_started": bool(self.pending_start_id),
        }
