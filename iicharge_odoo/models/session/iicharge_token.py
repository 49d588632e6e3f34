# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from typing import NamedTuple

from odoo import api, fields, models

from ...core import identity

# IdTokenEnumType of OCPP 2.0.1 (part 2, section 3.43); DirectPayment, EVCCID and VIN are 2.1's.
TYPES = [
    ("Central", "Central system"),
    ("DirectPayment", "Payment terminal"),
    ("eMAID", "Contract (eMAID)"),
    ("EVCCID", "Car (EVCCID)"),
    ("ISO14443", "RFID (ISO 14443)"),
    ("ISO15693", "RFID (ISO 15693)"),
    ("KeyCode", "Code"),
    ("Local", "Charger"),
    ("MacAddress", "MAC address"),
    ("NoAuthorization", "None"),
    ("VIN", "Car (VIN)"),
]
TYPE_OF_KIND = {"rfid": "ISO14443", "code": "KeyCode", "remote": "Central"}
MAX_LENGTH = 255


class Decision(NamedTuple):
    """Whether a token may charge.

    :param str status: AuthorizationStatus of OCPP
    :param token: the `iicharge.token` that was decided on, or an empty record
    :param valid_until: naive UTC, or False
    """

    status: str
    token: models.Model
    valid_until: object = False


