# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Find which files of the addons import which, from their source.

Paths are relative to the checkout. A package's `from . import part` counts for no import of the
package, or all that import one part would import all of them.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path


def find_importers(checkout: Path, files: Iterable[str]) -> set[str]:
    """Return the files outside tests that import one of `files`, at any depth."""
    paths = [path for path in checkout.glob("iicharge_odoo*/**/*.py") if "tests" not in path.parts]
    imports = {str(path.relative_to(checkout)): set(find_imports(checkout, path)) for path in paths}
    found, last = set(), set(files)
    while last:
        last = {path for path, names in imports.items() if names & last} - found - set(files)
        found |= last
    return found


def find_imports(checkout: Path, path: Path) -> Iterator[str]:
    """Yield the files that `path` imports itself."""
    package = path.relative_to(checkout).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        parts = tuple(node.module.split(".")) if node.module else ()
        if node.level:
            if path.name == "__init__.py" and not parts:
                continue
            parts = (*package[: len(package) - node.level + 1], *parts)
        elif parts[:2] == ("odoo", "addons"):
            parts = parts[2:]
        for names in (parts, *((*parts, alias.name) for alias in node.names)):
            if names:
                place = Path(*names)
                for file in (place.with_suffix(".py"), place / "__init__.py"):
                    if (checkout / file).is_file():
                        yield str(file)
