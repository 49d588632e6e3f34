# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A limit on how often something is asked, kept in the memory of one process."""

from collections import OrderedDict


class RateLimit:
    """So many times in so many seconds for each key, counted in whole windows.

    A robot that asks with ever new keys costs no more memory than `most_keys`: the keys that were
    not asked for the longest are dropped.

    :param most: times in a window
    :param window_s: length of a window in seconds
    """

    def __init__(self, most: int, window_s: int, most_keys: int = 10_000):
        self.most = most
        self.window_s = window_s
        self.most_keys = most_keys
        self._counts: OrderedDict[object, tuple[int, int]] = OrderedDict()

    def take(self, key: object, now_s: float) -> bool:
        """Count one time. :return: whether it is within the limit"""
        window = int(now_s // self.window_s)
        known, count = self._counts.pop(key, (window, 0))
        count = count + 1 if known == window else 1
        self._counts[key] = (window, count)
        if len(self._counts) > self.most_keys:
            self._counts.popitem(last=False)
        return count <= self.most
