# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ..clock_text import get_clock_text

# What a guest may give, from "bad" to "great".
STARS = range(1, 6)


class GuestSession(models.Model):
    _inherit = "iicharge.session"

    _rated_index = models.Index("(site_id, stopped_at) WHERE rating_last_value > 0")

    @api.model
    def _prepare_start_values(self, connector, **start):
        """Prepare with the price that the guest's page has shown at the start."""
        values = super()._prepare_start_values(connector, **start)
        visit = self.env["iicharge.guest.visit"]._find_by_token(start["token"])
        # a reservation has kept its own price since it was made; an offer has none
        reservation = self.env["iicharge.reservation"].browse(values["reservation_id"] or [])
        if visit.tariff_id and (not reservation or reservation.is_offer):
            values |= visit._prepare_tariff_values()
        return values

    def _set_started(self):
        result = super()._set_started()
        for session in self:
            self.env["iicharge.guest.visit"]._find_by_token(session.token_id).session_id = session
            self.env["iicharge.guest.payer.tap"]._join(session)
        return result

    def _is_stopped_at_credit_limit(self):
        """Whether it was stopped since no more could be put on the bill, and not at the energy or
        sum that its start was for."""
        self.ensure_one()
        return bool(self.limit_stop_at) and not self.token_id._has_limits()

    def _get_idle_fee_text(self):
        """Get from when standing there costs a fee, as a time of day for the guest; maybe empty."""
        start = self._get_idle_fee_start()
        return get_clock_text(self.env, start, self.site_id.time_zone) if start else ""

    def _get_notice_address(self):
        """Get who wants e-mails about this charging: on its page, for all of the stay, or
        for all own charging.

        :return: {"address", "lang", "url": of the page, if there is one}; empty: unknown
        """
        self.ensure_one()
        visits = self.env["iicharge.guest.visit"]
        of_session = fields.Domain("session_id", "=", self.id)
        visit = visits.search(of_session & visits._get_asked_domain(), limit=1)
        if visit:
            return visit._get_recipient()
        guest = self.folio_id.partner_id
        if self.folio_id.iicharge_notify and guest.email:
            return {"address": guest.email, "lang": guest.lang, "url": ""}
        person = self.partner_id
        if person.iicharge_notify and person.email:
            return {"address": person.email, "lang": person.lang, "url": ""}
        return {}

    def _take_feedback(self, stars, words):
        """Keep what the guest thinks; sent again it replaces what was sent before.

        :param int stars: one of `STARS`
        :param str words: may be empty
        """
        self.ensure_one()
        found = self.rating_ids[:1] or self.env["rating.rating"].create(
            {"res_model_id": self.env["ir.model"]._get_id(self._name), "res_id": self.id}
        )
        found.write({"rating": stars, "feedback": words, "consumed": True})

    def _anonymize_guest(self):
        """Let no link lead to the session any more, and delete the guest's words; stars stay."""
        self.env["iicharge.guest.visit"].search([("session_id", "in", self.ids)]).unlink()
        self.rating_ids.feedback = False
        return super()._anonymize_guest()
