# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the guest's page shows of a connector, in the words of a guest."""

from typing import NamedTuple

from odoo import api, models
from odoo.tools import ormcache

from ...core.guest.sign_code import format_code
from ...core.rating.quote import applicable_prices
from ..tariff.tariff_text import get_number_text


class Look(NamedTuple):
    """How a state looks: the tone of its colours and the icon next to its word."""

    tone: str
    icon: str


LOOKS = {
    "free": Look("ok", "check"),
    "in_use": Look("busy", "car"),
    "kept": Look("kept", "lock"),
    "offline": Look("off", "off"),
    "broken": Look("bad", "tool"),
}
# live_state: what a guest reads
STATES = {
    "available": "free",
    "preparing": "free",
    "reserved": "kept",
    "faulted": "broken",
    "unavailable": "broken",
    "offline": "offline",
    "unknown": "offline",
}


class GuestPage(models.AbstractModel):
    """Values of the guest's pages. The controllers call it as superuser, with connectors that were
    found by the code of their sign: it returns nothing of other guests."""

    _name = "iicharge.guest.page"
    _description = "The Guest's Page"
    _inherit = ["iicharge.guest.estimate", "iicharge.guest.price"]

    @api.model
    def _get_state(self, connector):
        """Get the state of a connector as a guest reads it: a key of `LOOKS`."""
        return STATES.get(connector.live_state, "in_use")

    @api.model
    def _get_state_words(self):
        env = self.env
        return {
            "free": env._("Free"),
            "in_use": env._("In use"),
            "kept": env._("Kept for a guest"),
            "offline": env._("No contact"),
            "broken": env._("Out of order"),
        }

    @api.model
    @ormcache(cache="assets")
    def _get_style(self):
        """Get the styles of the pages as text: on a slow line a file of their own would hold up the
        first page by another round trip."""
        bundle = self.env["ir.qweb"]._get_asset_bundle("iicharge_odoo.assets_guest", js=False)
        return bundle.css().raw.decode()

    @api.model
    def _prepare_hotel(self, company):
        """Prepare the head and foot of each page.

        :return: {"name", "phone", "phone_link", "has_logo", "accent"}; `accent` is a colour as
            #rrggbb, or empty
        """
        phone = company.partner_id.phone or ""
        return {
            "name": company.name,
            "phone": phone,
            "phone_link": "".join(sign for sign in phone if sign.isdigit() or sign == "+"),
            "has_logo": bool(company.logo) and not company.uses_default_logo,
            "accent": company.primary_color or "",
        }

    @api.model
    def _prepare_place(self, connector):
        """Prepare where the guest stands.

        :return: {"charger", "plug", "code", "lit", "plug_kind", "power", "state", "word", "tone",
            "icon"}, texts
        """
        state = self._get_state(connector)
        plugs = dict(connector._fields["standard"]._description_selection(self.env))
        power_w = connector._get_power_w()
        return {
            "charger": connector.charger_id.name,
            "plug": connector._get_plug_name(),
            "code": format_code(connector.sign_id.code) if connector.sign_id else "",
            "lit": connector._get_lit_side(),
            "plug_kind": plugs.get(connector.standard, ""),
            "power": self.env._(
                "up to %(power)s kW", power=get_number_text(self.env, power_w / 1000)
            )
            if power_w
            else "",
            "state": state,
            "word": self._get_state_words()[state],
            **LOOKS[state]._asdict(),
        }

    @api.model
    def _prepare_others(self, connector):
        """Prepare the free plugs of the site that fit the same car, those of this charger first.

        :return: [{"charger", "plug", "code", "where"}]; only plugs with a sign
        """
        found = connector._find_others()
        found = found.filtered(lambda one: one.site_id == connector.site_id and one.sign_id)
        return [
            {
                "charger": other.charger_id.name,
                "plug": other._get_plug_name(),
                "code": other.sign_id.code,
                "where": self.env._("The same charger")
                if other.charger_id == connector.charger_id
                else other.area or "",
            }
            for other in found.sorted(lambda other: other.charger_id != connector.charger_id)
        ]

    @api.model
    def _find_tariff(self, connector):
        """Find the tariff of who has no room: it decides whether there is anything to pay.

        :return: (tariff, group); the guests' one unless visitors charge for nothing
        """
        visitor = connector._find_tariff("visitor")[0]
        if visitor and self._is_free(connector, visitor):
            return visitor, "visitor"
        return connector._find_tariff("guest")[0], "guest"

    @api.model
    def _is_free(self, connector, tariff):
        rules = tariff._read_snapshot(tariff._format_document_for(connector.site_id))
        is_zero = not any(price.incl_vat for price in applicable_prices(rules))
        return is_zero and not rules.min_price

    # --- places -----------------------------------------------------------------------------
    @api.model
    def _prepare_sites(self):
        """Prepare the sites that have signs: where they are, what is free, what it costs.

        :return: [info] as `iicharge.site._prepare_info`, with "plugs": as `_prepare_place` without
            codes, and "free": how many of them are free
        """
        # the ones that guests are led to have a sign
        signs = self.env["iicharge.sign"].search([("ended_at", "=", False)])
        sites = signs.connector_id.site_id.filtered("active").sorted(
            lambda site: (site.sequence, site.name)
        )
        return [self._prepare_site(site) for site in sites]

    @api.model
    def _prepare_site(self, site):
        connectors = site._get_offered_connectors()
        plugs = [{**self._prepare_place(one), "code": ""} for one in connectors]
        return {
            **site._prepare_info(),
            "plugs": plugs,
            "free": len([plug for plug in plugs if plug["state"] == "free"]),
        }
