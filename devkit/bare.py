# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Lets the rules, the gateway and its store be imported without Odoo.

Inside Odoo the addon is `odoo.addons.iicharge_odoo` and its `__init__` imports the models.
Here the packages are registered bare, so that only what is asked for is loaded.
"""

import sys
import types

from devkit.project import CHECKOUT

_PACKAGES = ("iicharge_odoo", "iicharge_odoo.service")


def register() -> None:
    """Make `import iicharge_odoo.core…`, `.gateway…`, `.service.pg_store` work; once or often."""
    for name in _PACKAGES:
        if name not in sys.modules:
            package = types.ModuleType(name)
            package.__path__ = [str(CHECKOUT / name.replace(".", "/"))]
            sys.modules[name] = package
