# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .page import ROWS_SHOWN, link_record


class HomeFeedback(models.AbstractModel):
    _name = "iicharge.home.feedback"
    _description = "What Guests Think, on the Manager's Home"

    @api.model
    def _read_stars(self, sites, spans):
        """Read the average of the stars that guests gave, by span; None where there are none.

        :param spans: pairs of stored times between which the sessions ended
        """
        sessions = self.env["iicharge.session"].search_fetch(
            [
                ("site_id", "in", sites.ids),
                ("rating_last_value", ">", 0),
                ("stopped_at", ">=", min(start for start, _end in spans)),
            ],
            ["stopped_at", "rating_last_value"],
        )
        averages = []
        for start, end in spans:
            stars = [
                session.rating_last_value
                for session in sessions
                if start <= session.stopped_at <= end
            ]
            averages.append(sum(stars) / len(stars) if stars else None)
        return averages

    @api.model
    def _write_stars(self, value):
        if value is None:
            return ""
        return self.env._("%(stars)s of 5", stars=formatLang(self.env, value, digits=1))

    @api.model
    def _write_stars_change(self, now, before):
        if now is None or before is None:
            return {"change": "", "trend": 0}
        change = round(now, 1) - round(before, 1)
        text = formatLang(self.env, abs(change), digits=1)
        return {"change": text, "trend": (change > 0.01) - (change < -0.01)}

    @api.model
    def _get_unhappy_rows(self, sites):
        """Guests who gave few stars, while their activity is open."""
        # sudo: only which activities are open; as a user, the rights on the records of all
        # activities of the database would be looked up
        activities = self.env["mail.activity"].sudo()
        is_open = activities._search([("res_model", "=", "iicharge.session")])
        alerts = self.env["iicharge.alert"].search(
            fields.Domain("site_id", "in", sites.ids)
            & fields.Domain("kind", "=", "low_rating")
            & fields.Domain("activity_id", "in", is_open),
            limit=ROWS_SHOWN,
        )
        sessions = self.env["iicharge.session"].browse(alerts.mapped("res_id")).exists()
        return [
            {
                "key": f"stars-{session.id}",
                "look": "busy",
                "icon": "fa-star-half-o",
                "title": self.env._(
                    "Unhappy: %(guest)s, %(stars)s",
                    guest=self._get_who(session),
                    stars=self._write_stars(session.rating_last_value),
                ),
                "note": (session.rating_last_feedback or "").split("\n")[0],
                "link": link_record(session),
                "button": {"label": self.env._("View"), "link": link_record(session)},
            }
            for session in sessions
        ]
