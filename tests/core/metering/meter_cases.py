# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a charger with a faulty meter reported, as the rules under test see it."""

from decimal import Decimal

from iicharge_odoo.core.metering.meter import Metering, Reading
from iicharge_odoo.simulator.faulty_meter import STARTED_AT, at


def read_case(case):
    """Return what the charger reported: start, stop and what is between."""
    readings = [
        Reading(at(second), energy_wh=Decimal(wh), context=case.contexts.get(index))
        for index, (second, wh) in enumerate(zip(case.seconds, case.shown_wh, strict=True))
        if wh is not None and 0 < index < len(case.seconds) - 1
    ]
    others = [
        Reading(
            at(other.second),
            energy_wh=Decimal(other.wh),
            context=other.context,
            has_transaction_id=False,
        )
        for other in case.others
    ]
    start, stop = (
        None if wh is None else Decimal(wh) for wh in (case.shown_wh[0], case.shown_wh[-1])
    )
    return Metering(
        start,
        stop,
        [*readings, *others],
        Decimal(case.rated_w),
        STARTED_AT,
        at(case.seconds[-1]),
    )
