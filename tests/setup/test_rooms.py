# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Allowed imports: the layers, the rooms of the models, and no circle of imports.

`README.md` draws the same map. A room may import from itself and from those before it in its row;
a model that another room reopens is reached through Odoo's registry, never by an import.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from devkit import project

ADDON = project.CHECKOUT / "iicharge_odoo"
FILES = {
    path.relative_to(project.CHECKOUT).with_suffix("").as_posix().replace("/", "."): path
    for addon in project.ADDONS
    for path in (project.CHECKOUT / addon).rglob("*.py")
    if "tests" not in path.relative_to(project.CHECKOUT).parts
}
MODULES = {name.removesuffix(".__init__"): path for name, path in FILES.items()}

# A layer and those below it that it may import; "" is the addon's own folder.
LAYERS = {
    "core": (),
    "gateway": ("core",),
    "models": ("core", "gateway"),
    "report": ("core", "models"),
    "wizards": ("core", "models", "report"),
    "simulator": (),
    "controllers": ("core", "models"),
    "service": ("core", "gateway", "models", "simulator"),
    "cli": ("service", "simulator"),
}
# In the order in which they are loaded and may extend each other (models/__init__.py).
ROOMS = (
    "refusal",
    "charger",
    "tariff",
    "session",
    "billing",
    "night_audit",
    "stay",
    "dispute",
    "contract",
    "operations",
    "pos",
    "guest",
    "payment",
    "waiting",
    "display",
    "portal",
    "home",
)
CORE_ROOMS = {
    "rating": ("metering",),
    "metering": (),
    "guest": (),
    "ocpi": ("rating", "metering"),
}


def imports(path: Path) -> Iterator[str]:
    """Yield dotted names of the modules of ours that a file imports, at any depth of it."""
    module = path.relative_to(project.CHECKOUT).with_suffix("").as_posix().replace("/", ".")
    package = module.removesuffix(".__init__") if path.stem == "__init__" else module
    package = package if path.stem == "__init__" else package.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join([*(parts if node.level else ()), *filter(None, [node.module])])
            found = [(source, alias.name) for alias in node.names]
        else:
            continue
        for source, name in found:
            source = source.removeprefix("odoo.addons.")
            inner = f"{source}.{name}"
            if inner in MODULES:
                yield inner
            elif source in MODULES:
                yield source


GRAPH = {name: set(imports(path)) - {name} for name, path in MODULES.items()}


def pairs(folder: str) -> Iterator[tuple[str, str, str]]:
    """(importing module, first folder below `folder` of it, that of what it imports)"""
    for name, targets in GRAPH.items():
        if name.startswith(f"{folder}."):
            own = name.removeprefix(f"{folder}.").split(".")[0]
            for target in targets:
                if target.startswith(f"{folder}."):
                    yield name, own, target.removeprefix(f"{folder}.").split(".")[0]


def test_layer_imports_only_layers_below_it():
    wrong = {
        f"{name} imports {other}"
        for name, own, other in pairs("iicharge_odoo")
        if own in LAYERS and other in LAYERS and other != own and other not in LAYERS[own]
    }
    assert wrong == set()


def test_room_imports_only_rooms_before_it():
    wrong = {
        f"{name} imports from {other}"
        for name, own, other in pairs("iicharge_odoo.models")
        if own in ROOMS and other in ROOMS and ROOMS.index(other) > ROOMS.index(own)
    }
    assert wrong == set()


# Words of features, which must not be in the rules and the base rooms.
FEATURES = re.compile(r"(?<![a-z])(pos|contract|dispute|loyalty|prepaid)(?![a-z])", re.IGNORECASE)
BASE = ("core", "models/charger", "models/session")
# OCPI has contracts of its own.
OCPI = {*(ADDON / "core/ocpi").rglob("*.py")}


def names_and_texts(tree: ast.AST) -> Iterator[str]:
    """Yield the names in the code: identifiers, attributes and codes, but no sentences."""
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node not in docstrings and " " not in node.value:
                yield node.value


@pytest.mark.parametrize(
    "path",
    sorted(path for folder in BASE for path in (ADDON / folder).rglob("*.py") if path not in OCPI),
    ids=lambda path: "/".join(path.parts[-2:]),
)
def test_base_names_no_feature(path):
    """Features extend the hooks of the base, with `super()`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [text for text in names_and_texts(tree) if FEATURES.search(text)] == []


def test_rooms_are_loaded_in_their_order():
    tree = ast.parse((ADDON / "models/__init__.py").read_text(encoding="utf-8"))
    loaded = [
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (ADDON / "models" / alias.name).is_dir()
    ]
    assert loaded == list(ROOMS)


def test_core_rooms_import_only_what_they_may():
    wrong = {
        f"{name} imports from {other}"
        for name, own, other in pairs("iicharge_odoo.core")
        if own in CORE_ROOMS and other in CORE_ROOMS and own != other
        if other not in CORE_ROOMS[own]
    }
    # shared files import none of the rooms
    wrong |= {
        f"{name} imports from {other}"
        for name, own, other in pairs("iicharge_odoo.core")
        if own not in CORE_ROOMS and other in CORE_ROOMS
    }
    assert wrong == set()


def test_imports_form_no_circle():
    """Check files of modules: a package's own file only lists its modules, and is left out."""
    graph = {
        name: {target for target in targets if FILES.get(f"{target}.__init__") is None}
        for name, targets in GRAPH.items()
        if FILES.get(f"{name}.__init__") is None
    }
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in done:
            for target in sorted(graph[name]):
                walk(target, (*way, name))
            done.add(name)

    for name in sorted(graph):
        walk(name, ())


REOPENED = sorted(
    path
    for addon in project.ADDONS
    for path in (project.CHECKOUT / addon / "models").rglob("*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("path", REOPENED, ids=lambda path: "/".join(path.parts[-3:]))
def test_file_bears_the_name_of_its_model(path):
    """Compare with `_name`, or the one reopened model; a file without a model has any name."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        values = {}
        for item in getattr(node, "body", []) if isinstance(node, ast.ClassDef) else []:
            if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
                values[item.targets[0].id] = item.value
        if "_name" in values or "_inherit" in values:
            model = ast.literal_eval(values.get("_name") or values["_inherit"])
            model = model if isinstance(model, str) else model[0]
            assert path.stem == model.replace(".", "_")


# It needs hypothesis, which a plain Odoo need not have.
NOT_LISTED = {"test_agreed_total"}


@pytest.mark.parametrize(
    "addon",
    ["iicharge_odoo", "iicharge_odoo_hotel", "iicharge_odoo_loyalty", "iicharge_odoo_sms"],
)
def test_odoo_loads_all_tests_of_an_addon(addon):
    """Odoo's own runner knows the tests that the package imports, pytest finds all."""
    folder = project.CHECKOUT / addon / "tests"
    listed = {
        (node.module or "tests", alias.name)
        for node in ast.walk(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    found = {(path.parent.name, path.stem) for path in folder.rglob("test_*.py")}
    assert {pair for pair in found - listed if pair[1] not in NOT_LISTED} == set()
