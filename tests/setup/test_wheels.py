# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Wheels of the addons in OCA's form, installed by pip next to a plain Odoo."""

import re
import tomllib
import zipfile
from dataclasses import replace

import pytest

from devkit import database, odoo_source, postgres, project
from devkit.python import Pip
from devkit.uv import Uv

# What a hotel without OCA's property system installs.
INSTALLED = ("iicharge_odoo", "iicharge_odoo_loyalty", "iicharge_odoo_sms", "iicharge_odoo_ubl")


@pytest.fixture(scope="module")
def wheels(module_path, downloads):
    """The folder of the wheels, built as `pip wheel ./iicharge_odoo` does."""
    python = Uv(downloads).environment(project.lock("wheels"), "wheels")
    folder = module_path / "wheels"
    for addon in project.ADDONS:
        Pip(downloads).run(
            *("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder),
            project.CHECKOUT / addon,
            failure=f"{addon} could not be built",
            python=python,
        )
    return folder


def read_metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        return archive.read(name).decode()


def test_each_addon_has_its_wheel_with_the_bounds_of_the_project(wheels):
    found = {}
    for wheel in wheels.glob("*.whl"):
        text = read_metadata(wheel)
        name = re.search(r"^Name: odoo-addon-(\S+)", text, re.MULTILINE)[1].replace("-", "_")
        found[name] = set(re.findall(r"^Requires-Dist: (.+)", text, re.MULTILINE))
    assert set(found) == set(project.ADDONS)
    assert "odoo==19.0.*" in found["iicharge_odoo"]
    # the metadata may name the bounds in another order
    ours = {sort_bounds(row) for row in project.requirements("product")}
    assert ours <= {sort_bounds(row) for row in found["iicharge_odoo"]}
    for addon, rows in found.items():
        if addon != "iicharge_odoo":
            assert any(re.match(r"odoo.addon.iicharge.odoo\W", row) for row in rows), rows


def sort_bounds(requirement):
    name, bounds = re.fullmatch(r"([\w-]+)\s*\(?([^)]*)\)?", requirement).groups()
    return name, frozenset(bounds.split(","))


def test_build_system_has_the_bounds_of_the_project():
    for addon in project.ADDONS:
        text = (project.CHECKOUT / addon / "pyproject.toml").read_text(encoding="utf-8")
        assert tomllib.loads(text)["build-system"]["requires"] == project.requirements("wheels")


def test_wheels_install_into_a_plain_odoo(wheels, module_path, downloads):
    site = module_path / "site"
    Pip(downloads).run(
        *("install", "--no-deps", "--target", site, *sorted(wheels.glob("*.whl"))),
        failure="pip could not install the wheels",
    )
    found = odoo_source.find(downloads)
    path = f"{site}:{found.environment.get('PYTHONPATH', '')}"
    # no folder of ours is named, only OCA's hotel: Odoo finds what pip has installed
    environment = {**found.environment, "PYTHONPATH": path}
    plain = replace(found, addons=found.addons[-1:], environment=environment)
    programs = postgres.programs(downloads)
    log = module_path / "postgres.log"
    source = database.base(downloads, found, programs, log, demo=False)
    home = database.embedded(module_path / "home", plain, programs, log, durable=False)
    home.folder.mkdir()
    home.folder.chmod(0o755)
    database.copy(source, home.folder)
    home.cluster.start()
    try:
        home.configure()
        said = home.load("-i", list(INSTALLED), "The wheels could not be installed", demo=False)
        states = home.cluster.sql(
            "SELECT name FROM ir_module_module WHERE state = 'installed' AND name LIKE 'iicharge%'",
            home.server.db_name,
        )
    finally:
        home.cluster.stop()
    assert set(INSTALLED) <= set(states.split())
    assert str(project.CHECKOUT / "iicharge_odoo") not in said
