# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class DisplayConnector(models.Model):
    _inherit = "iicharge.connector"

    display_address = fields.Char(
        readonly=True, copy=False, help="Setting and address of the sign as last requested."
    )

    def _want_sign_address(self):
        """Have the chargers keep the addresses of these signs, after each renewal."""
        self._make_signs()
        for connector in self:
            setting = connector._get_sign_setting()
            wanted = setting and f"{setting['key']}={setting['value']}"
            if wanted and wanted != connector.display_address:
                connector.display_address = wanted
                self.env["iicharge.desired.state"]._want_when_online(
                    "sign_address",
                    connector.charger_id,
                    self.env._("The sign of %(connector)s", connector=connector.display_name),
                    connector_id=connector,
                )

    def _get_sign_setting(self):
        """Get key and value of the setting that holds the address of the sign; empty: it has none.

        A key without a place for the number belongs to the charger, which then shows one code.
        """
        self.ensure_one()
        key, sign = self.charger_id.sign_key or "", self.sign_id
        if not key or not sign:
            return {}
        if "#" in key:
            return {"key": key.replace("#", str(self.number)), "value": sign._get_url()}
        plugs = self._get_neighbours()
        if plugs.sorted("number")[:1] != self:
            return {}
        several = len(plugs) > 1
        site_url = f"{self.site_id.get_base_url()}/charge"
        return {"key": key, "value": site_url if several else sign._get_url()}
