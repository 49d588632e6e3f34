# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What running sessions cost so far, kept for some seconds: many screens show the same cars, and
to rate one that charges for hours takes milliseconds. Who pays decides the taxes, and changes
rarely: that is kept for minutes."""

from datetime import datetime

KEPT_S = 10
POSITIONS_KEPT_S = 180
MOST = 10_000


class SharedAmounts:
    """Amounts of one process, by session; the newest of each.

    An amount holds for the same inputs and within the same seconds, for what grows by time.
    """

    def __init__(self, kept_s):
        self._kept_s = kept_s
        self._amounts = {}

    def get(self, session, inputs, now, rate):
        """Get the amount of a session.

        :param inputs: what it is rated from; where they differ it is rated again
        :param now: naive UTC
        :param rate: function that rates it
        """
        key = (session.env.cr.dbname, session.id)
        inputs = (int((now - datetime.min).total_seconds()) // self._kept_s, *inputs)
        known = self._amounts.get(key)
        if known and known[0] == inputs:
            return known[1]
        if len(self._amounts) >= MOST:
            self._amounts.clear()
        amount = rate()
        self._amounts[key] = (inputs, amount)
        return amount


shared_amounts = SharedAmounts(KEPT_S)
# Whether a fiscal position of who pays may change the taxes.
shared_positions = SharedAmounts(POSITIONS_KEPT_S)
