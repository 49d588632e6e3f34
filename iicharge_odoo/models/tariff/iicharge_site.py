# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from urllib.parse import quote_plus

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...core.conversion import get_local_day
from .iicharge_tariff_ocpi import get_terms
from .tariff_text import get_free_energy_texts, get_number_text, get_range_text

# Batteries of a small, a usual and a large car in kWh, and the usual levels in percent.
BATTERIES_KWH = (40, 60, 80)

PERCENTS = (10, 80)

MAP_URL = "https://www.openstreetmap.org"


class SiteInfo(models.Model):
    _inherit = "iicharge.site"

    directions = fields.Text(
        string="How to Find It",
        translate=True,
        help="For guests: where the chargers are and how to reach them, such as "
        "“Garage, level -1, behind the lift. Height 1.90 m.”",
    )
    opening_hours = fields.Char(
        translate=True,
        help="For guests: when they can reach the chargers, such as “Always open” or "
        "“6:00 to 23:00, later with your room key”.",
    )
    house_rules = fields.Text(
        translate=True,
        help="For guests, such as “Please move your car when it is full.”",
    )
    offer = fields.Char(
        translate=True,
        help="For guests: shown as today's offer on their page, at the register and in the list of "
        "prices. What it changes in a price is set in the tariff.",
    )
    offer_until = fields.Date(help="The last day of the offer; empty: until it is removed.")

    def _prepare_info(self, group="guest"):
        """Prepare the information for guests about charging here, in the reader's language.

        :param group: of the guest, as in `iicharge.connector.quote`
        :return: {"id", "name", "address": [line], "map_url", "directions", "opening_hours",
            "house_rules", "today": [text], "examples_title", "kinds": [{"plug", "power", "free",
            "total", "free_text", "prices": [text], "terms": [text], "examples": [{"battery",
            "energy", "duration", "money"}], "problem"}]}
        """
        self.ensure_one()
        self.check_access("read")
        kinds = self._get_kinds()
        return {
            "id": self.id,
            "name": self.name,
            "address": self._get_address_lines(),
            "map_url": self._get_map_url(),
            "directions": self.directions or "",
            **self._prepare_rules(),
            "examples_title": self.env._(
                "How much and how long from %(low)s to %(high)s %%",
                low=PERCENTS[0],
                high=PERCENTS[1],
            ),
            "today": self._get_offer() + self._format_today(kinds, group),
            "kinds": [self._prepare_kind(kind, group) for kind in kinds],
        }

    def _prepare_rules(self):
        """:return: {"opening_hours", "house_rules"}, texts that may be empty"""
        return {
            "opening_hours": self.opening_hours or "",
            "house_rules": self.house_rules or "",
        }

    def _get_offer(self):
        """Get the offer of the site as a list, which is empty where none holds today."""
        today = get_local_day(fields.Datetime.now(), self.time_zone)
        holds = self.offer and (not self.offer_until or today <= self.offer_until)
        return [self.offer] if holds else []

    def _get_offered_connectors(self):
        """Get the connectors that guests see."""
        return self.env["iicharge.connector"].search(
            [
                ("site_id", "=", self.id),
                ("charger_id.admission", "=", "accepted"),
                ("offered", "=", True),
            ]
        )

    def _get_kinds(self):
        """Group the site's connectors by price and by the cars that they fit."""
        groups = self._get_offered_connectors().grouped(
            lambda connector: (
                connector.charger_id.current_type,
                connector.standard,
                connector._get_power_w(),
                connector.applied_tariff_id,
            )
        )
        return [
            groups[key] for key in sorted(groups, key=lambda key: (key[0], key[2], str(key[1])))
        ]

    def _prepare_kind(self, connectors, group):
        example = connectors[0]
        plugs = dict(example._fields["standard"]._description_selection(self.env))
        free = len(connectors.filtered(lambda one: one.live_state == "available"))
        row = {
            "plug": plugs.get(example.standard, ""),
            "power": self.env._(
                "%(power)s kW", power=get_number_text(self.env, example._get_power_w() / 1000)
            ),
            "free": free,
            "total": len(connectors),
            "free_text": self.env._(
                "%(free)s of %(total)s free now", free=free, total=len(connectors)
            ),
            "prices": [],
            "terms": [],
            "examples": [],
            "problem": "",
        }
        try:
            quotes = [
                (battery_kwh, self._quote_battery(example, group, battery_kwh))
                for battery_kwh in BATTERIES_KWH
            ]
        except UserError as error:
            return {**row, "problem": str(error)}
        _battery, first = quotes[0]
        return {
            **row,
            "prices": [part["text"] for part in first["components"]],
            "terms": first["terms"],
            "examples": [self._prepare_example(example, *entry) for entry in quotes],
        }

    @api.model
    def _quote_battery(self, connector, group, battery_kwh):
        low, high = PERCENTS
        return connector.quote(
            group=group, battery_kwh=battery_kwh, from_percent=low, to_percent=high
        )

    @api.model
    def _prepare_example(self, connector, battery_kwh, found):
        ranges = connector._format_ranges(found)
        texts = {
            name: get_range_text(self.env, *ranges[name])
            for name in ("energy", "duration", "money")
        }
        return {"battery": battery_kwh, **texts}

    def _format_today(self, kinds, group):
        """Format free energy, and the prices bound to days or hours that apply now."""
        texts = []
        for connectors in kinds:
            example = connectors[0]
            # sudo: as in quote(), prices need taxes that not everyone may read
            tariff, _reason = example.sudo()._find_tariff(group)
            if not tariff:
                continue
            rules = tariff._read_snapshot(tariff._format_document_for(self.sudo()))
            texts += get_free_energy_texts(self.env, get_terms(rules))
            texts += example._format_prices_now(rules)
        return list(dict.fromkeys(texts))

    def _get_address_lines(self):
        partner = self.partner_id or self.company_id.partner_id
        # sudo: the address of the hotel is public
        text = partner.sudo()._display_address(without_company=True)
        return [line.strip() for line in text.splitlines() if line.strip()]

    def _get_map_url(self):
        """Get the URL of a map at the site's coordinates, else its address; empty without both."""
        if self.latitude or self.longitude:
            place = f"{self.latitude:.6f}/{self.longitude:.6f}"
            return f"{MAP_URL}/?mlat={self.latitude:.6f}&mlon={self.longitude:.6f}#map=18/{place}"
        lines = self._get_address_lines()
        return f"{MAP_URL}/search?query={quote_plus(', '.join(lines))}" if lines else ""

    def _send_info(self, email, lang=None, group="guest"):
        """Send the information to an e-mail address.

        The user is logged, and of the address only what helps to find a mistake.

        :param lang: the guest's language; default: the reader's
        :raise UserError: the address is not valid
        """
        self.ensure_one()
        self.check_access("read")
        address = email_normalize(email or "")
        if not address:
            raise UserError(self.env._("“%(email)s” is not an e-mail address.", email=email or ""))
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        context = {"iicharge_group": group}
        if lang in installed:
            context["lang"] = lang
        template = self.env.ref("iicharge_odoo.mail_template_prices")
        # sudo: front desk may send this one mail, not write mails and templates
        template.sudo().with_context(**context).send_mail(
            self.id, email_values={"email_to": address, "recipient_ids": []}
        )
        name, _at, domain = address.partition("@")
        self.sudo().message_post(
            author_id=self.env.user._iicharge_get_actor().partner.id,
            body=self.env._(
                "%(who)s sent the charging prices to %(address)s.",
                who=self.env.user._iicharge_get_actor().name,
                address=f"{name[:1]}…@{domain}",
            ),
        )

    def _render_info(self):
        """Render the page for a mail."""
        info = self._prepare_info(self.env.context.get("iicharge_group", "guest"))
        return self.env["ir.qweb"]._render("iicharge_odoo.prices_content", {"info": info})


def _is_bound_to_time(restrictions):
    return any(
        (
            restrictions.start_time,
            restrictions.end_time,
            restrictions.start_date,
            restrictions.end_date,
            restrictions.day_of_week,
        )
    )
