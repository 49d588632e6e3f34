# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class RefusedConnection(models.Model):
    """Connections that the gateway refused: of each identity and reason the last one.

    The gateway writes them, a bounded number. One without a charger belongs to no company, and
    is shown to all who set up chargers.
    """

    _name = "iicharge.refused.connection"
    _description = "Refused Connection"
    _order = "last_at desc, id desc"
    _rec_name = "identity"
    _log_access = False

    identity_key = fields.Char(required=True, readonly=True)
    identity = fields.Char(readonly=True, help="As the charger spells it; empty: it said none.")
    charger_id = fields.Many2one(
        "iicharge.charger", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    reason = fields.Selection(
        [
            ("no_version", "No version offered"),
            ("other_version", "Other version"),
            ("bad_identity", "Unusable identity"),
            ("other_path", "Other path"),
            ("unknown", "Unknown identity"),
            ("no_password", "No password"),
            ("wrong_password", "Wrong password"),
            ("many_passwords", "Many wrong passwords"),
            ("refused", "Refused charger"),
            ("tls", "TLS"),
            ("full", "Too many connections"),
            ("two_devices", "Two devices"),
        ],
        required=True,
        readonly=True,
    )
    address = fields.Char(readonly=True, string="From")
    detail = fields.Char(readonly=True)
    first_at = fields.Datetime(readonly=True, string="First")
    last_at = fields.Datetime(readonly=True, string="Last")
    count = fields.Integer(readonly=True, string="Times")
    text = fields.Char(compute="_compute_text", string="Reason and What to Do")

    _reason_unique = models.Constraint(
        "unique (identity_key, reason)", "This refusal is listed already."
    )

    @api.depends("reason", "detail")
    @api.depends_context("lang")
    def _compute_text(self):
        texts = self._get_texts()
        for refused in self:
            refused.text = texts[refused.reason] % {"detail": refused.detail or ""}

    @api.model
    def _get_texts(self):
        """Get the text of each reason, with what to do about it."""
        return {
            "no_version": self.env._(
                "It offered no version of OCPP. Set OCPP 1.6 in the charger, or tick May Connect "
                "Without Subprotocol on its form."
            ),
            "other_version": self.env._(
                "It offered %(detail)s only. Set OCPP 1.6 (JSON) in the charger."
            ),
            "bad_identity": self.env._("Its identity cannot be used. It connected to %(detail)s."),
            "other_path": self.env._(
                "It connected to %(detail)s. Its address must end with /ocpp/ and its identity."
            ),
            "unknown": self.env._(
                "No charger has this identity. Add one with it, or correct it in the charger."
            ),
            "no_password": self.env._("It sent no password. Enter its password in the charger."),
            "wrong_password": self.env._(
                "User or password were wrong. Set a new password and enter it in the charger; the "
                "user is the identity."
            ),
            "many_passwords": self.env._(
                "There were many wrong passwords from this address. If that was not the charger, "
                "somebody is guessing its password."
            ),
            "refused": self.env._("It is refused on its form. Accept it there."),
            "tls": self.env._(
                "It began with TLS (wss://), and this port has none. Enter ws:// in the charger, "
                "or the address of your proxy with TLS."
            ),
            "full": self.env._(
                "Too many connections were open. Raise the limit of open files of Odoo's server."
            ),
            "two_devices": self.env._(
                "Two devices use this identity and evict each other (%(detail)s). Give one of them "
                "another identity."
            ),
        }

    def action_add_charger(self):
        """Open the form of a new charger with this identity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Charger"),
            "res_model": "iicharge.charger",
            "view_mode": "form",
            "context": {"default_identity": self.identity, "default_name": self.identity},
        }
