# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core import errors, identity


class Token(models.Model):
    """What a driver shows to a charger: a card, a code, or a start by the front desk."""

    _name = "iicharge.token"
    _description = "ID Token"
    _order = "id desc"
    _rec_name = "uid"
    _check_company_auto = True

    uid = fields.Char(string="Token", required=True, help="As the charger reads it.")
    key = fields.Char(compute="_compute_key", store=True, index=True)
    kind = fields.Selection(
        [("rfid", "Card"), ("code", "Code"), ("remote", "Started by Front Desk")],
        required=True,
        default="rfid",
    )
    active = fields.Boolean(default=True)
    blocked = fields.Boolean(help="A lost card: it starts nothing any more.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", string="Holder", check_company=True)
    folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        index="btree_not_null",
        check_company=True,
        # without its stay the token would charge for nobody's account
        ondelete="restrict",
        help="Charging with this token goes to the room bill of this stay.",
    )
    group = fields.Selection(
        [("guest", "Guest"), ("visitor", "Visitor"), ("staff", "Staff")],
        required=True,
        default="guest",
    )
    valid_until = fields.Datetime()
    single_use = fields.Boolean(readonly=True)
    limit_wh = fields.Float(
        string="Stop After (Wh)", digits=(16, 3), help="0: charging goes on until it is ended."
    )
    limit_amount = fields.Float(
        string="Stop At Cost", help="With tax, in the company's currency. 0: no limit."
    )

    _limits_not_negative = models.Constraint(
        "check (limit_wh >= 0 AND limit_amount >= 0)", "A limit cannot be below zero."
    )
    limit_waived = fields.Boolean(
        readonly=True,
        string="Limit Passed Over",
        help="Front desk started this charging although it passes the stay's credit limit.",
    )
    connector_id = fields.Many2one(
        "iicharge.connector",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The only connector that it starts; empty: any of the company.",
    )
    session_ids = fields.One2many("iicharge.session", "token_id")

    _key_company_unique = models.UniqueIndex(
        "(company_id, key) WHERE active", "Another token with this number is in use."
    )

    @api.depends("uid", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """A start by the front desk has a number that only the charger ever sees."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for token in self:
            token.display_name = kinds["remote"] if token.kind == "remote" else token.uid

    @api.depends("uid")
    def _compute_key(self):
        for token in self:
            token.key = identity.normalise_id_tag(token.uid or "")

    @api.onchange("folio_id")
    def _onchange_folio_id(self):
        if self.folio_id:
            self.partner_id = self.folio_id.partner_id

    @api.model
    def _find(self, company, id_tag):
        """The company's token that a charger read as `id_tag`, or an empty record."""
        key = identity.normalise_id_tag(id_tag or "")
        if not key:
            return self.browse()
        return self.search([("company_id", "=", company.id), ("key", "=", key)], limit=1)

    @api.model
    def _decide(self, charger, id_tag, now, connector_number=None):
        """May this tag charge here now?

        :param int connector_number: None while the charger only asks (Authorize)
        :return: (AuthorizationStatus of OCPP 1.6 section 7.2, valid until or False)
        """
        token = self._find(charger.company_id, id_tag)
        # a charger taken out of service stays connected as it was when it came
        in_service = charger.active and charger.admission == "accepted"
        if not token or not in_service:
            return "Invalid", False
        # a single start must not end when its token does, so no expiry is told for it
        valid_until = False if token.single_use else token.valid_until
        return token._get_authorization_status(charger, now, connector_number), valid_until

    def _get_authorization_status(self, charger, now, connector_number):
        self.ensure_one()
        if self.blocked:
            return "Blocked"
        if self.connector_id and not self.connector_id._is(charger, connector_number):
            return "Invalid"
        if self.valid_until and now >= self.valid_until:
            return "Expired"
        if self.single_use and self.session_ids:
            return "Invalid"
        if self.folio_id:
            try:
                self._check_stay(charger, connector_number)
            except errors.Refusal:
                return "Expired"
        return "Accepted"

    def _check_stay(self, charger, connector_number):
        """A start by the front desk was checked there, with what the guest asked for."""
        prop = charger.site_id._get_property()
        connectors = charger.connector_ids
        connector = (
            connectors.filtered(lambda one: one.number == connector_number) or connectors[:1]
        )
        if self.kind == "remote" or not connector:
            prop._check_open(self.folio_id, before_start=True)
        else:
            prop._check_start(self.folio_id, connector, group=self.group, by_card=True)
