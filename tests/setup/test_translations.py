# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from xml.etree import ElementTree

import polib
import pytest

from devkit import project, translations

LANGUAGES = ("de", "es", "fr")
FILES = [path for addon in project.ADDONS for path in translations.files(addon)[1]]
SELECTION = "model:ir.model.fields.selection,name:iicharge_odoo"


@pytest.mark.parametrize("addon", project.ADDONS)
def test_addon_is_translated_into_each_language(addon):
    template, paths = translations.files(addon)
    texts = template.read_text(encoding="utf-8")  # empty where the addon has none of its own
    wanted = set(LANGUAGES) if texts else set()
    if texts and translations.select(polib.pofile(str(template)), "nl"):
        wanted |= set(translations.GUEST_LANGUAGES)
    assert {path.stem for path in paths} >= wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_translation_is_complete_and_unbroken(path):
    assert list(translations.problems(path)) == []


@pytest.mark.parametrize("language", translations.GUEST_LANGUAGES)
def test_language_of_guests_leaves_the_screens_of_staff_as_they_are(language):
    path = translations.files("iicharge_odoo")[0].with_name(f"{language}.po")
    entries = polib.pofile(str(path))
    places = [place for entry in entries for place, _line in entry.occurrences]
    assert "model_terms:ir.ui.view,arch_db:iicharge_odoo.guest_connector" in places
    assert [place for place in places if not translations.is_of_guest(place)] == []


def read_calls():
    """Read the templates of all addons. :return: {name of a place: called names}"""
    calls = {}
    for addon in project.ADDONS:
        for path in sorted((project.CHECKOUT / addon).rglob("*.xml")):
            if path.parent.name in ("views", "report"):
                for template in ElementTree.parse(path).iter("template"):
                    name = template.attrib["id"]
                    calls[f"{addon}.{name}"] = {
                        node.attrib["t-call"] for node in template.iter() if "t-call" in node.attrib
                    }
    return calls


def test_what_a_page_of_guests_calls_is_of_guests_too():
    calls = read_calls()
    place = "model_terms:ir.ui.view,arch_db:{}".format
    of_guest = {name for name in calls if translations.is_of_guest(place(name))}
    assert {"iicharge_odoo.guest_live", "iicharge_odoo_loyalty.guest_prepaid"} <= of_guest
    # style only
    called = set().union(*(calls[name] for name in of_guest)) - {"iicharge_odoo.report_style"}
    assert {name for name in called if name in calls} - of_guest == set()


@pytest.mark.parametrize(
    ("place", "is_of_guest"),
    [
        ("code:addons/iicharge_odoo/controllers/guest_card.py", True),
        ("code:addons/iicharge_odoo/models/guest/iicharge_guest_page.py", True),
        ("code:addons/iicharge_odoo/models/guest/iicharge_alert_kind.py", False),
        ("code:addons/iicharge_odoo_loyalty/models/iicharge_guest_payer_prepaid.py", True),
        ("code:addons/iicharge_odoo/models/home/iicharge_home.py", False),
        ("code:addons/iicharge_odoo/static/src/pos/charging/models/start_request.js", False),
        ("model:mail.template,subject:iicharge_odoo.mail_template_guest_full", True),
        ("model:mail.template,name:iicharge_odoo.mail_template_guest_full", False),
        ("model:sms.template,body:iicharge_odoo_sms.sms_template_guest_full", True),
        (f"{SELECTION}.selection__iicharge_connector__standard__type2", True),
        (f"{SELECTION}.selection__iicharge_dispute_open__reason__idle", False),
        ("model_terms:ir.ui.view,arch_db:iicharge_odoo.report_guest_receipt", True),
        ("model_terms:ir.ui.view,arch_db:iicharge_odoo.report_evidence", False),
        ("model_terms:ir.ui.view,arch_db:iicharge_odoo.iicharge_site_view_form_guest", False),
    ],
)
def test_place_says_who_reads_a_text(place, is_of_guest):
    assert translations.is_of_guest(place) == is_of_guest


@pytest.mark.parametrize("language", LANGUAGES)
def test_status_of_a_connector_stays_in_the_words_of_ocpp(language):
    path = translations.files("iicharge_odoo")[0].with_name(f"{language}.po")
    marker = "selection__iicharge_connector__status__"
    words = {
        entry.msgid: entry.msgstr
        for entry in polib.pofile(str(path))
        if all(marker in place for place, _line in entry.occurrences)
        # what no charger has reported yet: our word, no term of OCPP
        and entry.msgid != "Unknown"
    }
    assert {"Available", "Faulted", "SuspendedEV"} <= set(words)
    assert words == {term: term for term in words}


