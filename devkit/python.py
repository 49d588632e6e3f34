# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""pip: installs uv (see `devkit.uv`), and the packages a user's own Python lacks into a folder.

pip runs from its wheel, because Debian's python3 comes without pip and without ensurepip.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from devkit import apt, cache
from devkit.processes import call

HINT = "Check the network, the free disk space and pip's settings, then run the command again."


def clean_environment(**changes: str) -> dict[str, str]:
    """Return our environment without variables that affect another Python, Odoo or PostgreSQL."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "ODOO_", "PG")) and name != "VIRTUAL_ENV"
    }
    return {"PYTHONUNBUFFERED": "1", **kept, **changes}


def base_python() -> Path:
    """Return the interpreter behind this process, even when it is one of a virtual environment."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def version_name() -> str:
    """Return the series of Python that runs us, as 3.11."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _pip_wheel(folder: Path) -> Path:
    """Return pip's own wheel: the one Python bundles, the system's, or Debian's package of it."""
    ours = folder / "pip"
    bundled = importlib.util.find_spec("ensurepip")
    places = [Path(bundled.origin).parent / "_bundled"] if bundled and bundled.origin else []
    places.append(Path("/usr/share/python-wheels"))
    if cache.is_complete(ours):
        places.append(ours / "usr/share/python-wheels")
    for place in places:
        wheels = sorted(place.glob("pip-*.whl"))
        if wheels:
            return wheels[-1]

    def fetch(target: Path) -> None:
        machine = apt.machine(folder / "apt")
        for package in machine.download(["python3-pip-whl"], target / "debs"):
            apt.unpack(package, target)

    cache.make(ours, fetch, "pip from Debian's package")
    return sorted((ours / "usr/share/python-wheels").glob("pip-*.whl"))[-1]


class Pip:
    """pip under a given interpreter, with downloads kept in our cache."""

    def __init__(self, folder: Path, python: Path | None = None):
        self._folder = folder
        self.python = python or base_python()

    def run(
        self, *arguments: object, failure: str, python: Path | None = None, private: bool = False
    ) -> str:
        """Run pip with `arguments`; raises `Failure` with pip's last lines."""
        environment = clean_environment(PYTHONPATH=str(_pip_wheel(self._folder)))
        return call(
            [python or self.python, "-m", "pip", *arguments[:1]]
            + ["--no-input", "--disable-pip-version-check", "--cache-dir", self._folder / "wheels"]
            + list(arguments[1:]),
            failure=failure,
            hint=HINT,
            environment=environment,
            private=private,
        )

    def environment(self, lock: Path, what: str) -> Path:
        """Make a virtual environment with the packages of `lock`; return its interpreter."""
        key = cache.digest(self.python, lock.read_text(encoding="utf-8"))
        folder = self._folder / f"venv-{what}-{version_name()}-{key}"
        interpreter = folder / "bin/python"

        def build(target: Path) -> None:
            call(
                [self.python, "-m", "venv", "--without-pip", target],
                failure="Python could not make a virtual environment",
                hint="On Debian the package python3 has what is needed; install it.",
                environment=clean_environment(),
            )
            self.run(
                *("install", "--require-hashes", "--only-binary=:all:", "--requirement", lock),
                failure=f"pip could not install {what}",
                python=interpreter,
            )

        cache.make(folder, build, what)
        return interpreter

    def supplement(self, requirements: Sequence[str]) -> Path:
        """Make a folder for PYTHONPATH with those `requirements` that `self.python` lacks.

        Nothing is written into that Python's own environment: pip is only asked what is
        missing there, and installs that into the folder.
        """
        folder = self._folder / f"extra-{cache.digest(self.python, *sorted(requirements))}"

        def build(target: Path) -> None:
            report = target / "report.json"
            self.run(
                *("install", "--dry-run", "--report", report, "--quiet"),
                *("--break-system-packages", "--prefer-binary", *requirements),
                failure=f"pip could not list what {self.python} lacks",
            )
            wanted = json.loads(report.read_text(encoding="utf-8"))["install"]
            missing = [
                f"{item['metadata']['name']}=={item['metadata']['version']}" for item in wanted
            ]
            if missing:
                self.run(
                    *("install", "--no-deps", "--only-binary=:all:", "--target", target / "site"),
                    *missing,
                    failure="pip could not install the product's packages for Odoo",
                )

        cache.make(folder, build, f"Python packages for {self.python}")
        return folder / "site"
