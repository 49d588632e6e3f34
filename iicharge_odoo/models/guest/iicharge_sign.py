# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import secrets

from odoo import api, fields, models

from ...core.guest.sign_code import format_code, make_code, read_code


class Sign(models.Model):
    """The code on the sign of a connector. One that was renewed stays, so that it can say so."""

    _name = "iicharge.sign"
    _description = "Sign of a Connector"
    _order = "id desc"
    _rec_name = "code"

    code = fields.Char(required=True, readonly=True)
    connector_id = fields.Many2one(
        "iicharge.connector", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connector_id.company_id", store=True, index=True)
    ended_at = fields.Datetime(readonly=True, string="Renewed")

    _code_unique = models.Constraint("unique (code)", "Another sign has this code.")
    _one_valid = models.UniqueIndex(
        "(connector_id) WHERE ended_at IS NULL", "This connector has a sign already."
    )

    @api.depends("code")
    def _compute_display_name(self):
        for sign in self:
            sign.display_name = format_code(sign.code)

    @api.model
    def _find(self, typed):
        """Find the sign with the code that somebody typed, valid or renewed; maybe empty."""
        code = read_code(typed or "")
        return self.search([("code", "=", code)]) if code else self.browse()

    @api.model
    def _create_for(self, connectors):
        """Make a sign with a code of its own for each connector."""
        values_list = []
        for connector in connectors:
            code = make_code(secrets.choice)
            while self.search_count([("code", "=", code)], limit=1):
                code = make_code(secrets.choice)
            values_list.append({"code": code, "connector_id": connector.id})
        return self.create(values_list)

    def _get_url(self):
        """Get the address that the sign leads to, at the hotel's own base URL."""
        self.ensure_one()
        return f"{self.connector_id.site_id.get_base_url()}/charge/{self.code}"

    def _get_typed_url(self):
        """Get the address where the code is typed, as people read it."""
        url = f"{self.connector_id.site_id.get_base_url()}/charge"
        return url.partition("://")[2]