def make_addon(tmp_path, monkeypatch, msgstr):
    """Make an addon with one text and its translation."""
    folder = tmp_path / "addon/i18n"
    folder.mkdir(parents=True)
    monkeypatch.setattr(project, "CHECKOUT", tmp_path)
    text = "<b>%(who)s</b> started {count}"
    for name, value in (("addon.pot", ""), ("de.po", msgstr)):
        file = polib.POFile()
        file.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        file.append(polib.POEntry(msgid=text, msgstr=value))
        file.save(str(folder / name))
    return folder / "de.po"


@pytest.mark.parametrize(
    ("msgstr", "problem"),
    [
        ("", "not translated"),
        ("<b>%(wer)s</b> startete {count}", "other placeholders"),
        ("<b>%(who)s</b> startete", "other placeholders"),
        ("<i>%(who)s</i> startete {count}", "other markup"),
        ("<b>%(who)s</b> startete {count} ", "other blanks"),
    ],
)
def test_broken_translation_is_found(tmp_path, monkeypatch, msgstr, problem):
    (found,) = translations.problems(make_addon(tmp_path, monkeypatch, msgstr))
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("language", "good", "bad"),
    [
        ("de", "Drücken Sie „Start“.", ("“Start”", '"Start"', "„Start”", "'Start'", "«Start»")),
        ("es", "Pulse «Start».", ("“Start”", '"Start"', "'Start'", "« Start »", "„Start“")),
        (
            "fr",
            "Attention\xa0: «\xa0Start\xa0»",
            ("“Start”", '"Start"', "«Start»", "« Start »", "Non !"),
        ),
        ("it", "Un po' di «Start».", ("“Start”", '"Start"', "'Start'", "« Start »", "„Start“")),
        ("nl", "Foto's van “Start”.", ("«Start»", '"Start"', "'Start'", "„Start”", "‘Start’")),
    ],
)
def test_quotation_marks_of_another_language_are_found(language, good, bad):
    assert not translations.has_foreign_quotes(f"<i class='fa'>{good}</i>", language)
    assert [text for text in bad if not translations.has_foreign_quotes(text, language)] == []


def test_quotation_marks_of_an_expression_are_none():
    assert not translations.has_foreign_quotes("{{ ctx.get('link') }} «Start»", "es")
    assert translations.has_foreign_quotes("{{ ctx.get('link') }} 'Start'", "es")


def test_quotation_marks_in_a_file_are_a_problem(tmp_path, monkeypatch):
    path = make_addon(tmp_path, monkeypatch, "<b>%(who)s</b> startete “{count}”")
    (found,) = translations.problems(path)
    assert found.startswith("quotation marks of another language")


def test_merge_sets_no_break_spaces_of_french(tmp_path, monkeypatch):
    path = make_addon(tmp_path, monkeypatch, "x").with_name("fr.po")
    template = polib.POFile()
    template.append(polib.POEntry(msgid="Really?", msgstr=""))
    file = polib.POFile()
    file.append(polib.POEntry(msgid="Really?", msgstr="« Vraiment » ? a:b ; 12 : 30"))
    file.save(str(path))
    translations.merge(template, path)
    [entry] = polib.pofile(str(path))
    assert entry.msgstr == "«\xa0Vraiment\xa0»\xa0? a:b\xa0; 12\xa0: 30"


def test_merge_takes_new_texts_in_and_keeps_what_was_translated(tmp_path, monkeypatch):
    path = make_addon(tmp_path, monkeypatch, "<b>%(who)s</b> startete {count}")
    template = polib.pofile(str(path.parent / "addon.pot"))
    template.append(polib.POEntry(msgid="New"))
    translations.merge(template, path)
    merged = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    assert merged == {
        "<b>%(who)s</b> started {count}": "<b>%(who)s</b> startete {count}",
        "New": "",
    }


def test_merge_drops_texts_that_are_gone(tmp_path, monkeypatch):
    path = make_addon(tmp_path, monkeypatch, "x")
    translations.merge(polib.POFile(), path)
    assert len(polib.pofile(str(path))) == 0
