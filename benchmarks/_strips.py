# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Picture strips of the everyday tasks: some steps side by side, with what is tapped marked.

They are written where the README and the manual show them.
"""

import json
import time

from PIL import Image, ImageDraw, ImageFont

from devkit import project

STRIPS = project.CHECKOUT / "iicharge_odoo/static/description"
DIALOG = ".modal:not(.o_inactive_modal)"
SIZE = (1024, 768)
# Of one step in the strip.
STEP = (600, 450)
CAPTION_HEIGHT, GAP = 40, 14
INK, MARK = "#24292f", "#d6336c"
# The page draws what came last.
SETTLE_S = 0.8
COLOURS = 96
# A charger has to start or to stop.
PATIENCE_S = 60


class Strip:
    """A task being done in a browser, with a picture before each tap."""

    def __init__(self, browser, name):
        self._browser = browser
        self._name = name
        self._steps = []

    def look(self, caption, selector, text=""):
        """Take a picture of what is there at the end of a task."""
        self._find(selector, text)
        self._take(caption)

    def tap(self, caption, selector, text="", then=""):
        """Take a picture with what is tapped, and tap it.

        :param then: selector of what shows that the tap has worked
        """
        self._take(caption, self._find(selector, text))
        self.press(selector, text, then)

    def press(self, selector, text="", then=""):
        """Tap without a picture."""
        self._browser.evaluate(f"{self._find(selector, text)}.click()")
        if then:
            self._browser.wait_for(f"document.querySelector({then!r})", PATIENCE_S)

    def write(self, selector, text):
        self._browser.evaluate(f"{self._find(selector, '')}.focus()")
        self._browser.write(text)

    def _find(self, selector, text):
        elements = f"[...document.querySelectorAll({json.dumps(selector)})]"
        shown = "each.offsetParent && !each.disabled"
        found = f"{elements}.find((each) => {shown} && each.textContent.includes({text!r}))"
        self._browser.wait_for(found, PATIENCE_S)
        return found

    def _take(self, caption, marked=None):
        """:param marked: an expression of the element that is tapped"""
        time.sleep(SETTLE_S)
        place = marked and self._browser.evaluate(
            f"(() => {{ const box = {marked}; box.scrollIntoView({{block: 'nearest'}});"
            " const r = box.getBoundingClientRect(); return [r.x, r.y, r.right, r.bottom]; })()"
        )
        path = STRIPS / f"{self._name}.png"
        self._browser.screenshot(path)
        with Image.open(path) as file:
            picture = file.convert("RGB")
        if place:
            left, top, right, bottom = place
            ring = ImageDraw.Draw(picture)
            box = (left - 6, top - 6, right + 6, bottom + 6)
            ring.rounded_rectangle(box, radius=10, outline=MARK, width=6)
        self._steps.append((caption, picture.resize(STEP, Image.Resampling.LANCZOS)))

    def save(self):
        """Put the steps side by side. :return: the file's name"""
        width = len(self._steps) * (STEP[0] + GAP) - GAP
        strip = Image.new("RGB", (width, STEP[1] + CAPTION_HEIGHT), "white")
        draw, font = ImageDraw.Draw(strip), ImageFont.load_default(24)
        for number, (caption, picture) in enumerate(self._steps):
            x = number * (STEP[0] + GAP)
            draw.text((x + 2, 4), f"{number + 1}  {caption}", fill=INK, font=font)
            strip.paste(picture, (x, CAPTION_HEIGHT))
            draw.rectangle(
                (x, CAPTION_HEIGHT, x + STEP[0] - 1, CAPTION_HEIGHT + STEP[1] - 1),
                outline="#d0d7de",
            )
        path = STRIPS / f"{self._name}.png"
        strip.quantize(COLOURS).save(path, optimize=True)
        return path.name


# --- tasks -------------------------------------------------------------------------------
def _tile(state):
    return f".o_iicharge_tile[data-state={state}]"


def start_for_a_room(strip):
    strip.tap("Tap a free place", _tile("available"), "Garage", f"{DIALOG} .o_iicharge_stay")
    strip.tap("Tap the room", f"{DIALOG} .o_iicharge_stay", "103", f"{DIALOG} .o_iicharge_quote")
    charging = f"{DIALOG} .o_iicharge_charging"
    strip.tap("Price and time are there: start", f"{DIALOG} .o_iicharge_start_button", "", charging)
    strip.look("It charges, on the room", charging)
    strip.press(f"{DIALOG} .modal-footer button", "Close")