class Token(models.Model):
    """What a driver shows to a charger: a card, a code, or a start by the front desk."""

    _name = "iicharge.token"
    _description = "Charging Card"
    _inherit = ["iicharge.company.wall", "iicharge.limits"]
    _order = "id desc"
    _rec_name = "uid"

    uid = fields.Char(string="Charging Card", required=True, help="As the charger reads it.")
    key = fields.Char(compute="_compute_key", store=True, index=True)
    kind = fields.Selection(
        [("rfid", "Card"), ("code", "Code"), ("remote", "Started by Front Desk")],
        required=True,
        default="rfid",
    )
    type = fields.Selection(
        TYPES,
        compute="_compute_type",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What chargers with OCPP 2 call it. OCPP 1.6 knows no types.",
    )
    parent_id_tag = fields.Char(
        string="Group ID",
        size=MAX_LENGTH,
        help="Given to chargers with each answer about this card (parentIdTag, groupIdToken): "
        "a charging that one card of the group began, another one may end.",
    )
    active = fields.Boolean(default=True)
    blocked = fields.Boolean(help="A lost card: it starts nothing any more.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", string="Holder", check_company=True, index="btree_not_null"
    )
    folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        index="btree_not_null",
        check_company=True,
        # without its stay the token would charge without a payer
        ondelete="restrict",
        help="Charging with this card goes to the room bill of this stay.",
    )
    group = fields.Selection(
        [("guest", "Guest"), ("visitor", "Visitor"), ("staff", "Staff")],
        required=True,
        default="guest",
    )
    valid_until = fields.Datetime()
    single_use = fields.Boolean(readonly=True)
    keeps_limits = fields.Boolean(
        readonly=True, help="Started for a card with limits of its own, which hold for it."
    )
    limit_waived = fields.Boolean(
        readonly=True,
        string="Credit Limit Overridden",
        help="Front desk started this charging although it passes the stay's credit limit.",
    )
    connector_id = fields.Many2one(
        "iicharge.connector",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The only connector that it starts; empty: any of the company.",
    )
    walk_in_name = fields.Char(readonly=True, string="Name of a Walk-in")
    plate = fields.Char(readonly=True)
    desk_note = fields.Char(readonly=True, string="Note for the Desk")
    session_ids = fields.One2many("iicharge.session", "token_id")

    _uid_length = models.Constraint(
        f"check (char_length(uid) <= {MAX_LENGTH})",
        f"A charging card has at most {MAX_LENGTH} characters.",
    )
    _key_company_unique = models.UniqueIndex(
        "(company_id, key) WHERE active", "Another charging card with this number is in use."
    )

    @api.depends("uid", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Leave out the number of a start by front desk: only the charger ever sees it."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for token in self:
            token.display_name = kinds["remote"] if token.kind == "remote" else token.uid

    @api.depends("kind")
    def _compute_type(self):
        for token in self:
            token.type = TYPE_OF_KIND[token.kind or "rfid"]

    @api.depends("uid")
    def _compute_key(self):
        for token in self:
            token.key = identity.normalise_id_tag(token.uid or "")

    def write(self, vals):
        if not self._get_payer_fields().isdisjoint(vals):
            self._keep_authorized_starts()
        return super().write(vals)

    @api.model
    def _get_payer_fields(self):
        """Fields that decide who pays for what a token starts."""
        return {"company_id", "folio_id", "group", "partner_id"}

    def _keep_authorized_starts(self):
        """Give starts that were authorized and are not applied yet a copy of their token, so
        that the guest who started pays, not the next holder of the card."""
        # sudo: messages are not written by hand; here they keep the token that they had
        starts = self.env["iicharge.ocpp.message"].sudo()
        starts = starts.search([("token_id", "in", self.ids), ("state", "in", ("new", "parked"))])
        for token, messages in starts.grouped("token_id").items():
            # sudo: the copy is as the token was, also with what only the guest's page may set
            messages.token_id = token.sudo().copy({"active": False, "single_use": True})

    # --- where it stops -----------------------------------------------------------------------
    def _can_set_limits(self):
        """Whether front desk and guests may change where it stops: a card keeps its own limits."""
        self.ensure_one()
        return self.kind == "remote" and not self.keeps_limits

    def _set_limits(self, **limits):
        """Replace where its charging stops; with none it goes on, as far as what pays allows.

        :param limits: as `iicharge.limits`
        """
        self.ensure_one()
        values = {"limit_wh": 0, "limit_percent": 0, "limit_until": False, **limits}
        self.write(values | {"limit_amount": self._get_allowed_amount(limits.get("limit_amount"))})

    def _get_allowed_amount(self, amount):
        """Get the cost at which it stops where this one is wanted (0: none). What pays may allow
        no more than a sum. To be extended."""
        return amount or 0

    def _get_wanted_amount(self):
        """Get the cost at which it is wanted to stop; 0: none is, though what pays may set one."""
        return self.limit_amount

    def _has_limits(self):
        """Whether it stops anywhere before the car is full."""
        self.ensure_one()
        return any(self._get_limits().values())

    @api.onchange("folio_id")
    def _onchange_folio_id(self):
        if self.folio_id:
            self.partner_id = self.folio_id.partner_id

    @api.model
    def _find(self, company, id_tag):
        """Find the company's token that a charger read as `id_tag`, or an empty record."""
        key = identity.normalise_id_tag(id_tag or "")
        if not key:
            return self.browse()
        return self.search([("company_id", "=", company.id), ("key", "=", key)], limit=1)

    @api.model
    def _decide(self, charger, id_tag, now, connector_number=None):
        """May this tag charge here now?

        :param int connector_number: None while the charger only asks (Authorize)
        :return: `Decision`
        """
        token = self._find(charger.company_id, id_tag)
        # a charger taken out of service stays connected as it was when it came
        in_service = charger.active and charger.admission == "accepted"
        if not token or not in_service:
            return Decision("Invalid", token)
        # a single start must not end when its token does, so no expiry is sent for it
        valid_until = False if token.single_use else token.valid_until
        status = token._get_authorization_status(charger, now, connector_number)
        if status == "Accepted" and connector_number is not None:
            token._set_authorized(charger, connector_number)
        return Decision(status, token, valid_until)

    def _set_authorized(self, charger, connector_number):
        """Note a start that is answered with Accepted. To be extended."""

    def _get_group_id(self):
        """Get the group that is sent to chargers (parentIdTag, groupIdToken): what a token of the
        group began, another one of it may end. Extend for tokens that belong together."""
        return self.parent_id_tag or False

    def _is_charging_elsewhere(self, charger, connector_number):
        """Whether it charges at another connector than this one."""
        running = self.session_ids.filtered(lambda session: session.state != "stopped")
        return any(not one.connector_id._matches(charger, connector_number) for one in running)

    def _get_authorization_status(self, charger, now, connector_number):
        """Get the status that OCPP answers (AuthorizationStatus); see `core.errors.Refusal`."""
        status = self._get_own_status(charger, now, connector_number)
        if (
            status == "Accepted"
            # only a start is refused for it: with the question a card may end its charging
            and connector_number is not None
            and charger.site_id.one_session_per_token
            and self._is_charging_elsewhere(charger, connector_number)
        ):
            return "ConcurrentTx"
        if status != "Accepted" or not self.single_use or not self.session_ids:
            return status
        is_running = any(session.state != "stopped" for session in self.session_ids)
        # only a start is answered ConcurrentTx, see section 7.2 of OCPP 1.6
        return "ConcurrentTx" if connector_number and is_running else "Expired"

    def _get_own_status(self, charger, at, connector_number):
        """Get the status by the token alone, without what it pays with."""
        self.ensure_one()
        if self.blocked:
            return "Blocked"
        if self.connector_id and not self.connector_id._matches(charger, connector_number):
            return "Blocked"
        if self.valid_until and at >= self.valid_until:
            return "Expired"
        return "Accepted"
