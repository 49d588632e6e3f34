# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Check sessions against charges; see `reconciliation_checks`."""

from .reconciliation_difference import find

_SCOPE = """FROM iicharge_reconciled_session scope
            JOIN iicharge_session session ON session.id = scope.id
            JOIN res_company company ON company.id = session.company_id"""


def session_endless(env, scope):
    return find(
        env,
        session_endless,
        env._("Session without an end"),
        "iicharge.session",
        env._(
            "Nothing has been heard of this session for a day. Look at the charger, and end the "
            "session; the nightly run closes it otherwise."
        ),
        """SELECT session.id, session.id, 0, session.amount_untaxed, company.currency_id
             FROM iicharge_session session
             JOIN res_company company ON company.id = session.company_id
            WHERE session.company_id = %(company)s AND session.state != 'stopped'
              AND session.rating_id IS NULL
              AND session.started_at < %(until)s
              AND greatest(session.started_at, session.last_value_at)
                  < (now() AT TIME ZONE 'UTC') - interval '1 day'""",
        company=scope.company.id,
        until=scope.get_moments()[1],
    )


def session_undecided(env, scope):
    return find(
        env,
        session_undecided,
        env._("Stopped session without a price"),
        "iicharge.session",
        env._(
            "The session has stopped, but was neither priced nor held for review. Ask for "
            "support: its energy is not charged."
        ),
        f"""SELECT session.id, session.id, 0, session.amount_untaxed, company.currency_id
            {_SCOPE} WHERE session.billing = 'open'""",
    )


def session_amount(env, scope):
    return find(
        env,
        session_amount,
        env._("Session and charges differ"),
        "iicharge.session",
        env._(
            "The session says %(found)s, its charges come to %(expected)s. One of them was changed "
            "outside of the system's own ways; compare both with how the sum came about."
        ),
        f"""SELECT session.id, session.id, charged.amount, session.amount_untaxed,
                   company.currency_id
            {_SCOPE}
            JOIN (SELECT charge.session_id,
                         coalesce(sum(charge.amount_untaxed)
                                  FILTER (WHERE charge.state != 'written_off'), 0) AS amount,
                         coalesce(sum(charge.amount_total)
                                  FILTER (WHERE charge.state != 'written_off'), 0) AS total
                    FROM iicharge_charge charge
                   WHERE charge.session_id IN (SELECT id FROM iicharge_reconciled_session)
                   GROUP BY charge.session_id
                 ) charged ON charged.session_id = session.id
            WHERE abs(charged.amount - session.amount_untaxed) > %(tiny)s
               OR abs(charged.total - session.amount_total) > %(tiny)s""",
    )


def session_uncharged(env, scope):
    return find(
        env,
        session_uncharged,
        env._("Session without a charge"),
        "iicharge.session",
        env._(
            "The session costs %(expected)s and is marked as closed, but has no charge. Dispute "
            "it and price it again."
        ),
        f"""SELECT session.id, session.id, session.amount_untaxed, 0, company.currency_id
            {_SCOPE}
            WHERE session.amount_untaxed != 0 AND session.billing NOT IN ('rated', 'disputed')
              AND NOT EXISTS (SELECT 1 FROM iicharge_charge WHERE session_id = session.id)""",
    )


def session_state(env, scope):
    return find(
        env,
        session_state,
        env._("Session and charges contradict each other"),
        "iicharge.session",
        env._(
            "Where the session says its money is, none of its charges is. Look at them: %(found)s "
            "without tax counts."
        ),
        f"""SELECT session.id, session.id, 0, session.amount_untaxed, company.currency_id
            {_SCOPE}
            JOIN LATERAL (
                 SELECT bool_or(state = 'posted') AS posted,
                        bool_or(state IN ('pending', 'refused', 'late')) AS waiting
                   FROM iicharge_charge
                  WHERE session_id = session.id AND kind = 'charge'
                 HAVING count(*) > 0
                 ) charge ON true
            WHERE session.billing IN ('posted', 'paid') AND NOT charge.posted
               OR session.billing = 'late' AND NOT charge.waiting
               OR session.billing IN ('void', 'free') AND (charge.posted OR charge.waiting)""",
    )


