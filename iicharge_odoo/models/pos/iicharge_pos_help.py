# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Help for front desk: what a fault or refusal means and what to try, in the POS."""

from odoo import models
from odoo.exceptions import UserError

from ...core.conversion import to_wire
from ..operations.iicharge_guide import OTHERS_SHOWN


class PosHelp(models.AbstractModel):
    _name = "iicharge.pos.help"
    _description = "Help at the Register"

    def iicharge_read_guide(self, connector_id, refusal_code=None):
        """Read the guide to a connector's fault or a refusal: the reason, and what to do.

        :return: {"code", "title", "meaning", "advice", "note", "connector", "state", "busy": cars
            that charge at this charger, "steps": [{"id", "text", "action"}], "others": [{"id",
            "name", "site"}], "attempts": [{"step_id", "text", "who", "at", "outcome"}],
            "request": name of the open maintenance request or False}
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        guide = connector._get_guide(refusal_code)
        if not guide:
            raise UserError(self.env._("There is no help for this yet. Ask a manager."))
        others = connector._find_others()
        others = others.filtered(lambda other: other.site_id in self._iicharge_get_sites())
        # sudo: whether a technician was called is shown to all of front desk
        request = connector.sudo().charger_id._get_open_request()
        return {
            "code": guide.code,
            "title": guide.name,
            "meaning": guide.meaning,
            "advice": guide.advice,
            "note": guide.with_company(connector.company_id).note or "",
            "connector": connector.display_name,
            "state": connector._get_state_text(),
            "busy": len(connector._get_busy_sessions()),
            "steps": [
                {"id": step.id, "text": step.text, "action": step.action}
                for step in guide.step_ids.sorted()
            ],
            "others": [
                {"id": other.id, "name": other.display_name, "site": other.site_id.name}
                for other in others[:OTHERS_SHOWN]
            ],
            "attempts": self._iicharge_prepare_attempts(connector),
            "request": request.name or False,
        }

    def _iicharge_prepare_attempts(self, connector):
        # sudo: users' names are shown to all of front desk
        attempts = connector.sudo()._get_recent_attempts()
        rows = [connector._format_attempt(attempt) for attempt in attempts]
        return [{**row, "at": to_wire(row["at"])} for row in rows]

    def iicharge_record_attempt(self, connector_id, step_id, helped, refusal_code=None):
        """Somebody did a step by hand. :return: what was tried, as in the guide"""
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        guide = connector._get_guide(refusal_code)
        step = guide.step_ids.filtered(lambda step: step.id == step_id)
        if not step:
            raise UserError(self.env._("The connector's state has changed. Open the help again."))
        connector._record_attempt(step, "helped" if helped else "failed", guide)
        return self._iicharge_prepare_attempts(connector)

    def iicharge_reset(self, connector_id, override=False):
        """Restart the charger softly.

        :param bool anyway: though cars are charging at it
        :return: {"command_id"} or {"busy": how many cars charge at this charger}
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        busy = connector._get_busy_sessions()
        if busy and not override:
            return {"busy": len(busy)}
        command = connector.charger_id._request_or_explain("restart")
        return self._iicharge_record_command(connector, "reset", command)

    def iicharge_unlock(self, connector_id):
        """Set the plug free; a car that charges there stops. :return: {"command_id"}"""
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        command = connector.charger_id._request_or_explain("unlock", connector=connector.number)
        return self._iicharge_record_command(connector, "unlock", command)

    def _iicharge_record_command(self, connector, action, command):
        steps = self.env["iicharge.guide.step"]
        guide = connector._get_guide()
        step = guide.step_ids.filtered(lambda step: step.action == action)
        step = step or steps.search([("action", "=", action)], limit=1)
        connector._record_attempt(step[:1], "asked", guide, command)
        return {"command_id": command.id}

    def iicharge_call_technician(self, connector_id, text=""):
        """Create a maintenance request. :return: {"request"}: its name"""
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        return {"request": connector._call_technician((text or "").strip()).name}
