# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The folders and options that the commands share."""

import argparse
import os
import shutil
from pathlib import Path

from devkit import cache, project
from devkit.progress import Failure, progress

# Size of a first set-up: packages, Odoo unpacked, two databases.
FIRST_SETUP_BYTES = 4_000_000_000


def default_cache() -> Path:
    """Return the folder of downloads, outside the checkout and shared by all commands."""
    named = os.environ.get("IICHARGE_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "iicharge"


def default_data() -> Path:
    """Return the folder of databases and logs."""
    return Path(os.environ.get("IICHARGE_DATA") or project.CHECKOUT / ".iicharge")


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Add --data and --cache."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=default_data(),
        help="folder of databases and logs (IICHARGE_DATA; %(default)s)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        default=default_cache(),
        help="folder of downloads (IICHARGE_CACHE; %(default)s)",
    )


def prepare_folders(data: Path, downloads: Path, log_name: str) -> tuple[Path, Path]:
    """Make both folders, begin the log and check the free space of a first set-up."""
    data, downloads = data.expanduser().resolve(), downloads.expanduser().resolve()
    for folder in (data, downloads):
        folder.mkdir(parents=True, exist_ok=True)
    progress.log_to(data / "log" / log_name)
    if not any(downloads.glob(f"base-*/{cache.STAMP}")):
        free = shutil.disk_usage(downloads).free
        if free < FIRST_SETUP_BYTES:
            raise Failure(
                f"{downloads} has {free / 1e9:.1f} GB free; a first set-up needs"
                f" {FIRST_SETUP_BYTES / 1e9:.0f} GB.",
                "Free some space, or choose another disk with --cache and --data.",
            )
    return data, downloads
