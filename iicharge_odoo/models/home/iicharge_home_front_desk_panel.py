# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..stay.iicharge_reservation import LIVE
from ..tariff.tariff_text import get_number_text
from .page import ROWS_SHOWN, link_record


class HomeFrontDeskPanel(models.AbstractModel):
    _name = "iicharge.home.front.desk.panel"
    _description = "Lists of Front Desk's Home"

    @api.model
    def _get_free_panel(self, free, clock):
        prices = {
            # sudo: prices need the taxes of the charging product, which not everyone may read
            connector: connector.sudo()._find_tariff()[0].summary
            for connector in free[:ROWS_SHOWN]
        }
        return {
            "key": "free",
            "primary": True,
            "icon": "fa-check-circle",
            "title": self.env._("Free now"),
            "count": len(free),
            "rows": [
                {
                    "key": f"free-{connector.id}",
                    "state": connector.live_state,
                    "title": connector.display_name,
                    "note": ", ".join(filter(None, [self._format_power(connector), price])),
                    "link": link_record(connector),
                    "button": {
                        "label": self.env._("Start"),
                        "link": link_record(connector, "action_start_wizard"),
                    },
                }
                for connector, price in prices.items()
            ],
            "empty": self.env._("No charger is free."),
        }

    @api.model
    def _format_power(self, connector):
        power_w = connector._get_power_w()
        return power_w and self.env._(
            "%(power)s kW", power=get_number_text(self.env, power_w / 1000)
        )

    @api.model
    def _get_used_panel(self, used, ends, clock):
        return {
            "key": "used",
            "column": 1,
            "kind": "table",
            "icon": "fa-bolt",
            "title": self.env._("In use"),
            "count": len(used),
            "columns": [
                {"label": self.env._("State")},
                {"label": self.env._("Who and where")},
                {"label": self.env._("Time"), "number": True},
                {"label": self.env._("So far"), "number": True},
            ],
            "rows": [self._get_used_row(connector, ends, clock) for connector in used],
            "empty": self.env._("No car is plugged in."),
        }

    @api.model
    def _get_used_row(self, connector, ends, clock):
        session = connector.current_session_id
        end = ends.get(session)
        row = {
            "key": f"used-{connector.id}",
            "state": connector.live_state,
            "word": self._get_word(connector),
            "title": self._get_who(session) if session else connector.display_name,
            "note": connector.display_name if session else "",
            "link": link_record(session or connector),
            "cells": [
                clock.format_until(end) if end else clock.format_since(connector.status_at),
                session.currency_id.format(session.running_amount) if session else "",
            ],
        }
        if session and connector.online:
            row["button"] = {
                "label": self.env._("Stop"),
                "link": link_record(session, "action_remote_stop"),
                "confirm": self.env._(
                    "Charging stops and the guest is charged for the energy so far. Stop it?"
                ),
            }
        return row

    @api.model
    def _get_unpaid_panel(self, unpaid, sites, clock):
        return {
            "key": "unpaid",
            "column": 1,
            "half": True,
            "icon": "fa-credit-card",
            "title": self.env._("To be paid"),
            "count": len(unpaid),
            "total": self._format_sum(unpaid) if unpaid else "",
            "rows": [
                {
                    "key": f"unpaid-{session.id}",
                    "title": self._get_who(session),
                    "note": self.env._(
                        "%(connector)s, ended %(time)s",
                        connector=session.connector_id.display_name or session.charger_id.name,
                        time=clock.format(session.stopped_at),
                    ),
                    "amount": session.currency_id.format(session.amount_total),
                    "link": link_record(session),
                    "button": {"label": self.env._("View"), "link": link_record(session)},
                }
                for session in unpaid[:ROWS_SHOWN]
            ],
            "empty": self.env._("Everything is paid or on a bill."),
        }

    @api.model
    def _get_arrival_panel(self, arrivals, reserved, free, clock):
        """Chargers that are kept, then arrivals of today without one."""
        kept = reserved.filtered(lambda one: one.state in LIVE).sorted("expires_at")
        rows = [self._get_reserved_row(reservation, clock) for reservation in kept]
        rows += [self._get_arrival_row(stay, free[:1], clock) for stay in arrivals - kept.folio_id]
        return {
            "key": "reserved",
            "column": 1,
            "half": True,
            "icon": "fa-bookmark",
            "title": self.env._("Arrivals and reserved chargers"),
            "count": len(rows),
            "rows": rows[:ROWS_SHOWN],
            "empty": self.env._("No guest arrives any more today, and no charger is reserved."),
        }

    @api.model
    def _get_reserved_row(self, reservation, clock):
        note = self.env._(
            "%(connector)s, kept until %(time)s",
            connector=reservation.connector_id.display_name,
            time=clock.format(reservation.expires_at),
        )
        prop = reservation.connector_id.site_id._get_property()
        folio = reservation.folio_id
        checkin = folio and prop._get_stay_dates(folio)[0]
        if checkin and checkin > clock.now:
            arrives = self.env._("arrives %(time)s", time=clock.format(checkin))
            note = f"{arrives} · {note}"
        return {
            "key": f"reserved-{reservation.id}",
            "look": "wait",
            "icon": "fa-bookmark",
            "title": self._get_who(reservation),
            "note": note,
            "link": link_record(reservation),
            "button": {"label": self.env._("View"), "link": link_record(reservation)},
        }

    @api.model
    def _get_arrival_row(self, stay, free, clock):
        site = (
            stay.iicharge_site_id or free.site_id or self.env["iicharge.site"].search([], limit=1)
        )
        prop = site._get_property()
        checkin = prop._get_stay_dates(stay)[0]
        who = [prop._get_room(stay), prop._get_guests(stay)[:1].name or stay.name]
        row = {
            "key": f"arrival-{stay.id}",
            "title": " ".join(filter(None, who)),
            "note": self.env._("arrives %(time)s", time=clock.format(checkin)),
            "link": link_record(stay),
        }
        if free and free.site_id == site:
            row["button"] = {
                "label": self.env._("Reserve"),
                "link": {"open": free._get_reserve_action(stay, checkin)},
            }
        return row
