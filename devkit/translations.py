# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Merge new texts into the translation files, and find missing or broken translations.

Runs in the virtual environment, which has `polib`.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib

from devkit import project

# Placeholders and directives of templates: the same in every language.
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf]|\{\{.*?\}\}|\{\w*\}")
_EXPRESSION = re.compile(r"\{\{.*?\}\}")
_TAG = re.compile(r"<(/?)([\w-]+)([^>]*?)(/?)>")
# Quotation marks of other languages, and those without a direction where a text is quoted.
_FOREIGN_QUOTES = {
    "de": re.compile(r"[«»”‘‹›]|(?<!\{)\"\w|“\w|\B'\w[^']*'\B"),
    "es": re.compile(r"[“”„‘‹›]|(?<!\{)\"\w|« | »|\B'\w[^']*'\B"),
    "fr": re.compile(r"[“”„‘‹›]|(?<!\{)\"\w|\B'\w[^']*'\B|«(?!\xa0)|(?<!\xa0)»| [:;!?](?![\w=])"),
    "it": re.compile(r"[“”„‘‹›]|(?<!\{)\"\w|« | »|\B'\w[^']*'\B"),
    "nl": re.compile(r"[«»„‘‹›]|(?<!\{)\"\w|\B'\w[^']*'\B"),
}
# Languages of guests only: their files have the texts of `_GUEST_PLACES` and no others.
GUEST_LANGUAGES = ("it", "nl")
# Where the texts are that guests read: page, messages, receipt, prices, and lines on a bill. A file
# of code is a guest's as a whole.
_GUEST_PLACES = re.compile(
    r"code:addons/iicharge_odoo\w*/(?:"
    r"controllers/(?:guest|portal)"
    r"|models/(?:guest|portal|refusal)/(?!iicharge_alert)"
    r"|models/(?:payment/)?iicharge_(?:guest_|refusal|card_payment|card_settlement)"
    r"|models/waiting/iicharge_waiting_page\."
    r"|models/tariff/(?:iicharge_site|price_text|tariff_text)\."
    r"|models/session/iicharge_session_desk\."
    r"|models/billing/(?:iicharge_session_charge|iicharge_charge_line|res_partner)\."
    r"|models/billing/(?:iicharge_charge_line_credit|iicharge_session_rating)\."
    r"|models/(?:contract/iicharge_charge_line|stay/iicharge_session)\."
    r"|models/display/display_text\."
    r"|report/(?:evidence_money|guest_receipt|prices)\."
    r")"
    r"|model:mail\.template,(?:subject|body_html):|model:sms\.template,body:"
    r"|model:product\.template,name:"
    r"|model:ir\.model\.fields\.selection,name:\w+\.selection__iicharge_"
    r"(?:connector__standard|dispute__reason|token__type)__"
    r"|model_terms:ir\.ui\.view,arch_db:iicharge_odoo\w*\."
    r"(?:guest_|portal_|prices_content|(?:report_(?:guest_receipt|page|prices)"
    r"|evidence_(?:lines|sum|tariff))$)"
)
# A line never breaks between a word of French and these.
_FRENCH_BLANK = re.compile(r"(?<=«)[ \u202f]|[ \u202f](?=»|[:;!?](?![\w=]))")


def files(addon: str) -> tuple[Path, list[Path]]:
    """Return the template and the translations of an addon."""
    folder = project.CHECKOUT / addon / "i18n"
    return folder / f"{addon}.pot", sorted(folder.glob("*.po"))


def select(template: polib.POFile, language: str) -> polib.POFile:
    """Return the entries of a template that a language has: all, or those that guests read.

    Of an entry only the places that guests read are kept, so that staff's screens stay as they are.
    """
    if language not in GUEST_LANGUAGES:
        return template
    selected = polib.POFile(wrapwidth=78)
    selected.metadata = template.metadata
    for entry in template:
        entry.occurrences = [place for place in entry.occurrences if is_of_guest(place[0])]
        if entry.occurrences:
            selected.append(entry)
    return selected


def is_of_guest(place: str) -> bool:
    """Check whether guests read the text at a place of a template."""
    return bool(_GUEST_PLACES.match(place))


def merge(template: polib.POFile, path: Path) -> None:
    """Bring one language to the texts of the template; kept translations stay."""
    template = select(template, path.stem)
    translated = polib.pofile(str(path), wrapwidth=78)
    translated.merge(template)
    if path.stem == "fr":
        for entry in translated:
            entry.msgstr = set_no_break_spaces(entry.msgstr)
    for entry in list(translated.obsolete_entries()):
        translated.remove(entry)
    order = {entry.msgid: number for number, entry in enumerate(template)}
    translated.sort(key=lambda entry: order[entry.msgid])
    translated.metadata = {**template.metadata, "Language": path.stem, "Language-Team": ""}
    translated.metadata["Last-Translator"] = ""
    translated.save(str(path))


def set_no_break_spaces(text: str) -> str:
    """Return a French text with no-break spaces inside quotation marks and before « : ; ! ? »."""
    return _FRENCH_BLANK.sub("\xa0", text)


def has_foreign_quotes(text: str, language: str) -> bool:
    """Check whether a text has quotation marks, or spaces at them, that are another language's.

    Languages without a rule here have none. An expression, as of a file's name, is no text.
    """
    rule = _FOREIGN_QUOTES.get(language)
    is_expression = text.startswith("'") and " % " in text
    words = _EXPRESSION.sub("", _TAG.sub("", text))
    return bool(rule and not is_expression and rule.search(words))


def placeholders(text: str) -> Counter:
    """Return the parts of a text that a translation has to keep, counted."""
    return Counter(_PLACEHOLDER.findall(text))


def tags(text: str) -> Counter:
    """Return the markup of a text, without the parts that a reader sees (a title)."""
    return Counter(
        (opening, name, re.sub(r'\b(title|aria-label|placeholder|alt)="[^"]*"', "", rest), closing)
        for opening, name, rest, closing in _TAG.findall(text)
    )


def problems(path: Path) -> Iterator[str]:
    """Yield the faults of a translation file, a line each."""
    template, _paths = files(path.parent.parent.name)
    wanted = {entry.msgid for entry in select(polib.pofile(str(template)), path.stem)}
    entries = polib.pofile(str(path))
    for msgid in sorted(wanted - {entry.msgid for entry in entries}):
        yield f"not in the file: {msgid!r}"
    for entry in entries:
        if entry.obsolete or entry.msgid not in wanted:
            yield f"not in the template: {entry.msgid!r}"
        elif entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif not entry.msgstr:
            yield f"not translated: {entry.msgid!r}"
        elif placeholders(entry.msgid) != placeholders(entry.msgstr):
            yield f"other placeholders: {entry.msgid!r} is {entry.msgstr!r}"
        elif tags(entry.msgid) != tags(entry.msgstr):
            yield f"other markup: {entry.msgid!r} is {entry.msgstr!r}"
        elif _edges(entry.msgid) != _edges(entry.msgstr):
            yield f"other blanks at the ends: {entry.msgid!r} is {entry.msgstr!r}"
        elif has_foreign_quotes(entry.msgstr, path.stem):
            yield f"quotation marks of another language: {entry.msgid!r} is {entry.msgstr!r}"


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def main(addons: list[str]) -> None:
    """Merge and print what is left to do."""
    for addon in addons:
        template, paths = files(addon)
        for path in paths:
            merge(polib.pofile(str(template), wrapwidth=78), path)
            for problem in problems(path):
                print(f"{path.relative_to(project.CHECKOUT)}: {problem}")


if __name__ == "__main__":
    main(sys.argv[1:])
