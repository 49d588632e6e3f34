# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Check handshakes: identity from the path, password, admission, subprotocol."""

import base64
import binascii
import logging
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from websockets.http11 import Request

from ..core import identity
from ..core.errors import InvalidIdentity
from .few_lines import FewLines
from .ports import ChargerDirectory, ChargerRecord, RefusalReason
from .settings import Settings
from .version import OcppVersion
from .versions import ASSUMED, BY_SUBPROTOCOL, VERSIONS

_logger = logging.getLogger(__name__)
_logger.addFilter(FewLines())

_MINUTE_S = 60
_SLASHES = re.compile("/+")
_REMEMBERED = 10_000


class Refusal(Exception):
    """A handshake is refused with an HTTP status and a text with the remedy."""

    def __init__(
        self,
        status: int,
        reason: RefusalReason,
        text: str,
        headers: dict[str, str] | None = None,
        detail: str = "",
    ):
        super().__init__(text)
        self.status = status
        self.reason = reason
        self.headers = headers or {}
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Admitted:
    """A charger that may connect.

    :param version: of OCPP on this connection
    :param subprotocol: to be answered; None: none was offered, and a version is assumed
    :param agreed: False: none of the offered ones is supported; OCPP-J 1.6 section 3.2
        has the handshake completed without one, and the connection closed at once
    """

    record: ChargerRecord
    version: OcppVersion
    subprotocol: str | None
    agreed: bool = True


