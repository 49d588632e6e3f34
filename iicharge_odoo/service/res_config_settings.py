# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import os

from odoo import api, models
from odoo.tools import config, format_datetime

from . import state

# Setting -> the variable of the server's environment that goes before it.
VARIABLES = {
    "gateway_enabled": "IICHARGE_GATEWAY",
    "gateway_home": "IICHARGE_GATEWAY_HOME",
    "gateway_host": "IICHARGE_GATEWAY_HOST",
    "gateway_port": "IICHARGE_GATEWAY_PORT",
    "trusted_proxies": "IICHARGE_TRUSTED_PROXIES",
}
# Messages that wait for longer are named.
LATE_S = 30


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    @api.model
    def _iicharge_get_gateway_fixed(self):
        values = {name: os.environ.get(variable) for name, variable in VARIABLES.items()}
        return {name: f"{VARIABLES[name]}={value}" for name, value in values.items() if value}

    @api.model
    def _iicharge_get_gateway_state(self):
        # sudo: what runs where, for who sees the settings page
        alive = self.env["iicharge.gateway"].sudo()._find_alive()
        gateways = alive.filtered("runs_gateway")
        # several run where a balancer distributes the chargers
        shown = gateways.filtered(lambda gateway: gateway.state == state.RUNNING) or gateways[:1]
        texts = [self._iicharge_describe(gateway) for gateway in shown]
        if not gateways:
            texts.append(self._iicharge_get_absent())
        if not alive.filtered("runs_processor"):
            texts.append(
                self.env._("No process applies messages; they wait for the scheduled action.")
            )
        texts.append(self._iicharge_get_lag())
        return gateways[:1].state == state.RUNNING, " ".join(filter(None, texts))

    @api.model
    def _iicharge_describe(self, gateway):
        """Describe what a gateway does."""
        values = {
            "place": gateway.place,
            "home": dict(gateway._fields["home"]._description_selection(self.env))[gateway.home],
            "machine": gateway.machine,
            "pid": gateway.pid,
            "since": format_datetime(self.env, gateway.since, dt_format="short"),
            "detail": (gateway.detail or "").rstrip("."),
        }
        if gateway.state == state.RUNNING:
            return self.env._(
                "Runs at %(place)s since %(since)s (%(home)s, process %(pid)s on %(machine)s). "
                "Connected chargers: %(count)s.",
                **values,
                count=gateway._count_connections(),
            )
        if gateway.state == state.TAKEN and gateway.detail:
            return self.env._(
                "Does not run: database %(detail)s of this Odoo listens on %(place)s. Choose "
                "another port here or there.",
                **values,
            )
        return {
            state.WAITING: self.env._("Is starting, or waits for another process that runs it."),
            state.OFF: self.env._("Is switched off."),
            state.TAKEN: self.env._(
                "Does not run: another program listens on %(place)s. Choose another port.",
                **values,
            ),
            state.FAILED: self.env._("Does not run: %(detail)s.", **values),
        }[gateway.state]

    @api.model
    def _iicharge_get_absent(self):
        """Describe why there is no process, as far as this one knows."""
        # sudo: where it runs is no secret
        get_param = self.env["ir.config_parameter"].sudo().get_param
        home = os.environ.get("IICHARGE_GATEWAY_HOME") or get_param("iicharge.gateway_home")
        if home == "apart":
            return self.env._(
                "Does not run: its own process is not there. Start odoo iicharge_gateway."
            )
        if config["workers"]:
            return self.env._(
                "Does not run, and no charger can connect: with workers it starts with the server "
                "only. Add iicharge_odoo to server_wide_modules in Odoo's configuration and "
                "restart Odoo."
            )
        return self.env._("Does not run. Restart Odoo.")

    @api.model
    def _iicharge_get_lag(self):
        """Describe how long messages wait, where they do."""
        _count, late_s = self.env["iicharge.ocpp.message"]._read_waiting()
        if late_s < LATE_S:
            return ""
        return self.env._(
            "The oldest message that is not applied yet has waited for %(seconds)s s.",
            seconds=int(late_s),
        )
