# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Hide secrets in what is kept of messages and commands: the only place that does.

Passwords of chargers, networks and file servers, keys and tokens, by the names that they are given
in any version of OCPP and by vendors, wherever they stand in a payload.
"""

import re

import orjson

HIDDEN = "(not kept)"

# Without any of these a text has no secret, which is nearly every message: no more is looked at.
# Grouped by a letter that readings of a meter rarely have: to look for one is ten times cheaper.
# "cre" stands for secret and credential.
_SIGNS = {
    "k": ("key", "psk", "token"),
    "\\": ("\\u", ":\\/"),
    "/": (":/",),
    "q": ("qrcodetext",),
    "": ("pass", "pwd", "pin", "cre"),
}

_DIGITS = b"0123456789"
# Forms of texts without any sign.
_MOST_FORMS, _LONGEST_FORM = 500, 4_096
_without_signs: set[bytes] = set()

# not "key" itself, which is followed by the name of a setting
_SECRET = (
    r"\w{0,40}(?:passw|passphrase|pwd|secret|credential|psk|pincode)\w{0,40}"
    r"|\w{0,40}(?<!by)pass|\w{1,40}(?<!public)(?<!public_)key"
    r"|\w{0,40}(?<!id)(?<!id_)token|(?:sim\d?)?pin"
    # the private address of a guest's receipt, for the charger's display
    r"|qrcodetext"
)
_NAME = re.compile(_SECRET, re.IGNORECASE)
_SEPARATORS = re.compile(r"[^0-9a-z]+")
# ftp://user:password@host; JSON writers may escape the slashes
_LOGIN = re.compile(r'(:(?:\\?/){2})[^/@"\s]{1,500}@')
# https://host/file?X-Amz-Signature=...: whoever has the address may write there
_SIGNED = re.compile(
    r"([?&](?:amp;)?[^?=&#\s\"]{0,40}(?:sig|token|key|secret|passw|pwd|credential|auth)"
    r"[^?=&#\s\"]{0,40}=)[^&#\s\"]+",
    re.IGNORECASE,
)
# password=..., password: "...", and "key":"Password","value":"..." in text that is no JSON
_ASSIGNED = re.compile(
    rf'((?<!\w)(?:{_SECRET})(?:\\*"\s*,\s*\\*"\w+)?\\*"?\s*[:=]\s*(?:\\*")?)[^\s",;&\\]+',
    re.IGNORECASE,
)
_VALUES = ("value", "attributeValue")
# One search of an expression in a text holds up all threads of the process, so that long ones
# are searched in windows, which overlap by more than a name and what may follow it.
_WINDOW, _OVERLAP = 8_192, 2_048


class Clean(str):
    """A text in which secrets have been hidden already."""

    __slots__ = ()


def hide_secrets(text: str | None) -> str | None:
    """Replace the secrets in a payload, an answer or another text.

    :param text: JSON text of any version of OCPP, or what could not be read as such
    :return: the same text where it has none, digit by digit
    """
    if not text or type(text) is Clean or not _may_hold_secret(text):
        return text
    try:
        content = orjson.loads(text)
        hidden = _hide(content)
    except (orjson.JSONDecodeError, RecursionError):  # or a text in it nests hundreds of levels
        return _hide_in_text(text)
    return text if hidden == content else orjson.dumps(hidden).decode()


def _may_hold_secret(text: str) -> bool:
    if len(text) > _LONGEST_FORM:
        return _has_sign(text)
    # No sign has a digit, so what is left without digits has each sign that the text has. Messages
    # of one kind differ in digits only, and are looked through once.
    form = text.encode(errors="surrogatepass").translate(None, _DIGITS)
    if form in _without_signs:
        return False
    if _has_sign(form.decode(errors="surrogatepass")):
        return True
    _keep_form(form)
    return False


def _has_sign(text: str) -> bool:
    lower = text.lower()
    for letter, signs in _SIGNS.items():
        if letter in lower:
            for sign in signs:
                if sign in lower:
                    return True
    return False


def _keep_form(form: bytes) -> None:
    if len(_without_signs) >= _MOST_FORMS:
        _without_signs.clear()
    _without_signs.add(form)


def _hide(value: object) -> object:
    if isinstance(value, str):
        # vendors put JSON into texts (DataTransfer)
        return hide_secrets(value) if value.lstrip()[:1] in ("{", "[") else _hide_in_text(value)
    if isinstance(value, list):
        return [_hide(item) for item in value]
    if isinstance(value, dict):
        named = _is_named_secret(value)
        return {
            name: HIDDEN
            if _holds_secret(name, item) or (named and name in _VALUES and item)
            else _hide(item)
            for name, item in value.items()
        }
    return value


def _is_named_secret(value: dict) -> bool:
    """Whether it is a setting, {"key": name, "value": ...}, of a secret name (OCPP 2:
    {"variable": {"name": ...}, "attributeValue": ...})."""
    variable = value.get("variable")
    name = value.get("key") or (variable.get("name") if isinstance(variable, dict) else None)
    return isinstance(name, str) and _is_secret_name(name)


def _holds_secret(name: str, item: object) -> bool:
    """Whether an item is a secret by its name."""
    return isinstance(item, str | int) and bool(item) and _is_secret_name(name)


def _is_secret_name(name: str) -> bool:
    return _NAME.fullmatch(_SEPARATORS.sub("", name.lower())) is not None


def _hide_in_text(text: str) -> str:
    text = _replace(_LOGIN, rf"\1{HIDDEN}@", text)
    text = _replace(_SIGNED, rf"\1{HIDDEN}", text)
    return _replace(_ASSIGNED, rf"\1{HIDDEN}", text)


def _replace(pattern: re.Pattern[str], replacement: str, text: str) -> str:
    if len(text) <= _WINDOW:
        return pattern.sub(replacement, text)
    parts, kept_to, at = [], 0, 0
    while at < len(text):
        end = at + _WINDOW
        found = pattern.search(text, at, end + _OVERLAP)
        if found is None or found.start() >= end:
            at = end
            continue
        found = pattern.match(text, found.start())  # whole, also where it is longer
        parts += [text[kept_to : found.start()], found.expand(replacement)]
        kept_to = at = found.end()
    return "".join([*parts, text[kept_to:]])
