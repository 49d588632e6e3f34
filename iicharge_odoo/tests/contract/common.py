# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A company with a contract and its drivers."""

from datetime import date, datetime

from ..common import ChargingCase

LONG_AGO = date(2020, 1, 1)
MARCH = date(2025, 3, 31)
# midnight after it in Amsterdam, on summer time
MARCH_ENDS = datetime(2025, 3, 31, 22)


class ContractCase(ChargingCase):
    """A contract of a company, with a card of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.courier = cls.env["res.partner"].create({"name": "Couriers", "is_company": True})
        cls.contract = cls.make_contract(cls.courier, reference="PO 4711")
        cls.make_token("FLEET1", contract_id=cls.contract.id)
        cls.company.partner_id.write(
            {"street": "Kade 1", "city": "Amsterdam", "country_id": cls.env.ref("base.nl").id}
        )
        cls.company.partner_id.write({"partner_latitude": 52.37, "partner_longitude": 4.89})
        cls.numbers = iter(range(9000, 9999))

    @classmethod
    def make_contract(cls, partner, **values):
        return cls.env["iicharge.contract"].create(
            {"partner_id": partner.id, "date_from": LONG_AGO, **values}
        )

    @classmethod
    def make_token(cls, uid, **values):
        return cls.env["iicharge.token"].create({"uid": uid, **values})

    @classmethod
    def charge_until(cls, stopped_at, uid="FLEET1", kwh=10):
        """Charge for an hour until a time (UTC), up to the session's charge."""
        number = next(cls.numbers)
        minutes = (stopped_at - cls.t0).total_seconds() / 60
        cls.start(number, minutes=minutes - 60, idTag=uid)
        cls.stop(number, minutes=minutes, meter_stop=1000 + round(kwh * 1000))
        cls.process()
        return cls.session(number)

    def post(self):
        while self.env["iicharge.charge"]._post_due():
            pass
