# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Routing(models.Model):
    """A row that routes charges of a stay to another bill (docs/room-charges.md rule 9).

    The first row whose product category and dates match counts, by the local date at the site
    on which charging ended.
    """

    _name = "iicharge.routing"
    _description = "Payment Routing"
    _inherit = "iicharge.company.wall"
    _order = "folio_id, sequence, id"

    folio_id = fields.Many2one("sale.order", string="Stay", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="folio_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    category_id = fields.Many2one(
        "product.category",
        help="Empty: all charging. A category includes those below it.",
        index="btree_not_null",
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until", help="This day is included.")
    paying_folio_id = fields.Many2one(
        "sale.order",
        string="Paid By",
        required=True,
        check_company=True,
        domain="[('state', '=', 'sale'), ('id', '!=', folio_id)]",
        help="The bill that takes it, as that of the guest's company.",
        index=True,
    )

    _folio_index = models.Index("(folio_id, sequence)")

    @api.constrains("folio_id", "paying_folio_id", "date_from", "date_to")
    def _check_routing(self):
        for route in self:
            if route.folio_id == route.paying_folio_id:
                raise ValidationError(
                    self.env._(
                        "%(stay)s cannot be routed to itself. Choose another bill, or remove the "
                        "row.",
                        stay=route.folio_id.name,
                    )
                )
            if route.date_from and route.date_to and route.date_from > route.date_to:
                raise ValidationError(self.env._("“From” must not be later than “Until”."))

    def _applies(self, product, day):
        self.ensure_one()
        return (
            (not self.date_from or day >= self.date_from)
            and (not self.date_to or day <= self.date_to)
            and (
                not self.category_id
                or f"/{self.category_id.id}/" in f"/{product.categ_id.parent_path}"
            )
        )
