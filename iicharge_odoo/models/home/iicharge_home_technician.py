# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import html2plaintext

from .page import ROWS_SHOWN, get_needs_panel, link_list, link_record

CHARGERS_SHOWN = 30
MESSAGES_FOR = timedelta(days=1)
MOST_COUNTED = 1000
# Worst first.
OFFLINE, FAULTED, OUTDATED, FINE = range(4)


class HomeTechnician(models.AbstractModel):
    _name = "iicharge.home.technician"
    _description = "Home of Technicians"

    @api.model
    def _read_technician(self, sites, clock):
        chargers = self.env["iicharge.charger"].search([("site_id", "in", sites.ids)])
        accepted = chargers.filtered(lambda charger: charger.admission == "accepted")
        outdated = self._find_outdated(accepted)
        conditions = {
            charger: self._get_condition(charger, charger in outdated) for charger in accepted
        }
        requests = self._find_open_requests(accepted)
        refused = self._get_refused_domain(accepted, clock)
        return {
            "buttons": [
                {
                    "key": "chargers",
                    "label": self.env._("Chargers"),
                    "link": link_list("iicharge_charger_action"),
                }
            ],
            "tallies": [
                self._get_condition_tally(conditions, OFFLINE),
                self._get_faulted_tally(accepted.connector_ids),
                self._get_refused_tally(refused),
                self._get_request_tally(requests),
                self._get_condition_tally(conditions, OUTDATED),
            ],
            "panels": [
                self._get_request_panel(requests, clock),
                self._get_message_panel(refused, clock),
                self._get_charger_panel(conditions, refused, clock),
                self._get_firmware_panel(accepted),
                self._get_new_panel(chargers, clock),
            ],
        }

    # --- what is wrong ----------------------------------------------------------------------
    @api.model
    def _get_condition(self, charger, is_outdated):
        if not charger.online:
            return OFFLINE
        if "faulted" in charger.connector_ids.mapped("status"):
            return FAULTED
        return OUTDATED if is_outdated else FINE

    @api.model
    def _find_outdated(self, chargers):
        """Find the chargers whose firmware is older than that of another one of their model."""
        found = chargers.browse()
        for group in self._group_by_model(chargers).values():
            latest = max(map(get_version_key, group.mapped("firmware_version")))
            found |= group.filtered(
                lambda charger, latest=latest: get_version_key(charger.firmware_version) < latest
            )
        return found

    @api.model
    def _group_by_model(self, chargers):
        known = chargers.filtered(lambda charger: charger.model and charger.firmware_version)
        return known.grouped(lambda charger: (charger.vendor or "", charger.model))

    @api.model
    def _find_open_requests(self, chargers):
        return self.env["maintenance.request"].search(
            [
                ("equipment_id", "in", chargers.equipment_id.ids),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ]
        )

    @api.model
    def _get_refused_domain(self, chargers, clock):
        """Get the domain of messages that could not be applied, or were answered by an error."""
        return (
            fields.Domain("charger_id", "in", chargers.ids)
            & fields.Domain("received_at", ">=", clock.now - MESSAGES_FOR)
            & (fields.Domain("state", "=", "parked") | fields.Domain("error_code", "!=", False))
        )

    # --- counts -----------------------------------------------------------------------------
    @api.model
    def _get_condition_tally(self, conditions, condition):
        found = self.env["iicharge.charger"].union(
            *(charger for charger, found in conditions.items() if found == condition)
        )
        key, look, label = {
            OFFLINE: ("offline", "bad", self.env._("No contact")),
            OUTDATED: ("outdated", "busy", self.env._("Older firmware")),
        }[condition]
        return {
            "key": key,
            "look": look if found else "off",
            "count": len(found),
            "label": label,
            "note": ", ".join(found[:2].mapped("name")),
            "link": link_list("iicharge_charger_action", [("id", "in", found.ids)], label),
        }

    @api.model
    def _get_faulted_tally(self, connectors):
        faulted = connectors.filtered(lambda each: each.online and each.status == "faulted")
        label = self.env._("Out of order")
        return {
            "key": "faulted",
            "look": "bad" if faulted else "off",
            "count": len(faulted),
            "label": label,
            "note": ", ".join(faulted[:2].mapped("display_name")),
            "link": link_list("iicharge_connector_action", [("id", "in", faulted.ids)], label),
        }

    @api.model
    def _get_refused_tally(self, domain):
        count = self.env["iicharge.ocpp.message"].search_count(domain, limit=MOST_COUNTED)
        label = self.env._("Messages refused")
        return {
            "key": "refused",
            "look": "full" if count else "off",
            "count": count,
            "label": label,
            "note": self.env._("in 24 hours"),
            "link": link_list("iicharge_ocpp_message_action", list(domain), label),
        }

    @api.model
    def _get_request_tally(self, requests):
        free = requests.filtered(lambda request: not request.user_id)
        label = self.env._("Maintenance requests")
        return {
            "key": "requests",
            "look": "wait" if requests else "off",
            "count": len(requests),
            "label": label,
            "note": self.env._("%(count)s not taken yet", count=len(free)) if free else "",
            "link": self._get_request_link(requests, label),
        }

    @api.model
    def _get_request_link(self, requests, label):
        return link_list(
            "maintenance.hr_equipment_request_action", [("id", "in", requests.ids)], label, {}
        )

    # --- lists ------------------------------------------------------------------------------
    @api.model
    def _get_request_panel(self, requests, clock):
        rows = [self._get_request_row(request, clock) for request in requests[:ROWS_SHOWN]]
        empty = self.env._("No technician was called.")
        return get_needs_panel(
            self.env._("Maintenance requests"),
            rows,
            empty,
            len(requests),
            key="requests",
            icon="fa-wrench",
        )

    @api.model
    def _get_request_row(self, request, clock):
        lines = [line for line in html2plaintext(request.description or "").split("\n") if line]
        # sudo: who called and who comes is on the request, which the user sees
        caller, person = request.sudo().owner_user_id.name, request.sudo().user_id
        called = ", ".join(filter(None, [caller, clock.format(request.create_date)]))
        note = f"{called}: {lines[0][:80]}" if lines else called
        is_mine = person == self.env.user
        return {
            "key": f"request-{request.id}",
            "look": "bad" if not person else "wait",
            "icon": "fa-wrench",
            "title": request.name,
            "note": note
            if is_mine or not person
            else self.env._("%(note)s (%(who)s has it)", note=note, who=person.name),
            "link": link_record(request),
            "button": self._get_request_button(request, person),
        }

    @api.model
    def _get_request_button(self, request, person):
        if not person:
            label, link = self.env._("Take it"), link_record(request, "action_iicharge_take")
        elif person == self.env.user:
            label, link = self.env._("Done"), link_record(request, "action_iicharge_done")
        else:
            label, link = self.env._("View"), link_record(request)
        return {"label": label, "link": link}

    @api.model
    def _get_message_panel(self, domain, clock):
        messages = self.env["iicharge.ocpp.message"].search(
            domain, order="received_at desc", limit=ROWS_SHOWN
        )
        return {
            "key": "messages",
            "icon": "fa-ban",
            "title": self.env._("Messages refused"),
            "rows": [
                {
                    "key": f"message-{message.id}",
                    "when": clock.format(message.received_at),
                    "title": f"{message.charger_id.name}: {message.action or ''}",
                    "note": (message.reason or message.error_code or "").split("\n")[0][:120],
                    "link": link_record(message),
                    "button": {"label": self.env._("View"), "link": link_record(message)},
                }
                for message in messages
            ],
            "empty": self.env._("Every message was understood."),
        }

    @api.model
    def _get_charger_panel(self, conditions, domain, clock):
        counts = dict(
            self.env["iicharge.ocpp.message"]._read_group(domain, ["charger_id"], ["__count"])
        )
        worst = sorted(conditions, key=lambda charger: (conditions[charger], charger.name))
        return {
            "key": "chargers",
            "column": 1,
            "kind": "table",
            "icon": "fa-plug",
            "title": self.env._("Chargers, worst first"),
            "count": len(worst),
            "columns": [
                {"label": self.env._("State")},
                {"label": self.env._("Charger")},
                {"label": self.env._("Last heard"), "number": True, "wide": True},
                {"label": self.env._("Firmware"), "wide": True},
                {"label": self.env._("Refused"), "number": True, "wide": True},
            ],
            "rows": [
                self._get_charger_row(charger, conditions[charger], counts, clock)
                for charger in worst[:CHARGERS_SHOWN]
            ],
            "empty": self.env._("No charger yet."),
        }

    @api.model
    def _get_charger_row(self, charger, condition, counts, clock):
        look, icon, word = {
            OFFLINE: ("bad", "fa-chain-broken", self.env._("No contact")),
            FAULTED: ("bad", "fa-exclamation-triangle", self.env._("Out of order")),
            OUTDATED: ("full", "fa-download", self.env._("Older firmware")),
            FINE: ("free", "fa-check-circle", self.env._("OK")),
        }[condition]
        connectors = charger.connector_ids
        return {
            "key": f"charger-{charger.id}",
            "look": look,
            "icon": icon,
            "word": word,
            "title": charger.name,
            "note": ", ".join(
                filter(
                    None,
                    [
                        " ".join(filter(None, [charger.vendor, charger.model])),
                        self.env._("%(count)s connectors", count=len(connectors))
                        if len(connectors) > 1
                        else "",
                    ],
                )
            ),
            "link": link_record(charger),
            "cells": [
                clock.format(charger.last_seen_at) or self.env._("never"),
                charger.firmware_version or "",
                counts.get(charger, 0),
            ],
            "button": {"label": self.env._("View"), "link": link_record(charger)},
        }

    @api.model
    def _get_firmware_panel(self, chargers):
        rows = []
        for (vendor, model), group in sorted(self._group_by_model(chargers).items()):
            latest = max(group.mapped("firmware_version"), key=get_version_key)
            current = group.filtered(
                lambda charger, latest=latest: charger.firmware_version == latest
            )
            rows.append(
                {
                    "key": f"firmware-{vendor}-{model}",
                    "title": " ".join(filter(None, [vendor, model, latest])),
                    "note": self.env._(
                        "%(count)s of %(all)s chargers have it", count=len(current), all=len(group)
                    ),
                    "share": len(current) / len(group),
                    "link": link_list("iicharge_charger_action", [("id", "in", group.ids)], model),
                }
            )
        return {
            "key": "firmware",
            "column": 1,
            "half": True,
            "icon": "fa-download",
            "title": self.env._("Firmware"),
            "rows": rows[:ROWS_SHOWN],
            "empty": self.env._("No charger has reported its firmware."),
        }

    @api.model
    def _get_new_panel(self, chargers, clock):
        waiting = chargers.filtered(lambda charger: charger.admission == "pending")
        rows = [
            {
                "key": f"new-{charger.id}",
                "title": charger.name,
                "note": self.env._(
                    "connects since %(time)s", time=clock.format(charger.create_date)
                ),
                "link": link_record(charger),
                "button": {
                    "label": self.env._("Accept"),
                    "link": link_record(charger, "action_check_and_accept"),
                },
            }
            for charger in waiting
        ]
        refused = self.env["iicharge.refused.connection"].search(
            [("last_at", ">=", clock.now - MESSAGES_FOR)], limit=ROWS_SHOWN
        )
        rows += [
            {
                "key": f"connection-{each.id}",
                "look": "bad",
                "icon": "fa-ban",
                "title": each.identity or each.address or "",
                "note": each.text,
                "link": link_record(each),
            }
            for each in refused
        ]
        return {
            "key": "new",
            "column": 1,
            "half": True,
            "icon": "fa-plus-circle",
            "title": self.env._("New and refused chargers"),
            "count": len(rows),
            "rows": rows[:ROWS_SHOWN],
            "empty": self.env._("No unknown charger tries to connect."),
        }


def get_version_key(version):
    """Get a key that sorts versions as people do: 3.9 is before 3.10."""
    parts = re.findall(r"\d+|[^\d.]+", version)
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]
