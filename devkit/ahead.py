# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Make the databases of a run of all suites ahead, in a process of its own.

Each is made by one program at a time, on one core, and the first suites need none. What is not
made when a suite needs it, also because this has failed, is made or waited for there.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devkit import database, launch, odoo_source, postgres, project
from devkit.processes import spawn, stop
from devkit.settings import add_folders, prepare_folders

# The demo hotel of `bin/run` takes longest and is needed last: it gets the time that others leave.
SPARE_TIME = 10


@contextmanager
def databases_ahead(data: Path, downloads: Path) -> Iterator[None]:
    """Fill the cache `downloads` during the block; its steps are in `log/ahead.log` of `data`."""
    with (data / "log/ahead.log").open("wb") as output:
        process = spawn(
            [sys.executable, "-m", "devkit.ahead", "--data", data / "ahead", "--cache", downloads],
            death_signal=signal.SIGTERM,
            cwd=project.CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield
    finally:
        stop(process)


def main(arguments: list[str]) -> int:
    """Make what is missing, in the order in which the suites need it."""
    parser = argparse.ArgumentParser(prog="python3 -m devkit.ahead")
    add_folders(parser)
    options = parser.parse_args(arguments)
    data, downloads = prepare_folders(options.data, options.cache, "test-setup.log")
    odoo = odoo_source.find(downloads, tests=True)
    where = (downloads, odoo, postgres.programs(downloads), data / "log/postgres-test.log")
    database.installed(*where, demo=True)
    database.installed(*where, demo=True, companions=True)
    database.installed(*where, demo=False)
    os.nice(SPARE_TIME)
    database.hotel_iris(*where)
    return 0


if __name__ == "__main__":
    launch.main("ahead")
