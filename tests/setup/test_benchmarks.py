# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Every measurement that `bin/bench` lists can be loaded by it."""

import importlib

import pytest

from devkit import bench

NAMES = list(bench.find_modules())


@pytest.mark.parametrize("name", NAMES)
def test_benchmark_brings_run(name):
    assert callable(importlib.import_module(f"benchmarks.{name}").run)


def test_helper_of_benchmarks_is_not_listed():
    assert NAMES and not any(name.startswith("_") for name in NAMES)
