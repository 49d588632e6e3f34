# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from markupsafe import Markup
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from odoo import api, models
from odoo.tools.image import image_data_uri
from odoo.tools.translate import code_translations

LANGUAGES = ("en_US", "de_DE", "fr_FR", "es_ES")


class SignReport(models.AbstractModel):
    """Signs of connectors for guests: no prices on them, paper does not change."""

    _name = "report.iicharge_odoo.report_sign"
    _description = "Signs of Connectors"

    @api.model
    def _get_report_values(self, docids, data=None):
        connectors = self.env["iicharge.connector"].browse(docids).exists()
        connectors._check_can_sign()
        return {
            "doc_ids": connectors.ids,
            "doc_model": connectors._name,
            "docs": connectors,
            "signs": {
                connector.id: self._prepare_sign(connector, sign)
                for connector, sign in zip(connectors, connectors._make_signs(), strict=True)
            },
        }

    @api.model
    def _prepare_sign(self, connector, sign):
        """Prepare one sign: {"place", "qr", "code", "url", "logo", "hotel", "texts"}"""
        # sudo: name and logo of the hotel are public
        company = connector.company_id.sudo()
        return {
            "place": self.env["iicharge.guest.page"]._prepare_place(connector),
            "qr": draw_qr(sign._get_url()),
            "code": sign.display_name,
            "url": sign._get_typed_url(),
            "logo": image_data_uri(company.logo) if company.logo else "",
            "hotel": company.name,
            "texts": [self._translate_texts(code) for code in LANGUAGES],
        }

    @api.model
    def _translate_texts(self, code):
        """Translate what the sign says into a language, whether or not it is installed."""
        known = code_translations.get_python_translations("iicharge_odoo", code)
        texts = self.with_context(lang="en_US")._get_texts()
        return {
            "language": code.partition("_")[0],
            **{name: known.get(text, text) for name, text in texts.items()},
        }

    @api.model
    def _get_texts(self):
        return {
            "scan": self.env._("Scan to charge. See the price first."),
            "type": self.env._("Or type the code at"),
            "warning": self.env._("Another address, or a sticker on top? Do not pay."),
        }


class LargeSignReport(models.AbstractModel):
    """The same, twice as large."""

    _name = "report.iicharge_odoo.report_sign_large"
    _description = "Large Signs of Connectors"
    _inherit = "report.iicharge_odoo.report_sign"


def draw_qr(text):
    """Draw a QR code as SVG, sharp at each size; a quarter of it may be dirty."""
    code = QRCode(None, QRErrorCorrectLevel.Q)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    dark = "".join(
        f"M{column} {row}h1v1h-1z"
        for row in range(count)
        for column in range(count)
        if code.isDark(row, column)
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="o_qr" viewBox="0 0 %s %s" '
        'shape-rendering="crispEdges"><path d="%s" fill="#000"/></svg>'
    ) % (count, count, dark)
