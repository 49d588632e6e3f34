# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A year of data: what each daily screen and job takes at a tenth of it and at the whole.

Hundreds of sessions are made by the product itself, from messages to invoices, and copied over the
year inside PostgreSQL; a tenth is the last 36 days of it. The whole takes 25 GB of disk and about
half an hour; `--sessions 5000 --readings 100000 --messages 100000` gives a quick look.
"""

import json
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg2

from benchmarks._year_rows import Rows, get_tops, spread
from devkit import bare
from devkit.odoo_server import OdooServer
from devkit.testing import Site
from tests.soak import run_inside

DATABASE = "hotel"
OPTIONS = {"sessions": 100_000, "readings": 20_000_000, "messages": 20_000_000}

DAYS = 365
SEEDED = 400
SEED_DATABASE, YEAR_DATABASE = "bench_year_seed", "bench_year"
DAILY_MS, YEAR_MS, GROWTH = 300, 1000, 1.3
OF_A_YEAR = ("analysis, year", "reconciliation, 11 months")
# Its filter says that it is slow, after one for the text since yesterday, which is a daily screen.
# An index of trigrams would be as large as the text, and written with each message.
ON_REQUEST = ("messages, by text of all time",)
# Less than this is noise, whatever its ratio.
SHORT_MS = 20


def run(sessions, readings, messages):
    """Measure; every duration in milliseconds."""
    bare.register()
    site = Site.from_environment()
    log = Path(site.filestore).parent / "bench.log"
    seed = OdooServer(site, SEED_DATABASE, log)
    before = _with_cursor(seed.dsn, get_tops)
    run_inside(
        seed,
        "_year_seed",
        "benchmarks",
        step="seed",
        sessions=min(SEEDED, sessions // 20),
        dsn=seed.dsn,
    )
    seeded = replace(site, template=SEED_DATABASE)
    measured = {}
    for name, share in (("tenth", 0.1), ("whole", 1)):
        measured[name] = _measure(seeded, log, before, sessions, share, readings, messages)
        site.drop_database(YEAR_DATABASE)
        # the whole takes long: what is known is shown as it comes
        print(json.dumps({name: measured[name]}), file=sys.stderr, flush=True)
    site.drop_database(SEED_DATABASE)
    return _compare(measured["tenth"], measured["whole"])


def _measure(site, log, before, sessions, share, readings, messages):
    began = time.monotonic()
    server = OdooServer(site, YEAR_DATABASE, log)
    seeded = min(SEEDED, sessions // 20)
    copies = sessions // seeded - 1
    _with_cursor(
        server.dsn,
        lambda cursor: Rows(cursor, before).fill(
            round((copies + 1) * share) - 1,
            spread(DAYS, copies),
            readings // sessions,
            messages // sessions,
        ),
    )
    run_inside(server, "_year_seed", "benchmarks", step="open")
    filled = time.monotonic()
    found = run_inside(server, "_year_measure", "benchmarks", days=round(DAYS * share))
    [(size,)] = server.rows("SELECT pg_database_size(current_database())")
    return {
        **found,
        "size_gb": round(size / 1e9, 2),
        "filled_s": round(filled - began),
        "measured_s": round(time.monotonic() - filled),
    }


def _with_cursor(dsn, work):
    with closing(psycopg2.connect(dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            return work(cursor)


def _compare(tenth, whole):
    result = {
        name: {"tenth": tenth[name], "whole": whole[name]}
        for name in ("rows", "size_gb", "filled_s", "measured_s")
    }
    for kind in ("screens", "jobs"):
        result[kind] = {
            name: _judge(name, kind, tenth[kind][name], ms) for name, ms in whole[kind].items()
        }
    result["goals"] = {
        "daily_under_ms": DAILY_MS,
        "of_a_year_under_ms": YEAR_MS,
        "growth_of_what_is_daily_under": GROWTH,
    }
    result["missed"] = [
        name for kind in ("screens", "jobs") for name, row in result[kind].items() if not row["met"]
    ]
    return result


def _judge(name, kind, tenth_ms, whole_ms):
    """A job is done in steps, so that only its growth counts; a year grows with the year, and what
    is slow by its own words is only shown."""
    ratio = round(whole_ms / max(tenth_ms, 0.1), 2)
    grows = ratio > GROWTH and whole_ms > SHORT_MS
    if name in ON_REQUEST:
        met = True
    elif name in OF_A_YEAR:
        met = whole_ms <= YEAR_MS
    else:
        met = not grows and (kind == "jobs" or whole_ms <= DAILY_MS)
    return {"tenth_ms": tenth_ms, "whole_ms": whole_ms, "ratio": ratio, "met": met}
