# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Debian packages fetched with apt's own signature checks, without touching the system.

apt gets lists and a cache of our own; its sources are the machine's, and for Odoo 19 the
`sid` suite of the same mirror. Nothing here needs root.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from devkit.processes import call
from devkit.progress import Failure

KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
)
NETWORK = "Check the network and the machine's apt sources, then run the command again."


class Apt:
    """One set of package lists in a folder of ours."""

    def __init__(self, folder: Path, source_list: Path | None = None):
        self._folder = folder
        self._options = [
            f"-oDir::State::Lists={folder / 'lists'}",
            f"-oDir::Cache={folder / 'cache'}",
            "-oAPT::Sandbox::User=root",
            "-oAcquire::Retries=3",
            "-oAcquire::Languages=none",
        ]
        if source_list:
            self._options += [
                f"-oDir::Etc::SourceList={source_list}",
                "-oDir::Etc::SourceParts=/dev/null",
                "-oDir::Etc::Preferences=/dev/null",
                "-oDir::Etc::PreferencesParts=/dev/null",
            ]

    def _run(self, *arguments: object, failure: str, cwd: Path | None = None) -> str:
        return call(["apt-get", *self._options, *arguments], failure=failure, hint=NETWORK, cwd=cwd)

    def update(self) -> None:
        """Fetch the package lists."""
        for name in ("lists/partial", "cache/archives/partial"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        self._run("update", "--error-on=any", failure="apt could not fetch the lists of packages")

    def mirror(self) -> str:
        """Return the address of the Debian mirror that this machine uses."""
        rows = self._run(
            "indextargets",
            *("--format", "$(REPO_URI)", "Label: Debian", "Created-By: Packages"),
            failure="apt did not say which mirror it uses",
        ).split()
        if not rows:
            raise Failure(
                "This machine's apt sources name no Debian mirror to take Odoo 19 from.",
                "Add Debian to the apt sources, or name an Odoo 19 of yours in ODOO_BIN.",
            )
        return rows[0]

    def download(self, packages: Sequence[str], folder: Path) -> list[Path]:
        """Download `packages` into `folder`; apt verifies each by the signed lists."""
        folder.mkdir(parents=True, exist_ok=True)
        self._run(
            *("download", *packages),
            failure=f"apt could not download {', '.join(packages)}",
            cwd=folder,
        )
        return sorted(folder.glob("*.deb"))


def require_apt() -> None:
    """Fail where apt and dpkg-deb are missing: set-up of Odoo needs a Debian."""
    missing = [name for name in ("apt-get", "dpkg-deb") if not shutil.which(name)]
    if missing:
        raise Failure(
            f"{' and '.join(missing)} not found: the set-up takes Odoo 19 from Debian's packages.",
            "Use Debian 12 or 13, or name an Odoo 19 of yours in ODOO_BIN.",
        )


def machine(folder: Path) -> Apt:
    """Return the packages of the machine's own release."""
    require_apt()
    apt = Apt(folder / "machine")
    apt.update()
    return apt


def sid(folder: Path, mirror: str) -> Apt:
    """Return the packages of Debian's `sid` suite, from the machine's own mirror."""
    keyring = next((path for path in KEYRINGS if path.exists()), None)
    if keyring is None:
        raise Failure(
            "Debian's archive keyring is missing, so packages cannot be verified.",
            "Have it installed: apt-get install debian-archive-keyring",
        )
    folder.mkdir(parents=True, exist_ok=True)
    source_list = folder / "sid.list"
    source_list.write_text(f"deb [signed-by={keyring}] {mirror} sid main\n", encoding="utf-8")
    apt = Apt(folder / "sid", source_list)
    apt.update()
    return apt


def unpack(package: Path, folder: Path) -> None:
    """Unpack the files of a .deb into `folder`."""
    call(
        ["dpkg-deb", "-x", package, folder],
        failure=f"{package.name} could not be unpacked",
        hint=f"Remove {package} and run the command again; check the free disk space.",
    )
