# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""bin/translate: merge the texts of the addons into their translation files."""

import argparse

from devkit import database, project, scratch
from devkit.processes import call
from devkit.progress import progress
from devkit.python import clean_environment
from devkit.settings import add_folders, prepare_folders


def main(arguments: list[str]) -> int:
    """Export the templates, merge them into each language; returns 0 when nothing is left to do."""
    parser = argparse.ArgumentParser(
        prog="bin/translate",
        description="Writes i18n/*.pot of the addons from a fresh copy of the demo hotel, takes"
        " new texts into every i18n/*.po and drops those that are gone; then says what has to be"
        " translated. A new language begins with an empty file, as i18n/it.po.",
    )
    add_folders(parser)
    options = parser.parse_args(arguments)
    data, downloads = prepare_folders(options.data, options.cache, "translate.log")
    with scratch.hotel(data, downloads, companions=True) as hotel:
        with progress.step("Texts of the addons"):
            call(
                hotel.home.command("i18n", "export", "-d", database.DATABASE, *project.ADDONS),
                failure="Odoo could not export the texts",
                environment=hotel.home.environment,
                cwd=hotel.home.folder,
            )
        found = call(
            [hotel.home.odoo.python, "-m", "devkit.translations", *project.ADDONS],
            failure="The translations could not be merged",
            environment=clean_environment(),
            cwd=project.CHECKOUT,
        )
    progress.line(found.rstrip() or "Every text is translated.")
    return 1 if found.strip() else 0
