# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The measurements of `bin/bench`, one module each; `devkit/bench.py` says what a module brings."""
