# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Tariffs of OCPI 2.1.1, 2.2.1 and 2.3.0, read and written without loss."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from .. import fields as f
from ..errors import InvalidTariff
from ..fields import OWN_PREFIXES, Fields, find_nearest
from .elements import TariffElement
from .plan import TAX_EXCLUDED, TAX_INCLUDED, TAX_NOT_APPLICABLE, Plan


@dataclass(frozen=True)
class PriceLimit:
    """Minimum or maximum price of a session, before and after tax.

    OCPI 2.3.0 calls them before_taxes and after_taxes, 2.2.1 excl_vat and incl_vat;
    ``names`` keeps which.
    """

    before_taxes: Decimal
    after_taxes: Decimal | None = None
    names: tuple[str, str] = ("before_taxes", "after_taxes")
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Fields) -> "PriceLimit":
        names = ("before_taxes", "after_taxes")
        if fields.has("excl_vat"):
            names = ("excl_vat", "incl_vat")
        elif fields.has("incl_vat"):
            raise fields.fail("incl_vat", "goes with excl_vat, not with before_taxes")
        return cls(
            before_taxes=fields.required(names[0], f.not_negative),
            after_taxes=fields.optional(names[1], f.not_negative),
            names=names,
            extra=fields.own_rest(unlike=True),
        )

    def to_ocpi(self) -> dict[str, Any]:
        found = {self.names[0]: self.before_taxes}
        if self.after_taxes is not None:
            found[self.names[1]] = self.after_taxes
        return {**found, **self.extra}


# Fields of OCPI's tariff that price nothing (mod_tariffs 11.3.1; auth_id of 2.1.1).
_DESCRIPTIVE = frozenset(
    "auth_id country_code energy_mix last_updated party_id tariff_alt_text tariff_alt_url "
    "type".split()
)
_PRICING = frozenset(
    "currency elements end_date_time id max_price min_price start_date_time tax_included".split()
)


@dataclass(frozen=True)
class Tariff:
    """A tariff (Tariff object of OCPI). ``extra`` keeps the fields that price nothing.

    ``start_date_time`` and ``end_date_time`` bound the time in which a session may start
    with it; they are kept as written.
    """

    currency: str
    elements: tuple[TariffElement, ...]
    id: str | None = None
    tax_included: str | None = None
    min_price: PriceLimit | None = None
    max_price: PriceLimit | None = None
    start_date_time: str | None = None
    end_date_time: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_ocpi(cls, source: object) -> "Tariff":
        """Read a tariff object of OCPI 2.1.1, 2.2.1 or 2.3.0.

        Numbers may be int, Decimal or float (read as its shortest decimal).

        :raises InvalidTariff: with the path of the field, as
            ``elements[0].price_components[1].price``
        """
        fields = Fields(source, "", InvalidTariff)
        limits = {name: fields.object(name) for name in ("min_price", "max_price")}
        tariff = cls(
            currency=fields.required("currency", f.currency),
            elements=tuple(map(TariffElement.read, fields.objects("elements"))),
            id=fields.optional("id", f.text),
            tax_included=fields.optional(
                "tax_included",
                f.one_of(frozenset({TAX_INCLUDED, TAX_EXCLUDED, TAX_NOT_APPLICABLE})),
            ),
            start_date_time=fields.optional("start_date_time", f.timestamp_text),
            end_date_time=fields.optional("end_date_time", f.timestamp_text),
            **{n: None if v is None else PriceLimit.read(v) for n, v in limits.items()},
            extra=fields.rest(),
        )
        tariff._check_limits(fields)
        return tariff

    def _check_limits(self, fields: Fields) -> None:
        if self.min_price is None or self.max_price is None:
            return
        low, high = self.min_price, self.max_price
        afters = (low.after_taxes, high.after_taxes)
        if low.before_taxes > high.before_taxes or (None not in afters and afters[0] > afters[1]):
            raise fields.fail("min_price", "must not be above max_price")

    def to_ocpi(self) -> dict[str, Any]:
        """Write the tariff as it was read; numbers are Decimal or int."""
        found: dict[str, Any] = {"currency": self.currency}
        for name in ("id", "tax_included", "start_date_time", "end_date_time"):
            if getattr(self, name) is not None:
                found[name] = getattr(self, name)
        for name in ("min_price", "max_price"):
            if getattr(self, name) is not None:
                found[name] = getattr(self, name).to_ocpi()
        found["elements"] = [element.to_ocpi() for element in self.elements]
        return {**found, **self.extra}

    @property
    def unknown_names(self) -> dict[str, str | None]:
        """Fields that OCPI does not define, each with the nearest defined name.

        They are kept, and price nothing.
        """
        return {
            name: find_nearest(name, _PRICING | _DESCRIPTIVE)
            for name in self.extra
            if name not in _PRICING | _DESCRIPTIVE and not name.startswith(OWN_PREFIXES)
        }

    def is_valid_at(self, at: datetime) -> bool:
        """Check whether a session may start with this tariff at `at` (UTC)."""
        fields = Fields(
            {"start": self.start_date_time, "end": self.end_date_time}, "", InvalidTariff
        )
        start = fields.optional("start", f.timestamp)
        end = fields.optional("end", f.timestamp)
        return (start is None or at >= start) and (end is None or at <= end)

    @cached_property
    def plan(self) -> Plan:
        """The tariff compiled for rating."""
        return Plan(self.elements, self.tax_included)
