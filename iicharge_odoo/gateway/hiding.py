# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Hide logins in texts of the journal and of commands."""

import re

HIDDEN = "(not kept)"
# ftp://user:password@host; JSON writers may escape the slashes
_LOGIN_IN_URL = re.compile(r'(:(?:\\?/){2})[^/@"\s]+@')


def hide_logins(payload: str) -> str:
    """Replace the login in each address.

    :param payload: JSON text
    """
    return _LOGIN_IN_URL.sub(rf"\1{HIDDEN}@", payload)
