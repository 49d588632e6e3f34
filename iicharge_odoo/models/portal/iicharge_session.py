# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..session.iicharge_session_anonymize import ANONYMIZE_AT_ONCE


class PortalSession(models.Model):
    _inherit = "iicharge.session"

    @api.autovacuum
    def _gc_asked(self):
        """Anonymize what its guest has asked to, once it is closed.

        :return: how many, and whether any are left
        """
        erase = self.env["iicharge.portal"]
        asked = self.env["res.partner"].search([("iicharge_erase_asked_at", "!=", False)])
        done = 0
        for person in asked:
            sessions = erase._find_erasable(person, limit=ANONYMIZE_AT_ONCE - done)
            sessions._anonymize_guest()
            done += len(sessions)
            if not erase._find_kept(person, limit=1):
                person.iicharge_erase_asked_at = False
            if done >= ANONYMIZE_AT_ONCE:
                return done, 1
        return done, 0
