# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Thousands of sessions with kills, disputes and refunds: every cent is accounted for.

Also measures the cost of posting one charge, which must not grow with the stay's earlier ones.
`IICHARGE_BOOKS_SESSIONS` says how many sessions (10,000), `IICHARGE_BOOKS_SEED` repeats a run.
"""

import os
import random
import sys
from pathlib import Path

from devkit import bare
from devkit.odoo_server import OdooServer
from devkit.testing import Site
from tests.soak import run_inside

DATABASE = "hotel"
SESSIONS = 10_000


def run():
    bare.register()
    sessions = int(os.environ.get("IICHARGE_BOOKS_SESSIONS") or SESSIONS)
    seed = int(os.environ.get("IICHARGE_BOOKS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"Seed {seed}", file=sys.stderr)
    site = Site.from_environment()
    log = Path(site.filestore).parent / "bench.log"
    posting = _run(site, log, "posting")
    soak = _run(site, log, "books", sessions=sessions, seed=seed)
    return {"posting": posting, "soak": soak, "ok": soak["ok"] and posting["ok"]}


def _run(site, log, module, **arguments):
    server = OdooServer(site, f"bench_{module}", log)
    if module == "books":
        arguments["dsn"] = server.dsn
    return run_inside(server, module, **arguments)
