# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A plugin of pytest for the suite `odoo`, whose workers have databases of their own and one
folder of attachments: none of them deletes what only another one's database names."""


def pytest_collection_finish() -> None:
    """Let no test class remove files when it ends; the folder is thrown away with the run.

    A bundle of scripts that a browser is fetching is in the transaction of its test only.
    """
    from odoo.tests.common import TransactionCase

    TransactionCase._gc_filestore = classmethod(lambda cls: None)
