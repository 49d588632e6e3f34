# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Build the query of the analysis: hours of sessions, and hours of connectors.

An hour is one of the site's local time, computed in UTC: the nights in which the clock changes
have 25 and 23 hours.

Energy and revenue of a session are distributed over its hours by charging time, else by its
duration. Each hour gets the difference of two rounded running totals, so that the hours add up
to the session exactly.

Only sessions and hours near the days that are asked for are computed: PostgreSQL cannot derive that
from a condition on the result, as it is behind window functions.
"""

from odoo.tools import SQL

from .analysis_grid_sql import Days, get_grid_rows

# Ids of both kinds of rows are distinct, the same in each query, and exact in JavaScript. Those
# of sessions are higher.
_SESSION_ID = 1 << 52
_HOURS_PER_SESSION = 10_000
_KEPT_DIGITS = 6


def get_analysis_sql(in_days=False, days=None, session_ids=None):
    """Get the query of the rows of `iicharge.analysis`.

    :param bool in_days: one row a day is enough, instead of one an hour
    :param Days days: rows of other days may be left out
    :param session_ids: rows of other sessions, and of free time, may be left out
    """
    days = days or Days()
    rows = _get_session_rows(in_days, _get_scope(days, session_ids))
    if session_ids is not None:
        return rows
    return SQL("%s UNION ALL %s", rows, get_grid_rows(in_days, days))


def get_session_id(row_id):
    """Get the session of a row; None if it is a connector's free time."""
    return (row_id - _SESSION_ID) // _HOURS_PER_SESSION if row_id >= _SESSION_ID else None


def _get_scope(days, session_ids):
    """Get the condition for the sessions that may have rows."""
    first, end = days.get_interval()
    conditions = [SQL("true")]
    if first:
        conditions.append(SQL("(session.stopped_at >= %s OR session.stopped_at IS NULL)", first))
    if end:
        conditions.append(SQL("session.started_at < %s", end))
    if session_ids is not None:
        conditions.append(SQL("session.id = ANY(%s)", list(session_ids)))
    return SQL(" AND ").join(conditions)


# Sessions with the figures that their rows share, each read once.
_SESSIONS = """
    scope AS MATERIALIZED (
        SELECT session.id, session.company_id, session.site_id, session.charger_id,
               session.connector_id, session.tariff_id, session.token_id, session.energy_wh,
               session.started_at, span.ends_at, site.time_zone,
               TIMEZONE(site.time_zone, TIMEZONE('UTC', session.started_at)) AS local_at,
               -- its last hour is the one of its last moment
               TIMEZONE(site.time_zone, TIMEZONE('UTC', GREATEST(
                   span.ends_at - INTERVAL '1 microsecond', session.started_at)))::date
                    AS last_local_date,
               CASE session.billing WHEN 'rated' THEN session.amount_untaxed ELSE 0 END AS unpaid
          FROM iicharge_session AS session
          JOIN iicharge_site AS site ON site.id = session.site_id
         CROSS JOIN LATERAL (
               SELECT GREATEST(session.started_at, COALESCE(
                          session.stopped_at, TIMEZONE('UTC', NOW()))) AS ends_at
         ) AS span
         WHERE %(scope)s
    ),
    session AS MATERIALIZED (
        SELECT scope.*, COALESCE(money.booked, 0) AS booked,
               CASE WHEN money.session_id IS NULL THEN scope.unpaid
                    ELSE COALESCE(money.waiting, 0) END AS open
          FROM scope
          LEFT JOIN (
               SELECT session_id,
                      SUM(amount_untaxed) FILTER (WHERE state IN ('posted', 'credited')) AS booked,
                      SUM(amount_untaxed) FILTER (WHERE state IN ('pending', 'refused', 'late'))
                           AS waiting
                 FROM iicharge_charge
                WHERE session_id IN (SELECT id FROM scope)
                GROUP BY session_id
               ) AS money ON money.session_id = scope.id
    )
"""
_SESSION_ROWS = """
    SELECT %(session_id)s + part.id::bigint * %(per_session)s + part.number AS id,
           part.company_id, company.currency_id, part.site_id, part.charger_id,
           part.connector_id, part.id AS session_id, part.tariff_id,
           token.group AS guest_group,
           part.local_at::date AS local_date,
           TO_CHAR(part.local_at, 'HH24') AS local_hour,
           TO_CHAR(part.local_at, 'ID') AS weekday,
           CASE WHEN part.number = 1 THEN 1 ELSE 0 END AS session_count,
           part.energy_kwh, part.revenue, part.open_revenue,
           part.energy_kwh * COALESCE(cost.cost_kwh, 0) AS energy_cost,
           part.revenue - part.energy_kwh * COALESCE(cost.cost_kwh, 0) AS margin,
           NULL::float8 AS margin_rate,
           part.occupied_s / 3600.0 AS occupied_hours,
           part.charging_s / 3600.0 AS charging_hours,
           NULL::float8 AS available_hours,
           NULL::float8 AS utilisation
      FROM (%(parts)s) AS part
      JOIN res_company AS company ON company.id = part.company_id
      LEFT JOIN iicharge_token AS token ON token.id = part.token_id
      LEFT JOIN (%(costs)s) AS cost
             ON cost.site_id = part.site_id
            AND part.local_at >= cost.valid_from
            AND (cost.valid_until IS NULL OR part.local_at < cost.valid_until)
"""


