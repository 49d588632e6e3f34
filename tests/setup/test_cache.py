# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Folders of the cache are complete or made again, whatever ended the set-up."""

import os
import signal
import subprocess
import sys
import time

import pytest

from devkit import cache, database, project

BUILDER = """
import sys, time
from pathlib import Path
from devkit import cache

def build(target):
    with (target.parent / "builds").open("a") as builds:
        builds.write("built\\n")
    (target / "half").touch()
    time.sleep(float(sys.argv[2]))
    (target / "whole").touch()

cache.make(Path(sys.argv[1]), build, "something")
"""


def start_builder(folder, duration_s):
    return subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(folder), str(duration_s)],
        cwd=project.CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(project.CHECKOUT)},
        stderr=subprocess.DEVNULL,
    )


def wait_for(path):
    until = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.01)


def builds(folder):
    return (folder.parent / "builds").read_text().splitlines()


def test_build_killed_midway_is_made_again(tmp_path):
    folder = tmp_path / "thing"
    killed = start_builder(folder, 60)
    wait_for(folder / "half")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not cache.is_complete(folder)

    assert start_builder(folder, 0).wait() == 0

    assert cache.is_complete(folder)
    assert (folder / "whole").exists()
    assert len(builds(folder)) == 2


def test_build_that_raises_leaves_nothing_that_counts(tmp_path):
    def build(_target):
        raise RuntimeError("no network")

    with pytest.raises(RuntimeError):
        cache.make(tmp_path / "thing", build, "something")

    assert not cache.is_complete(tmp_path / "thing")


def test_two_at_once_build_it_once(tmp_path):
    folder = tmp_path / "thing"
    both = [start_builder(folder, 0.5), start_builder(folder, 0.5)]

    assert [process.wait() for process in both] == [0, 0]

    assert len(builds(folder)) == 1


def test_complete_folder_is_kept(tmp_path):
    folder = tmp_path / "thing"
    for _ in range(2):
        assert start_builder(folder, 0).wait() == 0
    assert len(builds(folder)) == 1


def test_other_key_makes_it_again(tmp_path):
    folder = tmp_path / "thing"
    seen = []
    for key in ("a", "a", "b"):
        cache.make(folder, lambda _target, key=key: seen.append(key), "something", key)
    assert seen == ["a", "b"]


def test_lock_names_its_holder_and_is_freed_by_a_kill(tmp_path):
    folder = tmp_path / "thing"
    holder = start_builder(folder, 60)
    wait_for(folder / "half")
    lock = cache.lock(folder)
    assert not lock.try_acquire()
    assert f"process {holder.pid}" in lock.holder()

    holder.kill()
    holder.wait()

    assert lock.try_acquire()
    lock.release()


def test_keep_newest_spares_folders_in_use(tmp_path):
    folders = [tmp_path / name for name in ("old", "used", "new")]
    for age, folder in zip((30, 20, 10), folders, strict=True):
        folder.mkdir()
        os.utime(folder, (time.time() - age,) * 2)
    with cache.lock(folders[1]):
        cache.keep_newest(folders, 1)
    assert [folder.exists() for folder in folders] == [False, True, True]


def test_changed_content_changes_the_digest_and_skipped_files_do_not(tmp_path):
    addon = tmp_path / "addon"
    (addon / "tests").mkdir(parents=True)
    (addon / "a.py").write_text("1")

    def digest():
        return cache.digest_files([addon], skip=lambda path: path.parts[0] == "tests")

    first = digest()
    (addon / "tests/test_a.py").write_text("1")
    assert digest() == first
    (addon / "a.py").write_text("2")
    assert digest() != first


def test_files_of_tools_in_an_addon_leave_its_digest(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "CHECKOUT", tmp_path)
    monkeypatch.setattr(project, "ADDONS", ("addon",))
    (tmp_path / "addon/core/.ruff_cache").mkdir(parents=True)
    first = project.addons_digest()

    (tmp_path / "addon/core/.ruff_cache/CACHEDIR.TAG").write_text("by ruff")
    assert project.addons_digest() == first

    (tmp_path / "addon/core/ruff.toml").write_text("a file of the addon")
    assert project.addons_digest() != first


CODE = '"""Says much."""\n\nclass A(Model):\n    """A thing."""\n    size = Integer()  # in m\n'


@pytest.fixture
def addon(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "CHECKOUT", tmp_path)
    monkeypatch.setattr(project, "ADDONS", ("addon",))
    for name in ("models/a.py", "simulator/charger.py", "data/a.xml", "i18n/de.po"):
        path = tmp_path / "addon" / name
        path.parent.mkdir(parents=True)
        path.write_text(CODE if path.suffix == ".py" else "text")
    return tmp_path / "addon"


@pytest.mark.parametrize(
    ("name", "text", "upgraded", "made_new"),
    [
        ("models/a.py", "class A(Model):\n\n    size = Integer()\n", False, False),
        ("models/a.py", CODE.replace("size =", "size: int ="), True, True),
        ("models/a.py", CODE.replace("size", "length"), True, True),
        ("models/a.py", "class A(", True, True),
        ("models/b.py", CODE, True, True),
        ("simulator/charger.py", "other", False, False),
        ("data/a.xml", "other", True, True),
        ("i18n/de.po", "other", True, False),
    ],
)
def test_database_is_made_again_for_what_can_change_it(addon, name, text, upgraded, made_new):
    before = project.addons_digest(), project.addons_digest(new=True)

    (addon / name).write_text(text)

    assert (project.addons_digest() != before[0]) is upgraded
    assert (project.addons_digest(new=True) != before[1]) is made_new


def test_folder_that_a_leftover_program_still_fills_is_made_again(tmp_path):
    folder = tmp_path / "thing"
    folder.mkdir()
    filler = subprocess.Popen(
        ["sh", "-c", "i=0; while :; do i=$((i+1)); : > file-$i; done"], cwd=folder
    )
    try:
        wait_for(folder / "file-100")
        cache.make(folder, lambda target: (target / "whole").touch(), "something")
        time.sleep(0.1)
        assert {path.name for path in folder.iterdir()} == {"whole", cache.STAMP}
    finally:
        filler.kill()
        filler.wait()


def test_demo_hotel_is_not_made_again_for_what_python_compiles(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "CHECKOUT", tmp_path)
    days = tmp_path / "hotel_iris/days.py"
    days.parent.mkdir()
    days.write_text("DAYS = 30")
    first = database.digest_hotel_iris()
    compiled = days.parent / "__pycache__/days.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"compiled")
    assert database.digest_hotel_iris() == first
    days.write_text("DAYS = 31")
    assert database.digest_hotel_iris() != first
