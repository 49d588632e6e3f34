# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""One charge, posted by processes that are killed before each of their SQL statements, and by
processes that do it at the same moment."""

import multiprocessing
import os
import signal
import time
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from functools import partial

import psycopg2

from odoo import fields, sql_db

from . import print_result
from .forks import CountingProcessor, Tally, fork, wait_for

ROUNDS = 15
REASON = "Killed on the way"
_STATE = """
    SELECT charge.state,
           (SELECT count(*) FROM iicharge_charge_line line
             WHERE line.charge_id = charge.id) AS lines,
           (SELECT count(*) FROM iicharge_charge_line line
              JOIN sale_order_line placed ON placed.iicharge_charge_line_id = line.id
             WHERE line.charge_id = charge.id) AS placed,
           (SELECT count(*) FROM iicharge_charge_line line
             WHERE line.charge_id = charge.id AND line.invoice_line_id IS NOT NULL) AS invoiced,
           (SELECT count(*) FROM iicharge_charge_line line
             WHERE line.charge_id = charge.id AND line.billed_currency_id IS NOT NULL) AS reported,
           session.billing
      FROM iicharge_charge charge
      JOIN iicharge_session session ON session.id = charge.session_id
     WHERE charge.session_id = %s ORDER BY charge.id
"""
_SUMS = """
    SELECT sale.id, sale.amount_untaxed,
           (SELECT coalesce(sum(price_subtotal), 0) FROM sale_order_line
             WHERE order_id = sale.id AND display_type IS NULL)
      FROM sale_order sale WHERE sale.id = ANY(%s) ORDER BY sale.id
"""


def main(env, dsn):
    hotel = Hotel(env)
    with closing(psycopg2.connect(dsn)) as outside:
        outside.autocommit = True
        print_result(
            {
                "charge": kill_at_each_statement(env, outside, hotel, ChargeJob(env, hotel)),
                "credit": kill_at_each_statement(env, outside, hotel, CreditJob(env, hotel)),
                "same_charge": post_at_once(env, outside, hotel, same=True),
                "same_folio": post_at_once(env, outside, hotel, same=False),
            }
        )


class Hotel:
    """Make two bills, and charging that is split over both: energy to one, the start fee to the
    other."""

    def __init__(self, env):
        self.env = env
        self.orders = (
            env.ref("iicharge_odoo_hotel.demo_folio_101")
            | env.ref("iicharge_odoo_hotel.demo_folio_102")
        ).order_id
        charger = env.ref("iicharge_odoo.demo_court_1")
        self.connector = charger.connector_ids[:1]
        category = env["product.category"].create({"name": "Start fees"})
        product = charger.site_id.company_id._iicharge_get_product().copy(
            {"name": "Start fee", "categ_id": category.id}
        )
        env["iicharge.site.product"].create(
            {"site_id": charger.site_id.id, "component": "FLAT", "product_id": product.id}
        )
        env["iicharge.routing"].create(
            {
                "folio_id": self.orders[0].id,
                "category_id": category.id,
                "paying_folio_id": self.orders[1].id,
            }
        )
        self._number = 0
        env.cr.commit()

    def charge(self):
        """Make a session that is to be paid, and not on any bill yet."""
        self._number += 1
        Session = self.env["iicharge.session"]
        began = fields.Datetime.now() - timedelta(hours=30 * 24 - self._number)
        session = Session._start(
            self.connector,
            reasons=[],
            transaction_id=str(900_000 + self._number),
            token=self.env["iicharge.token"]._find(self.connector.company_id, "ROOM101"),
            id_tag="ROOM101",
            authorization="Accepted",
            started_at=began,
            meter_start_wh=Decimal(1000),
        )
        session._stop(began + timedelta(minutes=30), Decimal(11_000), "Local")
        self.env.cr.commit()
        return session


class ChargeJob:
    """Post one pending charge of two lines."""

    counts_reads = True

    def __init__(self, env, hotel):
        self.session = hotel.charge()

    def run(self, env):
        env["iicharge.charge"]._post_due()

    def is_whole(self, states):
        return states == [("posted", 2, 2, 0, 2, "posted")]

    def is_nothing(self, states):
        return states == [("pending", 2, 0, 0, 0, "rated")]


class CreditJob:
    """Credit a charge of which one line is invoiced: a credit note and a negative line."""

    # A read has no effect: a kill before it equals a kill before the next write.
    counts_reads = False

    def __init__(self, env, hotel):
        self.session = hotel.charge()
        env["iicharge.charge"]._post_due()
        # the line of the second bill is invoiced, that of the first is not
        invoice = hotel.orders[1]._create_invoices(final=True)
        invoice.action_post()
        env.cr.commit()

    def run(self, env):
        session = env["iicharge.session"].browse(self.session.id)
        charge = session.charge_ids.filtered(lambda charge: charge.state == "posted")
        if charge.kind == "charge":
            charge._create_credit(REASON)

    def is_whole(self, states):
        return states == [("credited", 2, 2, 0, 2, "posted"), ("posted", 2, 1, 1, 2, "posted")]

    def is_nothing(self, states):
        return states == [("posted", 2, 2, 0, 2, "posted")]


_BUSY = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND pid != pg_backend_pid()
       AND state IN ('active', 'idle in transaction')
"""


