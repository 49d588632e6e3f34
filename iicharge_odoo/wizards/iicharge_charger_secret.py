# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.charger.iicharge_charger import make_secret


class ChargerSecret(models.TransientModel):
    """Show a charger's new password once. It is not stored, only passed in the dialog's
    context."""

    _name = "iicharge.charger.secret"
    _description = "New Charger Password"
    _inherit = "iicharge.company.wall"

    charger_id = fields.Many2one("iicharge.charger", required=True, readonly=True)
    identity = fields.Char(related="charger_id.identity")
    secret = fields.Char(compute="_compute_secret", string="Password")

    @api.depends_context("iicharge_secret")
    def _compute_secret(self):
        self.secret = self.env.context.get("iicharge_secret")


class ChargerSecretChange(models.TransientModel):
    """Set a password, random or the site's own, in Odoo and in the charger. It is not stored."""

    _name = "iicharge.charger.secret.change"
    _description = "Change of a Charger's Password"
    _inherit = "iicharge.company.wall"

    charger_id = fields.Many2one("iicharge.charger", required=True, readonly=True)
    online = fields.Boolean(related="charger_id.online")
    sends = fields.Boolean(
        string="Send It to the Charger",
        compute="_compute_sends",
        store=True,
        readonly=False,
        help="It may use its old password until it first connects with the new one.",
    )
    secret = fields.Char(
        string="Password",
        compute="_compute_secret",
        inverse="_inverse_secret",
        default=lambda self: make_secret(),
    )

    @api.depends("charger_id")
    def _compute_sends(self):
        for change in self:
            change.sends = change.charger_id.online

    def _compute_secret(self):
        self.secret = False

    def _inverse_secret(self):
        for change in self.filtered("secret"):
            change._set(change.secret)

    def _set(self, secret):
        charger = self.charger_id
        charger.check_access("write")
        shortest, longest = charger._get_version().secret_length
        is_plain = secret.isascii() and secret.isprintable()
        if not is_plain or not shortest <= len(secret) <= longest:
            raise UserError(
                self.env._(
                    "A password has %(shortest)s to %(longest)s letters, digits and signs.",
                    shortest=shortest,
                    longest=longest,
                )
            )
        if self.sends:
            charger._request_or_explain("set_secret", secret=secret)
        else:
            charger._set_secret(secret)
        charger.message_post(body=self.env._("A new password was set for this charger."))

    def action_set(self):
        """Close: the password is set as the dialog is saved."""
        return {"type": "ir.actions.act_window_close"}
