# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""OCPP 1.6J with the security whitepaper: only translation, no rules of our own."""

from ..frames import Fault
from ..version import OcppVersion
from .display import read_display
from .messages import HANDLERS
from .outgoing import OUTGOING
from .requests import PREPARE, SECRET_LENGTH, find_secret, name_request, shows_setting
from .schemas import SCHEMAS

VERSION = OcppVersion(
    name="1.6",
    subprotocol="ocpp1.6",
    # OCPP-J 1.6 section 4.1.3: an unknown message type is ignored
    faults={Fault.MESSAGE: "FormationViolation", Fault.PAYLOAD: "FormationViolation"},
    schemas=SCHEMAS,
    handlers=HANDLERS,
    outgoing=OUTGOING,
    prepare=PREPARE,
    name_request=name_request,
    find_secret=find_secret,
    shows_setting=shows_setting,
    read_display=read_display,
    secret_length=SECRET_LENGTH,
)
