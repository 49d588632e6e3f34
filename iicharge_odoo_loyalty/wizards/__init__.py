# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import iicharge_prepaid_expire

__all__ = ["iicharge_prepaid_expire"]
