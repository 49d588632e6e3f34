# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The JavaScript tools, by npm in the versions of `devkit/node/package.json`: what checks our
scripts, and axe-core, which finds in a browser what keeps people from using a page."""

import json
import shutil
from pathlib import Path

from devkit import cache, project
from devkit.accounts import install_system_packages
from devkit.processes import call
from devkit.python import clean_environment

NODE = project.CHECKOUT / "devkit/node"


def modules(downloads: Path) -> Path:
    """Return the folder of the installed packages, installed where they are missing."""
    install_system_packages({"node": "nodejs", "npm": "npm"}, "checking JavaScript and pages")
    manifest = NODE / "package.json"
    wanted = json.loads(manifest.read_text(encoding="utf-8"))["devDependencies"]
    folder = downloads / f"node-{cache.digest(json.dumps(wanted, sort_keys=True))}"

    def build(target: Path) -> None:
        shutil.copy(manifest, target)
        call(
            ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"],
            failure="npm could not install the JavaScript tools",
            hint="Check the network and npm's settings, then run the command again.",
            environment=clean_environment(npm_config_cache=str(downloads / "npm")),
            cwd=target,
        )

    cache.make(folder, build, "JavaScript tools")
    return folder / "node_modules"
