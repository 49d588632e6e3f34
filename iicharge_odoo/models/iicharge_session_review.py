# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models
from odoo.exceptions import UserError

# Messages of this subtype stand on the evidence page, other notes do not.
DECISION = "iicharge_odoo.mt_session_decision"


class SessionReview(models.Model):
    """What a person decides on a session that was held for review."""

    _inherit = "iicharge.session"

    def action_review(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on %(session)s", session=self.name),
            "res_model": "iicharge.review",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    def _decide_to_bill(self, energy_wh, reason):
        """Bill the energy that a person stands for, by the tariff of the start.

        A session whose start was lost has none, and a tax of it may have been deleted; the
        connector's of today is taken then.
        """
        self.ensure_one()
        self._check_in_review()
        if energy_wh < 0:
            raise UserError(self.env._("The energy to bill cannot be below zero."))
        if not self.tariff_snapshot or self._get_lost_taxes():
            tariff = self.site_id.tariff_id
            if self.connector_id:
                found = self._find_tariff(self.connector_id, self.token_id, self.started_at)
                tariff = found or tariff
            if not tariff:
                raise UserError(
                    self.env._(
                        "No tariff applies to %(session)s. Set one on the site first.",
                        session=self.name,
                    )
                )
            self.write(self._prepare_tariff_values(tariff, self.site_id))
        before_wh = self.energy_wh
        self.energy_wh = energy_wh
        self.message_post(
            body=self.env._(
                "%(who)s bills %(energy).3f kWh (the readings suggest %(before).3f kWh): "
                "%(reason)s",
                who=self.env.user._iicharge_get_actor().name,
                energy=energy_wh / 1000,
                before=before_wh / 1000,
                reason=reason,
            ),
            subtype_xmlid=DECISION,
        )
        self._bill()

    def _decide_to_write_off(self, reason):
        self.ensure_one()
        self._check_in_review()
        self.message_post(
            body=self.env._(
                "%(who)s does not bill this session: %(reason)s",
                who=self.env.user._iicharge_get_actor().name,
                reason=reason,
            ),
            subtype_xmlid=DECISION,
        )
        self._set_billing("void")

    def _check_in_review(self):
        if self.billing != "review":
            raise UserError(
                self.env._("%(session)s has been decided on already.", session=self.name)
            )
