# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class BoardConnector(models.Model):
    _inherit = "iicharge.connector"

    live_row = fields.Json(
        compute="_compute_live_row",
        exportable=False,
        string="Card of Live",
        help="What a card of Live shows, as a tile of the register does.",
    )

    @api.depends("live_state")
    @api.depends_context("lang", "uid")
    def _compute_live_row(self):
        board = self.env["iicharge.pos.board"]
        # sudo: prices need the taxes of the charging product, which not everyone may read
        prices = board._iicharge_get_connector_prices(self.sudo())
        for connector, row in zip(self, board._iicharge_prepare_connectors(self), strict=True):
            connector.live_row = {**row, "price": prices.get(connector.id, False)}
