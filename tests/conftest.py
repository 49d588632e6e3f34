# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""These tests run without Odoo in their own process."""

import os

from hypothesis import settings

from devkit import bare

bare.register()

# How long an example takes says more of the machine than of the code. A run for a landing
# is the same each time; elsewhere new examples are looked for.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")
