# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a walk needs of the hotel that an earlier walk has made, made here where it ran alone."""

import time
from datetime import UTC, datetime, timedelta

from tests.e2e.phone import Phone

from .car import Car

ROLES = ("front_desk", "technician", "accountant", "manager")
SITE, TARIFF, REGISTER = "Hotel Birch", "Guests", "Reception"
CHARGER, IDENTITY = "Garage 1", "BIRCH-1"
ROOM, GUEST, CARD = "204", "Greta Gast", "ROOM204"


class House:
    """The hotel, by the calls of its administrator.

    :param server: `OdooServer`, running
    """

    def __init__(self, server):
        self.server = server
        self.admin = server.log_in("admin")
        self.secret = None
        self._car = None
        self.users = {role: self._make_user(role) for role in ROLES}

    def _make_user(self, role):
        """Make a user with one role of EV Charging, and no other right."""
        [(group,)] = self.server.rows(
            "SELECT res_id FROM ir_model_data WHERE module = 'iicharge_odoo' AND name = %s",
            f"group_{role}",
        )
        values = {"name": role.title(), "login": role, "password": role, "email": f"{role}@x.test"}
        return self.admin.call("res.users", "create", {**values, "group_ids": [[6, 0, [group]]]})

    def find(self, model, *domain):
        """Return the id of the newest record, 0 where there is none."""
        found = self.admin.call(model, "search", list(domain), order="id desc", limit=1)
        return found[0] if found else 0

    def read(self, model, record, *fields):
        return self.admin.call(model, "read", [record], list(fields))[0]

    def need(self, model, name, **values):
        """Return a record by its name; made where there is none."""
        return self.find(model, ["name", "=", name]) or self.admin.call(
            model, "create", {"name": name, **values}
        )

    @property
    def tariff(self):
        energy = {"dimension": "ENERGY", "price": 0.45}
        return self.need("iicharge.tariff", TARIFF, component_ids=[[0, 0, energy]])

    @property
    def site(self):
        return self.need("iicharge.site", SITE, time_zone="Europe/Berlin", tariff_id=self.tariff)

    @property
    def charger(self):
        return self.need("iicharge.charger", CHARGER, identity=IDENTITY, site_id=self.site)

    def offers_room(self, register):
        found = self.find("pos.config", ["name", "=", register])
        return self.read("pos.config", found, "iicharge_offers_room")["iicharge_offers_room"]

    def add_register_without_room(self, name):
        """Odoo gives a new register each payment method of the company without a journal."""
        register = self.need("pos.config", name)
        room = self.find("pos.payment.method", ["iicharge_room", "=", True])
        if room:
            values = {"payment_method_ids": [[3, room]]}
            self.admin.call("pos.config", "write", [register], values)

    @property
    def register(self):
        """A register that sends orders to rooms."""
        register = self.need("pos.config", REGISTER)
        self.admin.call("pos.config", "action_iicharge_offer_room", [register])
        return register

    @property
    def stay(self):
        """A stay that is in house: its sales order."""
        domain = [["iicharge_room", "=", ROOM], ["state", "=", "sale"], ["locked", "=", False]]
        return self.find("sale.order", *domain) or self.make_stay(ROOM)

    def make_stay(self, room):
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        stay = self.admin.call(
            "sale.order",
            "create",
            {
                "partner_id": self.need("res.partner", GUEST),
                "iicharge_room": room,
                "iicharge_checkin": str(now - timedelta(days=1)),
                "iicharge_checkout": str(now + timedelta(days=1)),
            },
        )
        self.admin.call("sale.order", "action_confirm", [stay])
        return stay

    def connect(self):
        """Return the charger of the walks, connected, with a car."""
        if self._car is None:
            charger = self.charger
            if self.secret is None:
                action = self.admin.call("iicharge.charger", "action_set_secret", [charger])
                self.secret = action["context"]["iicharge_secret"]
            self._car = Car(self.server, IDENTITY, self.secret)
            self._car.know_from_yesterday()
            self._car.connect()
        return self._car

    def make_sign(self):
        """Return the code of the sign at the charger's first connector; printed if it has none."""
        self.connect()
        # known once the charger has reported it
        known = "SELECT id FROM iicharge_connector WHERE charger_id = %s AND number = 1"
        [(connector,)] = self.server.wait_for(known, self.charger)
        self.admin.call("iicharge.connector", "action_print_sign", [connector])
        _id, name = self.read("iicharge.connector", connector, "sign_id")["sign_id"]
        return name.replace("-", "")

    @property
    def card(self):
        """The number of a card that charges to the stay."""
        if not self.find("iicharge.token", ["uid", "=", CARD]):
            self.admin.call("iicharge.token", "create", {"uid": CARD, "folio_id": self.stay})
        return CARD

    @property
    def session(self):
        """The name of a session that is on a bill."""
        known = "SELECT name FROM iicharge_session WHERE billing = 'posted' ORDER BY id DESC"
        if not self.server.rows(known):
            car, card = self.connect(), self.card
            car.do(car.stop(car.do(car.start(card))))
            self.wait_for_bill()
        return self.server.rows(known)[0][0]

    def wait_for_bill(self):
        """Wait until the newest session is on a bill."""
        deadline = time.monotonic() + 40
        while True:
            session = self.find("iicharge.session")
            found = session and self.read("iicharge.session", session, "billing", "review_text")
            if found and found["billing"] == "posted":
                return
            assert time.monotonic() < deadline, found
            time.sleep(0.2)

    def make_late_charge(self):
        """Charge for the stay, whose bill is locked before the car has left."""
        known = "SELECT id FROM iicharge_charge WHERE state = 'late'"
        if not self.server.rows(known):
            car, stay = self.connect(), self.stay
            transaction = car.do(car.start(self.card))
            self.admin.call("sale.order", "action_lock", [stay])
            car.do(car.stop(transaction))
            self.server.wait_for(known, timeout_s=40)
            self.admin.call("sale.order", "action_unlock", [stay])

    def make_review(self):
        """Charge more than the charger can give. :return: the session's name"""
        car = self.connect()
        car.do(car.stop(car.do(car.start(self.card)), 500_000))
        known = "SELECT name FROM iicharge_session WHERE billing = 'review'"
        return self.server.wait_for(known, timeout_s=40)[0][0]

    @property
    def dispute(self):
        """A dispute that is open."""
        known = self.find("iicharge.dispute", ["state", "=", "open"])
        if not known:
            session = self.find("iicharge.session", ["name", "=", self.session])
            values = {"session_id": session, "reason": "price", "statement": "It said less."}
            wizard = self.admin.call("iicharge.dispute.open", "create", values)
            self.admin.call("iicharge.dispute.open", "action_open", [wizard])
            known = self.find("iicharge.dispute", ["state", "=", "open"])
        return known

    def session_of(self, dispute):
        return self.read("iicharge.dispute", dispute, "session_id")["session_id"][1]

    def local_time(self, days):
        """Return a time as a user without a time zone types it."""
        return (datetime.now(UTC) + timedelta(days=days)).strftime("%m/%d/%Y %H:%M:%S")


def charge_for_the_room(hotel, browser):
    """Start at the sign for the room, and open what the guest is written to by. :return: `Phone`"""
    phone = Phone(browser)
    browser.open(f"{hotel.server.url}/charge/{hotel.make_sign()}")
    phone.press("Continue")
    phone.fill(room=ROOM, name=GUEST.split()[-1])
    phone.press("Start charging")
    phone.see("Speed now")
    phone.click("summary:has-text('Write to me')")
    return phone


def stop_for_good(phone, charging):
    """Stop on the page, and say yes to it; `charging` ends."""
    phone.press("Stop charging")
    phone.see("Stop now?")
    phone.press("Stop charging")
    charging.result(60)
    phone.see("Thank you. Drive well.")
