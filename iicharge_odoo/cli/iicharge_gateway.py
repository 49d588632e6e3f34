# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""`odoo iicharge_gateway`: gateway and processor in a process of their own."""

import sys

from odoo.cli.command import Command
from odoo.tools import config


class IIChargeGateway(Command):
    """Run the OCPP gateway and the processor next to Odoo's server.

    For databases whose setting *Where It Runs* says so. All of Odoo's own options may be given,
    such as -c and -d.
    """

    name = "iicharge_gateway"

    def run(self, args: list[str]) -> None:
        self.parser.add_argument(
            "--only",
            choices=("gateway", "processor"),
            help="run one of the two here, and the other in another process",
        )
        options, rest = self.parser.parse_known_args(args)
        config.parser.prog = self.prog
        config.parse_config(rest, setup_logging=True)
        # imported here: it imports the addon, for which the configuration must be known
        from odoo.addons.iicharge_odoo.service import standalone
        from odoo.addons.iicharge_odoo.service.database_service import PARTS

        sys.exit(standalone.run((options.only,) if options.only else PARTS))