# --- charges -----------------------------------------------------------------------------
def charge_sum(env, scope):
    return find(
        env,
        charge_sum,
        env._("Charge and its lines differ"),
        "iicharge.charge",
        env._(
            "The charge says %(found)s, its lines come to %(expected)s. One of them was changed "
            "outside of the system's own ways."
        ),
        """SELECT charge.id, charge.session_id, sum(line.amount_untaxed), charge.amount_untaxed,
                  charge.currency_id
             FROM iicharge_reconciled_session scope
             JOIN iicharge_charge charge ON charge.session_id = scope.id
             LEFT JOIN iicharge_charge_line line ON line.charge_id = charge.id
            GROUP BY charge.id
           HAVING abs(coalesce(sum(line.amount_untaxed), 0) - charge.amount_untaxed) > %(tiny)s
               OR abs(coalesce(sum(line.amount_tax), 0) - charge.amount_tax) > %(tiny)s""",
    )


def charge_twice(env, scope):
    return find(
        env,
        charge_twice,
        env._("Session charged twice"),
        "iicharge.session",
        env._(
            "Two charges of this session count at once and come to %(found)s together. Credit the "
            "one that is wrong."
        ),
        """SELECT charge.session_id, charge.session_id, max(charge.amount_untaxed),
                  sum(charge.amount_untaxed), min(charge.currency_id)
             FROM iicharge_reconciled_session scope
             JOIN iicharge_charge charge ON charge.session_id = scope.id
            WHERE charge.kind = 'charge' AND charge.state NOT IN ('credited', 'written_off')
            GROUP BY charge.session_id HAVING count(*) > 1""",
    )


def credit_misplaced(env, scope):
    return find(
        env,
        credit_misplaced,
        env._("Credit without its charge"),
        "iicharge.charge",
        env._(
            "This credit of %(found)s takes back no charge of its own session. Find out what it "
            "was given for, and correct the bill by hand."
        ),
        """SELECT credit.id, credit.session_id, 0, credit.amount_untaxed, credit.currency_id
             FROM iicharge_reconciled_session scope
             JOIN iicharge_charge credit ON credit.session_id = scope.id
             LEFT JOIN iicharge_charge charge ON charge.id = credit.credited_charge_id
            WHERE credit.state != 'written_off'
              AND CASE credit.kind
                  WHEN 'credit' THEN charge.id IS NULL OR charge.kind != 'charge'
                    OR charge.session_id != credit.session_id OR credit.amount_untaxed >= 0
                  ELSE charge.id IS NOT NULL OR credit.amount_untaxed < 0 END""",
    )


# The credits of each charge that count.
_CREDITED = """SELECT charge.id, charge.session_id, -charge.amount_untaxed,
                      coalesce(sum(credit.amount_untaxed), 0), charge.currency_id
                 FROM iicharge_reconciled_session scope
                 JOIN iicharge_charge charge ON charge.session_id = scope.id
                 LEFT JOIN iicharge_charge credit
                   ON credit.credited_charge_id = charge.id AND credit.state != 'written_off'
                WHERE charge.kind = 'charge'
                GROUP BY charge.id"""


def credit_too_high(env, scope):
    return find(
        env,
        credit_too_high,
        env._("More credited than charged"),
        "iicharge.charge",
        env._(
            "The charge could be credited by %(expected)s at the most, its credits come to "
            "%(found)s. Ask the guest to pay the difference back, or book it as a gift."
        ),
        f"{_CREDITED} HAVING sum(credit.amount_untaxed) < -charge.amount_untaxed - %(tiny)s",
    )


def credit_too_low(env, scope):
    return find(
        env,
        credit_too_low,
        env._("Credited charge without its full credit"),
        "iicharge.charge",
        env._(
            "The charge counts as taken back (%(expected)s), but its credits come to %(found)s. "
            "Credit the rest by hand."
        ),
        f"""{_CREDITED} HAVING charge.state = 'credited'
            AND coalesce(sum(credit.amount_untaxed), 0) > -charge.amount_untaxed + %(tiny)s""",
    )
