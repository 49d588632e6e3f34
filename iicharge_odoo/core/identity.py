# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Normalise charger ids and id tags, make keys of repeated messages, hash secrets."""

import hashlib
import hmac
import json
import re
import secrets
from urllib.parse import unquote

from .errors import InvalidIdentity

MAX_CHARGER_ID_LENGTH = 128
_SALT_BYTES = 16
_HASH_NAME = "sha256"
_HEX_PAIRS = re.compile(r"[0-9a-f]{2}(?:[\s:-][0-9a-f]{2})+")
_HEX_SEPARATORS = re.compile(r"[\s:-]")


def normalise_charger_id(path_part: str) -> str:
    """Return the key by which a charger is found: its id, case-folded.

    :raises InvalidIdentity: as `read_charger_id`
    """
    return read_charger_id(path_part).casefold()


def read_charger_id(path_part: str) -> str:
    """Read the id of a charger, in its own spelling.

    Chargers write their id into the URL with a slash at the end, in another case or
    %-encoded (docs/chargers.md row 3).

    :param path_part: the part after the gateway's own path, as received
    :return: unquoted, without slashes and blanks at the ends
    :raises InvalidIdentity: empty, longer than 128 characters, or not one printable word
    """
    try:
        text = unquote(path_part, errors="strict")
    except UnicodeDecodeError:
        raise InvalidIdentity("charger id", "is not UTF-8 after %-decoding") from None
    key = text.strip("/ \t\r\n")
    if not key:
        raise InvalidIdentity("charger id", "is empty; put it behind the gateway's path")
    if len(key) > MAX_CHARGER_ID_LENGTH:
        raise InvalidIdentity(
            "charger id", f"is longer than {MAX_CHARGER_ID_LENGTH} characters: {key[:20]!r}…"
        )
    if "/" in key or not key.isprintable():
        raise InvalidIdentity("charger id", f"has a slash or a control character: {key!r}")
    return key


def normalise_id_tag(raw: str) -> str:
    """Return the key by which an id tag is compared; the raw tag is stored as well.

    Readers write one card as ``20:69:C0:21``, `` 20 69 C0 21`` or ``2069c021``
    (docs/chargers.md row 22), so the separators of hexadecimal pairs are dropped. Any other tag
    keeps its inner characters (``x;tag``): two different tags must never become one.
    Control characters, with which some readers fill up, are no part of a tag.
    """
    key = "".join(filter(str.isprintable, raw)).strip().casefold()
    if _HEX_PAIRS.fullmatch(key):
        return _HEX_SEPARATORS.sub("", key)
    return key


def known_id(value: int | None) -> int | None:
    """Read a transaction or reservation id: None where it is not positive.

    Chargers send transactionId 0 or -1 for one they do not know, and reservationId 0
    for none (docs/chargers.md rows 16 and 23).
    """
    return value if value is not None and value > 0 else None


def start_key(connector: int, id_tag: str, timestamp_text: str, meter_start: object) -> str:
    """Return the business key of a StartTransaction (docs/chargers.md row 15).

    A charger that got no answer sends the same start again under a new message id. The
    key is the same then; it is unique within one charger. It is hashed because what a
    charger writes into the fields can be longer than a database index takes.
    """
    parts = [str(connector), normalise_id_tag(id_tag), timestamp_text, str(meter_start)]
    return "start:" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def hash_secret(secret: str) -> str:
    """Hash a charger's secret for storing, as ``sha256$salt$digest`` in hexadecimal.

    Charger secrets are long random strings, so one salted SHA-256 is enough, and a slow
    hash would cost a gateway minutes when all chargers reconnect at once.
    """
    salt = secrets.token_hex(_SALT_BYTES)
    return f"{_HASH_NAME}${salt}${_digest(salt, secret)}"


def verify_secret(secret: str, hashed: str) -> bool:
    """Check whether `secret` is the one that was hashed, in constant time."""
    name, _, rest = hashed.partition("$")
    salt, _, digest = rest.partition("$")
    return name == _HASH_NAME and hmac.compare_digest(
        _digest(salt, secret).encode(), digest.encode()
    )


def _digest(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}${secret}".encode()).hexdigest()
