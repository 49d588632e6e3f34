# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""States of a charge, and what they say about its money."""

CHARGE_STATES = [
    ("pending", "Pending"),
    ("posted", "Posted"),
    ("refused", "To Be Tried Again"),
    ("late", "Late"),
    ("credited", "Credited"),
    ("written_off", "Written Off"),
]

# Where the money of a charge stands on a bill, also if a credit has taken it back since.
ON_THE_BOOKS = ("posted", "credited")

# Where it stands nowhere yet, and somebody or something still has to put it there.
OUTSTANDING = ("pending", "refused", "late")
