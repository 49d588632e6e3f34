# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Screens of the backend as the web client requests them: a hotel in which each has records."""

from datetime import timedelta

from lxml import etree

from odoo import fields

from .common import ChargingCase


def get_specification(node):
    """Get the fields that a view shows, in the form in which the web client requests them."""
    specification = {}
    for child in node.iterchildren(etree.Element):
        if child.tag != "field":
            specification.update(get_specification(child))
            continue
        subview = next(iter(child.xpath("./list | ./kanban")), None)
        fields_of = {} if subview is None else {"fields": get_specification(subview)}
        specification[child.get("name")] = fields_of
    return specification


class ScreenCase(ChargingCase):
    """Two connectors that are online: one free, on the other a session that runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {
                "charger_id": cls.charger.id,
                "online": True,
                "connected_at": cls.t0,
                "last_seen_at": fields.Datetime.now(),
                "fence": 1,
            }
        )
        cls.status("Available", connectorId=1)
        cls.start(901, connectorId=2)
        for minute in range(1, 6):
            cls.sample(901, minute, 1000 + 120 * minute, power=7200, connectorId=2)
        cls.process()
        cls.running = cls.other_connector.current_session_id

    @classmethod
    def status(cls, status, **payload):
        payload = {
            "connectorId": 1,
            "status": status,
            "errorCode": "NoError",
            "timestamp": cls.wire_time(cls.t0),
            **payload,
        }
        return cls.journal_message("StatusNotification", payload)


class HouseCase(ScreenCase):
    """A hotel where each menu has records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start(902, minutes=10)
        cls.stop(902, minutes=60, meter_stop=8000)
        cls.process()
        cls.env["iicharge.charge"]._post_due()
        cls.session(902)._open_dispute("price", "It said less.")
        cls.start(903, minutes=70)
        cls.process()
        cls.folio.locked = True
        cls.stop(903, minutes=90, meter_stop=8000)
        cls.process()
        cls.env["iicharge.charge"]._post_due()
        cls.charger.send_command("TriggerMessage", {"requestedMessage": "Heartbeat"})
        cls.session(902)._take_feedback(2, "A short cable")
        cls.env["iicharge.blocked.bay"]._report(cls.connector, "A van without a plug")
        cls.env["iicharge.waiting"]._join(cls.site, "house", cls.folio)
        cls.env["iicharge.desired.state"]._want(
            "out_of_service", cls.charger, "test", connector_id=cls.connector
        )
        later = fields.Datetime.now() + timedelta(minutes=30)
        cls.connector._reserve_for_stay(cls.make_stay(cls.guest, "102"), later)
        yesterday = fields.Date.today() - timedelta(days=1)
        cls.env["iicharge.night.audit"]._create_for(cls.site, yesterday)
        cls.env["iicharge.contract"].create({"partner_id": cls.guest.id})
        month = fields.Date.today().replace(day=1)
        cls.env["iicharge.settlement"]._get_draft(cls.company, cls.guest, month)
        cls.make_accrual_item(cls.session(902))
        cls.env["iicharge.refused.connection"].create(
            {"identity_key": "NEW", "identity": "NEW", "reason": "unknown", "last_at": later}
        )

        cls.make_card_payment()

    def get_menus(self, user):
        root = self.env.ref("iicharge_odoo.menu_root").id
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        ours = [menu for menu in menus.values() if menu.get("app_id") == root]
        return {
            menu["xmlid"].removeprefix("iicharge_odoo.menu_"): menu["action_id"]
            for menu in ours
            if menu["action_id"]
        }
