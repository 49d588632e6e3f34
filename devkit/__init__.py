# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The commands behind `bin/`: sets up Odoo 19, PostgreSQL and the packages, and runs them.

Everything here runs on a bare Python 3.11 to 3.13 with its standard library alone.
"""
