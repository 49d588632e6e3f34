# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...core.metering.plausibility import LEAST_ENERGY_WH

SEEN_EVERY = timedelta(seconds=10)
# So often all figures of a car that charges are worked out, whatever has changed.
STEADY_S = 300

# What the figures of a visit change with; see `_read_stamp`.
_STAMP = """
SELECT visit.id, visit.session_id, visit.company_id,
       concat_ws(' ', visit.write_date, command.write_date,
           connector.write_date, session.state, session.billing,
           CASE WHEN moves.so THEN concat_ws(' ',
               session.folio_id, session.partner_id, session.destination,
               session.soc_percent > 0, token.write_date, connection.online,
               (SELECT max(wish.write_date) FROM iicharge_desired_state wish
                 WHERE wish.session_id = session.id),
               floor((extract(epoch FROM now()) + 7 * visit.id) / %(steady_s)s))
           ELSE concat_ws(' ', session.write_date, date_trunc('minute', now()))
           END,
           -- other pages that wait for a card there
           CASE WHEN visit.payer = 'tap' AND visit.session_id IS NULL THEN (
           SELECT max(other.write_date) FROM iicharge_guest_visit other
            WHERE other.connector_id = visit.connector_id
              AND other.payer = 'tap') END),
       CASE WHEN moves.so THEN concat_ws(' ', session.write_date,
           floor(extract(epoch FROM now() AT TIME ZONE 'UTC'
                         - session.write_date) / 60)) ELSE '' END,
       visit.payer = 'tap' AND visit.session_id IS NULL AND (
           visit.seen_at IS NULL
           OR visit.seen_at < now() AT TIME ZONE 'UTC' - interval '10 seconds')
  FROM iicharge_guest_visit visit
  JOIN iicharge_connector connector ON connector.id = visit.connector_id
  LEFT JOIN iicharge_connection connection
            ON connection.charger_id = connector.charger_id
  LEFT JOIN iicharge_command command ON command.id = visit.command_id
  LEFT JOIN iicharge_session session ON session.id = visit.session_id
  LEFT JOIN iicharge_token token
            ON token.id = coalesce(session.token_id, visit.token_id)
 CROSS JOIN LATERAL (SELECT session.state <> 'stopped'
                            AND session.energy_wh >= %(least_wh)s AS so) moves
 WHERE visit.key = %(key)s
"""


class GuestVisitPage(models.AbstractModel):
    """The page of a charging while it is open: what it asks every few seconds, at the cost of one
    query."""

    _name = "iicharge.guest.visit.page"
    _description = "Page of a Guest's Charging"

    seen_at = fields.Datetime(
        readonly=True, help="When a page that waits for a card was read last."
    )
    address_key = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="Of a page that waits for a card: whether another one has the same address in the "
        "network; cleared after a week.",
    )

    @api.model
    def _read_stamp(self, key):
        """Read when anything of a visit's figures changed last, in one query.

        While the car charges its readings move the cost and little else; that it charges on, when
        it will be done and the curve are looked at again every five minutes, each visit at a time
        of its own.

        :return: (id, session's id, company's id, stamp of all figures, stamp of those that
            readings and minutes move, whether it waits for a card and was not seen for ten
            seconds); None where no visit has the key
        """
        self.env.cr.execute(
            SQL(
                _STAMP,
                key=key,
                least_wh=LEAST_ENERGY_WH,
                steady_s=STEADY_S,
            )
        )
        return self.env.cr.fetchone()

    def _set_seen(self):
        """Note every ten seconds that a page which waits for a card is open; not by `write`, as
        nothing that is shown changes."""
        self.ensure_one()
        now = fields.Datetime.now()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE iicharge_guest_visit SET seen_at = %s
                    WHERE id = %s AND payer = 'tap' AND session_id IS NULL
                      AND (seen_at IS NULL OR seen_at < %s)""",
                now,
                self.id,
                now - SEEN_EVERY,
            )
        )
        self.invalidate_recordset(["seen_at"])
