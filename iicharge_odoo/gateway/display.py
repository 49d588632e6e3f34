# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a charger says of its own display, and what is shown there, in any version of OCPP."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DisplayFacts:
    """A charger's own words about its display.

    :param is_supported: whether it shows prices and costs
    :param decimals: of the costs that it is sent; None: it says none
    :param languages: tags (RFC 5646) of the languages that it may be sent together; empty: one text
        at a time
    :param language: tag of the display's own language, or empty
    :param default_price: the price that it shows to all as it keeps it, in its own format; None:
        it does not say
    """

    is_supported: bool = False
    decimals: int | None = None
    languages: tuple[str, ...] = ()
    language: str = ""
    default_price: str | None = None


@dataclass(frozen=True, slots=True)
class DisplayText:
    """A text for a guest.

    :param main: in the guest's language, as far as it is known
    :param others: the same in others, by their tag
    """

    main: str
    others: Mapping[str, str] = field(default_factory=dict)
