# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""bin/readme: make each addon's README.md, and its page in Odoo's Apps, from readme/*.md.

The fragments are OCA's. In them a link is relative to readme/, and a heading of the first level
is a part of the fragment's own chapter.
"""

import argparse
import html
import re
import sys
from pathlib import Path

from devkit import project
from devkit.progress import Failure

MARK = "<!-- Made from readme/ by bin/readme. Change it there. -->"

# Fragment -> heading. DESCRIPTION comes first and has none.
CHAPTERS = {
    "CONTEXT": "Context",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known issues and roadmap",
    "DEVELOP": "Development",
    "HISTORY": "History",
    "CONTRIBUTORS": "Contributors",
    "CREDITS": "Credits",
}
REQUIRED = ("DESCRIPTION", "CONFIGURE", "USAGE", "ROADMAP", "HISTORY")

_HEADING = re.compile(r"^(#+) ", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!\w+:|#|/)([^)\s]+)\)")


def make_readme(addon: Path) -> str:
    """Return the text of the addon's README.md.

    :raises Failure: a required fragment is missing
    """
    manifest = project.manifest(addon.name)
    found = {path.stem: path.read_text(encoding="utf-8") for path in addon.glob("readme/*.md")}
    for name in REQUIRED:
        if name not in found:
            raise Failure(f"{addon.name}/readme/{name}.md is missing.")
    unknown = sorted(found.keys() - CHAPTERS.keys() - {"DESCRIPTION"})
    if unknown:
        raise Failure(
            f"{addon.name}/readme has unknown fragments: {', '.join(unknown)}.",
            f"Known are DESCRIPTION, {', '.join(CHAPTERS)}.",
        )
    chapters = {name: title for name, title in CHAPTERS.items() if name in found}
    contents = "\n".join(f"- [{title}](#{_anchor(title)})" for title in chapters.values())
    parts = [
        MARK,
        f"# {manifest['name']}",
        f"Technical name `{addon.name}`, {manifest['license']}.",
        _move(found["DESCRIPTION"]),
        contents,
    ]
    for name, title in chapters.items():
        parts += [f"## {title}", _move(found[name])]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _move(fragment: str) -> str:
    """Put a fragment two headings deeper and one folder higher; code blocks stay as they are."""
    moved, last = [], 0
    for fence in _FENCE.finditer(fragment):
        moved += [_move_text(fragment[last : fence.start()]), fence.group()]
        last = fence.end()
    return "".join([*moved, _move_text(fragment[last:])])


def _move_text(text: str) -> str:
    return _LINK.sub(_move_link, _HEADING.sub(r"##\1 ", text))


def _move_link(link: re.Match) -> str:
    target = link.group(1)
    moved = target.removeprefix("../") if target.startswith("../") else f"readme/{target}"
    return f"]({moved})"


def make_page(addon: Path) -> str:
    """Return the page for Odoo's Apps, where README.md would be read as reStructuredText."""
    manifest = project.manifest(addon.name)
    text = (addon / "readme/DESCRIPTION.md").read_text(encoding="utf-8")
    paragraphs = [_paragraph(part) for part in text.strip().split("\n\n")]
    rows = [f"<h1>{html.escape(manifest['name'])}</h1>", *paragraphs]
    body = "\n".join(f"    {row}" for row in rows)
    return f'{MARK}\n<section class="container py-5">\n{body}\n</section>\n'


def _paragraph(text: str) -> str:
    row = html.escape(" ".join(text.split()), quote=False)
    row = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", row)
    row = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", row)
    row = re.sub(r"`([^`]+)`", r"<code>\1</code>", row)
    return f"<p>{row}</p>"


def outputs(addon: Path) -> dict[Path, str]:
    """Return the files made for an addon and their texts; a page that was written by hand stays."""
    made = {addon / "README.md": make_readme(addon)}
    page = addon / "static/description/index.html"
    if not page.exists() or page.read_text(encoding="utf-8").startswith(MARK):
        made[page] = make_page(addon)
    return made


def outdated() -> dict[Path, str]:
    """Return the files that are not as their fragments say, with the right texts."""
    made = {}
    for name in project.ADDONS:
        made |= outputs(project.CHECKOUT / name)
    return {
        path: text
        for path, text in made.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main(arguments: list[str]) -> int:
    """Write outdated files; with --check only name them and return 1."""
    parser = argparse.ArgumentParser(
        prog="bin/readme",
        description="Make each addon's README.md, and its page in Odoo's Apps, from readme/*.md.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing, fail if outdated")
    options = parser.parse_args(arguments)
    found = outdated()
    for path, text in found.items():
        print(path.relative_to(project.CHECKOUT), "is outdated" if options.check else "written")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if found and options.check:
        print("Run bin/readme, and commit what it writes.")
    return int(bool(found) and options.check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
