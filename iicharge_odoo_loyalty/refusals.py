# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Why a prepaid card starts nothing; the texts are in `models/iicharge_refusal.py`."""

from odoo.addons.iicharge_odoo.core.errors import Refusal


class PrepaidEmpty(Refusal):
    """Nothing is left on the card, or the cars that charge with it will use all of it."""

    # OCPP 1.6 knows no word for a card without money (Blocked); that of 2.0.1 is NoCredit
    code = "prepaid_empty"


class PrepaidExpired(Refusal):
    """The card or its program has expired."""

    code = "prepaid_expired"
    authorization = "Expired"


class PrepaidClosed(Refusal):
    """The card was archived, its program has ended, or it is in another currency."""

    code = "prepaid_closed"


class PrepaidOtherTax(Refusal):
    """The card was sold with another tax than that of charging here (a single-purpose voucher)."""

    code = "prepaid_other_tax"
