# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The locks have the requirements of pyproject.toml, with hashes; no file names a registry."""

import re
import subprocess

import pytest

from devkit import locks, project
from devkit.progress import progress
from devkit.uv import Uv, read_settings

PINNED = re.compile(r"([\w-]+)==(\S+)( ; [^\\]+)? \\\n")
REGISTRY = re.compile(r"https?://[\w.-]*(?:debian|pypi|pythonhosted|npmjs)\b", re.IGNORECASE)


def is_binary(path):
    return path.suffix in (".png", ".ico", ".woff2", ".pdf")


@pytest.mark.parametrize("name", locks.GROUPS)
def test_lock_is_in_step_with_pyproject(name):
    assert locks.is_current(name), "make it again: python3 -m devkit.locks"


@pytest.mark.parametrize("name", locks.GROUPS)
def test_lock_has_a_hash_for_each_package_and_each_requirement(name):
    text = project.lock(name).read_text()
    entries = re.split(r"\n(?=\w)", text.partition("\n")[2].strip())
    for entry in entries:
        assert PINNED.match(entry) and "--hash=sha256:" in entry, entry[:80]
    names = {entry.partition("==")[0] for entry in entries}
    wanted = {re.match(r"[\w-]+", row)[0] for row in project.requirements(*locks.GROUPS[name])}
    assert wanted <= names


def test_change_of_a_requirement_puts_the_lock_out_of_step(monkeypatch):
    monkeypatch.setattr(project, "requirements", lambda *groups: ["ruff>=99,<100"])
    assert not locks.is_current("lint")


def test_every_group_is_in_a_lock():
    groups = {group for groups in locks.GROUPS.values() for group in groups}
    assert groups == {"product", *project.groups()}


def test_tracked_files_name_no_registry():
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=project.CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    paths = [project.CHECKOUT / name for name in names if name]
    found = [
        str(path)
        for path in paths
        if path.is_file()
        and not is_binary(path)
        and REGISTRY.search(path.read_text(errors="ignore"))
    ]
    assert paths and found == []


SETTINGS = """
:env:.default-timeout='180'
global.cert='/etc/ssl/certs/all.crt'
global.extra-index-url='file:///one/simple\\nfile:///two/simple'
global.find-links='/wheels /more'
global.index-url='https://first.example/simple'
global.no-color='true'
install.index-url='https://second.example/simple'
list.index-url='https://third.example/simple'
"""


def test_settings_of_pip_become_those_of_uv():
    assert read_settings(SETTINGS) == {
        "UV_HTTP_TIMEOUT": "180",
        "SSL_CERT_FILE": "/etc/ssl/certs/all.crt",
        "UV_INDEX": "file:///one/simple file:///two/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_DEFAULT_INDEX": "https://second.example/simple",
    }


def test_index_in_the_environment_of_pip_counts_most(downloads, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://mine.example/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://more.example/simple")
    uv = Uv(downloads)
    assert uv.settings()["UV_DEFAULT_INDEX"] == "https://mine.example/simple"
    assert uv.settings()["UV_INDEX"] == "https://more.example/simple"
    assert "UV_INDEX" not in uv.full_index()


def test_password_of_an_index_stays_out_of_the_log(downloads, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_INDEX_URL", "https://me:secret@mine.example/simple")
    monkeypatch.setattr(progress, "log_file", tmp_path / "setup.log")
    assert "secret" in Uv(downloads).settings()["UV_DEFAULT_INDEX"]
    assert "config" in progress.log_file.read_text()
    assert "secret" not in progress.log_file.read_text()


def test_setting_for_uv_itself_is_kept(downloads, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://mine.example/simple")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://for-uv.example/simple")
    assert Uv(downloads).settings()["UV_DEFAULT_INDEX"] == "https://for-uv.example/simple"