def _get_session_rows(in_days, scope):
    parts = _get_parts(SQL("TRUE"))
    if in_days:
        parts = SQL(
            "%s UNION ALL %s",
            _get_parts_in_one_day(),
            _get_parts(SQL("NOT %s", _IS_IN_ONE_DAY)),
        )
    return SQL(
        "(WITH %s %s)",
        SQL(_SESSIONS, scope=scope),
        SQL(
            _SESSION_ROWS,
            session_id=_SESSION_ID,
            per_session=_HOURS_PER_SESSION,
            parts=parts,
            costs=_get_costs(),
        ),
    )


_IS_IN_ONE_DAY = SQL("(session.local_at::date = session.last_local_date)")


def _get_parts_in_one_day():
    """Get one part for each session that begins and ends on the same local day, which are most."""
    return SQL(
        """
        SELECT %(columns)s, session.local_at, 1::bigint AS number,
               EXTRACT(EPOCH FROM session.ends_at - session.started_at)::int AS occupied_s,
               (SELECT COALESCE(SUM(EXTRACT(EPOCH FROM span.ends_at - span.begins_at)::int)
                                FILTER (WHERE span.state = 'charging'), 0)::int
                  FROM (%(spans)s) AS span) AS charging_s,
               ROUND(session.energy_wh / 1000, %(digits)s) AS energy_kwh,
               ROUND(session.booked, %(digits)s) AS revenue,
               ROUND(session.open, %(digits)s) AS open_revenue
          FROM session
         WHERE %(is_in_one_day)s
        """,
        columns=_SHARED_COLUMNS,
        spans=_get_spans(
            SQL("SELECT session.id, session.started_at, session.ends_at, session.time_zone")
        ),
        digits=_KEPT_DIGITS,
        is_in_one_day=_IS_IN_ONE_DAY,
    )


def _get_parts(condition):
    """Get a part for each session and hour."""
    return SQL(
        """
        SELECT %(columns)s, shared.local_at, shared.number, shared.occupied_s, shared.charging_s,
               %(energy_kwh)s AS energy_kwh, %(revenue)s AS revenue,
               %(open_revenue)s AS open_revenue
          FROM (%(shares)s) AS shared
          JOIN session ON session.id = shared.session_id
        """,
        columns=_SHARED_COLUMNS,
        shares=_get_shares(condition),
        energy_kwh=_get_part(SQL("session.energy_wh / 1000")),
        revenue=_get_part(SQL("session.booked")),
        open_revenue=_get_part(SQL("session.open")),
    )


_SHARED_COLUMNS = SQL(
    """session.id, session.company_id, session.site_id, session.charger_id, session.connector_id,
               session.tariff_id, session.token_id"""
)


def _get_part(whole):
    """Get an hour's part of `whole`: the total up to its end, less that up to its start."""
    return SQL(
        """ROUND(%(whole)s * shared.share_after, %(digits)s)
               - ROUND(%(whole)s * shared.share_before, %(digits)s)""",
        whole=whole,
        digits=_KEPT_DIGITS,
    )


