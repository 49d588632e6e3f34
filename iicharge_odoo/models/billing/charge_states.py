# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""States of a charge, and where its money is in each."""

CHARGE_STATES = [
    ("pending", "Pending"),
    ("posted", "Posted"),
    ("refused", "To Be Tried Again"),
    ("late", "Late"),
    ("credited", "Credited"),
    ("written_off", "Written Off"),
]

# The charge is on a bill, even if a credit has reversed it since.
ON_THE_BOOKS = ("posted", "credited")

# The charge is on no bill yet and still has to be posted.
OUTSTANDING = ("pending", "refused", "late")
