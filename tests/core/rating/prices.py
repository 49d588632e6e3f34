# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Short ways to write tariffs and sessions for the tests of rating."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

from iicharge_odoo.core.rating.rate import rate
from iicharge_odoo.core.rating.tariff import Tariff
from iicharge_odoo.core.rating.usage import Sample, StateChange, Usage
from iicharge_odoo.core.session import SessionState

START = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
IDLE = SessionState.SUSPENDED_EV


def component(dimension, price, **more):
    return {"type": dimension, "price": D(price), "step_size": 0, **more}


def tariff(*components, **more):
    elements = [
        {"price_components": [c], **({"restrictions": r} if r else {})} for c, r in components
    ]
    return Tariff.from_ocpi({"currency": "EUR", "elements": elements, **more})


ENERGY = (component("ENERGY", "0.25", vat=10), None)
PARKING = (component("PARKING_TIME", "6", vat=20), None)
FLAT = (component("FLAT", "0.50", vat=20), None)


def minutes(count):
    return START + timedelta(minutes=count)


def session(stop_min, wh=0, states=(), **more):
    samples = [Sample(minutes(stop_min), D(wh))]
    changes = [StateChange(minutes(m), state) for m, state in states]
    return Usage(START, minutes(stop_min), samples, changes, **more)


def total(*args, **kwargs):
    found = rate(*args, **kwargs).total_cost
    return found.excl_vat, found.incl_vat


# Hotel terms
