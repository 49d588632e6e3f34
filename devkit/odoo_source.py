# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Choose the Odoo 19 to run: the user's own, never changed, or Debian's, unpacked by us.

`ODOO_BIN` names the user's; else an `odoo` of series 19.0 on PATH is taken. `ODOO_BIN=download`
asks for Debian's in any case.
"""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from devkit import apt, cache, project
from devkit.processes import spawn
from devkit.progress import Failure, progress
from devkit.python import Pip, clean_environment
from devkit.uv import Uv

SERIES = "19.0"
# Debian's Odoo links these files out of its tree. They come from the machine's own release, since
# newer ones have other file names; only Montserrat, which Debian 12 lacks, comes from sid.
NEIGHBOURS = (
    *("libjs-jquery", "libjs-jquery-form", "libjs-underscore"),
    *("fonts-font-awesome", "fonts-inconsolata", "fonts-roboto-unhinted", "fonts-ocr-b"),
)
FROM_SID = ("odoo-19", "fonts-montserrat")
# Left out by Debian as not free; the backend's bundle asks for it and logs an error without.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class Odoo:
    """An Odoo 19 that can be started.

    `command` starts it, `environment` is what it needs around it, `addons` are the folders of
    addons to be added to Odoo's own, `version` identifies the release, `python` is its
    interpreter.
    """

    command: list[str]
    environment: dict[str, str]
    version: str
    python: Path
    addons: list[Path] = field(default_factory=list)


def find(folder: Path, tests: bool = False) -> Odoo:
    """Return the Odoo to use, with the product's packages and OCA's hotel.

    `tests` adds the tools for tests to a user's Odoo as well.
    """
    hotel = Uv(folder).unpack(project.lock("hotel"), "OCA hotel", folder / "hotel")
    addons = [project.CHECKOUT, hotel / "odoo/addons"]
    return _of_user(folder, addons, tests) or _of_debian(folder, addons)


def own_python(folder: Path) -> Path:
    """Return the interpreter of the virtual environment with our packages, Odoo's and tests'."""
    return Uv(folder).environment(project.lock("odoo"), "odoo")


def _of_user(folder: Path, addons: list[Path], tests: bool) -> Odoo | None:
    named = os.environ.get("ODOO_BIN", "")
    if named == "download":
        return None
    program = shutil.which(named or "odoo")
    if program is None:
        if named:
            raise Failure(f"ODOO_BIN names {named}, which is no program.", "Mend or unset it.")
        return None
    answer = _ask_version(program)
    found = re.search(r"Odoo Server (\S+)", answer)
    if not found or not found[1].startswith(SERIES):
        if named:
            raise Failure(
                f"ODOO_BIN names {program}, which says {answer.strip()!r}, not Odoo {SERIES}.",
                "Name an Odoo 19.0, or unset ODOO_BIN to let the set-up fetch one.",
            )
        progress.line(f"{program} is not Odoo {SERIES} and stays unused.")
        return None
    python = _interpreter(Path(program))
    groups = ("product", "test") if tests else ("product",)
    site = Pip(folder, python).supplement(project.requirements(*groups))
    # A source checkout's own packages are in the folder of its odoo-bin.
    source = Path(program).resolve().parent
    places = [str(site), str(source) if (source / "odoo").is_dir() else ""]
    path = os.pathsep.join(filter(None, [*places, os.environ.get("PYTHONPATH")]))
    return Odoo(
        command=[program],
        environment=clean_environment(PYTHONPATH=path),
        version=f"{found[1]} {program}",
        python=python,
        addons=[*_own_addons(), *addons],
    )


def _ask_version(program: str) -> str:
    process = spawn(
        [program, "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return process.communicate()[0]


def _own_addons() -> list[Path]:
    """Return folders of further addons that the user's Odoo needs (ODOO_ADDONS_PATH)."""
    return [Path(part) for part in os.environ.get("ODOO_ADDONS_PATH", "").split(",") if part]


def _interpreter(program: Path) -> Path:
    """Return the Python that `program` runs in, by its first line or by ODOO_PYTHON."""
    named = os.environ.get("ODOO_PYTHON")
    if not named:
        with program.open("rb") as file:
            first = file.readline().decode(errors="replace")
        words = shlex.split(first[2:]) if first.startswith("#!") else []
        if words and Path(words[0]).name == "env":
            words = [word for word in words[1:] if not word.startswith("-")]
        named = words[0] if words else ""
    found = shutil.which(named) if "python" in Path(named).name else None
    if not found:
        raise Failure(
            f"{program} does not say which Python it runs in.",
            "Name that interpreter in ODOO_PYTHON.",
        )
    return Path(found)


def _of_debian(folder: Path, addons: list[Path]) -> Odoo:
    root = folder / f"odoo-{SERIES}"
    cache.make(root, lambda target: _fetch(folder, target), f"Odoo {SERIES} from Debian")
    packages = root / "usr/lib/python3/dist-packages"
    python = own_python(folder)
    search_path = os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)])
    return Odoo(
        command=[str(python), str(root / "odoo-bin")],
        environment=clean_environment(PYTHONPATH=str(packages), PATH=search_path),
        version=(root / "version").read_text(encoding="utf-8"),
        python=python,
        addons=addons,
    )


def _fetch(folder: Path, root: Path) -> None:
    """Download (kept apart, so that an interruption costs one package) and unpack."""
    debs = folder / "debs"
    machine = apt.machine(folder / "apt")
    sid = apt.sid(folder / "apt", machine.mirror())
    machine.download(NEIGHBOURS, debs)
    sid.download(FROM_SID, debs)
    _unpack(debs, root)
    shutil.rmtree(debs)


def _unpack(debs: Path, root: Path) -> None:
    odoo = max(debs.glob("odoo-19_*.deb"), key=lambda path: path.stat().st_mtime)
    version = odoo.name.split("_")[1]
    if not version.startswith(SERIES):
        raise Failure(
            f"The Debian mirror offers Odoo {version}; the addon needs {SERIES}.",
            "Name an Odoo 19.0 of yours in ODOO_BIN.",
        )
    for package in sorted(debs.glob("*.deb")):
        apt.unpack(package, root)
    left_out = root / "usr/lib/python3/dist-packages/odoo/addons" / LEFT_OUT
    if not left_out.exists():
        left_out.parent.mkdir(parents=True, exist_ok=True)
        left_out.touch()
    (root / "version").write_text(version, encoding="utf-8")
    (root / "odoo-bin").write_text("import odoo.cli\n\nodoo.cli.main()\n", encoding="utf-8")
