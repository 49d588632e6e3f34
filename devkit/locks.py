# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The locks: exact versions of the packages of pyproject.toml with the hashes of their files.

`devkit/locks/NAME.txt` is a requirements file for Python 3.11 to 3.13 on every system, named by
what it is for and without the address of a registry. After a change of pyproject.toml, or to
take newer versions, make them again:

    python3 -m devkit.locks
"""

import re
import sys

from devkit import cache, project
from devkit.launch import OLDEST
from devkit.progress import Failure, progress
from devkit.settings import default_cache
from devkit.uv import Uv

# Each lock with its groups of pyproject.toml.
GROUPS = {
    "odoo": ("product", "odoo", "test"),
    "lint": ("lint",),
    "postgres": ("postgres",),
    "hotel": ("hotel",),
    "wheels": ("wheels",),
    "deploy": ("deploy",),
    "uv": ("uv",),
}
# These are only unpacked; their dependencies are not used.
UNPACKED = ("postgres", "hotel")


def digest(name: str) -> str:
    """Return a digest of the requirements that the lock of that name is made from."""
    return cache.digest(*sorted(project.requirements(*GROUPS[name])))


def is_current(name: str) -> bool:
    """Check whether the lock was made from pyproject.toml as it is."""
    found = re.match(r"# .* \(([0-9a-f]+)\)\n", project.lock(name).read_text(encoding="utf-8"))
    return bool(found) and found[1] == digest(name)


def make(uv: Uv, name: str) -> None:
    """Write the lock of that name with the newest versions within the bounds."""
    rows = uv.run(
        *("pip", "compile", "--universal", "--generate-hashes", "--no-header", "--no-annotate"),
        *("--python-version", ".".join(map(str, OLDEST)), "--quiet", "-"),
        *(["--no-deps"] if name in UNPACKED else []),
        failure=f"uv could not lock {name}",
        text_in="\n".join(project.requirements(*GROUPS[name])),
        environment=uv.full_index(),
    )
    header = f"# Made from pyproject.toml by `python3 -m devkit.locks` ({digest(name)})\n"
    cache.write_atomically(project.lock(name), header + rows)


def main(arguments: list[str]) -> int:
    """Make the locks named, or all."""
    uv = Uv(default_cache())
    for name in arguments or GROUPS:
        with progress.step(f"Lock of {name}"):
            make(uv, name)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        progress.failed(failure)
        sys.exit(1)
