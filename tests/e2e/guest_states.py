# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""All states of the guest's page, one after the other, with a real gateway and a charger.

A scene is a generator: it leads the phone to a state, yields its name, and goes on from there.
The tests look at each state for what keeps people from using it; the bench takes its pictures.
"""

from datetime import UTC, datetime, timedelta

from .reader import Reader
from .test_card_payment import CardGuest
from .test_guest_page import CHARGER, ROOM
from .visit import METER_START

SITE = [["name", "=", "Hotel Iris"]]
START = "RemoteStartTransaction"
# Long enough for a command that waited, and for the page to read it.
SEEN_S = 60
NO_TIME_LEFT = """
    UPDATE iicharge_command SET create_date = create_date - interval '1 hour', write_date = now()
     WHERE request = 'start'
"""
NO_ANSWER = """
    UPDATE iicharge_command SET state = 'timeout', write_date = now() AT TIME ZONE 'UTC'
     WHERE request = 'start' AND state IN ('queued', 'sent')
"""
REFUSED = """
    SELECT 1 FROM iicharge_command
     WHERE request = 'start' AND state = 'answered' AND answer::text LIKE '%%Rejected%%'
"""


class Stage(CardGuest):
    """A guest with a phone, a charger, and front desk to help.

    :param server: `OdooServer`, running
    :param browser: a `devkit.browser.Browser` of a phone's size, open
    :ivar reader: the charger, driven by hand
    """

    def __init__(self, server, browser):
        super().__init__(server, browser)
        self.admin = server.log_in("admin")
        self.reader = Reader(server)
        self.reader.__enter__()

    def close(self):
        self.reader.__exit__()

    @property
    def charger(self):
        return self.reader.visit.charger

    # --- the house ------------------------------------------------------------------------------
    def find(self, model, *domain):
        return self.admin.call(model, "search", list(domain), limit=1)

    def find_connector(self, number=1):
        return self.find(
            "iicharge.connector", ["charger_id.identity", "=", CHARGER], ["number", "=", number]
        )

    def change(self, statement, *values):
        """Change the database, as time would."""
        self.server.rows(f"{statement} RETURNING 1", *values)

    def report(self, status, connector=1, **more):
        self.reader.do(self.charger.status(connector, status, **more))

    def answer(self, action, status):
        self.charger.answers[action] = {"status": status}

    # --- the phone ------------------------------------------------------------------------------
    def go(self, path):
        self.browser.open(self.server.url + path)

    def reload(self):
        self.browser.evaluate("location.reload() && null")

    def ask_room(self):
        self.scan()
        self.choose("room")
        self.see("Put it on your room bill")

    def name_wrong_room(self):
        self.fill(room="999", name="Nobody")
        self.click(".act button")

    def choose(self, way):
        self.browser.act(lambda page: page.locator(f"[name=pay][value={way}]").check())
        self.press("Continue")

    def start_for_room(self):
        self.ask_room()
        self.fill(room=ROOM, name=self.name)
        self.press("Start charging")

    # --- the car --------------------------------------------------------------------------------
    def plug_in(self, hours_ago=1):
        """Plug the car in, once the charger was asked to start; it draws an hour's power."""
        name, payload = self.reader.do(self.charger.next_command(SEEN_S))
        while name != START:
            name, payload = self.reader.do(self.charger.next_command(SEEN_S))
        self.began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours_ago)
        started = self.reader.do(
            self.charger.start(1, payload["id_tag"], METER_START, at=self.began)
        )
        assert started.id_tag_info["status"] == "Accepted", started
        self.reader.number = started.transaction_id

    def draw(self, minutes, energy_wh, **read):
        self.reader.charge(energy_wh, at=self.began + timedelta(minutes=minutes), **read)

    def stop(self, energy_wh, leave=True):
        register = METER_START + energy_wh
        self.reader.do(self.charger.stop(self.reader.number, register, reason="Remote"))
        if leave:
            self.report("Available")


