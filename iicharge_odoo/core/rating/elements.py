# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Elements of an OCPI tariff: price components under restrictions."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .. import fields as f
from ..fields import Fields
from .dimensions import Dimension
from .restrictions import Restrictions

_DIMENSIONS = frozenset(d.value for d in Dimension)


@dataclass(frozen=True)
class Tax:
    """One of several taxes on a price: name and percentage."""

    name: str
    percentage: Decimal
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Fields) -> "Tax":
        return cls(
            name=fields.required("name", f.text),
            percentage=fields.required("percentage", f.not_negative),
            extra=fields.rest(),
        )

    def to_ocpi(self) -> dict[str, Any]:
        return {"name": self.name, "percentage": self.percentage, **self.extra}


@dataclass(frozen=True)
class PriceComponent:
    """Price per kWh, per hour or per session; ``step_size`` in Wh or s.

    ``vat`` is a percentage; ``taxes`` lists several where there is more than one.
    """

    dimension: Dimension
    price: Decimal
    step_size: int | None = None
    vat: Decimal | None = None
    taxes: tuple[Tax, ...] | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Fields) -> "PriceComponent":
        taxes = fields.objects("taxes", may_be_empty=True) if fields.has("taxes") else None
        return cls(
            dimension=Dimension(fields.required("type", f.one_of(_DIMENSIONS))),
            price=fields.required("price", f.number),
            step_size=fields.optional("step_size", f.count),
            vat=fields.optional("vat", f.not_negative),
            taxes=None if taxes is None else tuple(map(Tax.read, taxes)),
            extra=fields.own_rest(),
        )

    @property
    def tax_percent(self) -> Decimal:
        """All taxes together; zero where none is given."""
        if self.taxes is not None:
            return sum((tax.percentage for tax in self.taxes), Decimal(0))
        return self.vat if self.vat is not None else Decimal(0)

    def to_ocpi(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": self.dimension.value, "price": self.price}
        if self.step_size is not None:
            found["step_size"] = self.step_size
        if self.vat is not None:
            found["vat"] = self.vat
        if self.taxes is not None:
            found["taxes"] = [tax.to_ocpi() for tax in self.taxes]
        return {**found, **self.extra}


@dataclass(frozen=True)
class TariffElement:
    """Price components that apply under the same restrictions."""

    price_components: tuple[PriceComponent, ...]
    restrictions: Restrictions | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Fields) -> "TariffElement":
        restrictions = fields.object("restrictions")
        components = tuple(map(PriceComponent.read, fields.objects("price_components")))
        found = cls(
            price_components=components,
            restrictions=None if restrictions is None else Restrictions.read(restrictions),
            extra=fields.own_rest(),
        )
        found._check_reservation(fields)
        return found

    def _check_reservation(self, fields: Fields) -> None:
        if self.restrictions is None or self.restrictions.reservation is None:
            return
        for i, component in enumerate(self.price_components):
            if component.dimension not in (Dimension.FLAT, Dimension.TIME):
                raise fields.fail(
                    f"price_components[{i}].type",
                    f"a reservation has only FLAT and TIME, not {component.dimension.value}",
                )

    def to_ocpi(self) -> dict[str, Any]:
        found: dict[str, Any] = {"price_components": [c.to_ocpi() for c in self.price_components]}
        if self.restrictions is not None:
            found["restrictions"] = self.restrictions.to_ocpi()
        return {**found, **self.extra}
