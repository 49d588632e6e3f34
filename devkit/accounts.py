# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Root or ordinary user: where PostgreSQL may run, and how system packages are installed."""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from devkit.processes import Account, tail
from devkit.progress import Failure, progress

ROOT_HOME = Path("/var/lib/iicharge")


def server_account() -> Account | None:
    """Return the account PostgreSQL runs under: our own (None), or `nobody` when we are root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise Failure(
            "PostgreSQL does not run as root, and this machine has no account `nobody`.",
            "Run the command as an ordinary user, or give --db-uri of a PostgreSQL server.",
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _reaches(account: Account, folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return subprocess.run(["test", "-x", existing], **account.options(), cwd="/").returncode == 0


def reachable(folder: Path) -> Path:
    """Return `folder`, or its substitute that PostgreSQL's account can reach.

    Only root needs substitutes: a folder below one with mode 0700, such as /root, is out of
    reach for `nobody`.
    """
    account = server_account()
    if account is None or _reaches(account, folder):
        return folder
    name = hashlib.sha256(str(folder.parent).encode()).hexdigest()[:8]
    return ROOT_HOME / name / folder.name


def install_system_packages(programs: dict[str, str], why: str) -> None:
    """Install the Debian packages of those `programs` (program: package) that are missing.

    Uses root's rights or sudo; without either the failure names the packages.
    """
    missing = sorted({package for name, package in programs.items() if not shutil.which(name)})
    if not missing:
        return
    names = " ".join(missing)
    by_hand = f"apt-get install --no-install-recommends {names}"
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    if sudo and not shutil.which("sudo"):
        raise Failure(
            f"System packages are missing for {why}: {names}; there is no sudo either.",
            f"Have them installed: {by_hand}",
        )
    install = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y"]
    with progress.step(f"System packages for {why}: {names}"):
        for command in (["apt-get", "update"], [*install, "--no-install-recommends", *missing]):
            _in_foreground([*sudo, *command], f"Have them installed: {by_hand}")


def is_offered(package: str) -> bool:
    """Check whether apt could install that package."""
    if not shutil.which("apt-cache"):
        return False
    return subprocess.run(["apt-cache", "show", package], capture_output=True).returncode == 0


def _in_foreground(command: list[str], hint: str) -> None:
    """Run a command that may ask for a password, so it keeps the terminal; output to the log."""
    with open(progress.log_file or os.devnull, "ab") as log:
        status = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT).returncode
    if status:
        details = tail(progress.log_file) if progress.log_file else ""
        raise Failure(f"`{' '.join(command)}` failed (exit status {status}).", hint, details)
