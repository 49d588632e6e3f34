# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""`odoo iicharge_simulator`: simulated chargers against a gateway, without a database."""

import importlib.util
import sys
from pathlib import Path

from odoo.cli.command import Command

PACKAGE = "iicharge_simulator"


def load_simulator():
    """Import the addon's `simulator` package under a name of its own; return its `command` module.

    Odoo loads this file as `odoo.cli.iicharge_simulator`, and importing
    `odoo.addons.iicharge_odoo` would run the addon's `__init__` with all its models.
    The simulator is independent of both, so neither is needed.
    """
    folder = Path(__file__).resolve().parent.parent / "simulator"
    if PACKAGE not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        sys.modules[PACKAGE] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return importlib.import_module(f"{PACKAGE}.command")


class IIChargeSimulator(Command):
    """Run simulated OCPP 1.6 chargers that connect to a gateway and charge cars."""

    name = "iicharge_simulator"

    def run(self, args: list[str]) -> None:
        # Imported here: Odoo hides an ImportError of this file behind "Unknown command".
        try:
            simulator = load_simulator()
        except ModuleNotFoundError as error:
            sys.exit(
                f"The simulator needs the Python package {error.name!r}: "
                "pip install ocpp websockets"
            )
        sys.exit(simulator.main(args, self.parser))
