# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a user does in the web client: open menus, fill in fields, press buttons.

Each action waits until the server has answered all that the page asked, and then fails on what a
user must never see: an error dialog, an error in the console, an answer that is an error.
"""

import json
import re
import time
from contextlib import contextmanager

from playwright.async_api import Error as PlaywrightError

from devkit.browser import Browser

# The page is quiet when nothing was asked for so long.
QUIET_S = 0.12
PATIENCE_S = 60
# Requests that stay open, or that no screen waits for.
UNWAITED = ("/websocket", "/bus/", "/web/static", "/web/image", "/mail/data")
DIALOG = ".modal:not(.o_inactive_modal)"
# A refusal of a rule in words; it is no fault where a walk expects it.
REFUSALS = "odoo.exceptions.UserError", "odoo.exceptions.ValidationError"


class Screen:
    """The page of one browser, for one user at a time. Use it as a context manager.

    :param server: `OdooServer`
    """

    def __init__(self, server):
        self.server = server
        self.login = None
        self._open = set()
        self._changed_at = time.monotonic()
        self._faults = []
        self._answers = []
        self._refusal = None
        self.is_broken = False
        self.browser = Browser(1600, 1000)
        self.browser.act(self._listen)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.browser.__exit__(*exception)

    async def _listen(self, page):
        page.on("request", self._note_request)
        page.on("requestfinished", self._note_end)
        page.on("requestfailed", self._note_end)
        page.on("response", self._note_response)
        page.set_default_timeout(10_000)

    def _note_request(self, request):
        if not any(part in request.url for part in UNWAITED):
            self._open.add(request)
        self._changed_at = time.monotonic()

    def _note_end(self, request):
        self._open.discard(request)
        self._changed_at = time.monotonic()

    async def _note_response(self, response):
        if response.request.method != "POST":
            if response.status >= 500:
                self._faults.append(f"{response.status}: {response.url}")
            return
        try:
            answer = json.loads(await response.text())
        except (ValueError, PlaywrightError):
            return  # no JSON, or the page has been left
        if isinstance(answer, dict) and answer.get("error"):
            self._answers.append(answer["error"])

    def _act(self, action):
        try:
            return self.browser.act(action)
        except PlaywrightError as error:
            raise AssertionError(self.report(error.message)) from None

    # --- pages ---------------------------------------------------------------------------
    def log_in(self, login):
        """Act as a user, at the page that follows the login or where that user was."""
        if self.login == login and not self.is_broken and not self.count(DIALOG):
            return
        if self.login != login:
            self.browser.log_in(self.server, login)
            self.login = login
        self.is_broken = False
        self.go("/odoo")

    def go(self, path):
        """Open a page by its address, as from a bookmark."""
        self.browser.open(self.server.url + path)
        self.browser.wait_for("document.querySelector('.o_main_navbar, .o_action_manager')")
        self.settle()

    def open(self, app, *path):
        """Open a menu as a user does: the app, then the entries below it."""
        if self.text(".o_menu_brand") != app:
            self.click(".o_navbar_apps_menu button")
            self.click(f".o-dropdown--menu .o_app:has-text({_quote(app)})")
        for depth, name in enumerate(path):
            place = ".o-dropdown--menu .dropdown-item" if depth else ".o_menu_sections > *"
            self.click(f"{place}:text-is({_quote(name)}), {place} :text-is({_quote(name)})")

    # --- what is seen ------------------------------------------------------------------------
    @property
    def place(self):
        """Selector of what a user can reach: the topmost dialog, else the page."""
        return f"{DIALOG} >> nth=-1" if self.count(DIALOG) else ".o_action_manager"

    def is_dialog(self):
        return bool(self.count(DIALOG))

    def count(self, selector):
        return self._act(lambda page: page.locator(selector).count())

    def text(self, selector=None):
        """Return the text of an element, "" where there is none; by default of all in reach."""
        selector = selector or self.place
        if not self.count(selector):
            return ""
        return self._act(lambda page: page.locator(selector).first.inner_text()).strip()

    def see(self, text, timeout_s=20):
        """Wait until a text is shown; on a page that is not updated it is there."""
        deadline = time.monotonic() + timeout_s
        while text not in (shown := " ".join(self.text("body").split())):
            assert time.monotonic() < deadline, f"{text!r} is not shown:\n{shown}"
            time.sleep(0.1)
        self.settle()

    def value(self, field):
        """Return what a field shows."""

        place = self._widget(field, None)

        async def read(page):
            widget = page.locator(place)
            typed = widget.locator("input, textarea")
            if await typed.count():
                return await typed.first.input_value()
            return await widget.inner_text()

        return self._act(read).strip()

    # --- what is done ------------------------------------------------------------------------
    def click(self, selector):
        """Click the first element that is seen."""
        self._act(lambda page: page.locator(f"{selector} >> visible=true").first.click())
        self.settle()

    def press(self, name):
        """Press a button by its text, in the topmost dialog or on the page."""
        pattern = re.compile(rf"^\s*{re.escape(name)}\s*$")
        place = self.place

        async def press(page):
            buttons = page.locator(place).locator("button, a.btn").filter(visible=True)
            named = buttons.filter(has_text=pattern)
            if not await named.count():
                named = page.locator(place).get_by_role("button", name=name, exact=True)
            await named.first.click()

        self._act(press)
        self.settle()

    def confirm(self):
        """Press the first button of the question that is asked."""
        self.click(f"{self.place} >> .modal-footer .btn-primary, .modal-footer .btn-danger")

    def press_stat(self, name):
        """Press a button at the top of a form that shows a number."""
        self.click(f"{self.place} >> .oe_stat_button:has-text({_quote(name)})")

    def save(self):
        """Save the form, and see that it is saved."""
        self.click(".o_form_button_save")
        assert not self.count(".o_form_button_save:visible"), self.report("It is not saved.")

    def leave(self):
        """Discard what is typed into a form."""
        if self.count(".o_form_button_cancel >> visible=true"):
            self.click(".o_form_button_cancel")

    def tab(self, name):
        self.click(f".o_notebook .nav-link:text-is({_quote(name)})")

    def fill(self, field, text, row=None):
        """Type into a field, in the last row where `row` is its list's field."""
        place = self._widget(field, row)
        self._act(lambda page: page.locator(place).locator("input, textarea").first.fill(str(text)))
        self.browser.press("Tab")
        self.settle()

    def choose(self, field, text, row=None):
        """Type into a field that offers records, and take the offer with that text."""
        place = self._widget(field, row)
        self._act(lambda page: page.locator(place).locator("input").first.fill(text))
        self.settle()
        offer = ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)"
        self.click(f"{offer}:has-text({_quote(text)})")

    def create(self, field, text):
        """Type into a field that offers records, and create one of that name."""
        place = self._widget(field, None)
        self._act(lambda page: page.locator(place).locator("input").first.fill(text))
        self.settle()
        self.click(f".o_m2o_dropdown_option_create:has-text({_quote(text)})")

    def offers(self, field):
        """Return what a field that offers records lists, before anything is typed."""
        place = self._widget(field, None)
        self._act(lambda page: page.locator(place).locator("input").first.click())
        self.settle()
        offer = ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)"
        found = self._act(lambda page: page.locator(offer).all_inner_texts())
        self.browser.press("Escape")
        return [text.strip() for text in found]

    def open_record(self, field):
        """Open the record that a field shows."""
        place = self._widget(field, None)
        self._act(lambda page: page.locator(place).hover())
        self.click(f"{place} >> .o_external_button")

    def select(self, field, text, row=None):
        """Choose from a field's list of words, radio buttons or badges."""
        place = self._widget(field, row)

        async def select(page):
            widget = page.locator(place)
            if await widget.locator("select").count():
                await widget.locator("select").select_option(label=text)
            elif await widget.locator("input.o_input, input[type=text]").count():
                await widget.locator("input").first.click()
                await widget.locator("input").first.fill(text)
                await page.locator(f".o_select_menu_item:has-text({_quote(text)})").first.click()
            else:
                await widget.get_by_text(text, exact=True).first.click()

        self._act(select)
        self.settle()

    def select_role(self, privilege, role):
        """Choose a role on a user's form, where fields have labels and no names."""

        async def select(page):
            label = page.locator(f".o_form_label:text-is({_quote(privilege)})")
            await page.locator(f"[id='{await label.get_attribute('for')}']").click()
            await page.locator(f".o_select_menu_item:has-text({_quote(role)})").first.click()

        self._act(select)
        self.settle()

    def tick(self, field, row=None):
        place = self._widget(field, row)
        self._act(lambda page: page.locator(place).locator("input").first.click())
        self.settle()

    def add_row(self, field, name="Add a line"):
        """Add a row to a list inside a form."""
        self.click(f"{self.place} >> .o_field_widget[name={field}] a:text-is({_quote(name)})")

    def row(self, text):
        """Open the row of a list, or the card of a board, that has a text."""
        cell = ".o_data_cell:not(.o_handle_cell):not(:has(button, input))"
        rows = f".o_data_row:has-text({_quote(text)}) {cell}"
        self.click(f"{self.place} >> {rows}, .o_kanban_record:has-text({_quote(text)})")

    def search(self, text):
        """Search by the first suggestion for a text."""
        self._act(lambda page: page.locator(".o_searchview_input").fill(text))
        self.settle()
        self.browser.press("Enter")
        self.settle()

    def filter(self, name):
        """Switch on a filter of the search menu."""
        self.click(".o_searchview_dropdown_toggler")
        self.click(f".o_filter_menu .o_menu_item:text-is({_quote(name)})")
        self.click(".o_searchview_dropdown_toggler")

    def _widget(self, field, row):
        inner = f".o_field_widget[name={field}]"
        if row:
            inner = f".o_field_widget[name={row}] .o_selected_row {inner}"
        return f"{self.place} >> {inner} >> visible=true >> nth=0"

    # --- faults ----------------------------------------------------------------------------
    @contextmanager
    def refused(self, text):
        """Expect that the server refuses what is done inside, in words with a text."""
        self._refusal = text
        yield
        assert self._refusal is None, self.report(f"It is not refused: {text!r}.")
        self.press("Close")

    def settle(self):
        """Wait until the page is quiet, and check that nothing went wrong."""
        deadline = time.monotonic() + PATIENCE_S
        self._changed_at = time.monotonic()  # what was done needs a moment to show its effect
        while self._open or time.monotonic() - self._changed_at < QUIET_S:
            assert time.monotonic() < deadline, self.report(f"Never quiet: {self._open}")
            time.sleep(0.02)
        self.check()

    def check(self):
        """Fail on what a user must not see."""
        is_refused = any(map(self._is_expected, self._answers))
        faults = self._faults + ([] if is_refused else list(map(describe, self._answers)))
        console = self.browser.console
        faults += [text for kind, text in console if kind in ("error", "exception")]
        self._faults, self._answers = [], []
        console.clear()
        invalid = ".o_notification:has(.bg-danger)"
        if self.count(invalid):
            faults.append(self.text(invalid))
        if self.count(".o_error_dialog") and not is_refused:
            faults.append(self.text(DIALOG))
        assert not faults, self.report("\n".join(faults))

    def _is_expected(self, error):
        text = self._refusal
        is_rule = (error.get("data") or {}).get("name") in REFUSALS
        if text is None or not is_rule or text not in describe(error):
            return False
        self._refusal = None
        return True

    def report(self, text):
        self.is_broken = True
        return f"As {self.login}: {text}\n{self.browser.report()}"


def describe(error):
    """Return an answer's error in words."""
    data = error.get("data") or {}
    return f"{data.get('name')}: {data.get('message') or error.get('message')}"


def _quote(text):
    return json.dumps(text)
