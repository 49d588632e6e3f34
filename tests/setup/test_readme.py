# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The addons' README.md, made from their fragments."""

import pytest

from devkit import project, readme
from devkit.progress import Failure

MANIFEST = '{"name": "Some & Addon", "license": "LGPL-3"}'


@pytest.fixture
def addon(tmp_path, monkeypatch):
    """An addon with each required fragment."""
    monkeypatch.setattr(project, "CHECKOUT", tmp_path)
    monkeypatch.setattr(project, "ADDONS", ("some",))
    folder = tmp_path / "some"
    (folder / "readme").mkdir(parents=True)
    (folder / "__manifest__.py").write_text(MANIFEST)
    for name in readme.REQUIRED:
        (folder / f"readme/{name}.md").write_text(f"Text of {name}.\n")
    return folder


def test_chapters_come_in_their_order_with_the_headings_below_them(addon):
    (addon / "readme/USAGE.md").write_text("# Front desk\n\n```\n# no heading\n```\n## Start\n")
    text = readme.make_readme(addon)
    rows = [row for row in text.splitlines() if row.startswith("#")]
    assert rows == [
        "# Some & Addon",
        "## Configuration",
        "## Usage",
        "### Front desk",
        "# no heading",
        "#### Start",
        "## Known issues and roadmap",
        "## History",
    ]
    assert "[Usage](#usage)" in text


def test_links_are_moved_with_the_text(addon):
    (addon / "readme/USAGE.md").write_text(
        "![a](../static/a.png) [b](DEVELOP.md) [c](https://example.com/c) [d](../../D.md) [e](#e)"
    )
    text = readme.make_readme(addon)
    assert "](static/a.png)" in text and "](readme/DEVELOP.md)" in text
    assert "](https://example.com/c)" in text and "](../D.md)" in text and "](#e)" in text


def test_missing_and_unknown_fragments_are_named(addon):
    (addon / "readme/ROADMAPS.md").write_text("x")
    with pytest.raises(Failure, match="ROADMAPS"):
        readme.make_readme(addon)
    (addon / "readme/HISTORY.md").unlink()
    with pytest.raises(Failure, match="HISTORY"):
        readme.make_readme(addon)


def test_page_is_made_of_the_description_unless_written_by_hand(addon):
    (addon / "readme/DESCRIPTION.md").write_text("Joins *A* & **B**\nto `c`.\n\nMore.\n")
    page = addon / "static/description/index.html"
    assert readme.main([]) == 0
    assert "<h1>Some &amp; Addon</h1>" in page.read_text()
    assert "<p>Joins <em>A</em> &amp; <strong>B</strong> to <code>c</code>.</p>" in page.read_text()
    page.write_text("<section>by hand</section>")
    assert page not in readme.outdated()


def test_outdated_readme_is_named_and_written(addon, capsys):
    assert readme.main(["--check"]) == 1
    assert "some/README.md is outdated" in capsys.readouterr().out
    assert not (addon / "README.md").exists()
    assert readme.main([]) == 0
    assert readme.main(["--check"]) == 0
    (addon / "readme/USAGE.md").write_text("Changed.")
    assert readme.main(["--check"]) == 1


def test_readme_of_each_addon_is_up_to_date():
    assert list(readme.outdated()) == []