# --- scenes -----------------------------------------------------------------------------------
def show_places(stage):
    """The ways to a charger: locator, lobby, code, sign that is old, bay that is blocked."""
    stage.go("/charge")
    stage.see("Code on the sign")
    yield "locator"
    stage.fill(code="ZZZZ-ZZ")
    stage.press("Find the charger")
    stage.see("We know no sign with this code.")
    yield "locator-wrong-code"
    site = stage.find("iicharge.site", *SITE)
    stage.admin.call("iicharge.site", "action_renew_board", site)
    [(key,)] = stage.server.rows("SELECT board_key FROM iicharge_site WHERE board_key IS NOT NULL")
    stage.go(f"/charge/board/{key}")
    stage.see("plugs are free")
    yield "board"
    second = stage.find_connector(2)
    stage.admin.call("iicharge.connector", "action_print_sign", second)
    [found] = stage.admin.call("iicharge.connector", "read", second, ["sign_id"])
    stage.admin.call("iicharge.connector", "action_renew_sign", second)
    stage.go(f"/charge/{found['sign_id'][1].replace('-', '')}")
    stage.see("This sign is old")
    yield "sign-old"
    stage.go("/charge/my/an-old-link-of-last-week")
    stage.see("This link has ended")
    yield "link-ended"
    stage.go(f"/charge/{stage.code}/blocked")
    stage.see("The bay is blocked")
    yield "blocked"
    stage.fill(words="A van")
    stage.press("Send to the front desk")
    stage.see("We will come and look.")
    yield "blocked-sent"


def show_connectors(stage):
    """A connector that is free, with each estimate, and one that is not."""
    stage.scan()
    yield "sign"
    for name, text in (("battery", "Battery"), ("sum", "Sum"), ("until", "Until I leave")):
        stage.click(f".seg label:has-text('{text}')")
        yield f"sign-{name}"
    stage.click(".seg label:has-text('Sum')")
    stage.fill(sum="10")
    stage.click(".p4 button")
    stage.see("About")
    yield "sign-estimated"
    stage.report("Available", 2)
    for status, error, text in (
        ("Charging", "NoError", "In use"),
        ("Faulted", "GroundFailure", "This plug does not work."),
    ):
        stage.report(status, error_code=error)
        stage.server.wait_for("SELECT 1 FROM iicharge_connector WHERE status = %s", status.lower())
        stage.go(f"/charge/{stage.code}")
        stage.see(text)
        yield f"sign-{status.lower()}"
    stage.reader.do(stage.charger.close())
    stage.server.wait_for("SELECT 1 FROM iicharge_connection WHERE NOT online")
    stage.go(f"/charge/{stage.code}")
    stage.see("We have no contact with this charger")
    yield "sign-offline"


def name_the_room(stage):
    """The guest names a room: not found, asked too often."""
    stage.ask_room()
    yield "room"
    for left in (4, 3, 2, 1):
        stage.name_wrong_room()
        stage.see(f"Tries left: {left}")
        if left == 4:
            yield "room-wrong"
    stage.name_wrong_room()
    # the fifth is answered as the others were
    stage.browser.wait_for("!document.body?.innerText.includes('Tries left')")
    stage.see("We find no stay")
    stage.name_wrong_room()
    stage.see("Five tries did not match")
    yield "room-locked"


def start_in_trouble(stage):
    """Starts that lead to no charging, and one that is tried again."""
    stage.charger.ignored.add(START)
    stage.start_for_room()
    stage.see("We ask the charger to start")
    yield "starting"
    stage.change(NO_ANSWER)
    stage.see("The charger did not start")
    yield "not-answered"
    stage.charger.ignored.clear()
    # a command that is not answered holds up those after it
    stage.reader.do(stage.reader.visit.come_back())
    stage.answer(START, "Rejected")
    stage.press("Try again")
    stage.server.wait_for(REFUSED)
    stage.reload()
    stage.see("The charger did not start")
    yield "refused"
    stage.answer(START, "Accepted")
    stage.press("Try again")
    stage.see("Plug in now")
    yield "plug-in"
    stage.change(NO_TIME_LEFT)
    stage.see("No car was plugged in")
    yield "too-late"
    stage.press("Try again")
    stage.see("Plug in now")
    stage.press("Cancel")
    stage.see("Cancelled")
    yield "cancelled"


