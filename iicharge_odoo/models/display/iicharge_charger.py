# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ...gateway.reasons import is_sent
from ..charger.command_text import UNKNOWN_TO_CHARGER
from .display_text import get_price_text, make_text

_logger = logging.getLogger(__name__)

ASKED_AT_ONCE = 20
# After so many messages without an answer the display is sent no more until the charger starts:
# each holds up its next command for some seconds.
MOST_MISSES = 2
SHOWN = ("show_price", "show_running_cost", "show_final_cost")


class DisplayCharger(models.Model):
    """A charger that shows prices and costs on its own display, where it says that it can (Open
    Charge Alliance, *OCPP & California Pricing Requirements*)."""

    _inherit = "iicharge.charger"

    display_state = fields.Selection(
        [
            ("unknown", "Not Known Yet"),
            ("none", "Shows No Prices"),
            ("on", "Shows Prices and Costs"),
            ("refused", "Refused What It Was Sent"),
            ("silent", "Does Not Answer"),
        ],
        string="Display",
        required=True,
        readonly=True,
        copy=False,
        default="unknown",
        help="The charger is asked at each start whether its display shows prices and costs. After "
        "a refusal, or two messages without an answer, it is sent no more until it starts again.",
    )
    display_asked_at = fields.Datetime(readonly=True, copy=False)
    display_misses = fields.Integer(readonly=True, copy=False)
    display_decimals = fields.Integer(
        string="Decimals",
        readonly=True,
        copy=False,
        default=-1,
        help="Of the costs that the display is sent; below zero: those of the currency.",
    )
    display_language = fields.Char(readonly=True, copy=False, string="Display's Language")
    display_languages = fields.Char(readonly=True, copy=False, string="Languages at Once")
    display_default_price = fields.Char(
        readonly=True,
        copy=False,
        string="Price for All",
        help="The price that the display shows before anybody is known, as it was set last.",
    )
    sign_key = fields.Char(
        string="Setting for the Sign's Address",
        tracking=True,
        help="The name of the charger's setting that holds the address of the code on its display, "
        "from its manual. # stands for the number of the connector; without it a charger with "
        "several connectors gets the address where the code of a sign is typed.",
    )
    display_shown_at = fields.Datetime(compute="_compute_display_shown", string="Sent Last At")
    display_shown_text = fields.Char(compute="_compute_display_shown", string="Sent Last")
    display_shown_result = fields.Char(compute="_compute_display_shown", string="Its Answer")
    display_trouble = fields.Char(
        compute="_compute_display_trouble", string="Display Setting Not Accepted"
    )

    @api.depends("display_state")
    @api.depends_context("lang")
    def _compute_display_shown(self):
        # sudo: who sees the charger may see what its display shows
        commands = self.env["iicharge.command"].sudo()
        for charger in self:
            last = commands.search(
                [("charger_id", "in", charger.ids), ("request", "in", SHOWN)], limit=1
            )
            charger.display_shown_at = last.create_date
            charger.display_shown_text = last.shown_text
            charger.display_shown_result = bool(last) and last.result_text

    @api.depends("sign_key", "display_state")
    @api.depends_context("lang")
    def _compute_display_trouble(self):
        # sudo: as for the settings of measuring
        wishes = self.env["iicharge.desired.state"].sudo()
        for charger in self:
            found = wishes.search(
                [
                    ("charger_id", "in", charger.ids),
                    ("kind", "in", wishes._get_display_kinds()),
                    ("state", "=", "open"),
                ]
            )
            charger.display_trouble = "\n".join(
                wish.trouble_text for wish in found if wish.trouble_text
            )

    # --- what it can ----------------------------------------------------------------------
    @api.model
    def _find_display_unasked(self, skip=()):
        """Find the chargers that have not been asked about their display since their start."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT charger.id FROM iicharge_charger charger
                     JOIN iicharge_connection held
                       ON held.charger_id = charger.id AND held.online
                    WHERE charger.active AND charger.admission = 'accepted'
                      AND charger.booted_at IS NOT NULL
                      AND coalesce(charger.display_asked_at < charger.booted_at, true)
                      AND NOT charger.id = ANY(%s::int[])
                    ORDER BY charger.id LIMIT %s""",
                list(skip),
                ASKED_AT_ONCE,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _ask_display(self, ids=None):
        """Ask chargers what their display can, once after each start."""
        ids = self._find_display_unasked() if ids is None else ids
        # what another process has at hand is left to it
        self.env.cr.execute(
            SQL(
                "SELECT id FROM iicharge_charger WHERE id = ANY(%s::int[])"
                " FOR NO KEY UPDATE SKIP LOCKED",
                list(ids),
            )
        )
        for charger in self.browse(row[0] for row in self.env.cr.fetchall()):
            # a start that is stamped within this second is asked about, too
            charger.display_asked_at = max(fields.Datetime.now(), charger.booted_at)
            charger._request("ask_display")

    def _read_display(self, command):
        """Take the answer to the question about the display; without one, none is known."""
        self.ensure_one()
        facts = self._get_version().read_display(
            json.loads(command.answer) if command.state == "answered" else None
        )
        state = "on" if facts.is_supported else "none"
        values = {
            "display_state": "unknown" if command.state == "timeout" else state,
            "display_misses": 0,
            "display_decimals": -1 if facts.decimals is None else facts.decimals,
            "display_language": facts.language,
            "display_languages": ",".join(facts.languages),
            "display_default_price": facts.default_price,
        }
        changed = {name: value for name, value in values.items() if self[name] != (value or False)}
        if changed:
            self.write(changed)

    def _judge_display(self, command):
        """Take the charger's answer to what its display was sent."""
        self.ensure_one()
        if not is_sent(command.reason) or self.display_state != "on":
            return
        if command.state == "timeout" and command.sent_at:
            self.display_misses += 1
            if self.display_misses >= MOST_MISSES:
                self.display_state = "silent"
        elif command.state == "failed" or command.outcome in UNKNOWN_TO_CHARGER:
            self.display_state = "refused"
        elif command.state == "answered" and self.display_misses:
            self.display_misses = 0

    # --- what it shows --------------------------------------------------------------------
    def _show(self, name, shown, session=None, **values):
        """Send a message to the display.

        :param name: one of SHOWN
        :param shown: the same for people, who look at the charger
        """
        command = self._request(name, **values)
        command.write(
            {
                "shown_text": shown,
                "shown_at": fields.Datetime.now(),
                "session_id": session and session.id,
            }
        )
        return command

    def _show_price_to(self, id_tag):
        """Show the price to who has just been authorized, where one price holds for all of the
        connectors that it may start. What goes wrong is logged and stops nothing."""
        self.ensure_one()
        if self.display_state != "on":
            return
        try:
            with self.env.cr.savepoint():
                self._show_price_of(
                    self.env["iicharge.token"]._find(self.company_id, id_tag), id_tag
                )
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("Charger %s: its display got no price", self.identity)

    def _show_price_of(self, token, id_tag):
        running = token.session_ids.filtered(lambda session: session.state != "stopped")
        # who comes back to end a charging has seen its price
        if running.filtered(lambda session: session.charger_id == self):
            return
        visit = self.env["iicharge.guest.visit"]._find_by_token(token)
        documents = {visit.tariff_snapshot} if visit else self._get_documents(token)
        if len(documents) == 1 and all(documents):
            lang = visit.lang or token.folio_id.partner_id.lang or token.partner_id.lang
            text = self._make_price_text(lang, *documents)
            self._show("show_price", text.main, id_tag=id_tag, text=text)

    def _get_documents(self, token):
        """Get the tariffs (OCPI) that a token may charge with here; empty text: there is none."""
        sessions, now = self.env["iicharge.session"], fields.Datetime.now()
        connectors = token.connector_id or self.connector_ids.filtered("offered")
        tariffs = [sessions._find_tariff(connector, token, now) for connector in connectors]
        return {tariff and tariff._format_document_for(self.site_id) for tariff in tariffs}

    def _make_price_text(self, lang, document):
        currency = self.company_id.currency_id
        return make_text(self, lang, lambda env: get_price_text(env, document, currency))

    # --- settings of the display ----------------------------------------------------------
    @api.model
    def _find_display_settings(self, skip=()):
        """Find the chargers that keep a price for all, or the address of a sign."""
        return self.search(
            [
                ("admission", "=", "accepted"),
                "|",
                ("display_state", "=", "on"),
                ("sign_key", "!=", False),
                ("id", "not in", list(skip)),
            ]
        ).ids

    @api.model
    def _want_display_settings(self, ids=None):
        """Have the chargers keep the price and the addresses as they are now."""
        for charger in self.browse(self._find_display_settings() if ids is None else ids):
            if charger.display_state == "on":
                charger._want_default_price()
            if charger.sign_key:
                charger.connector_ids.filtered("offered")._want_sign_address()

    def _want_default_price(self):
        _action, wanted = self._get_version().prepare["set_default_price"](
            self._get_default_price_text()
        )
        if wanted["value"] == self.display_default_price:
            return
        self.display_default_price = wanted["value"]
        self.env["iicharge.desired.state"]._want_when_online(
            "default_price", self, self.env._("The price has changed")
        )

    def _get_default_price_text(self):
        """Get the price for whoever is not known yet; plugs with other prices have a line each."""
        currency, lines = self.company_id.currency_id, {}
        for connector in self.connector_ids.filtered("offered").sorted("number"):
            tariff = connector._find_tariff()[0]
            if tariff:
                document = tariff._format_document_for(self.site_id)
                lines.setdefault(document, []).append(connector)

        def write(env):
            texts = {document: get_price_text(env, document, currency) for document in lines}
            if len(texts) == 1:
                return next(iter(texts.values()))
            return "\n".join(
                f"{', '.join(one.with_env(env)._get_plug_name() for one in connectors)}: "
                f"{texts[document]}"
                for document, connectors in lines.items()
            )

        return make_text(self, "", write).main
