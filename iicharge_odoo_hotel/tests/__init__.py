# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import test_hotel_calls, test_hotel_folio, test_room_order
