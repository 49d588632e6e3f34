# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The supported versions of OCPP, in the only neutral file that names them."""

from . import v16
from .version import OcppVersion

VERSIONS: dict[str, OcppVersion] = {version.name: version for version in (v16.VERSION,)}
"""By name."""

BY_SUBPROTOCOL = {version.subprotocol: version for version in VERSIONS.values()}

ASSUMED = v16.VERSION
"""Version of a charger that offers no subprotocol and has no pinned version."""


def find(pinned: str | None, subprotocol: str | None) -> OcppVersion:
    """Return the version of a charger.

    :param pinned: name of the version that is set on the charger
    :param subprotocol: of its newest connection
    """
    spoken = BY_SUBPROTOCOL.get((subprotocol or "").casefold(), ASSUMED)
    return VERSIONS.get(pinned or "", spoken)


def name_request(action: str, payload: object) -> str | None:
    """Return the name of a call's request, in any version; None: it has none."""
    names = (version.name_request(action, payload) for version in VERSIONS.values())
    return next(filter(None, names), None)


def find_secret(action: str, payload: object) -> str | None:
    """Return the password that a call sets in a charger, in any version; None: it sets none."""
    found = (version.find_secret(action, payload) for version in VERSIONS.values())
    return next(filter(None, found), None)
