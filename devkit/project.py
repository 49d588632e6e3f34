# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Metadata of the checkout: packages in pyproject.toml, modules in the manifests."""

import ast
import tomllib
from pathlib import Path

from devkit import cache
from devkit.progress import Failure

CHECKOUT = Path(__file__).resolve().parent.parent
ADDONS = (
    "iicharge_odoo",
    "iicharge_odoo_hotel",
    "iicharge_odoo_hr",
    "iicharge_odoo_loyalty",
    "iicharge_odoo_restaurant",
    "iicharge_odoo_sms",
    "iicharge_odoo_spreadsheet",
    "iicharge_odoo_ubl",
)
# Odoo modules that many registers have. Our addons work with and without them.
COMPANIONS = ("pos_hr", "pos_loyalty", "pos_restaurant")
# Of the demo hotel: its country's books, and what else it has.
DEMO_COUNTRY = "l10n_nl"
DEMO_MODULES = ("pos_loyalty", "payment_demo")
# Modules that Odoo installs itself with those that our addons need.
_WITH_NEIGHBOURS = {"account_edi_ubl_cii", "sms", "spreadsheet_dashboard"}


def requirements(*groups: str) -> list[str]:
    """Return requirements of dependency groups of pyproject.toml; `product`: the project's own."""
    data = _pyproject()
    found: list[str] = []
    for group in groups:
        if group == "product":
            found += data["project"]["dependencies"]
        else:
            found += data["dependency-groups"][group]
    return found


def groups() -> list[str]:
    """Return the names of the dependency groups of pyproject.toml."""
    return list(_pyproject()["dependency-groups"])


def _pyproject() -> dict:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def lock(name: str) -> Path:
    """Return the file with the exact versions of packages, as `devkit.locks` makes it."""
    return CHECKOUT / f"devkit/locks/{name}.txt"


def manifest(addon: str) -> dict:
    path = CHECKOUT / addon / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text(encoding="utf-8"))
    except OSError:
        raise Failure(f"{path} is missing.", "The checkout is not complete.") from None
    except (SyntaxError, ValueError) as error:
        raise Failure(f"{path} is not a manifest: {error}") from None


def _depends(addon: str) -> set[str]:
    return set(manifest(addon).get("depends", ()))


def companion_addons() -> list[str]:
    """Return our addons that install themselves where modules of `COMPANIONS` are installed."""
    return [addon for addon in ADDONS if _depends(addon) & set(COMPANIONS)]


def hotel_addons() -> list[str]:
    """Return our addons of every hotel."""
    return [addon for addon in ADDONS if addon not in companion_addons()]


def neighbour_modules() -> list[str]:
    """Return the modules of others that the addons of every hotel depend on."""
    names = {name for addon in hotel_addons() for name in _depends(addon)}
    return sorted(names - set(ADDONS) - _WITH_NEIGHBOURS)


# Files that neither an installation nor an upgrade reads.
_UNREAD = ("cli", "readme", "simulator", "static", "tests")
# Files that an installation of a new database does not read: its one language is English.
_UNREAD_WHEN_NEW = ("i18n", "migrations")


def addons_digest(new: bool = False) -> str:
    """Return a digest of the files of the addons that a database is made from.

    Of Python the code counts; comments, docstrings and the layout do not.

    :param new: of a database that is made from nothing, not one to be upgraded
    """
    unread = (*_UNREAD, *(_UNREAD_WHEN_NEW if new else ()))

    def skip(relative: Path) -> bool:
        # Tools keep files of their own in hidden folders, as ruff where it finds a ruff.toml.
        hidden = any(part.startswith(".") for part in relative.parts)
        return hidden or relative.parts[0] in unread or relative.suffix in (".pyc", ".md", ".po~")

    return cache.digest_files([CHECKOUT / addon for addon in ADDONS], skip, _read_code)


def _read_code(path: Path) -> bytes:
    """Return the content that has an effect; all of it where it cannot be parsed."""
    content = path.read_bytes()
    if path.suffix != ".py":
        return content
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return content
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                del node.body[0]
    return ast.dump(tree).encode()
