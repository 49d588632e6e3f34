# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The figures of guests' pages, kept in the memory of one process until something changed.

A phone that asks again costs one query then; to work the figures out takes two dozen. Between two
readings little moves, and that takes a few.
"""

from collections import OrderedDict

MOST = 5_000


class SharedFigures:
    """Figures by key; those that were asked for the longest ago are dropped."""

    def __init__(self):
        self._figures = OrderedDict()

    def get(self, key, stamp, make, moved="", move=None):
        """Get the figures.

        :param key: whose, and in which language
        :param stamp: what they change with
        :param make: function that works them out
        :param moved: what those that move change with
        :param move: function that gets the figures with those that move worked out again
        """
        known = self._figures.pop(key, None)
        if not known or known[0] != stamp:
            figures = make()
        else:
            figures = known[2] if known[1] == moved else move(known[2])
        self._figures[key] = (stamp, moved, figures)
        if len(self._figures) > MOST:
            self._figures.popitem(last=False)
        return figures


shared_figures = SharedFigures()
