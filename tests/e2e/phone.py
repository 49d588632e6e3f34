# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The guest's page as a guest uses it."""


class Phone:
    """:param browser: a `devkit.browser.Browser` of a phone's size, open"""

    def __init__(self, browser):
        self.browser = browser

    def see(self, text, timeout_s=60):
        self.browser.wait_for(f"document.body?.innerText.includes({text!r})", timeout_s)

    def press(self, text):
        """Press the main button of the page."""
        self.browser.act(lambda page: page.locator(f".act :text('{text}')").click())

    def click(self, selector):
        self.browser.act(lambda page: page.locator(selector).click())

    def fill(self, **typed):
        for name, text in typed.items():
            self.browser.act(
                lambda page, name=name, text=text: page.locator(f"[name={name}]").fill(text)
            )

    def rate(self, stars, words):
        self.click(f".stars label:nth-child({stars})")
        self.fill(words=words)
        self.click("[action$='/rate'] button")
        self.see("Thank you for your answer.")

    def send_receipt(self, address):
        self.click("summary:has-text('Send the receipt')")
        self.fill(address=address)
        self.click("[action$='/mail'] button")
        self.see("on its way")
