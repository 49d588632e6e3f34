# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""bin/odoo: Odoo's own command line on the database of bin/run.

While bin/run is up, its PostgreSQL is used; else one runs as long as the command does.
"""

import argparse
import os
import signal
import subprocess

from devkit import cache, setup
from devkit.progress import Failure
from devkit.settings import default_cache, default_data, prepare_folders

ABOUT = """bin/odoo ...  runs Odoo's own command line on the database of bin/run, for example
  bin/odoo shell                     a Python shell with `env`
  bin/odoo -u iicharge_odoo --stop-after-init
  bin/odoo help                      all commands
The folders are those of bin/run: IICHARGE_DATA, IICHARGE_CACHE, IICHARGE_DB_URI, IICHARGE_NO_DEMO.
"""


def main(arguments: list[str]) -> int:
    """Run Odoo's command and return its status."""
    if arguments in ([], ["-h"], ["--help"]):
        print(ABOUT, end="")
        return 0
    options = argparse.Namespace(
        uri=os.environ.get("IICHARGE_DB_URI"),
        demo=os.environ.get("IICHARGE_NO_DEMO", "") in ("", "0", "false", "no"),
    )
    data, downloads = prepare_folders(default_data(), default_cache(), "setup.log")
    lock = cache.Lock(data / "run.lock", str(data))
    ours = lock.try_acquire()
    home = setup.prepare(data, downloads, options.demo, options.uri)
    if ours:
        home.configure()
    try:
        if home.cluster and not home.cluster.answers():
            if not ours:
                raise Failure(
                    f"{data} is being set up by {lock.holder()}.", "Try again when it is done."
                )
            home.cluster.start()
        return _foreground(home.command(*arguments), home.environment)
    finally:
        if home.cluster:
            home.cluster.stop()


def _foreground(command: list[str], environment: dict[str, str]) -> int:
    """Run a command that has the terminal, and handles Ctrl-C."""
    process = subprocess.Popen(command, env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
