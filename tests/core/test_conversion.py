# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import date, datetime

import pytest

from iicharge_odoo.core.conversion import get_hotel_night


@pytest.mark.parametrize(
    ("at", "night"),
    [
        # winter: noon is 11:00 UTC
        (datetime(2026, 3, 28, 10, 59), date(2026, 3, 27)),
        (datetime(2026, 3, 28, 11, 0), date(2026, 3, 28)),
        # the clock is put forward at 01:00 UTC: the next noon is 10:00 UTC
        (datetime(2026, 3, 29, 9, 59), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 10, 0), date(2026, 3, 29)),
        # and back: noon is 11:00 UTC again
        (datetime(2026, 10, 25, 10, 59), date(2026, 10, 24)),
        (datetime(2026, 10, 25, 11, 0), date(2026, 10, 25)),
    ],
)
def test_night_lasts_from_noon_to_noon_on_the_clock(at, night):
    assert get_hotel_night(at, "Europe/Amsterdam") == night
