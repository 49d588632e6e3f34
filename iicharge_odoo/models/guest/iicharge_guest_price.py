# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The price as a guest reads it: each part that can apply, with tax, in one order."""

import hashlib

from odoo import api, models

# The order of AFIR art. 5(4): energy, minutes, session, other.
ORDER = ("ENERGY", "TIME", "PARKING_TIME", "FLAT")
KEY_LENGTH = 16


class GuestPrice(models.AbstractModel):
    _name = "iicharge.guest.price"
    _description = "Prices on the Guest's Page"

    @api.model
    def _prepare_price(self, connector, tariff):
        """Prepare all parts of the price.

        :return: {"amount", "unit", "is_free", "rows": [{"label", "amount", "note"}], "terms":
            [text], "key"}; `key` changes with the price
        """
        found = connector._quote_by(tariff)
        parts = {kind: [] for kind in ORDER}
        for part in found["components"]:
            parts[part["type"]].append(part)
        [*always] = [part for part in parts["ENERGY"] if not part["condition"]]
        main = (always or parts["ENERGY"] or [None])[0]
        rows = []
        for kind in ORDER:
            rows += self._prepare_rows(kind, [part for part in parts[kind] if part is not main])
        rows.append({"label": self.env._("Other"), "amount": self.env._("nothing"), "note": ""})
        return {
            "amount": main["amount_text"] if main else connector.currency_id.format(0),
            "unit": self.env._("per kWh"),
            "note": main["condition"] if main else "",
            "is_free": self._is_free(connector, tariff),
            "rows": [row for row in rows if row],
            "terms": found["terms"],
            "key": self._get_price_key(connector, tariff),
        }

    @api.model
    def _prepare_rows(self, kind, parts):
        label = self._get_labels()[kind]
        if not parts:
            # what is shown large has no row of its own
            return (
                []
                if kind == "ENERGY"
                else [{"label": label, "amount": self.env._("nothing"), "note": ""}]
            )
        nothing = self.env._("nothing")
        return [
            {
                "label": label,
                "amount": part["amount_text"] if float(part["price"]["incl_vat"]) else nothing,
                "note": part["condition"],
            }
            for part in parts
        ]

    @api.model
    def _get_labels(self):
        env = self.env
        return {
            "ENERGY": env._("Per kWh"),
            "TIME": env._("Per minute"),
            "PARKING_TIME": env._("Per minute once full"),
            "FLAT": env._("Per start"),
        }

    @api.model
    def _get_price_key(self, connector, tariff):
        """Get a short text that changes with the price: a start names the price that was shown."""
        document = tariff._format_document_for(connector.site_id)
        return hashlib.sha256(document.encode()).hexdigest()[:KEY_LENGTH]
