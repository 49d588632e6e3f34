# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The state of a connector, requested of its charger before a guest starts there.

A charger gets one such request in 10 s, however many phones look. One that does not answer, or
cannot, gets none for some minutes, and no start waits for it.
"""

import logging
import time
from contextlib import contextmanager
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

REQUEST = "ask_for_report"
MESSAGE = "StatusNotification"
ASK_EVERY = timedelta(seconds=10)
# Of one that has not answered, or cannot.
ASK_AGAIN_AFTER = timedelta(minutes=10)
# In which a question is sent, or never.
TIMEOUT_S = 10
# A start waits no longer for the answer.
WAIT_S = 1.5
LOOK_EVERY_S = 0.05

_logger = logging.getLogger(__name__)


class StatusQuestion(models.AbstractModel):
    _name = "iicharge.status.question"
    _description = "Request for the State of a Connector"

    @api.model
    def _ask(self, connector):
        """Request the state, unless that was done just now; without waiting for the answer."""
        if not self._is_worth_asking(connector):
            return
        try:
            with self._open() as env:
                env[self._name]._ask_once(connector.with_env(env))
        except psycopg2.Error:
            # the page is shown as well without it
            _logger.warning("%s: its state could not be requested", connector.charger_id.name)

    @api.model
    def _refresh(self, connector):
        """Request the state, and wait a moment for what comes; the caller's transaction has
        written nothing yet, and reads what has come since."""
        self._ask(connector)
        if not self._is_worth_asking(connector):
            return
        until = time.monotonic() + WAIT_S
        with self._open() as env:
            question = env[self._name]
            while question._is_waited_for(connector.with_env(env)) and time.monotonic() < until:
                time.sleep(LOOK_EVERY_S)
                # nothing was written: to read what others have written since
                env.cr.rollback()
                env.invalidate_all()
        # nothing was written: as above
        self.env.cr.rollback()
        self.env.invalidate_all()

    @api.model
    def _is_worth_asking(self, connector):
        charger = connector.charger_id
        is_there = charger.online and charger.admission == "accepted"
        return bool(is_there and not connector.current_session_id)

    @contextmanager
    def _open(self):
        """Open a transaction of its own, so that the gateway gets the request at once."""
        with self.env.registry.cursor() as cr:
            yield self.env(cr=cr)

    @api.model
    def _ask_once(self, connector):
        """Send the question unless another phone has done so, or does it now."""
        cr, charger = self.env.cr, connector.charger_id
        lock = SQL("hashtext(%s), %s", self._name, charger.id)
        cr.execute(SQL("SELECT pg_try_advisory_lock(%s)", lock))
        if not cr.fetchone()[0]:
            return
        try:
            # what the one before has asked is read by a transaction that begins now
            cr.commit()  # pylint: disable=invalid-commit
            if self._may_ask(self._find_last(charger)):
                action, payload = charger._get_version().prepare[REQUEST](
                    message=MESSAGE, connector=connector.number
                )
                charger.send_command(action, payload, timeout_s=TIMEOUT_S)
            # the question is kept before the lock is free for the next phone
            cr.commit()  # pylint: disable=invalid-commit
        except BaseException:
            cr.rollback()
            raise
        finally:
            cr.execute(SQL("SELECT pg_advisory_unlock(%s)", lock))

    @api.model
    def _find_last(self, charger):
        """Find the charger's last question of the last minutes; maybe empty."""
        return self.env["iicharge.command"].search(
            [
                ("charger_id", "=", charger.id),
                ("request", "=", REQUEST),
                ("payload", "like", MESSAGE),
                ("create_date", ">", fields.Datetime.now() - ASK_AGAIN_AFTER),
            ],
            order="id desc",
            limit=1,
        )

    @api.model
    def _may_ask(self, last):
        """Check whether a charger may be asked after the last question."""
        if not last:
            return True
        # accepted and refused for now are answers; whatever else it says, it cannot
        can = last.state in ("queued", "sent") or last.outcome in ("Accepted", "Rejected")
        return can and fields.Datetime.now() - last.create_date >= ASK_EVERY

    @api.model
    def _is_waited_for(self, connector):
        """Check whether an answer to the last question is still to come."""
        charger = connector.charger_id
        last = self._find_last(charger)
        if not last or fields.Datetime.now() - last.create_date >= ASK_EVERY:
            return False
        if last.state in ("queued", "sent"):
            return True
        if last.outcome != "Accepted":
            return False
        self.env.cr.execute(
            SQL(
                """SELECT 1 FROM iicharge_ocpp_message
                    WHERE charger_id = %s AND received_at >= %s AND action = %s AND state <> 'new'
                    LIMIT 1""",
                charger.id,
                last.create_date,
                MESSAGE,
            )
        )
        return not self.env.cr.rowcount
