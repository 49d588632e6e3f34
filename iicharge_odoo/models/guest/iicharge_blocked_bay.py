# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

MOST_WORDS = 2000
# What a phone's camera makes; a picture with code in it (SVG) is none of these.
PHOTOS = ("image/jpeg", "image/png", "image/webp")
MOST_PHOTO_BYTES = 12 * 1024 * 1024
PHOTO_KEPT = timedelta(days=30)
PRUNED_AT_ONCE = 1000


class BlockedBay(models.Model):
    """What a guest reported: a car without a plug, or something else, stands in the way.

    One is open at each connector; who reports it again adds what the first one left out.
    """

    _name = "iicharge.blocked.bay"
    _description = "Blocked Bay"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "connector_id"

    connector_id = fields.Many2one(
        "iicharge.connector", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connector_id.company_id", store=True, index=True)
    site_id = fields.Many2one(related="connector_id.site_id", store=True, index=True)
    words = fields.Text(string="In the Guest's Words", readonly=True)
    photo = fields.Image(max_width=1600, max_height=1600, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    done_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")

    _open_unique = models.UniqueIndex(
        "(connector_id) WHERE state = 'open'", "This bay is reported already."
    )

    @api.model
    def _report(self, connector, words, photo=b""):
        """Ask staff to free a bay.

        :param bytes photo: as the phone sends it; may be empty
        :return: whether it was taken; False where the photo is none, or too large
        """
        if photo and (len(photo) > MOST_PHOTO_BYTES or guess_mimetype(photo) not in PHOTOS):
            return False
        self.env["iicharge.guest.visit"]._lock(connector)
        known = self.search([("connector_id", "=", connector.id), ("state", "=", "open")])
        given = {
            "words": known.words or (words or "").strip()[:MOST_WORDS],
            "photo": known.photo or (base64.b64encode(photo) if photo else False),
        }
        try:
            with self.env.cr.savepoint():
                if known:
                    known.write(given)
                else:
                    self.create({"connector_id": connector.id, **given})
                self.env.flush_all()
        except UserError:
            # a photo that cannot be read
            return False
        return True

    def action_done(self):
        """Say that the bay is free again."""
        self.check_access("read")
        # sudo: front desk does not write reports, but ends those that it sees
        self.sudo().filtered(lambda bay: bay.state == "open").write(
            {"state": "done", "done_by_id": self.env.uid}
        )
        self.env["iicharge.alert"].sudo()._find_open(self)._end()
        return True

    @api.autovacuum
    def _gc_photos(self):
        """Delete photos after the time that the page promises.

        :return: how many, and 1 if more may be left, else 0
        """
        before = fields.Datetime.now() - PHOTO_KEPT
        photos = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "photo"),
                ("create_date", "<", before),
            ],
            limit=PRUNED_AT_ONCE,
        )
        bays = self.browse(photos.mapped("res_id"))
        bays.photo = False
        return len(bays), int(len(photos) == PRUNED_AT_ONCE)