def _get_shares(condition):
    """Get a row for each session and hour, with the cumulative share before and after it."""
    return SQL(
        """
        SELECT weighed.session_id, weighed.local_at, weighed.occupied_s, weighed.charging_s,
               weighed.number,
               CASE WHEN total > 0 THEN (done - weight)::numeric / total
                    WHEN number = 1 THEN 0 ELSE 1 END AS share_before,
               CASE WHEN total > 0 THEN done::numeric / total ELSE 1 END AS share_after
          FROM (
               SELECT hour.*,
                      CASE WHEN charging_total_s > 0 THEN charging_s ELSE occupied_s END AS weight,
                      CASE WHEN charging_total_s > 0 THEN charging_done_s ELSE occupied_done_s
                       END AS done,
                      CASE WHEN charging_total_s > 0 THEN charging_total_s ELSE occupied_total_s
                       END AS total
                 FROM (
                      SELECT piece.*,
                             ROW_NUMBER() OVER until_here AS number,
                             SUM(occupied_s) OVER until_here AS occupied_done_s,
                             SUM(charging_s) OVER until_here AS charging_done_s,
                             SUM(occupied_s) OVER whole AS occupied_total_s,
                             SUM(charging_s) OVER whole AS charging_total_s
                        FROM (%(pieces)s) AS piece
                      WINDOW until_here AS (PARTITION BY session_id ORDER BY begins_at),
                             whole AS (PARTITION BY session_id)
                      ) AS hour
               ) AS weighed
        """,
        pieces=_get_pieces(condition),
    )


def _get_pieces(condition):
    """Get the seconds of each session in each of its hours."""
    return SQL(
        """
        SELECT span.session_id, hour.begins_at, MIN(hour.local_at) AS local_at,
               SUM(piece.seconds)::int AS occupied_s,
               COALESCE(SUM(piece.seconds) FILTER (WHERE span.state = 'charging'), 0)::int
                    AS charging_s
          FROM (%(spans)s) AS span
         CROSS JOIN LATERAL (
               SELECT TIMEZONE(span.time_zone, TIMEZONE('UTC', span.begins_at)) AS at
         ) AS local
         CROSS JOIN LATERAL (
               SELECT span.begins_at - (local.at - DATE_TRUNC('hour', local.at)) AS begins_at
         ) AS first
         CROSS JOIN LATERAL GENERATE_SERIES(
               first.begins_at,
               GREATEST(span.ends_at - INTERVAL '1 microsecond', span.begins_at),
               INTERVAL '1 hour'
         ) AS series(begins_at)
         CROSS JOIN LATERAL (
               SELECT series.begins_at,
                      TIMEZONE(span.time_zone, TIMEZONE('UTC', series.begins_at)) AS local_at
         ) AS hour
         CROSS JOIN LATERAL (
               SELECT EXTRACT(EPOCH FROM LEAST(span.ends_at, hour.begins_at + INTERVAL '1 hour')
                                       - GREATEST(span.begins_at, hour.begins_at))::int AS seconds
         ) AS piece
         GROUP BY span.session_id, hour.begins_at
        """,
        spans=_get_spans(
            SQL("SELECT id, started_at, ends_at, time_zone FROM session WHERE %s", condition)
        ),
    )


def _get_spans(sessions):
    """Split sessions at changes of state; they start in charging and end now at the latest.

    :param sessions: query of id, started_at, ends_at and time_zone
    """
    return SQL(
        """
        SELECT change.session_id, change.state, change.at AS begins_at,
               LEAST(COALESCE(change.next_at, change.session_ends_at), change.session_ends_at)
                    AS ends_at,
               change.time_zone
          FROM (
               SELECT point.*, session.ends_at AS session_ends_at, session.time_zone,
                      LEAD(point.at) OVER (
                          PARTITION BY session.id ORDER BY point.at, point.number) AS next_at
                 FROM (%(sessions)s) AS session
                CROSS JOIN LATERAL (
                      SELECT session.id AS session_id, session.started_at AS at,
                             'charging' AS state, 0 AS number
                       UNION ALL
                      SELECT session_id, at, state, id FROM iicharge_meter_value
                       WHERE session_id = session.id AND state IS NOT NULL
                      ) AS point
               ) AS change
         WHERE change.at < change.session_ends_at OR change.number = 0
        """,
        sessions=sessions,
    )


def _get_costs():
    return SQL(
        """
        SELECT site_id, cost_kwh, valid_from,
               LEAD(valid_from) OVER (PARTITION BY site_id ORDER BY valid_from) AS valid_until
          FROM iicharge_energy_cost
        """
    )
