# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
MOVED = (
    "guide_prepaid_closed",
    "guide_prepaid_empty",
    "guide_prepaid_expired",
    "guide_step_top_up",
)


def migrate(cr, version):
    """Hand the guides for prepaid cards over to this addon."""
    cr.execute(
        """UPDATE ir_model_data SET module = 'iicharge_odoo_loyalty'
            WHERE module = 'iicharge_odoo' AND name IN %s""",
        (MOVED,),
    )
