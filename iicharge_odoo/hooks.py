# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from .service import threaded


def post_init_hook(env):
    """Give each company that keeps books its charging product and income account."""
    env["res.company"].search([])._iicharge_set_up()


def uninstall_hook(env):
    """Close the gateway and end the processor before their tables are gone, and drop what Odoo does
    not know of: the numbers of OCPP transactions."""
    threaded.stop_for(env.cr.dbname)
    env.cr.execute("DROP SEQUENCE IF EXISTS iicharge_transaction_id_seq")
