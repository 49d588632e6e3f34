# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A hotel under stress, in real processes: for the bench of the books and the tests of
"exactly once". What is here runs inside `odoo shell`; `run_inside` starts it there."""

import json
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
_CALL = """
import sys
sys.path.insert(0, {checkout!r})
from importlib import import_module
import_module("{package}.{module}").main(env, **{arguments!r})
"""
MARK = "RESULT "


def run_inside(server, module, package=__name__, **arguments):
    """Run `main(env, **arguments)` of a module in Odoo's shell.

    :param server: `devkit.odoo_server.OdooServer`, not started
    :param package: of the module; default: this one
    :return: what it has printed by `print_result`
    """
    script = _CALL.format(
        checkout=str(CHECKOUT), package=package, module=module, arguments=arguments
    )
    with server.log.open("ab") as log:
        done = subprocess.run(
            server.shell_command, input=script, stdout=subprocess.PIPE, stderr=log, text=True
        )
    for row in done.stdout.splitlines():
        if row.startswith(MARK):
            return json.loads(row.removeprefix(MARK))
    raise AssertionError(f"No result of {module}:\n{done.stdout}{server.read_log()[-5000:]}")


def print_result(result):
    """Print the result of `run_inside`."""
    print(MARK + json.dumps(result, default=str), flush=True)
