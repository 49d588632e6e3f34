# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Sums over sessions for the manager's home, each in one pass.

The definitions are those of the analysis (`report/analysis_sql.py`): revenue is what is on the
books, without tax; a connector is in use while a car's session is open.
"""

from odoo.tools import SQL

from ..billing.charge_states import ON_THE_BOOKS

# Local times are costly: a table of its own has each computed once. What was charged is added up by
# day and not by session first, which takes twice as long.
_DAYS = """
    WITH ended AS MATERIALIZED (
         SELECT id, site_id, kwh, at, at::date AS day, at::time <= %(clock)s AS is_early
           FROM (SELECT iicharge_session.id, iicharge_session.site_id,
                        iicharge_session.energy_kwh AS kwh,
                        TIMEZONE(%(zone)s, TIMEZONE('UTC', iicharge_session.stopped_at)) AS at
                   FROM %(source)s WHERE %(where)s) AS session)
    SELECT used.day, used.count, used.kwh, charged.amount, used.cost,
           used.early_count, used.early_kwh, charged.early_amount, used.early_cost
      FROM (
           SELECT day, COUNT(*) AS count, SUM(kwh) AS kwh, SUM(kwh * cost.cost_kwh) AS cost,
                  COUNT(*) %(early)s AS early_count, SUM(kwh) %(early)s AS early_kwh,
                  SUM(kwh * cost.cost_kwh) %(early)s AS early_cost
             FROM ended
             LEFT JOIN (
                  SELECT site_id, cost_kwh, valid_from, LEAD(valid_from) OVER (
                             PARTITION BY site_id ORDER BY valid_from) AS valid_until
                    FROM iicharge_energy_cost
                  ) AS cost
               ON cost.site_id = ended.site_id
              AND ended.at >= cost.valid_from
              AND (cost.valid_until IS NULL OR ended.at < cost.valid_until)
            GROUP BY day
           ) AS used
      LEFT JOIN (
           SELECT day, SUM(charge.amount_untaxed) AS amount,
                  SUM(charge.amount_untaxed) %(early)s AS early_amount
             FROM ended JOIN iicharge_charge AS charge ON charge.session_id = ended.id
            WHERE charge.state IN %(booked)s
            GROUP BY day
           ) AS charged ON charged.day = used.day
"""


def get_days_sql(sessions, time_zone, clock):
    """Get a row for each local day on which sessions ended: the day, then number, energy (kWh),
    revenue and energy cost of the whole day, then the same up to a time of the day.

    :param sessions: query of `iicharge.session`
    :param clock: time of the day, local
    """
    return SQL(
        _DAYS,
        early=SQL("FILTER (WHERE is_early)"),
        clock=clock,
        zone=time_zone,
        source=sessions.from_clause,
        where=sessions.where_clause or SQL("TRUE"),
        booked=ON_THE_BOOKS,
    )


def get_occupied_sql(sessions, spans, now):
    """Get the seconds in which cars were connected, by number of the span.

    :param spans: pairs of stored times
    """
    values = SQL(", ").join(
        SQL("(%s, %s::timestamp, %s::timestamp)", number, start, end)
        for number, (start, end) in enumerate(spans)
    )
    return SQL(
        """
        SELECT span.number, EXTRACT(EPOCH FROM SUM(
                   LEAST(COALESCE(used.stopped_at, %(now)s), span.ends_at)
                   - GREATEST(used.started_at, span.begins_at)))
          FROM (SELECT iicharge_session.started_at, iicharge_session.stopped_at
                  FROM %(source)s WHERE %(where)s) AS used
          JOIN (VALUES %(values)s) AS span (number, begins_at, ends_at)
            ON used.started_at < span.ends_at
           AND COALESCE(used.stopped_at, %(now)s) > span.begins_at
         GROUP BY span.number
        """,
        now=now,
        source=sessions.from_clause,
        where=sessions.where_clause or SQL("TRUE"),
        values=values,
    )


def get_hours_sql(sessions, time_zone, start, end):
    """Get the seconds in which cars were connected, by weekday (1: Monday) and hour of the local
    clock.

    :param start, end: local times between which they count
    """
    return SQL(
        """
        WITH used AS MATERIALIZED (
             SELECT GREATEST(TIMEZONE(%(zone)s, TIMEZONE('UTC', iicharge_session.started_at)),
                             %(start)s) AS begins_at,
                    LEAST(TIMEZONE(%(zone)s, TIMEZONE('UTC', COALESCE(
                              iicharge_session.stopped_at, TIMEZONE('UTC', NOW())))),
                          %(end)s) AS ends_at
               FROM %(source)s WHERE %(where)s)
        SELECT EXTRACT(ISODOW FROM hour.at)::int, EXTRACT(HOUR FROM hour.at)::int,
               EXTRACT(EPOCH FROM SUM(LEAST(used.ends_at, hour.at + INTERVAL '1 hour')
                                      - GREATEST(used.begins_at, hour.at)))
          FROM used
         CROSS JOIN LATERAL GENERATE_SERIES(
               DATE_TRUNC('hour', used.begins_at), used.ends_at - INTERVAL '1 microsecond',
               INTERVAL '1 hour') AS hour(at)
         WHERE used.ends_at > used.begins_at
         GROUP BY 1, 2
        """,
        zone=time_zone,
        start=start,
        end=end,
        source=sessions.from_clause,
        where=sessions.where_clause or SQL("TRUE"),
    )


def get_available_sql(connectors):
    """Get when each connector was available: from its first session or its creation until its
    charger was put out of service, else until now (as in `report/analysis_grid_sql.py`)."""
    return SQL(
        """
        SELECT LEAST(connector.create_date, (
                   SELECT MIN(started_at) FROM iicharge_session
                    WHERE connector_id = connector.id)),
               CASE WHEN charger.active THEN TIMEZONE('UTC', NOW()) ELSE charger.write_date END
          FROM iicharge_connector AS connector
          JOIN iicharge_charger AS charger ON charger.id = connector.charger_id
         WHERE connector.id IN %s AND charger.admission = 'accepted'
        """,
        tuple(connectors.ids) or (0,),
    )
