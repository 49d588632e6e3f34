# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Why a call has no answer of the charger, as the journal keeps it."""

NOT_SENT = "Not sent."
NOT_CONNECTED = f"{NOT_SENT} The charger is not connected."
CONNECTION_LOST = "The connection ended before the answer."


def is_sent(reason: str | None) -> bool:
    """Return whether a call with that reason went out to the charger."""
    return not (reason or "").startswith(NOT_SENT)
