# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Lets the rules and the gateway be imported without Odoo.

Inside Odoo the addon is `odoo.addons.iicharge_odoo` and its `__init__` imports the
models. Here the package is registered bare, so that only `core` and `gateway` load.
"""

import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

if "iicharge_odoo" not in sys.modules:
    package = types.ModuleType("iicharge_odoo")
    package.__path__ = [str(ROOT / "iicharge_odoo")]
    sys.modules["iicharge_odoo"] = package
