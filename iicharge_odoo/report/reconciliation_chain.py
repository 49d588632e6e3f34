# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Sum up the stages from sessions to journal items, and what waits for the next stage."""

from dataclasses import dataclass
from datetime import datetime

SESSIONS, CHARGES, BILLS = "sessions", "charges", "bills"
INVOICES, JOURNAL = "invoices", "journal"


@dataclass(frozen=True)
class Stage:
    """Number of records at a stage, and their sum without tax in the company's currency."""

    name: str
    count: int
    amount: float


@dataclass(frozen=True)
class Waiting:
    """Records that have not reached a stage, by reason. Not an error.

    :param stage: the stage that they wait for; None if they only wait for a decision
    :param since: end of charging of the oldest
    """

    reason: str
    stage: str | None
    model: str
    ids: list
    amount: float
    since: datetime


# stage -> query of (count, sum)
_STAGES = {
    SESSIONS: """SELECT count(*), coalesce(sum(session.amount_untaxed), 0)
                   FROM iicharge_reconciled_session scope
                   JOIN iicharge_session session ON session.id = scope.id""",
    CHARGES: """SELECT count(DISTINCT charge_id), coalesce(sum(amount_untaxed), 0)
                  FROM iicharge_reconciled_line WHERE state != 'written_off'""",
    BILLS: """SELECT count(*), coalesce(sum((actual + covered) * factor), 0)
                FROM iicharge_reconciled_line WHERE is_booked AND actual IS NOT NULL""",
    INVOICES: """SELECT count(*) FILTER (WHERE invoiced_quantity != 0 OR register_quantity != 0),
                        coalesce(sum((invoiced_amount + register_amount) * factor), 0)
                   FROM iicharge_reconciled_line WHERE is_booked""",
    JOURNAL: """SELECT count(*) FILTER (WHERE invoiced_posted != 0 OR register_booked != 0),
                       coalesce(sum((invoiced_booked + register_booked) * factor), 0)
                  FROM iicharge_reconciled_line WHERE is_booked""",
}
# (reason, stage, model, query of (id, amount, end of charging))
_WAITING = (
    *(
        (
            billing,
            None,
            "iicharge.session",
            f"""SELECT session.id, coalesce(session.amount_untaxed, 0), session.stopped_at
                  FROM iicharge_reconciled_session scope
                  JOIN iicharge_session session ON session.id = scope.id
                 WHERE session.billing = '{billing}'""",
        )
        for billing in ("review", "disputed")
    ),
    (
        "unpaid",
        CHARGES,
        "iicharge.session",
        """SELECT session.id, coalesce(session.amount_untaxed, 0), session.stopped_at
             FROM iicharge_reconciled_session scope
             JOIN iicharge_session session ON session.id = scope.id
            WHERE session.billing IN ('rated', 'disputed') AND session.amount_untaxed != 0
              AND NOT EXISTS (SELECT 1 FROM iicharge_charge WHERE session_id = session.id)""",
    ),
    *(
        (
            reason,
            BILLS,
            "iicharge.charge",
            f"""SELECT charge_id, sum(amount_untaxed), min(stopped_at)
                  FROM iicharge_reconciled_odd WHERE {condition} GROUP BY charge_id""",
        )
        for reason, condition in (
            ("pending", "state = 'pending' AND destination != ALL(%(monthly)s)"),
            ("refused", "state = 'refused' AND destination != ALL(%(monthly)s)"),
            ("contract", "state IN ('pending', 'refused') AND destination = ANY(%(monthly)s)"),
            ("late", "state = 'late'"),
        )
    ),
    (
        # credits in part and in another currency are rounded one by one
        "cents",
        BILLS,
        "iicharge.charge",
        """SELECT charge_id, cents, since FROM (
             SELECT min(charge_id) AS charge_id, min(stopped_at) AS since, count(*) AS lines,
                    sum(amount_untaxed) - sum((coalesce(actual, 0) + covered) * factor)
                    + CASE WHEN sum(amount_untaxed) = 0 THEN 0 ELSE sum(discount * factor) END
                      AS cents
               FROM iicharge_reconciled_line
              WHERE is_booked AND (actual IS NOT NULL OR is_covered) GROUP BY root_id) bill
            WHERE lines > 1 AND round(cents, 6) != 0 AND abs(cents) <= lines * %(smallest)s""",
    ),
    (
        "discount",
        BILLS,
        "iicharge.charge",
        # credited in full, it is settled
        """SELECT min(charge_id), sum(-discount * factor), min(stopped_at)
             FROM iicharge_reconciled_line WHERE is_booked
            GROUP BY root_id
           HAVING sum(discount) != 0 AND sum(amount_untaxed) != 0""",
    ),
    *(
        (
            reason,
            INVOICES,
            "iicharge.charge",
            f"""SELECT charge_id, sum((actual - invoiced_due) * factor), min(stopped_at)
                  FROM iicharge_reconciled_odd
                 WHERE is_booked AND order_line_id IS NOT NULL AND direct_line_id IS NULL
                   AND invoiced_due != actual AND invoiced_quantity != quantity
                   AND register_quantity = 0 AND {condition}
                 GROUP BY charge_id""",
        )
        for reason, condition in (
            ("register", "destination = ANY(%(at_register)s) AND invoiced_cancelled = 0"),
            ("bill", "destination != ALL(%(at_register)s) AND invoiced_cancelled = 0"),
            ("cancelled", "invoiced_cancelled > 0"),
        )
    ),
    (
        "cents",
        INVOICES,
        "iicharge.charge",
        """SELECT charge_id, sum((actual - invoiced_due) * factor), min(stopped_at)
             FROM iicharge_reconciled_odd
            WHERE is_booked AND order_line_id IS NOT NULL AND direct_line_id IS NULL
              AND invoiced_due != actual AND invoiced_quantity = quantity
            GROUP BY charge_id""",
    ),
    (
        "by_hand",
        INVOICES,
        "iicharge.charge",
        """SELECT charge_id, sum(-goodwill * factor), min(stopped_at)
             FROM iicharge_reconciled_odd WHERE is_booked AND goodwill != 0 GROUP BY charge_id""",
    ),
    (
        "draft",
        JOURNAL,
        "iicharge.charge",
        """SELECT charge_id, sum((invoiced_amount - invoiced_posted) * factor),
                  min(stopped_at)
             FROM iicharge_reconciled_odd
            WHERE is_booked AND invoiced_amount != invoiced_posted GROUP BY charge_id""",
    ),
    (
        "rounding",
        JOURNAL,
        "iicharge.charge",
        """SELECT charge_id, sum(invoiced_rounded * factor), min(stopped_at)
             FROM iicharge_reconciled_odd
            WHERE is_booked AND invoiced_rounded != 0 GROUP BY charge_id""",
    ),
    (
        "register_open",
        JOURNAL,
        "iicharge.charge",
        """SELECT charge_id, sum((register_amount - register_booked) * factor),
                  min(stopped_at)
             FROM iicharge_reconciled_odd
            WHERE is_booked AND register_amount != register_booked GROUP BY charge_id""",
    ),
)


def get_stages(scope):
    """Get a `Stage` for each stage of the chain."""
    return [Stage(name, *_select(scope, query)[0]) for name, query in _STAGES.items()]


def get_waiting(scope):
    """Get a `Waiting` for each reason for which records wait."""
    found = []
    for reason, stage, model, query in _WAITING:
        rows = _select(scope, query)
        if rows:
            ids, amounts, times = zip(*rows, strict=True)
            found.append(Waiting(reason, stage, model, list(ids), sum(amounts), min(times)))
    return found


def _select(scope, query):
    env = scope.company.env
    destinations = env["iicharge.destination"]
    values = {
        "smallest": scope.company.currency_id.rounding,
        "monthly": list(destinations._get_names("_posts_monthly")),
        "at_register": list(destinations._get_names("_is_paid_at_register")),
    }
    env.cr.execute(query, values)
    return env.cr.fetchall()
