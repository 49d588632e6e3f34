# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Measure in a browser whether text can be read: its contrast to what is behind it, by WCAG."""

import json

from devkit.browser import Browser

# WCAG 1.4.3: for text, and for large text (18 pt, or 14 pt in bold).
LEAST, LEAST_LARGE = 4.5, 3
SCHEME_COOKIES = ("color_scheme", "pos_color_scheme")
# Colours are read back from a canvas, whatever notation they have. Opacity counts; a background
# picture does not, and what is switched off need not be read.
_MEASURE = """
([places, least, leastLarge]) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const read = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
        return [red, green, blue, alpha / 255];
    };
    const lay = (upper, lower) => {
        const alpha = upper[3] + lower[3] * (1 - upper[3]);
        const mix = (i) => (upper[i] * upper[3] + lower[i] * lower[3] * (1 - upper[3])) / alpha;
        return alpha ? [mix(0), mix(1), mix(2), alpha] : [0, 0, 0, 0];
    };
    const light = (colour) => {
        const part = (value) =>
            value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        const [red, green, blue] = colour.slice(0, 3).map((value) => part(value / 255));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const found = new Set();
    const isRead = (element) =>
        element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
        !element.closest(
            "script, style, option, svg, :disabled, .disabled, .visually-hidden",
        );
    for (const place of document.querySelectorAll(places)) {
        const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const element = texts.currentNode.parentElement;
            const text = texts.currentNode.textContent.trim();
            if (!text || !isRead(element)) continue;
            let behind = [0, 0, 0, 0];
            let opacity = 1;
            for (let each = element; each; each = each.parentElement) {
                const style = getComputedStyle(each);
                behind = lay(behind, read(style.backgroundColor));
                opacity *= style.opacity;
            }
            behind = lay(behind, [255, 255, 255, 1]);
            const style = getComputedStyle(element);
            const ink = read(style.color);
            ink[3] *= opacity;
            const [dark, bright] = [light(lay(ink, behind)), light(behind)].sort((a, b) => a - b);
            const ratio = (bright + 0.05) / (dark + 0.05);
            const size = parseFloat(style.fontSize);
            const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            if (ratio < (isLarge ? leastLarge : least)) {
                const name = [element.localName, ...element.classList].join(".");
                found.add(`${ratio.toFixed(2)}: ${text.slice(0, 30)} (${name})`);
            }
        }
    }
    return [...found];
}
"""


def set_scheme(browser: Browser, url: str, scheme: str) -> None:
    """Ask Odoo and the register for light or dark colours from the next page on."""
    cookies = [{"name": name, "value": scheme, "url": url} for name in SCHEME_COOKIES]
    browser.act(lambda page: page.context.add_cookies(cookies))


def find_low_contrast(browser: Browser, places: str = "body") -> list[str]:
    """Return the texts that are hard to read: "ratio: text (element)".

    :param places: selector of the elements whose text is read
    """
    return browser.evaluate(f"({_MEASURE})({json.dumps([places, LEAST, LEAST_LARGE])})")
