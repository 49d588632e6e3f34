# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Build the query of the analysis: hours of sessions, and hours of connectors.

An hour is one of the site's local time, computed in UTC: the nights in which the clock changes
have 25 and 23 hours.

Energy and revenue of a session are distributed over its hours by charging time, else by its
duration. Each hour gets the difference of two rounded running totals, so that the hours add up
to the session exactly.
"""

from odoo.tools import SQL

# Ids of both kinds of rows are distinct, the same in each query, and exact in JavaScript. Those
# of sessions are higher.
_SESSION_ID = 1 << 52
_HOURS_PER_SESSION = 10_000
_HOURS_PER_CONNECTOR = 1_000_000
_KEPT_DIGITS = 6


def get_analysis_sql(in_days=False):
    """Get the query of the rows of `iicharge.analysis`.

    :param bool in_days: one row a day instead of an hour for the free time of a connector
    """
    return SQL("%s UNION ALL %s", _get_session_rows(), _get_grid_rows(in_days))


_SESSION_ROWS = """
    SELECT %(session_id)s + shared.session_id::bigint * %(per_session)s + shared.number AS id,
           session.company_id, company.currency_id, session.site_id, session.charger_id,
           session.connector_id, session.id AS session_id, session.tariff_id,
           token.group AS guest_group,
           shared.local_at::date AS local_date,
           TO_CHAR(shared.local_at, 'HH24') AS local_hour,
           TO_CHAR(shared.local_at, 'ID') AS weekday,
           CASE WHEN shared.number = 1 THEN 1 ELSE 0 END AS session_count,
           used.energy_kwh, used.revenue, used.open_revenue,
           used.energy_kwh * COALESCE(cost.cost_kwh, 0) AS energy_cost,
           used.revenue - used.energy_kwh * COALESCE(cost.cost_kwh, 0) AS margin,
           NULL::float8 AS margin_rate,
           shared.occupied_s / 3600.0 AS occupied_hours,
           shared.charging_s / 3600.0 AS charging_hours,
           NULL::float8 AS available_hours,
           NULL::float8 AS utilisation
      FROM (%(shared)s) AS shared
      JOIN iicharge_session AS session ON session.id = shared.session_id
      JOIN res_company AS company ON company.id = session.company_id
      LEFT JOIN iicharge_token AS token ON token.id = session.token_id
      LEFT JOIN (%(money)s) AS money ON money.session_id = session.id
      LEFT JOIN (%(costs)s) AS cost
             ON cost.site_id = session.site_id
            AND shared.local_at >= cost.valid_from
            AND (cost.valid_until IS NULL OR shared.local_at < cost.valid_until)
     CROSS JOIN LATERAL (
           SELECT %(energy_kwh)s AS energy_kwh,
                  %(revenue)s AS revenue,
                  %(open_revenue)s AS open_revenue
     ) AS used
"""


def _get_session_rows():
    return SQL(
        _SESSION_ROWS,
        session_id=_SESSION_ID,
        per_session=_HOURS_PER_SESSION,
        shared=_get_shares(),
        money=_get_money(),
        costs=_get_costs(),
        energy_kwh=_get_part(SQL("session.energy_wh / 1000")),
        revenue=_get_part(SQL("COALESCE(money.booked, 0)")),
        open_revenue=_get_part(
            SQL(
                """CASE WHEN money.session_id IS NOT NULL THEN COALESCE(money.waiting, 0)
                        WHEN session.billing = 'rated' THEN session.amount_untaxed
                        ELSE 0 END"""
            )
        ),
    )


def _get_part(whole):
    """Get an hour's part of `whole`: the total up to its end, less that up to its start."""
    return SQL(
        """ROUND(%(whole)s * shared.share_after, %(digits)s)
         - ROUND(%(whole)s * shared.share_before, %(digits)s)""",
        whole=whole,
        digits=_KEPT_DIGITS,
    )


def _get_shares():
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
        pieces=_get_pieces(),
    )


def _get_pieces():
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
        spans=_get_spans(),
    )


def _get_spans():
    """Split sessions at changes of state; they start in charging and end now at the latest."""
    return SQL(
        """
        SELECT change.session_id, change.state, change.at AS begins_at,
               LEAST(COALESCE(change.next_at, session.ends_at), session.ends_at) AS ends_at,
               session.time_zone
          FROM (
               SELECT session_id, at, state, number,
                      LEAD(at) OVER (PARTITION BY session_id ORDER BY at, number) AS next_at
                 FROM (
                      SELECT id AS session_id, started_at AS at, 'charging' AS state, 0 AS number
                        FROM iicharge_session
                       UNION ALL
                      SELECT session_id, at, state, id
                        FROM iicharge_meter_value
                       WHERE state IS NOT NULL
                      ) AS point
               ) AS change
          JOIN (
               SELECT session.id, site.time_zone,
                      GREATEST(session.started_at,
                               COALESCE(session.stopped_at, TIMEZONE('UTC', NOW()))) AS ends_at
                 FROM iicharge_session AS session
                 JOIN iicharge_site AS site ON site.id = session.site_id
               ) AS session ON session.id = change.session_id
         WHERE change.at < session.ends_at OR change.number = 0
        """
    )


