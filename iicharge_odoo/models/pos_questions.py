# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Questions at the desk: what charging costs, how long it takes, where it is; from the POS."""

from odoo import models
from odoo.exceptions import AccessError


class PosQuestions(models.Model):
    _inherit = "pos.config"

    def iicharge_read_questions(self, group="guest"):
        """What guests ask, for each site of the register; see `iicharge.site._write_info`.

        :return: {"sites": [info], "groups": [{"code", "name"}], "languages": [{"code", "name"}]}
        """
        self._iicharge_check_desk()
        sites = self._iicharge_get_sites()
        groups = self.env["iicharge.tariff.rule"]._get_groups()
        return {
            "sites": [site._write_info(group) for site in sites],
            "groups": [{"code": code, "name": name} for code, name in groups],
            "languages": [
                {"code": code, "name": name.partition(" / ")[2] or name}
                for code, name in self.env["res.lang"].get_installed()
            ],
        }

    def iicharge_email_prices(self, site_id, email, lang=None, group="guest"):
        """Send a site's prices to an address, in the guest's language."""
        self._iicharge_check_desk()
        site = self.env["iicharge.site"].browse(site_id).exists()
        if not site or site not in self._iicharge_get_sites():
            raise AccessError(self.env._("This site is not one of this register."))
        site._send_info(email, lang, group)
        return True
