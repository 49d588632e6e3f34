# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The end of the soak: what waits for a person is done, then every cent is looked for, by the
reconciliation and by sums that know nothing of it."""

import time
from datetime import timedelta

from odoo import fields

# Whether each product is one of charging; the sums below use it, not the poster of a line.
_PRODUCTS = """
    SELECT DISTINCT product_id FROM iicharge_charge_line
"""
_SUMS = {
    "charges": """SELECT coalesce(sum(amount_untaxed), 0) FROM iicharge_charge
                   WHERE state IN ('posted', 'credited')""",
    "open_bills": f"""SELECT coalesce(sum(price_subtotal), 0) FROM sale_order_line
                       WHERE product_id IN ({_PRODUCTS}) AND qty_invoiced = 0
                         AND state != 'cancel'""",
    "invoices": f"""SELECT coalesce(sum(item.price_subtotal
                             * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END), 0)
                      FROM account_move_line item JOIN account_move move ON move.id = item.move_id
                     WHERE item.product_id IN ({_PRODUCTS}) AND move.state != 'cancel'
                       AND item.display_type = 'product'
                       AND move.move_type IN ('out_invoice', 'out_refund')""",
    "register": f"""SELECT coalesce(sum(sign(paid.qty * paid.price_unit)
                                          * abs(paid.price_subtotal)), 0) FROM pos_order_line paid
                 WHERE paid.product_id IN ({_PRODUCTS})""",
}
_COUNTS = {
    "sessions": "SELECT count(*) FROM iicharge_session",
    "sessions_running": "SELECT count(*) FROM iicharge_session WHERE state != 'stopped'",
    "frames": "SELECT count(*) FROM iicharge_ocpp_message",
    "messages_parked": "SELECT count(*) FROM iicharge_ocpp_message WHERE state = 'parked'",
    "charges": "SELECT count(*) FROM iicharge_charge WHERE kind = 'charge'",
    "credits": "SELECT count(*) FROM iicharge_charge WHERE kind = 'credit'",
    "written_off": "SELECT count(*) FROM iicharge_charge WHERE state = 'written_off'",
    "charges_split": """SELECT count(*) FROM (
                          SELECT charge_id FROM iicharge_charge_line GROUP BY charge_id
                          HAVING count(DISTINCT folio_id) > 1) AS split""",
    "credit_notes": """SELECT count(DISTINCT item.move_id) FROM iicharge_charge_line line
                         JOIN account_move_line item ON item.id = line.invoice_line_id
                         JOIN account_move move ON move.id = item.move_id
                        WHERE move.move_type = 'out_refund'""",
    "invoices": "SELECT count(*) FROM account_move WHERE move_type = 'out_invoice'",
    "register_orders_paid": """SELECT count(DISTINCT order_id) FROM pos_order_line
                            WHERE sale_order_line_id IS NOT NULL""",
    "visitors_not_paid": """SELECT count(*) FROM iicharge_session session
                             WHERE billing = 'rated' AND NOT EXISTS (
                                SELECT 1 FROM iicharge_charge WHERE session_id = session.id)""",
}
_BY_STATE = {
    "disputes": "SELECT state, count(*) FROM iicharge_dispute GROUP BY state",
    "billing": "SELECT billing, count(*) FROM iicharge_session GROUP BY billing",
    "destinations": "SELECT destination, count(*) FROM iicharge_charge GROUP BY destination",
}
WAITING = [("state", "in", ("pending", "refused", "late"))]


def close_the_books(env, staff, register):
    """:return: what was found, and whether all of it is right"""
    env.invalidate_all()
    _decide_energy(env, staff)
    _close_register(register)
    env.cr.commit()
    began = time.monotonic()
    report = env["iicharge.reconciliation"].create(
        {"date_from": fields.Date.today() - timedelta(days=30)}
    )
    report.action_check()
    reconciled = time.monotonic() - began
    env.flush_all()
    sums = {name: _select(env, query)[0][0] for name, query in _SUMS.items()}
    counts = {name: _select(env, query)[0][0] for name, query in _COUNTS.items()}
    missing = round(sums["charges"] - sums["open_bills"] - sums["invoices"] - sums["register"], 2)
    env.cr.commit()
    return {
        "counts": counts,
        **{name: dict(_select(env, query)) for name, query in _BY_STATE.items()},
        "sums": sums,
        "missing_from_sums": missing,
        "stages": [
            [row.name, row.count, row.amount_untaxed, row.amount_waiting, row.difference]
            for row in report.stage_ids
        ],
        "under_way": [[row.reason, row.count, row.amount_untaxed] for row in report.waiting_ids],
        "differences": [
            [row.kind, row.record_name, row.amount, row.explanation]
            for row in report.difference_ids[:50]
        ],
        "difference": report.difference,
        "reconciled_s": round(reconciled, 2),
        "ok": not (
            report.difference
            or report.difference_count
            or report.open_count
            or missing
            or counts["sessions_running"]
            or counts["messages_parked"]
        ),
    }


def _decide_energy(env, staff):
    """Do what is left to do, until nothing is."""
    Session, Charge = env["iicharge.session"], env["iicharge.charge"]
    for site in env["iicharge.site"].search([]):
        Session._close_ended_sessions(site)
    env.cr.commit()
    for _ in range(20):
        while Session.search([("billing", "=", "review")], limit=1):
            staff.review_a_session(env)
        while env["iicharge.dispute"].search([("state", "=", "open")], limit=1):
            staff.decide_a_dispute(env)
        env.cr.commit()
        while Charge._post_due():
            env.cr.commit()
        for charge in Charge.search(WAITING):
            staff.resolve(charge)
        _invoice_again(env)
        env.cr.commit()
        if not Charge.search(WAITING, limit=1):
            return
    raise AssertionError(f"These are never resolved: {Charge.search(WAITING)}")


def _invoice_again(env):
    """Invoice bills again whose invoice was cancelled."""
    bills = env["sale.order"].search(
        [("invoice_ids.state", "=", "cancel"), ("iicharge_session_ids", "!=", False)]
    )
    for bill in bills:
        if any(bill.order_line.mapped("qty_to_invoice")):
            bill._create_invoices(final=True).action_post()


def _close_register(register):
    """Close the register; its entry has all of its payments."""
    register.current_session_id.action_pos_session_closing_control()


def _select(env, query):
    env.cr.execute(query)
    return env.cr.fetchall()
