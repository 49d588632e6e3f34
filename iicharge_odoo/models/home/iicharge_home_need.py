# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, models

from .page import ROWS_SHOWN, get_needs_panel, link_record

# States in which a car should move.
FULL = ("full", "finishing")


class HomeNeed(models.AbstractModel):
    _name = "iicharge.home.need"
    _description = "What Needs a Person, on the Home Page"

    @api.model
    def _get_needs_panel(self, sites, used, trouble, clock):
        rows = self._get_full_rows(used, clock) + self._get_trouble_rows(trouble, clock)
        rows += self._get_blocked_rows(sites, clock) + self._get_question_rows(sites, clock)
        return get_needs_panel(self.env._("Needs you"), rows, self.env._("Nothing waits for you."))

    @api.model
    def _get_full_rows(self, used, clock):
        """Cars that should move: first those that have been full for longest."""
        full = used.filtered(lambda connector: connector.live_state in FULL)
        rows = []
        for connector in full.sorted(lambda connector: connector.status_at or clock.now):
            session = connector.current_session_id
            row = {
                "key": f"full-{connector.id}",
                "state": connector.live_state,
                "title": self.env._("Ask %(guest)s to move the car", guest=self._get_who(session))
                if session.partner_id or session.room
                else self.env._("Have the car moved"),
                "note": self.env._(
                    "%(state)s at %(connector)s, %(since)s",
                    state=self._get_word(connector),
                    connector=connector.display_name,
                    since=clock.format_since(connector.status_at),
                ),
                "link": link_record(session or connector),
                "button": {"label": self.env._("View"), "link": link_record(session or connector)},
            }
            if session.partner_id.email:
                row["button"] = {
                    "label": self.env._("Write to guest"),
                    "link": self._get_mail_link(session),
                }
            rows.append(row)
        return rows

    @api.model
    def _get_mail_link(self, session):
        return {
            "open": {
                "type": "ir.actions.act_window",
                "name": self.env._("Write to guest"),
                "res_model": "mail.compose.message",
                "views": [[False, "form"]],
                "target": "new",
                "context": {
                    "default_model": session._name,
                    "default_res_ids": session.ids,
                    "default_composition_mode": "comment",
                    "default_partner_ids": session.partner_id.ids,
                    "default_subject": self.env._("Your car has finished charging"),
                },
            }
        }

    @api.model
    def _get_trouble_rows(self, trouble, clock):
        # sudo: whether a technician was called, and when, is shown to all of front desk
        called = trouble.charger_id.sudo()._get_open_requests()
        rows = []
        for connector in trouble:
            request = called.get(connector.charger_id.sudo())
            since = connector.status_at if connector.online else connector.last_seen_at
            note = (
                self.env._("technician called %(time)s", time=clock.format(request.create_date))
                if request
                else self.env._("no technician called yet")
            )
            rows.append(
                {
                    "key": f"trouble-{connector.id}",
                    "state": connector.live_state,
                    "title": f"{connector.display_name}: {self._get_word(connector)}",
                    "note": ", ".join(filter(None, [clock.format_since(since), note])),
                    "link": link_record(connector),
                    "button": {
                        "label": self.env._("Help"),
                        "link": link_record(connector, "action_help"),
                    },
                }
            )
        return rows

    @api.model
    def _get_question_rows(self, sites, clock):
        """Guests who were promised an answer by today or tomorrow."""
        disputes = self.env["iicharge.dispute"].search(
            [
                ("site_id", "in", sites.ids),
                ("state", "=", "open"),
                ("deadline", "<=", clock.today + timedelta(days=1)),
            ],
            limit=ROWS_SHOWN,
        )
        return [
            {
                "key": f"dispute-{dispute.id}",
                "look": "wait",
                "icon": "fa-gavel",
                "title": self.env._(
                    "Answer %(guest)s by %(day)s",
                    guest=self._get_who(dispute.session_id),
                    day=clock.format_day(dispute.deadline),
                ),
                "note": self.env._("a manager has not decided yet"),
                "link": link_record(dispute),
                "button": {"label": self.env._("View"), "link": link_record(dispute)},
            }
            for dispute in disputes
        ]

    @api.model
    def _get_blocked_rows(self, sites, clock):
        """Bays in which something stands in the way, as guests have reported."""
        bays = self.env["iicharge.blocked.bay"].search(
            [("site_id", "in", sites.ids), ("state", "=", "open")], limit=ROWS_SHOWN
        )
        return [
            {
                "key": f"bay-{bay.id}",
                "look": "busy",
                "icon": "fa-ban",
                "title": self.env._(
                    "Bay blocked: %(connector)s", connector=bay.connector_id.display_name
                ),
                "note": ", ".join(filter(None, [clock.format_since(bay.create_date), bay.words])),
                "link": link_record(bay),
                "button": {"label": self.env._("View"), "link": link_record(bay)},
            }
            for bay in bays
        ]