def charge_for_room(stage):
    """A charging on the room bill, from the car that waits to the answer of front desk."""
    stage.start_for_room()
    stage.see("Plug in now")
    stage.report("Preparing")
    stage.see("Waiting for your car")
    yield "waiting"
    stage.plug_in()
    stage.report("Charging")
    stage.see("Speed now")
    for minutes in range(5, 60, 10):
        stage.draw(minutes, minutes * 160, power_w=11_000 - minutes * 30)
    stage.reload()
    stage.see("Speed since the start")
    yield "live"
    # the page itself finds that the car reports its battery now
    stage.draw(58, 9_200, soc_percent=49)
    stage.see("49%")
    yield "live-battery"
    stage.browser.set_offline(True)
    stage.see("No connection. What you see is of")
    yield "live-offline"
    stage.browser.set_offline(False)
    yield from _set_a_limit(stage)
    stage.report("SuspendedEV")
    stage.see("Your car is full", SEEN_S)
    yield "full"
    yield from _stop_by_the_page(stage, 9_400)
    yield from _answer_the_receipt(stage)


def _set_a_limit(stage):
    stage.reload()
    stage.see("Charges until your car is full")
    stage.click("[href$='ask=limit']")
    stage.see("When should it stop?")
    yield "limit"
    stage.click("label:has-text('At an energy')")
    stage.fill(kwh="5")
    stage.press("Save")
    stage.see("more kWh than are in your car")
    yield "limit-wrong"
    stage.fill(kwh="40")
    stage.press("Save")
    stage.see("40 kWh")
    yield "live-limit"


def _stop_by_the_page(stage, energy_wh):
    stage.press("Stop charging")
    stage.see("Stop now?")
    yield "stop"
    stage.press("Stop charging")
    stage.see("Leave the plug in for a moment")
    yield "stopping"
    stage.stop(energy_wh)
    stage.see("Thank you. Drive well.")


def _answer_the_receipt(stage):
    yield "receipt"
    stage.rate(2, "Slow")
    yield "rated"
    stage.send_receipt("ada@example.com")
    yield "receipt-sent"
    stage.click("summary:has-text('Something was wrong')")
    stage.browser.act(lambda page: page.select_option("[name=reason]", index=1))
    stage.fill(statement="It said less.")
    stage.click("[action$='/wrong'] button")
    stage.see("We will look into it.")
    yield "disputed"


def check_the_sum(stage):
    """A charging whose figures are odd, and the moment before its sum is known."""
    stage.start_for_room()
    stage.see("Plug in now")
    stage.plug_in()
    stage.report("Charging")
    stage.see("Speed now")
    stage.stop(500_000)
    stage.see("We check the sum")
    yield "review"
    stage.change("UPDATE iicharge_session SET billing = 'open', write_date = now() WHERE true")
    stage.reload()
    stage.see("Now unplug")
    yield "end"


def charge_for_nothing(stage):
    """A site where charging is a gift."""
    component = {"dimension": "ENERGY", "price": 0}
    values = {"name": "A gift", "component_ids": [[0, 0, component]]}
    gift = stage.admin.call("iicharge.tariff", "create", values)
    connector = stage.find_connector()
    stage.admin.call("iicharge.connector", "write", connector, {"tariff_id": gift})
    stage.go(f"/charge/{stage.code}")
    stage.see("Charging here is a gift of the house.")
    yield "free"
    stage.press("Start charging")
    stage.see("Plug in now")
    yield "free-plug-in"
