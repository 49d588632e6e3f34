# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).


def post_init_hook(env):
    """Give each company that keeps books its charging product and income account."""
    env["res.company"].search([])._iicharge_set_up()