def _get_money():
    """Get the revenue of each session: posted, and not posted yet."""
    return SQL(
        """
        SELECT session_id,
               SUM(amount_untaxed) FILTER (WHERE state IN ('posted', 'credited')) AS booked,
               SUM(amount_untaxed) FILTER (WHERE state IN ('pending', 'refused', 'late'))
                    AS waiting
          FROM iicharge_charge
         GROUP BY session_id
        """
    )


def _get_costs():
    return SQL(
        """
        SELECT site_id, cost_kwh, valid_from,
               LEAD(valid_from) OVER (PARTITION BY site_id ORDER BY valid_from) AS valid_until
          FROM iicharge_energy_cost
        """
    )


def _get_grid_rows(in_days):
    """Get a row for each connector and hour (or day) in which it was available."""
    return SQL(
        """
        (WITH connector AS MATERIALIZED (%(connectors)s),
              hour AS MATERIALIZED (%(hours)s)
        SELECT connector.id::bigint * %(per_connector)s + hour.number AS id,
               connector.company_id, connector.currency_id, connector.site_id,
               connector.charger_id, connector.id AS connector_id, NULL::int AS session_id,
               NULL::int AS tariff_id, NULL::varchar AS guest_group,
               hour.local_date, hour.local_hour, hour.weekday,
               NULL::int AS session_count, NULL::numeric AS energy_kwh, NULL::numeric AS revenue,
               NULL::numeric AS open_revenue, NULL::numeric AS energy_cost, NULL::numeric AS margin,
               NULL::float8 AS margin_rate, NULL::numeric AS occupied_hours,
               NULL::numeric AS charging_hours,
               CASE WHEN hour.begins_at >= connector.begins_at
                     AND hour.ends_at <= connector.ends_at THEN hour.length
                    ELSE (EXTRACT(EPOCH FROM LEAST(hour.ends_at, connector.ends_at)
                                           - GREATEST(hour.begins_at, connector.begins_at))
                          / 3600)::float8
               END AS available_hours,
               NULL::float8 AS utilisation
          FROM connector
          JOIN hour
            ON hour.time_zone = connector.time_zone
           AND hour.begins_at < connector.ends_at
           AND hour.ends_at > connector.begins_at)
        """,
        per_connector=_HOURS_PER_CONNECTOR,
        connectors=_get_connectors(),
        hours=_get_days() if in_days else _get_hours(),
    )


def _get_connectors():
    """Get the connectors with the time in which they were available: until their charger was
    put out of service, else until now."""
    return SQL(
        """
        SELECT connector.id, connector.charger_id, charger.site_id, charger.company_id,
               company.currency_id, site.time_zone,
               LEAST(connector.create_date, first.started_at) AS begins_at,
               CASE WHEN charger.active THEN TIMEZONE('UTC', NOW())
                    ELSE charger.write_date END AS ends_at
          FROM iicharge_connector AS connector
          JOIN iicharge_charger AS charger ON charger.id = connector.charger_id
          JOIN iicharge_site AS site ON site.id = charger.site_id
          JOIN res_company AS company ON company.id = charger.company_id
          LEFT JOIN (
               SELECT connector_id, MIN(started_at) AS started_at
                 FROM iicharge_session
                GROUP BY connector_id
               ) AS first ON first.connector_id = connector.id
         WHERE charger.admission = 'accepted'
        """
    )


def _get_hours():
    """Get the hours of each time zone since its first connector."""
    return SQL(
        """
        SELECT zone.time_zone, hour.begins_at, hour.begins_at + INTERVAL '1 hour' AS ends_at,
               1::float8 AS length,
               FLOOR(EXTRACT(EPOCH FROM hour.begins_at) / 3600)::bigint AS number,
               local.at::date AS local_date,
               TO_CHAR(local.at, 'HH24') AS local_hour,
               TO_CHAR(local.at, 'ID') AS weekday
          FROM (
               SELECT time_zone, MIN(begins_at) AS begins_at
                 FROM connector
                GROUP BY time_zone
               ) AS zone
         CROSS JOIN LATERAL GENERATE_SERIES(
               DATE_TRUNC('hour', zone.begins_at), TIMEZONE('UTC', NOW()), INTERVAL '1 hour'
         ) AS series(at)
         CROSS JOIN LATERAL (
               SELECT TIMEZONE(zone.time_zone, TIMEZONE('UTC', series.at)) AS at
         ) AS local
         CROSS JOIN LATERAL (
               SELECT series.at - (local.at - DATE_TRUNC('hour', local.at)) AS begins_at
         ) AS hour
        """
    )


def _get_days():
    """Get the days of each time zone, 23 to 25 hours long, in the form of `_get_hours`."""
    return SQL(
        """
        SELECT time_zone, MIN(begins_at) AS begins_at, MAX(ends_at) AS ends_at,
               SUM(length) AS length, MIN(number) AS number, local_date,
               NULL::text AS local_hour, weekday
          FROM (%s) AS hour
         GROUP BY time_zone, local_date, weekday
        """,
        _get_hours(),
    )
