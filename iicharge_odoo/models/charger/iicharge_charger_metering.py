# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

MEASURAND = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*([-.][A-Za-z0-9-]+)?")
# Fields that are settings of the charger itself, each a kind of desired state of its name, and the
# request that sets each.
SETTINGS = {"measurands": "set_measurands", "stop_measurands": "set_stop_measurands"}


def split(measurands):
    """Split a list of measurands as it is written."""
    return [part.strip() for part in measurands.split(",")] if measurands else []


class ChargerMetering(models.AbstractModel):
    """What a charger measures and reports, and how its energy is read."""

    _name = "iicharge.charger.metering"
    _description = "Metering of Chargers"

    measurands = fields.Char(
        string="Measurands While Charging",
        tracking=True,
        help="Names of OCPP, separated by commas, such as "
        "Energy.Active.Import.Register,Power.Active.Import,SoC. Empty: as the charger has it; some "
        "chargers restart when they are asked for too many.",
    )
    stop_measurands = fields.Char(
        string="Measurands at the Stop",
        tracking=True,
        help="Names of OCPP, separated by commas. Some chargers send signed meter data with the "
        "stop only where this names what to sign. Empty: as the charger has it.",
    )
    settings_pending = fields.Boolean(
        readonly=True,
        copy=False,
        help="Settings that the charger is sent once it is accepted.",
    )
    settings_trouble = fields.Char(
        compute="_compute_settings_trouble", string="Not Accepted by the Charger"
    )
    settings_wait = fields.Boolean(compute="_compute_settings_trouble")
    energy_factor = fields.Selection(
        [
            ("1", "As the charger says"),
            ("1000", "x 1,000: kWh labelled as Wh"),
            ("0.001", "/ 1,000: Wh labelled as kWh"),
        ],
        string="Unit of Energy",
        required=True,
        default="1",
        tracking=True,
        help="For chargers that name the wrong unit with their energy. It counts for what they "
        "send from now on: change it while no session is running.",
    )

    @api.depends(*SETTINGS)
    @api.depends_context("lang")
    def _compute_settings_trouble(self):
        # sudo: all who see the charger may see what it does not take
        states = self.env["iicharge.desired.state"].sudo()
        wanted = states.search(
            [
                ("charger_id", "in", self.ids),
                ("kind", "in", list(SETTINGS)),
                ("state", "=", "open"),
            ]
        ).grouped("charger_id")
        for charger in self:
            open_states = wanted.get(charger._origin, states)
            texts = [state.trouble_text for state in open_states if state.trouble_text]
            charger.settings_trouble = "\n".join(texts)
            charger.settings_wait = charger.settings_pending or bool(open_states)

    @api.constrains(*SETTINGS)
    def _check_measurands(self):
        for charger in self:
            for name in SETTINGS:
                wrong = [part for part in split(charger[name]) if not MEASURAND.fullmatch(part)]
                if wrong:
                    raise ValidationError(
                        self.env._(
                            "%(name)s is no measurand. They are words with points between them, "
                            "separated by commas.",
                            name=wrong[0] or "' '",
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if any(vals.get(name) for name in SETTINGS):
                vals["settings_pending"] = True
        return super().create(vals_list)

    def write(self, vals):
        changed = {name: vals[name] for name in SETTINGS if name in vals}
        before = {charger: {name: charger[name] for name in changed} for charger in self}
        result = super().write(vals)
        for charger in self:
            if any(before[charger][name] != charger[name] for name in changed):
                charger.settings_pending = True
                charger._want_pending_settings()
        return result

    def _want_pending_settings(self):
        """Let the settings that have changed be requested until the charger takes them."""
        self.ensure_one()
        if not self.settings_pending or self.admission != "accepted":
            return
        self.settings_pending = False
        who = self.env.user._iicharge_get_actor().name
        for name in SETTINGS:
            if self[name]:
                self.env["iicharge.desired.state"]._want_when_online(
                    name, self, self.env._("Requested by %(who)s", who=who)
                )

    def _get_energy_factor(self):
        """Get the factor for what the charger says of energy (docs/chargers.md row 29)."""
        return Decimal(self.energy_factor or "1")