def stop(strip):
    strip.tap("Tap the car", _tile("charging"), "103", f"{DIALOG} .o_iicharge_stop_button")
    total = f"{DIALOG} .o_iicharge_total"
    strip.tap("The button says what happens", f"{DIALOG} .o_iicharge_stop_button", "", total)
    strip.look("The sum is on the room's bill", total)
    strip.press(f"{DIALOG} .modal-footer button", "Close")


def pay(strip):
    strip.tap("Tap who pays", ".o_iicharge_unpaid button", "", f"{DIALOG} .o_iicharge_pay_with")
    bank = f"{DIALOG} .o_iicharge_pay_with[data-method=bank]"
    strip.tap("Card, cash, or the room", bank, "", ".payment-screen .validation-button.next")
    validate = ".payment-screen .validation-button.next"
    strip.tap("Validate", validate, "", ".receipt-screen .pos-receipt")
    strip.look("The receipt explains the sum", ".receipt-screen .pos-receipt")
    strip.press(".receipt-screen .button.next", "", ".product-screen")


def refund(strip):
    strip.press(".orders-button")
    strip.press(".pos-search-bar .filter")
    strip.press(".pos-search-bar .filter li", "Paid")
    strip.tap("Orders, Paid: tap the order", ".ticket-screen .order-row")
    strip.tap("Tap the charging", ".ticket-screen .orderline", "EV")
    strip.press(".ticket-screen .numpad button", "1", ".ticket-screen .to-refund-highlight")
    give_back = ".ticket-screen .pay-order-button"
    strip.tap("1, then Refund", give_back, "", ".payment-screen .paymentmethod")
    strip.press(".payment-screen .paymentmethod", "Card")
    validate = ".payment-screen .validation-button.next"
    strip.tap("The way it was paid: validate", validate, "", ".receipt-screen .pos-receipt")
    strip.look("Money and charge are given back", ".receipt-screen .pos-receipt")
    strip.press(".receipt-screen .button.next", "", ".product-screen")


def dispute(strip):
    row = f"{DIALOG} .o_iicharge_finished .o_iicharge_row"
    strip.tap("Today", ".o_iicharge_charging_screen .o_iicharge_panel:has(.fa-history)", "", row)
    strip.tap("Tap the charging", row, "On the Bill", f"{DIALOG} .o_iicharge_total")
    form = f"{DIALOG} .o_iicharge_dispute"
    strip.tap("Guest disagrees", f"{DIALOG} .o_iicharge_disagree", "", form)
    strip.write(f"{form} textarea", "The sign at the entrance said 0.30 € per kWh.")
    strip.press(f"{form} button", "Another price")
    done = f"{DIALOG} .o_iicharge_disputed"
    strip.tap("Write down what the guest says", f"{DIALOG} .o_iicharge_dispute_button", "", done)
    strip.look("A manager decides", done)
    strip.press(f"{DIALOG} .modal-footer button", "Close")


def onboard(strip, screen, site):
    """Add a charger, which connects as soon as it has its password.

    :param screen: `tests.walks.screen.Screen`
    """
    from tests.walks.car import Car

    screen.browser.resize(*SIZE)
    screen.log_in("technician")
    screen.open("EV Charging", "Chargers", "Chargers")
    strip.tap("Chargers: New", ".o_control_panel .o_list_button_add", "", ".o_form_view")
    screen.fill("name", "Garage 5")
    screen.fill("identity", "GARAGE-5")
    screen.choose("site_id", site)
    strip.tap("Its name, and the identity that is set in it", ".o_form_button_save")
    screen.settle()
    secret = f"{DIALOG} [name=secret]"
    strip.tap("Set a password", ".o_form_view button[name=action_set_secret]", "", secret)
    password = screen.value("secret")
    strip.tap("Type it into the charger", f"{DIALOG} footer button", "I Have Copied It")
    screen.settle()
    car = Car(screen.server, "GARAGE-5", password)
    car.connect()
    screen.see("Online")
    strip.look("It connects, and is online", ".o_form_view")
    car.leave()


# A dispute first: what has ended before has a sum worth disputing.
AT_THE_REGISTER = (
    ("task-dispute", dispute),
    ("task-start", start_for_a_room),
    ("task-stop", stop),
    ("task-pay", pay),
    ("task-refund", refund),
)


def take_register_strips(browser):
    """Take the strips of the tasks at a register, whose charging screen is open."""
    browser.resize(*SIZE)
    names = []
    for name, task in AT_THE_REGISTER:
        strip = Strip(browser, name)
        task(strip)
        names.append(strip.save())
    return names
