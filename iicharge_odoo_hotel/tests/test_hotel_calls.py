# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.rights import RightsCase
from odoo.addons.iicharge_odoo.tests.test_rights_methods import MethodRights

from .common import HotelMixin


@tagged("post_install", "-at_install")
class TestHotelMethodRights(MethodRights, HotelMixin, RightsCase):
    table = __file__
    arguments = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = {"hotel.folio": cls.hotel_folio}
