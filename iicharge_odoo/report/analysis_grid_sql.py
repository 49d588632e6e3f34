# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Build the part of the analysis' query for the hours in which a connector was available."""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL

# See `analysis_sql` for ids.
_HOURS_PER_CONNECTOR = 1_000_000
# Local days are at most this far from those of UTC.
_ZONES_APART = timedelta(days=1)


class Days(NamedTuple):
    """The local days that are asked for; None: open."""

    first: date | None = None
    last: date | None = None

    def get_interval(self):
        """Get an interval of UTC that these days are in, in each time zone."""
        return (
            self.first and self.first - _ZONES_APART,
            self.last and self.last + timedelta(days=1) + _ZONES_APART,
        )


def get_grid_rows(in_days, days):
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
        hours=_get_days(days) if in_days else _get_hours(days),
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
         CROSS JOIN LATERAL (
               SELECT MIN(started_at) AS started_at
                 FROM iicharge_session
                WHERE connector_id = connector.id
               ) AS first
         WHERE charger.admission = 'accepted'
        """
    )


def _get_hours(days):
    """Get the hours of each time zone since its first connector."""
    first, end = days.get_interval()
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
               GREATEST(DATE_TRUNC('hour', zone.begins_at), %(first)s::timestamp),
               LEAST(TIMEZONE('UTC', NOW()), %(end)s::timestamp), INTERVAL '1 hour'
         ) AS series(at)
         CROSS JOIN LATERAL (
               SELECT TIMEZONE(zone.time_zone, TIMEZONE('UTC', series.at)) AS at
         ) AS local
         CROSS JOIN LATERAL (
               SELECT series.at - (local.at - DATE_TRUNC('hour', local.at)) AS begins_at
         ) AS hour
        """,
        first=first,
        end=end,
    )


def _get_days(days):
    """Get the days of each time zone, 23 to 25 hours long, in the form of `_get_hours`."""
    return SQL(
        """
        SELECT time_zone, MIN(begins_at) AS begins_at, MAX(ends_at) AS ends_at,
               SUM(length) AS length, MIN(number) AS number, local_date,
               NULL::text AS local_hour, weekday
          FROM (%s) AS hour
         GROUP BY time_zone, local_date, weekday
        """,
        _get_hours(days),
    )
