# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_attempt,
    iicharge_charger,
    iicharge_connector,
    iicharge_guide,
    iicharge_guide_step,
)
