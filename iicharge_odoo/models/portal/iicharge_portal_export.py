# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""All that is kept about a person's charging, for the person to download."""

from odoo import api, models

from ...core.conversion import to_wire

ADDRESS = ("name", "email", "phone", "street", "street2", "zip", "city")


class PortalExport(models.AbstractModel):
    _name = "iicharge.portal.export"
    _description = "Download of Own Data"
    _inherit = "iicharge.portal.page"

    @api.model
    def _prepare_export(self, person):
        """Prepare what is kept, for JSON. Times are UTC, energy is in kWh."""
        sessions = self._find_sessions(person)
        return {
            "person": {
                **{name: person[name] or "" for name in ADDRESS},
                "country": person.country_id.code or "",
                "language": person.lang or "",
                "emails_about_charging": person.iicharge_notify,
            },
            "charging": [self._export_session(session) for session in sessions],
            "charging_cards": [self._export_card(card) for card in self._find_cards(person)],
            "reservations": [
                {
                    "connector": one.connector_id.display_name,
                    "until": self._format_at(one.expires_at),
                    "room": one.room or "",
                    "state": one.state,
                }
                for one in self._find_reservations(person)
            ],
            "balances": self._prepare_balances(person),
        }

    @api.model
    def _format_at(self, at):
        return to_wire(at) or None

    @api.model
    def _find_reservations(self, person):
        return self.env["iicharge.reservation"].search([("partner_id", "=", person.id)])

    @api.model
    def _export_session(self, session):
        notices = self.env["iicharge.guest.notice"].search([("session_id", "=", session.id)])
        return {
            "number": session.name,
            "site": session.site_id.name,
            "connector": session.connector_id.display_name or "",
            "started_at": self._format_at(session.started_at),
            "stopped_at": self._format_at(session.stopped_at),
            "meter_start_kwh": session.meter_start_wh / 1000,
            "meter_stop_kwh": session.meter_stop_wh / 1000,
            "energy_kwh": session.energy_wh / 1000,
            "untaxed": session.amount_untaxed,
            "total": session.amount_total,
            "currency": session.currency_id.name,
            "state": session.billing,
            "room": session.room or "",
            "plate": session.plate or "",
            "card_read": session.id_tag or "",
            "stars": round(session.rating_last_value),
            "words": session.rating_last_feedback or "",
            "questioned": [
                {"reason": dispute.reason, "statement": dispute.statement or ""}
                for dispute in session.dispute_ids
            ],
            "emails_sent": [
                {"kind": notice.notice, "at": self._format_at(notice.create_date)}
                for notice in notices
            ],
        }

    @api.model
    def _export_card(self, card):
        return {
            "number": card.uid,
            "type": card.type,
            "pays": self._get_payer_text(card),
            "blocked": card.blocked,
            "valid_until": self._format_at(card.valid_until),
        }
