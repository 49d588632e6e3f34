# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The rules: identity, meter, session, tariff, rating. Pure functions and values.

Nothing but Python's standard library; Decimal for money and energy; times are aware
UTC datetimes; no clock, no database, no sockets.
"""
