# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .page import Clock

# The group of each role; the one with the most rights first, whose home opens.
ROLES = ("manager", "accountant", "technician", "front_desk")
NOON, EVENING = 12, 18


class Home(models.AbstractModel):
    """The first page: what a role has to know and to do now, read in one call.

    All is read with the user's rights and belongs to the company that the user has chosen.
    """

    _name = "iicharge.home"
    _description = "Home of EV Charging"
    _inherit = [
        "iicharge.home.accountant",
        "iicharge.home.front.desk",
        "iicharge.home.manager",
        "iicharge.home.setup",
        "iicharge.home.technician",
    ]

    @api.model
    def read_home(self, role=None, site_id=None):
        """Read the page of a role.

        :param role: one of `ROLES` that the user has; default: the first of these
        :param site_id: only this site; default: all sites of the company
        :return: {"role", "roles": [{"key", "name"}], "title", "subtitle", "sites": [{"id",
            "name"}], "site_id", "empty", "buttons": […], "tallies": […], "panels": […]}, see `page`
        :raise AccessError: the user has none of the roles
        """
        roles = self._get_roles()
        if not roles:
            raise AccessError(self.env._("This page is for those who work with EV charging."))
        role = role if role in roles else roles[0]
        sites = self.env["iicharge.site"].search([("company_id", "=", self.env.company.id)])
        chosen = sites.filtered(lambda site: site.id == site_id) or sites
        clock = Clock(self.env, fields.Datetime.now(), chosen[:1].time_zone or self.env.tz.zone)
        names = self._get_role_names()
        page = getattr(self, f"_read_{role}")(chosen, clock)
        setup = role == "manager" and self._get_setup_panel(chosen, clock)
        empty = self._get_empty(role, sites)
        if empty:
            page = {"buttons": [], "tallies": [], "panels": []}
        if setup:
            # first, until there is something to see
            page["panels"].insert(0 if empty else len(page["panels"]), setup)
        return {
            "role": role,
            "roles": [{"key": key, "name": names[key]} for key in roles],
            "title": self._get_greeting(clock),
            "subtitle": clock.format_day(clock.today, "EEEEMMMMd"),
            "sites": [{"id": site.id, "name": site.name} for site in sites],
            "site_id": chosen.id if len(chosen) == 1 and len(sites) > 1 else False,
            "empty": empty,
            **page,
        }

    @api.model
    def _get_roles(self):
        return [role for role in ROLES if self.env.user.has_group(f"iicharge_odoo.group_{role}")]

    @api.model
    def _get_role_names(self):
        return {
            "manager": self.env._("Manager"),
            "accountant": self.env._("Accountant"),
            "technician": self.env._("Technician"),
            "front_desk": self.env._("Front desk"),
        }

    @api.model
    def _get_greeting(self, clock):
        hour = clock.get_local(clock.now).hour
        name = self.env.user.name.split(" ")[0]
        if hour < NOON:
            return self.env._("Good morning, %(name)s", name=name)
        if hour < EVENING:
            return self.env._("Good afternoon, %(name)s", name=name)
        return self.env._("Good evening, %(name)s", name=name)
