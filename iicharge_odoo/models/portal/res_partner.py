# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

ANONYMIZED_AT_ONCE = 200


class PortalPartner(models.Model):
    _inherit = "res.partner"

    iicharge_erase_asked_at = fields.Datetime(
        string="Asked to Delete Charging Data",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Charging from before is anonymized as soon as it is closed.",
    )

    iicharge_erase_contact = fields.Boolean(
        string="Contact Is to Be Anonymized",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The person asked in the portal to delete the own data. Name and address are removed "
        "once the log-in is deleted and the books do not need them.",
    )

    _iicharge_erase_contact_index = models.Index("(id) WHERE iicharge_erase_contact")
    _iicharge_erase_index = models.Index("(id) WHERE iicharge_erase_asked_at IS NOT NULL")

    @api.autovacuum
    def _gc_iicharge_contacts(self):
        """Anonymize the contacts of who has asked for deletion, once nothing needs their name.

        :return: how many, and 1 if more may be left, else 0
        """
        contacts = self.env["iicharge.portal.contact"]
        # Odoo archives contacts with their log-in
        found = self.with_context(active_test=False)._search(
            [("iicharge_erase_contact", "=", True)]
        )
        asked = self.browse(found.get_result_ids())
        free = asked.filtered(lambda one: not contacts._is_needed(one))
        done = 0
        for person in free:
            if done == ANONYMIZED_AT_ONCE:
                break
            done += contacts._try_anonymize(person)
        return done, int(done == ANONYMIZED_AT_ONCE)
