# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""bin/bench: measurements, one module each, printed as JSON.

A module `benchmarks/<name>.py` brings `run() -> dict` (where that says `"ok": False`,
the command fails), and names its database in a constant `DATABASE` (see `devkit.testing` for the
environment that describes it):

- absent: no database;
- `"empty"`: an empty database, PostgreSQL with fsync on: `IICHARGE_TEST_DSN`;
- `"hotel"`: a copy of the demo hotel with the addons, fsync on: `devkit.testing.Site`;
- `"companions"`: the same with Odoo's apps for which there is glue, such as loyalty programs;
- `"iris"`: a copy of the hotel of `bin/run`, with the days until today.

A constant `OPTIONS` ({name: whole number}) becomes options of the command, such as
`--sessions 1000`, and arguments of `run`.

The module runs in the virtual environment, so it may import the product's packages.
"""

import argparse
import ast
import json
import os
from pathlib import Path

from devkit import odoo_source, project, scratch
from devkit.processes import spawn, stop
from devkit.progress import Failure
from devkit.python import clean_environment
from devkit.settings import add_folders, prepare_folders

_CALL = """
import importlib, json, sys
module = importlib.import_module("benchmarks." + sys.argv[1])
result = module.run(**json.loads(sys.argv[2]))
print(json.dumps(result, indent=2, default=str))
sys.exit(result.get("ok") is False)
"""


def find_modules() -> dict[str, Path]:
    """Return the measurements by name."""
    paths = sorted((project.CHECKOUT / "benchmarks").glob("[a-z]*.py"))
    return {path.stem: path for path in paths}


def _title(path: Path) -> str:
    """Return the first line of the module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def _read_constant(path: Path, name: str, default=None):
    """Return a constant of the module, read without importing the module."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    return default


def main(arguments: list[str]) -> int:
    """Run one measurement and print its result as JSON on standard output."""
    modules = find_modules()
    rows = [f"  {name:<12}{_title(path)}" for name, path in modules.items()]
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measurements:\n" + "\n".join(rows or ["  none yet"]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", help="which measurement")
    add_folders(parser)
    options, further = parser.parse_known_args(arguments)
    if options.name not in modules:
        raise Failure(f"There is no bench {options.name!r}.", f"One of: {', '.join(modules)}")
    values = _parse_options(options.name, modules[options.name], further)
    data, downloads = prepare_folders(options.data, options.cache, "bench-setup.log")
    python = odoo_source.own_python(downloads)
    database = _read_constant(modules[options.name], "DATABASE")
    if database is None:
        return _run(python, options.name, values, clean_environment())
    if database == "empty":
        with scratch.empty_cluster(data, downloads, durable=True) as cluster:
            cluster.sql("CREATE DATABASE bench")
            environment = clean_environment(IICHARGE_TEST_DSN=cluster.dsn("bench"))
            return _run(python, options.name, values, environment)
    kind = {"companions": database == "companions", "lived_in": database == "iris"}
    with scratch.hotel(data, downloads, durable=True, **kind) as hotel:
        return _run(hotel.home.odoo.python, options.name, values, hotel.environment)


def _parse_options(name: str, path: Path, arguments: list[str]) -> dict[str, int]:
    """Return the values of the measurement's own options."""
    parser = argparse.ArgumentParser(prog=f"bin/bench {name}", description=_title(path))
    for option, default in _read_constant(path, "OPTIONS", {}).items():
        parser.add_argument(f"--{option}", type=int, default=default, help="%(default)s")
    return vars(parser.parse_args(arguments))


def _run(python: Path, name: str, values: dict[str, int], environment: dict[str, str]) -> int:
    folders = [str(project.CHECKOUT), environment.get("PYTHONPATH", "")]
    environment = {**environment, "PYTHONPATH": os.pathsep.join(filter(None, folders))}
    process = spawn(
        [python, "-c", _CALL, name, json.dumps(values)], env=environment, cwd=project.CHECKOUT
    )
    try:
        return process.wait()
    finally:
        stop(process)
