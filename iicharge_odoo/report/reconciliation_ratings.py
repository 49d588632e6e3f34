# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Check sessions against what they were rated by; see `reconciliation_checks`."""

from .reconciliation_difference import find

# Sessions that are not as they were rated: read once for three checks, as their texts are long.
RATED = """
    CREATE TEMPORARY TABLE iicharge_reconciled_rated ON COMMIT DROP AS
    SELECT * FROM (
           SELECT session.id, session.amount_untaxed, rating.currency_id,
                  -- the curve that was rated ends at the energy that was billed
                  abs((rating.usage::json -> 'samples' -> -1 ->> 'energy_wh')::numeric
                      - session.energy_wh) > 0.001 AS has_other_energy,
                  rating.tariff_snapshot IS DISTINCT FROM session.tariff_snapshot
                      AS has_other_tariff,
                  -- as `iicharge.rating` makes it
                  rating.digest != encode(sha256(convert_to(
                      concat_ws(E'\\n', rating.tariff_snapshot, rating.usage,
                                round(coalesce(rating.free_energy_wh, 0)::numeric, 3)::text),
                      'UTF8')), 'hex') AS is_changed
             FROM iicharge_reconciled_session scope
             JOIN iicharge_session session ON session.id = scope.id
             JOIN iicharge_rating rating ON rating.id = session.rating_id) rated
     WHERE has_other_energy OR has_other_tariff OR is_changed
"""
_RATED = """SELECT id, id, amount_untaxed, amount_untaxed, currency_id
              FROM iicharge_reconciled_rated"""


def session_reopened(env, scope):
    return find(
        env,
        session_reopened,
        env._("Charged, but not ended"),
        "iicharge.session",
        env._(
            "The session was priced (%(found)s) and is running again, or has lost its end: it was "
            "changed outside of the system's own ways. Ask for support: its state and its end are "
            "to be set back to those of its rating."
        ),
        """SELECT session.id, session.id, 0, session.amount_untaxed, company.currency_id
             FROM iicharge_session session
             JOIN res_company company ON company.id = session.company_id
            WHERE session.company_id = %(company)s AND session.started_at < %(until)s
              AND (session.state = 'stopped' AND session.stopped_at IS NULL
                   OR (session.state != 'stopped' OR session.stopped_at IS NULL)
                      AND (session.rating_id IS NOT NULL OR EXISTS (
                           SELECT FROM iicharge_charge WHERE session_id = session.id)))""",
        company=scope.company.id,
        until=scope.get_moments()[1],
    )


def session_energy(env, scope):
    return find(
        env,
        session_energy,
        env._("Other energy than was priced"),
        "iicharge.session",
        env._(
            "The energy of this session is not what its price of %(found)s was worked out from: it "
            "was changed outside of the system's own ways. Compare it with the rating and the "
            "meter; the bill is that of the rating."
        ),
        f"{_RATED} WHERE has_other_energy",
    )


def session_tariff(env, scope):
    return find(
        env,
        session_tariff,
        env._("Other prices than were charged by"),
        "iicharge.session",
        env._(
            "The tariff that is kept with this session is not the one that its price of %(found)s "
            "was worked out by: it was changed outside of the system's own ways. The one of the "
            "rating holds; have the session's set to it."
        ),
        f"{_RATED} WHERE has_other_tariff",
    )


def rating_changed(env, scope):
    return find(
        env,
        rating_changed,
        env._("Price calculation was changed"),
        "iicharge.session",
        env._(
            "What the price of %(found)s was worked out from is not what was kept when it was "
            "made: the tariff, the energy or what was free of its rating was changed outside of "
            "the system's own ways. Restore the rating from a backup."
        ),
        f"{_RATED} WHERE is_changed",
    )