class WrongPasswords:
    """Counter of wrong passwords by address and charger.

    Not by address alone: all chargers of a hotel come from one, and a single one with a
    wrong password would lock out the others. And not from an address that a charger last
    connected from: whoever shares it (a guest's network, a proxy) would lock out the charger. A
    password is then always checked, which lets guesses from there be as fast as the network;
    passwords of 16 characters at least bear that, and the refusals are shown on the charger.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic):
        self._limit = limit
        self._clock = clock
        self._times: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def too_many(self, address: str, charger: str) -> bool:
        """Check whether the last minute had as many as are allowed."""
        times = self._times.get((address, charger))
        if times is None:
            return False
        while times and times[0] <= self._clock() - _MINUTE_S:
            times.popleft()
        return len(times) >= self._limit

    def add(self, address: str, charger: str) -> None:
        """Count one more; the oldest are dropped when there are very many."""
        times = self._times.setdefault((address, charger), deque(maxlen=self._limit))
        times.append(self._clock())
        self._times.move_to_end((address, charger))
        if len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)


class HandshakeChecker:
    """Checker of handshakes."""

    def __init__(self, directory: ChargerDirectory, settings: Settings):
        self._directory = directory
        self._settings = settings
        self._wrong_passwords = WrongPasswords(settings.wrong_passwords)

    async def admit(self, request: Request, remote_address: str) -> Admitted:
        """Check a handshake, and return the admitted charger.

        :raises Refusal: with the HTTP status and a text for whoever sets up the charger
        """
        spelled = self.read_identity(request.path)
        key = spelled.casefold()
        record = await self._directory.find(key)
        if record is None:
            secret = _first_secret(request)
            record = await self._directory.register(spelled, secret, remote_address)
            if record is None:
                raise Refusal(
                    404, "unknown", f"No charger has the id {key!r}. Add it in Odoo first."
                )
        else:
            if self._check_password(record, request, remote_address):
                await self._directory.confirm_secret(record)
        if record.admission == "refused":
            raise Refusal(403, "refused", f"Charger {key!r} is refused by this site.")
        headers = request.headers.get_all("Sec-WebSocket-Protocol")
        offered = [name.strip() for value in headers for name in value.split(",")]
        return _negotiate(record, [name for name in offered if name], bool(headers))

    def read_identity(self, target: str) -> str:
        """Return the charger's id in its own spelling.

        :raises Refusal: the target has none
        """
        prefix = self._settings.path.rstrip("/") + "/"
        path = _SLASHES.sub("/", target.partition("?")[0])
        if not path.casefold().startswith(prefix.casefold()):
            text = f"Chargers connect to {prefix}CHARGER_ID."
            raise Refusal(404, "other_path", text, detail=path)
        try:
            # the last part: some chargers insert parts of their own, such as a version
            return identity.read_charger_id(path[len(prefix) :].rstrip("/").rpartition("/")[2])
        except InvalidIdentity as error:
            raise Refusal(400, "bad_identity", f"{error}", detail=path) from error

    def _check_password(self, record: ChargerRecord, request: Request, address: str) -> bool:
        """Check the password. :return: whether it is the next one of the charger"""
        if record.secret_hash is None:
            return False
        key = record.identity
        too_many = self._wrong_passwords.too_many(address, key)
        if too_many and address != record.last_address:
            raise _refuse_too_many()
        credentials = _read_credentials(request)
        if credentials is not None:
            user, secrets = credentials
            if _same_charger(user, key):
                for hashed in filter(None, (record.secret_hash, record.next_secret_hash)):
                    if any(identity.verify_secret(secret, hashed) for secret in secrets):
                        return hashed == record.next_secret_hash
            self._wrong_passwords.add(address, key)
            if too_many:
                raise _refuse_too_many()
            _logger.info("Charger %r from %s: wrong user or password", key, address)
        raise Refusal(
            401,
            "no_password" if credentials is None else "wrong_password",
            "The charger id as user and the charger's password are needed (HTTP Basic).",
            {"WWW-Authenticate": 'Basic realm="OCPP", charset="UTF-8"'},
        )


def _refuse_too_many() -> Refusal:
    text = "Too many wrong passwords. Wait a minute."
    return Refusal(429, "many_passwords", text, {"Retry-After": str(_MINUTE_S)})


def _read_credentials(request: Request) -> tuple[str, list[str]] | None:
    """Return the user and the forms of the password; None where there are none.

    OCPP-J 1.6 section 6.2.2 has the password sent as the raw bytes of a key that is set as
    hexadecimal digits, so bytes count as their digits too.
    """
    for value in request.headers.get_all("Authorization"):
        scheme, _, coded = value.partition(" ")
        if scheme.lower() != "basic":
            continue
        try:
            user, colon, password = base64.b64decode(coded.strip(), validate=True).partition(b":")
        except binascii.Error:
            return "", []
        if not colon:
            return "", []
        spellings = [password.hex(), password.hex().upper()]
        try:
            spellings.insert(0, password.decode())
        except UnicodeDecodeError:
            pass
        return user.decode("utf-8", "replace"), spellings
    return None


def _first_secret(request: Request) -> str | None:
    credentials = _read_credentials(request)
    if credentials is None or not credentials[1]:
        return None
    return credentials[1][0] or None


def _same_charger(user: str, key: str) -> bool:
    try:
        return identity.normalise_charger_id(user) == key
    except InvalidIdentity:
        return False


def _negotiate(record: ChargerRecord, offered: list[str], has_header: bool) -> Admitted:
    pinned = VERSIONS.get(record.ocpp_version or "")
    for name in offered:
        version = BY_SUBPROTOCOL.get(name.casefold())
        if version is not None and pinned in (None, version):
            return Admitted(record, version, name)
    if offered and pinned is not None:
        # docs/chargers.md row 2: it negotiates another version and then uses the pinned one
        return Admitted(record, pinned, offered[0])
    if offered:
        return Admitted(record, ASSUMED, None, agreed=False)
    if record.assume_subprotocol or has_header:
        # an empty header: it has a setting for the version, which was left empty
        return Admitted(record, pinned or ASSUMED, None)
    raise Refusal(
        400,
        "no_version",
        f"The charger offers no subprotocol; {' or '.join(BY_SUBPROTOCOL)} is needed. For a "
        "charger that cannot, allow it on the charger's form in Odoo.",
    )
