# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang


class Routing(models.Model):
    """Sends part of what a stay charges to another bill (ROOM_CHARGES.md rule 9).

    The first row whose product category and dates fit counts; the dates are those on which
    charging ended, at the site.
    """

    _name = "iicharge.routing"
    _description = "Payment Routing"
    _order = "folio_id, sequence, id"
    _check_company_auto = True

    folio_id = fields.Many2one("sale.order", string="Stay", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="folio_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    category_id = fields.Many2one(
        "product.category", help="Empty: all charging. A category stands for those below it too."
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

    def _holds(self, product, day):
        self.ensure_one()
        return (
            (not self.date_from or day >= self.date_from)
            and (not self.date_to or day <= self.date_to)
            and (
                not self.category_id
                or f"/{self.category_id.id}/" in f"/{product.categ_id.parent_path}"
            )
        )


class RoutedFolio(models.Model):
    _inherit = "sale.order"

    iicharge_routing_ids = fields.One2many(
        "iicharge.routing", "folio_id", string="Payment Routing", copy=False
    )
    iicharge_main_folio_id = fields.Many2one(
        "sale.order",
        string="Further Bill Of",
        check_company=True,
        copy=False,
        index="btree_not_null",
        domain="[('iicharge_main_folio_id', '=', False), ('iicharge_room', '!=', False)]",
        help="This order is another bill of that stay: it takes what the stay's own bill, closed "
        "already, cannot take any more.",
    )
    iicharge_further_folio_ids = fields.One2many(
        "sale.order", "iicharge_main_folio_id", string="Further Bills"
    )

    def _iicharge_get_paying_folio(self, product, day):
        """The bill that pays for a product charged on a day (at the site).

        :return: `sale.order`; the stay's own where nothing is routed
        """
        self.ensure_one()
        for route in self.iicharge_routing_ids.sorted(lambda route: (route.sequence, route.id)):
            if route._holds(product, day):
                return route.paying_folio_id
        return self


class RoutedCharge(models.Model):
    _inherit = "iicharge.charge"

    def _get_routed_note(self):
        """What the guest's own bill says where all of a charge is paid elsewhere."""
        self.ensure_one()
        charge = self.with_context(lang=self.folio_id.partner_id.lang or self.env.lang)
        env = charge.env
        head = charge.line_ids[:1].name.split("\n")[0]
        rows = [
            env._(
                "%(amount)s is on bill %(bill)s",
                amount=formatLang(
                    env,
                    sum(line.amount_untaxed + line.amount_tax for line in lines),
                    currency_obj=self.currency_id,
                ),
                bill=folio.name,
            )
            for folio, lines in charge.line_ids.grouped("folio_id").items()
        ]
        return "\n".join([head, *rows])
