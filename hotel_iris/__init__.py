# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Hotel Iris, the hotel that bin/run shows: a company in Amsterdam with rooms, a register, and
thirty days of charging behind it. What is here runs inside `odoo shell`, on a database without
Odoo's own demo data: `company` before our addons are installed, as a hotel would, then `hotel`
and `history`."""
