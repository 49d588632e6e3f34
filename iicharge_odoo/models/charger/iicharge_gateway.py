# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# A process that has said nothing for so long is gone.
REPORTED_FOR = timedelta(seconds=45)
KEPT = timedelta(days=1)
# What runs comes first, then what keeps it from running.
_ORDER = ("running", "taken", "failed", "waiting", "off")


class Gateway(models.Model):
    """A process that runs gateway or processor of this database, by its own report.

    Each process writes its record every few seconds, and deletes it when it ends.
    """

    _name = "iicharge.gateway"
    _description = "Gateway Process"
    _rec_name = "machine"
    _order = "id"
    _log_access = False

    process = fields.Char(required=True, readonly=True, string="Key")
    machine = fields.Char(required=True, readonly=True)
    pid = fields.Integer(readonly=True, string="Process")
    home = fields.Selection(
        [
            ("threads", "Odoo"),
            ("worker", "A worker of Odoo"),
            ("process", "A process of its own"),
        ],
        required=True,
        readonly=True,
    )
    runs_gateway = fields.Boolean(readonly=True)
    runs_processor = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("off", "Off"),
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("taken", "Port Taken"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
    )
    place = fields.Char(readonly=True)
    detail = fields.Char(readonly=True)
    since = fields.Datetime(required=True, readonly=True)
    seen_at = fields.Datetime(required=True, readonly=True)

    _process_unique = models.Constraint("unique (process)", "A process has one record.")

    @api.model
    def _report(self, values):
        """Keep what a process says of itself."""
        columns = [SQL.identifier(name) for name in values]
        self.env.cr.execute(
            SQL(
                "INSERT INTO iicharge_gateway (%s) VALUES %s"
                " ON CONFLICT (process) DO UPDATE SET (%s) = ROW (%s)",
                SQL(", ").join(columns),
                tuple(values.values()),
                SQL(", ").join(columns),
                SQL(", ").join(SQL("excluded.%s", column) for column in columns),
            )
        )
        self.invalidate_model()

    @api.model
    def _forget(self, process):
        """Delete the record of a process that ends, and of those that were killed long ago."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM iicharge_gateway WHERE process = %s OR seen_at < %s",
                process,
                fields.Datetime.now() - KEPT,
            )
        )
        self.invalidate_model()

    @api.model
    def _find_alive(self):
        """Find the processes that are there: those that run the gateway first."""
        alive = self.search([("seen_at", ">=", fields.Datetime.now() - REPORTED_FOR)])
        return alive.sorted(lambda process: _ORDER.index(process.state))

    def _count_connections(self):
        """Count the chargers that this gateway holds."""
        self.ensure_one()
        return self.env["iicharge.connection"].search_count(
            [("gateway", "=", self.detail), ("online", "=", True)]
        )
