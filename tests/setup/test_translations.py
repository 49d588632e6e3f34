# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import polib
import pytest

from devkit import project, translations

LANGUAGES = ("de", "es", "fr")
FILES = [path for addon in project.ADDONS for path in translations.files(addon)[1]]


@pytest.mark.parametrize("addon", project.ADDONS)
def test_addon_is_translated_into_each_language(addon):
    template, paths = translations.files(addon)
    texts = template.read_text(encoding="utf-8")  # empty where the addon has none of its own
    assert {path.stem for path in paths} >= (set(LANGUAGES) if texts else set())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_translation_is_complete_and_unbroken(path):
    assert list(translations.problems(path)) == []


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
    ],
)
def test_quotation_marks_of_another_language_are_found(language, good, bad):
    assert not translations.has_foreign_quotes(f"<i class='fa'>{good}</i>", language)
    assert [text for text in bad if not translations.has_foreign_quotes(text, language)] == []


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
