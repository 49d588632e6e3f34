# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models
from odoo.exceptions import UserError

from ..charger.iicharge_connector import REMOTE_START_WAIT


class StartCommand(models.Model):
    _inherit = "iicharge.command"

    def _waits_for_car(self, now):
        """Return whether it is a start that the charger has accepted and no car has used yet."""
        return bool(
            self
            and self._is_agreed()
            and self._get_wait_until() > now
            and not self.token_id.session_ids.filtered(
                lambda session: (
                    session.connector_id == self.connector_id
                    and session.create_date >= self.create_date
                )
            )
        )

    def _get_wait_until(self):
        """Get until when the charger waits for the car, as far as we know."""
        until = self.create_date + REMOTE_START_WAIT
        is_single = self.token_id.single_use and self.token_id.valid_until
        return min(until, self.token_id.valid_until) if is_single else until

    def _cancel_start(self):
        """Cancel a start that waits for its car: a charging that begins with it is refused.

        :raise UserError: the card of a guest starts it, and stays valid
        """
        self.ensure_one()
        if not self.token_id.single_use:
            raise UserError(
                self.env._(
                    "This start is with the guest's own card. It ends by itself in ten minutes "
                    "when no car is plugged in."
                )
            )
        # sudo: front desk may cancel what it has started; tokens are not written by hand
        self.token_id.sudo().valid_until = fields.Datetime.now()
        self.charger_id._notify_changed()
