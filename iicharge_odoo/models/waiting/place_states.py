# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""States of a place in a waiting list, and how long it is kept."""

from datetime import timedelta

OPEN = ("waiting", "passed", "offered")
# Who has not charged until then does not wait any more.
WAITS_FOR = timedelta(hours=24)
