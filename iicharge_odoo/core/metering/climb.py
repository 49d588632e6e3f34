# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Follow the register of a running session reading by reading, as long as it only climbs."""

from decimal import Decimal

from .billed_energy import Metering
from .readings import Reading
from .register_paths import Pace

_ZERO = Decimal(0)


class Climb:
    """Climb of one register from the start of a session on.

    Where it is smooth, `energy_curve` goes through each of its readings, so that a new one costs
    the same work after ten hours as after one minute.

    :param metering: of the session, without its readings; the start is known
    :ivar is_smooth: false from the first reading that needs the others to be explained
    """

    def __init__(self, metering: Metering):
        self.energy_wh = _ZERO
        self.is_smooth = metering.start_wh is not None and metering.start_wh >= 0
        self._start_wh = metering.start_wh
        self._started_at = self._at = metering.started_at
        self._ceiling_w = metering.ceiling_w
        self._kind: tuple[bool, bool] | None = None
        self._pace = Pace.of(self._ceiling_w, [metering.start_wh] if self.is_smooth else [])
        # how far any two neighbours rise beyond what an exact register could
        self._excess_wh = _ZERO

    def add(self, reading: Reading) -> Decimal | None:
        """Add a reading, in order of time.

        :return: Wh since the start; None: it has no register that counts
        """
        wh = reading.energy_wh
        if wh is None or wh < 0 or reading.context == "Transaction.Begin" or not self.is_smooth:
            return None
        if reading.at <= self._started_at or self._kind not in (None, reading.kind):
            self.is_smooth = False
            return None
        self._kind = reading.kind
        exact = Pace.of(self._ceiling_w, [Decimal(1)])
        rise_wh = wh - self._start_wh - self.energy_wh
        beyond_wh = rise_wh - exact.slack_wh - exact.reach(self._at, reading.at)
        self._excess_wh = max(self._excess_wh, beyond_wh)
        coarser = Pace.of(self._ceiling_w, [self._start_wh, wh])
        self._pace = min(self._pace, coarser, key=lambda pace: pace.slack_wh)
        allowed_wh = self._pace.slack_wh - exact.slack_wh
        self.is_smooth = rise_wh >= 0 and self._excess_wh <= allowed_wh
        self._at, self.energy_wh = reading.at, wh - self._start_wh
        return self.energy_wh if self.is_smooth else None
