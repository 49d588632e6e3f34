# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What people decide on a session stands in its chatter."""

# Messages of this subtype stand on the evidence page, other notes do not.
DECISION = "iicharge_odoo.mt_session_decision"