def kill_at_each_statement(env, outside, hotel, job):
    """Let processes do the job, each killed one statement later, until one gets through.

    :return: how many were killed, and how many of them had done it all
    """
    registry = env.registry
    with registry.cursor() as cr:  # what is loaded once for all is loaded before the forks
        job.run(env(cr=cr))
        cr.rollback()
    env.cr.rollback()
    killed = whole = 0
    survived = False
    while not survived:
        survived = wait_for(fork(registry, partial(_do_until, registry, job, killed + 1)))
        _wait_for_rollback(outside)
        states = _rows(outside, _STATE, job.session.id)
        for _order, total, of_lines in _rows(outside, _SUMS, hotel.orders.ids):
            assert total == of_lines, f"half a bill after {killed} statements"
        assert job.is_whole(states) or job.is_nothing(states), (killed, states)
        assert not survived or job.is_whole(states), states
        whole += job.is_whole(states) and not survived
        killed += not survived
    return {"killed": killed, "killed_after_commit": whole}


def _wait_for_rollback(outside):
    """Wait until PostgreSQL has noticed that a process was killed, and has let go of its locks."""
    ends_at = time.monotonic() + 30
    while _rows(outside, _BUSY):
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def _do_until(registry, job, number):
    """Do the job; exit right before the statement of this number."""
    execute, commit = sql_db.Cursor.execute, sql_db.Cursor.commit
    left = number

    def count():
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted_execute(cursor, query, *args, **kwargs):
        text = str(getattr(query, "code", query)).lstrip()
        if job.counts_reads or not text.startswith("SELECT") or "FOR " in text:
            count()
        return execute(cursor, query, *args, **kwargs)

    def counted_commit(cursor):
        count()
        commit(cursor)
        count()  # and right after it

    sql_db.Cursor.execute, sql_db.Cursor.commit = counted_execute, counted_commit
    CountingProcessor(registry, lambda: None).do(job.run)


def post_at_once(env, outside, hotel, same):
    """Let two processes post the same charge, or two charges of one bill, at the same moment."""
    sessions = [[hotel.charge() for _ in range(1 if same else 2)] for _ in range(ROUNDS)]
    charges = [[session.charge_ids.id for session in pair] for pair in sessions]
    env.cr.rollback()
    barrier = multiprocessing.Barrier(2)
    tally = Tally(["failures"], rows=2)

    def work(row):
        processor = CountingProcessor(env.registry, lambda: tally.add(row, "failures"))
        for ids in charges:
            barrier.wait(60)
            processor.do(partial(_post, charge_id=ids[row % len(ids)]))

    pids = [fork(env.registry, partial(work, row)) for row in range(2)]
    assert all([wait_for(pid) for pid in pids])
    for pair in sessions:
        for session in pair:
            states = _rows(outside, _STATE, session.id)
            assert states == [("posted", 2, 2, 0, 2, "posted")], states
    for _order, total, of_lines in _rows(outside, _SUMS, hotel.orders.ids):
        assert total == of_lines
    return {"rounds": ROUNDS, "failures": tally.get("failures")}


def _post(env, charge_id):
    # without the lock that keeps posters apart in the first place
    env["iicharge.charge"].browse(charge_id)._post_or_refuse()


def _rows(connection, query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
