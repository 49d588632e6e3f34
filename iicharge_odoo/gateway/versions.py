# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The versions of OCPP that are spoken here, the only neutral file that names them."""

from . import v16
from .hiding import hide_logins
from .version import OcppVersion

VERSIONS: dict[str, OcppVersion] = {version.name: version for version in (v16.VERSION,)}
"""By name."""

BY_SUBPROTOCOL = {version.subprotocol: version for version in VERSIONS.values()}

ASSUMED = v16.VERSION
"""Of a charger that offers no subprotocol and is pinned to no version."""


def hide_secrets(action: str, payload: str) -> str:
    """Replace what may be read neither in the journal nor on a command: the password of a
    charger, and the login of a file server in an address that a charger is given.

    :param payload: JSON text, of any version
    """
    payload = hide_logins(payload)
    for version in VERSIONS.values():
        payload = version.hide_secrets(action, payload)
    return payload
