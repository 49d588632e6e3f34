# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The files of deploy/ by the linters of those who read them; they are not run here."""

import ast
import subprocess

import pytest

from devkit import project
from devkit.uv import Uv

DEPLOY = project.CHECKOUT / "deploy"


@pytest.fixture(scope="module")
def programs(downloads):
    return Uv(downloads).environment(project.lock("deploy"), "deploy").parent


def check(command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_image_is_built_as_docker_advises(programs):
    check([programs / "hadolint", "--failure-threshold=warning", DEPLOY / "docker/Dockerfile"])


def test_compose_file_follows_its_specification(programs):
    schema = ("--builtin-schema", "vendor.compose-spec")
    check([programs / "check-jsonschema", *schema, DEPLOY / "docker/compose.yaml"])


def test_manifests_follow_the_schemas_of_kubernetes(programs):
    check([programs / "kubernetes-validate", "--strict", DEPLOY / "kubernetes/iicharge.yaml"])


def test_image_has_each_addon_that_needs_no_other_project():
    text = (DEPLOY / "docker/Dockerfile").read_text(encoding="utf-8")
    with_others = {"iicharge_odoo_hotel"}
    for addon in project.ADDONS:
        manifest = ast.literal_eval((project.CHECKOUT / addon / "__manifest__.py").read_text())
        assert (f"COPY {addon} " in text) is (addon not in with_others), manifest["depends"]
