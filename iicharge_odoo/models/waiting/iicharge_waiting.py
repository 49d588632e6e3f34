# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .place_states import OPEN

KEPT = timedelta(days=30)
PRUNED_AT_ONCE = 1000
# A page that was read so lately is open in front of the guest.
SEEN_WITHIN = timedelta(minutes=2)
SEEN_EVERY = timedelta(minutes=1)


class Waiting(models.Model):
    """A guest who waits for a free connector of a site.

    ========  ==================================================  =========================
    state     meaning                                             next
    ========  ==================================================  =========================
    waiting   in the list                                         offered, left
    passed    lets the others go first, and keeps the place       waiting, offered, left
    offered   a connector is kept (`reservation_id`)              claimed, passed, expired,
                                                                  waiting, left
    claimed   charging has begun there                            none
    expired   did not come in time                                claimed, where the charger
                                                                  reports a start in time late
    left      left the list, or was removed                       none
    ========  ==================================================  =========================

    The state follows that of the reservation, in the same transaction.
    """

    _name = "iicharge.waiting"
    _description = "Guest Who Waits for a Charger"
    _inherit = [
        "iicharge.guest.key",
        "iicharge.waiting.visitor",
        "iicharge.waiting.offer",
        "iicharge.waiting.desk",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(readonly=True, help="The order of the list.")
    site_id = fields.Many2one(
        "iicharge.site", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    room = fields.Char(readonly=True)
    name = fields.Char(readonly=True, string="Guest", help="As front desk wrote it down.")
    email = fields.Char(
        readonly=True,
        copy=False,
        groups="iicharge_odoo.group_front_desk",
        help="Gets an e-mail when a charger is free; cleared when the guest waits no more.",
    )
    contact = fields.Char(
        compute="_compute_contact",
        string="Contact",
        groups="iicharge_odoo.group_front_desk",
        help="An address that is not confirmed is not written to: the guest has not opened the "
        "link that was sent there.",
    )
    lang = fields.Char(readonly=True)
    plug = fields.Selection(
        selection="_get_plugs", readonly=True, help="What the car needs; empty: any."
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("passed", "Lets Others Go First"),
            ("offered", "Charger Kept"),
            ("claimed", "Charging"),
            ("expired", "Did Not Come"),
            ("left", "Left"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
        tracking=True,
    )
    passed_until = fields.Datetime(
        readonly=True, help="Gets no offer before, unless another guest got one."
    )
    reservation_id = fields.Many2one(
        "iicharge.reservation",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The connector that is kept, or was last.",
    )
    connector_id = fields.Many2one(
        related="reservation_id.connector_id", string="Kept Connector", help="Or kept last."
    )
    offered_until = fields.Datetime(related="reservation_id.expires_at", string="Kept Until")
    seen_at = fields.Datetime(readonly=True, help="When the guest's page was read last.")
    unusable_since = fields.Datetime(
        readonly=True, help="Since when the kept connector is offline or broken."
    )
    mails_sent = fields.Integer(readonly=True)
    written_connector_id = fields.Many2one(
        "iicharge.connector",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The last one that the guest was written to about.",
    )
    written_until = fields.Datetime(readonly=True, help="Until when it was kept then.")
    has_failed = fields.Boolean(
        readonly=True, help="The e-mail could not be made from its template."
    )
    ended_at = fields.Datetime(readonly=True)
    place = fields.Integer(
        string="Number", compute="_compute_place", help="In the list, from 1; 0: not in it."
    )

    _request_unique = models.Constraint(
        "unique (site_id, request_key)", "This was asked for already."
    )
    _stay_unique = models.UniqueIndex(
        "(site_id, folio_id) WHERE folio_id IS NOT NULL"
        " AND state IN ('waiting', 'passed', 'offered')",
        "This stay is on the list already.",
    )
    _open_index = models.Index(
        "(site_id, sequence, id) WHERE state IN ('waiting', 'passed', 'offered')"
    )

    @api.model
    def _get_plugs(self):
        return self.env["iicharge.connector"]._fields["standard"]._description_selection(self.env)

    @api.depends("room", "name", "folio_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for waiting in self:
            waiting.display_name = waiting._get_who() or self.env._("Guest without a room")

    @api.depends("state", "sequence", "site_id")
    def _compute_place(self):
        in_list = [("site_id", "in", self.site_id.ids), ("state", "in", OPEN)]
        places = {}
        # the whole list, by one query and in its order
        for place in self.search_fetch(in_list, ["site_id"]):
            of_site = places.setdefault(place.site_id.id, {})
            of_site[place.id] = len(of_site) + 1
        for waiting in self:
            waiting.place = places.get(waiting.site_id.id, {}).get(waiting.id, 0)

    @api.depends("email", "confirmed_at", "is_visitor")
    @api.depends_context("lang")
    def _compute_contact(self):
        for place in self:
            place.contact = ", ".join(place._get_contacts())

    def _get_who(self):
        """Get who waits, as front desk says it: room and name; maybe empty."""
        self.ensure_one()
        # sudo: who waits is shown to all of front desk
        guest = self.sudo().folio_id.partner_id.name
        return " ".join(filter(None, [self.room, guest or self.name]))

    # --- joining -----------------------------------------------------------------------------
    @api.model
    def _join(self, site, request_key, folio=None, address=None, **values):
        """Put a guest on the list of a site; a stay that is on it keeps its place.

        :param request_key: asked again with the same one, it is the same place
        :param folio: the stay; None for a guest without a room
        :param address: in the network, of a guest who joins on the page; None: front desk puts the
            guest on the list
        :param values: name, email, lang, plug
        :return: the place; empty where too many without a stay wait already
        """
        self._lock_list(site)
        in_list = fields.Domain("site_id", "=", site.id) & fields.Domain("state", "in", OPEN)
        known = self._find_requested(request_key, site_id=site.id)
        if not known and folio:
            known = self.search(in_list & fields.Domain("folio_id", "=", folio.id))
        if known:
            known._take_address(values)
            return known
        if address is not None and not folio:
            of_visitor = self._prepare_visitor_values(site, address)
            if of_visitor is None:
                return self.browse()
            values |= of_visitor
        made = self.create(
            {
                "request_key": request_key,
                "site_id": site.id,
                "folio_id": folio.id if folio else False,
                "room": site._get_property()._get_room(folio) if folio else False,
                **values,
            }
        )
        # the numbers of records rise; front desk exchanges them to move a guest
        made.sequence = made.id
        made._ask_to_confirm()
        made._notify_desk()
        return made

    def _notify_desk(self):
        """Have screens that show the list read it again."""
        self.site_id.charger_ids[:1]._notify_changed()

    @api.model
    def _lock_list(self, site):
        """Let one change the order of a site's list after the other."""
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", self._name, site.id)
        )

    def _lock(self):
        """Lock places, those of which others have changed since fail and are asked again."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM iicharge_waiting WHERE id = ANY(%s::int[]) FOR NO KEY UPDATE",
                self.ids,
            )
        )
        self.invalidate_recordset()

    # --- what a guest does -------------------------------------------------------------------
    def _pass(self):
        """Let the others go first, and keep the place: until another guest got an offer, or for
        as long as an offer holds."""
        self.ensure_one()
        self._lock()
        if self.state not in OPEN:
            return
        if self.state == "offered":
            self._withdraw()
        self.write(
            {
                "state": "passed",
                "passed_until": fields.Datetime.now() + self.site_id._get_offer_time(),
                # the next offer is another one, also of the same connector
                "written_until": False,
            }
        )
        self._notify_desk()

    def _leave(self):
        """Leave the list; a connector that is kept is free for the next."""
        self.ensure_one()
        self._lock()
        if self.state not in OPEN:
            return
        if self.state == "offered":
            self._withdraw()
        self._end("left")

    def _end(self, state):
        """End the place, and delete the address that was given for it."""
        values = {"state": state, "ended_at": fields.Datetime.now()}
        values |= dict.fromkeys(self._get_address_fields(), False)
        # who does not come is counted for a day
        if state != "expired":
            values["address_key"] = False
        self.write(values)
        self._notify_desk()

    # --- the page ----------------------------------------------------------------------------
    @api.model
    def _read_stamp(self, key):
        """Read when anything of a place changed last, in one query.

        :return: (id, company's id, stamp, whether the page was not seen for a minute); None where
            no place has the key
        """
        self.env.cr.execute(
            SQL(
                """SELECT waiting.id, waiting.company_id,
                          concat_ws(' ', waiting.write_date, reservation.write_date,
                                    date_trunc('minute', now()),
                                    (SELECT concat_ws(' ', count(*), max(one.write_date))
                                       FROM iicharge_waiting one
                                      WHERE one.site_id = waiting.site_id
                                        AND one.state IN ('waiting', 'passed', 'offered'))),
                          waiting.state IN ('waiting', 'passed', 'offered') AND (
                              waiting.seen_at IS NULL
                              OR waiting.seen_at < now() AT TIME ZONE 'UTC' - interval '1 minute')
                     FROM iicharge_waiting waiting
                     LEFT JOIN iicharge_reservation reservation
                            ON reservation.id = waiting.reservation_id
                    WHERE waiting.key = %s""",
                key,
            )
        )
        return self.env.cr.fetchone()

    def _set_seen(self):
        """Note once a minute that the guest has the page open; not by `write`, as nothing that is
        shown changes."""
        self.ensure_one()
        now = fields.Datetime.now()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE iicharge_waiting SET seen_at = %s
                    WHERE id = %s AND (seen_at IS NULL OR seen_at < %s)""",
                now,
                self.id,
                now - SEEN_EVERY,
            )
        )
        self.invalidate_recordset(["seen_at"])

    def _is_watching(self):
        """Whether the guest has the page open."""
        self.ensure_one()
        return bool(self.seen_at) and fields.Datetime.now() - self.seen_at < SEEN_WITHIN

    def _get_url(self):
        """Get the address of this page."""
        return f"{self.site_id.get_base_url()}/charge/wait/{self.key}"

    @api.autovacuum
    def _gc_ended(self):
        """Delete places that ended. :return: how many, and 1 if more may be left, else 0"""
        before = fields.Datetime.now() - KEPT
        old = self.search([("ended_at", "<", before)], limit=PRUNED_AT_ONCE)
        old.unlink()
        return len(old), int(len(old) == PRUNED_AT_ONCE)
