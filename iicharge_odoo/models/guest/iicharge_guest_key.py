# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import secrets

from odoo import api, fields, models

# 128 bits.
KEY_BYTES = 16


class GuestKey(models.AbstractModel):
    """A page of a guest, found by its key: who has the key sees the page, without a log-in.

    The key is part of the page's address, and of the e-mails that lead there; users cannot read it.
    It is stored as it is. The address is needed again after the request that made it: in e-mails,
    on the way from a payment to its charging, for a guest who names the room once more. So a hash
    alone would not do, and a key derived from the secret of the database (`database.secret`) would
    gain nothing: the secret is in the same database, and who reads a copy of it derives the keys.
    Keep copies as secret as the pages.
    """

    _name = "iicharge.guest.key"
    _description = "Page of a Guest"

    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self._make_key(),
        groups="base.group_system",
    )
    request_key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._make_key(),
        groups="base.group_system",
        help="Idempotency key: a form that is sent twice does a thing once.",
    )

    _key_unique = models.Constraint("unique (key)", "Another page has this key.")

    @api.model
    def _make_key(self):
        """Make a key that cannot be guessed."""
        return secrets.token_urlsafe(KEY_BYTES)

    @api.model
    def _find(self, key):
        """Find the record of a key; maybe empty."""
        return self.search([("key", "=", key)]) if key else self.browse()

    @api.model
    def _find_requested(self, request_key, **among):
        """Find what a form was sent for already; maybe empty.

        :param among: the values, each of one field, that say where
        """
        domain = [("request_key", "=", request_key)]
        domain += [(name, "=", value) for name, value in among.items()]
        return self.search(domain) if request_key else self.browse()
