# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from typing import NamedTuple

from odoo import models


class Actor(NamedTuple):
    """Who did something, as texts and messages name them."""

    name: str
    partner: models.BaseModel


class ResUsers(models.Model):
    _inherit = "res.users"

    def _iicharge_get_actor(self):
        """Get who acts with this user's rights: the user. Several people may share one user at a
        register; modules that know employees return them.

        :return: `Actor`
        """
        self.ensure_one()
        return Actor(self.name, self.partner_id)

    def _iicharge_get_cashier(self):
        """Get the name of who acts, where it is not the user; else False."""
        name = self._iicharge_get_actor().name
        return name != self.name and name
