# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Delete old OCPP messages and commands, the oldest first, in steps."""

from odoo import api, fields, models
from odoo.tools import SQL

# A step takes below a second; Odoo repeats it while any is left, until its time is over.
PRUNED_AT_ONCE = 10_000
# Sessions in these billing states are closed, and their messages needed no more.
CLOSED_BILLING = ("posted", "paid", "free", "void")


class Pruning(models.AbstractModel):
    _name = "iicharge.pruning"
    _description = "Pruning of OCPP Messages and Commands"

    @api.model
    def _get_kept_since(self):
        """Get the time before which messages and commands are old."""
        days = int(
            # sudo: only the system reads settings; this one is a number of days
            self.env["ir.config_parameter"].sudo().get_param("iicharge.keep_messages_days", "90")
        )
        return fields.Datetime.subtract(fields.Datetime.now(), days=days)

    @api.autovacuum
    def _gc_ocpp_messages(self):
        """Delete old messages, except those of open sessions.

        :return: how many, and 1 if more may be left, else 0
        """
        return self._prune(
            "iicharge.ocpp.message",
            SQL(
                """SELECT message.id FROM iicharge_ocpp_message message
                     LEFT JOIN iicharge_session session ON session.id = message.session_id
                    WHERE message.received_at < %s AND message.state IN ('done', 'kept')
                      AND (message.session_id IS NULL OR session.billing IN %s)
                    ORDER BY message.received_at LIMIT %s FOR UPDATE OF message SKIP LOCKED""",
                self._get_kept_since(),
                CLOSED_BILLING,
                PRUNED_AT_ONCE,
            ),
        )

    @api.autovacuum
    def _gc_commands(self):
        """Delete old commands, unless a message of theirs is kept, they try for a state that is
        not reached, or they set the password that the charger will come with.

        :return: how many, and 1 if more may be left, else 0
        """
        return self._prune(
            "iicharge.command",
            SQL(
                """SELECT command.id FROM iicharge_command command
                     JOIN iicharge_charger charger ON charger.id = command.charger_id
                    WHERE command.create_date < %s AND command.state NOT IN ('queued', 'sent')
                      AND command.secret_hash IS DISTINCT FROM
                          coalesce(charger.next_secret_hash, '')
                      AND NOT EXISTS (SELECT FROM iicharge_ocpp_message
                                       WHERE command_id = command.id)
                      AND NOT EXISTS (SELECT FROM iicharge_desired_state
                                       WHERE command_id = command.id AND state = 'open')
                    ORDER BY command.id LIMIT %s FOR UPDATE OF command SKIP LOCKED""",
                self._get_kept_since(),
                PRUNED_AT_ONCE,
            ),
        )

    @api.model
    def _prune(self, model, found):
        """Delete the records of a query. :return: see above"""
        self.env.flush_all()
        self.env.cr.execute(
            # what refers to them follows by its foreign key
            SQL("DELETE FROM %s WHERE id IN (%s)", SQL.identifier(self.env[model]._table), found)
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all(flush=False)
        return count, int(count == PRUNED_AT_ONCE)
