# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, models

from ...core.desk_state import IN_USE, TROUBLE
from .page import link_ids, link_list, link_record

LIVE_SCREEN = "iicharge_connector_action_live"


class HomeFrontDesk(models.AbstractModel):
    _name = "iicharge.home.front.desk"
    _description = "Home of Front Desk"
    _inherit = ["iicharge.home.front.desk.panel", "iicharge.home.need"]

    @api.model
    def _read_front_desk(self, sites, clock):
        connectors = self._find_offered(sites)
        unpaid = self.env["iicharge.pos.board"]._iicharge_find_unpaid(sites)
        arrivals = self._find_arrivals(sites, clock)
        by_state = connectors.grouped("live_state")
        free = by_state.get("available", connectors.browse())
        used = self._pick(connectors, by_state, IN_USE)
        trouble = self._pick(connectors, by_state, TROUBLE)
        reserved = connectors.reservation_id
        outlooks = used.current_session_id._get_outlooks()
        ends = {session: outlook["expected_end"] for session, outlook in outlooks.items()}
        return {
            "buttons": self._get_register_buttons(),
            "tallies": [
                self._get_free_tally(free, connectors, reserved, clock),
                self._get_used_tally(used, ends, clock),
                self._get_trouble_tally(trouble),
                self._get_unpaid_tally(unpaid, sites),
                self._get_arrival_tally(arrivals, reserved),
            ],
            "panels": [
                self._get_needs_panel(sites, used, trouble, clock),
                self._get_free_panel(free, clock),
                self._get_used_panel(used, ends, clock),
                self._get_unpaid_panel(unpaid, sites, clock),
                self._get_arrival_panel(arrivals, reserved, free, clock),
            ],
        }

    @api.model
    def _find_offered(self, sites):
        return self.env["iicharge.connector"].search(
            [
                ("site_id", "in", sites.ids),
                ("charger_id.active", "=", True),
                ("charger_id.admission", "=", "accepted"),
                ("offered", "=", True),
            ]
        )

    @api.model
    def _pick(self, connectors, by_state, states):
        """Get the connectors in these states, in the order of the states."""
        none = connectors.browse()
        return none.union(*(by_state.get(state, none) for state in states))

    @api.model
    def _find_arrivals(self, sites, clock):
        """Find the stays that begin today and have not begun yet."""
        end = clock.get_start(clock.today + timedelta(days=1))
        return self.env["sale.order"].union(
            *(self._find_arrivals_at(site, clock.now, end) for site in sites)
        )

    @api.model
    def _find_arrivals_at(self, site, now, until):
        rules = site._get_property()
        domain = rules._get_site_domain(site) & rules._get_arrival_domain(now, until)
        return self.env["sale.order"].search(domain)

    @api.model
    def _get_register_buttons(self):
        """Link to the one register that front desk uses; to their list where there are several."""
        if not self.env["pos.config"].has_access("read"):
            return []
        configs = self.env["pos.config"].search([("company_id", "=", self.env.company.id)])
        link = link_list("point_of_sale.action_pos_config_kanban")
        if len(configs) == 1:
            link = link_record(configs, "open_ui")
        label = self.env._("Open register")
        return [{"key": "register", "label": label, "link": link, "hotkey": "r"}] if configs else []

    # --- counts -----------------------------------------------------------------------------
    @api.model
    def _get_free_tally(self, free, connectors, reserved, clock):
        note = self.env._("of %(count)s", count=len(connectors))
        if reserved:
            note = self.env._(
                "of %(count)s, %(reserved)s reserved", count=len(connectors), reserved=len(reserved)
            )
        return {
            "key": "free",
            "look": "free",
            "count": len(free),
            "label": self.env._("Free"),
            "note": note,
            "link": link_list(LIVE_SCREEN, [("id", "in", free.ids)], self.env._("Free")),
        }

    @api.model
    def _get_used_tally(self, used, ends, clock):
        coming = [end for end in ends.values() if end and end > clock.now]
        return {
            "key": "used",
            "look": "busy",
            "count": len(used),
            "label": self.env._("In use"),
            "note": self.env._("next free about %(time)s", time=clock.format(min(coming)))
            if coming
            else "",
            "link": link_list(LIVE_SCREEN, [("id", "in", used.ids)], self.env._("In use")),
        }

    @api.model
    def _get_trouble_tally(self, trouble):
        return {
            "key": "trouble",
            "look": "bad" if trouble else "off",
            "count": len(trouble),
            "label": self.env._("Trouble"),
            "note": ", ".join(trouble[:2].mapped("display_name")),
            "link": link_list(LIVE_SCREEN, [("id", "in", trouble.ids)], self.env._("Trouble")),
        }

    @api.model
    def _get_unpaid_tally(self, unpaid, sites):
        return {
            "key": "unpaid",
            "look": "full" if unpaid else "off",
            "count": len(unpaid),
            "label": self.env._("To be paid"),
            "note": self._format_sum(unpaid),
            "link": link_list(
                "iicharge_session_action", [("id", "in", unpaid.ids)], self.env._("To be paid")
            ),
        }

    @api.model
    def _get_arrival_tally(self, arrivals, reserved):
        kept = arrivals & reserved.folio_id
        return {
            "key": "arrivals",
            "look": "wait",
            "count": len(arrivals),
            "label": self.env._("Arrive today"),
            "note": self.env._("%(count)s with a reserved charger", count=len(kept))
            if kept
            else "",
            "link": link_ids(arrivals, self.env._("Arrive today")),
        }

    @api.model
    def _format_sum(self, sessions):
        return self.env.company.currency_id.format(sum(sessions.mapped("running_amount")))

    # --- words ------------------------------------------------------------------------------
    @api.model
    def _get_word(self, connector):
        words = dict(connector._fields["live_state"]._description_selection(self.env))
        return words[connector.live_state]

    @api.model
    def _get_who(self, record):
        """Get whose session or reservation it is: room and guest, as front desk says it."""
        known = [record.room, record.partner_id.name or record.walk_in_name]
        if record._name == "iicharge.session":
            known = [record.room, record.partner_id.name or record.walk_in_name or record.plate]
        who = " ".join(filter(None, known))
        if not who and record._name == "iicharge.session" and record.token_id.group == "staff":
            return self.env._("Staff")
        return who or self.env._("Walk-in")
