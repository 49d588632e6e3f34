# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the guest's pages show of the waiting list: the guest's own place, and of others nothing
but their number."""

from odoo import api, fields, models

from ...core.guest.waiting import get_car_plug
from ..clock_text import get_clock_text, get_quiet_text
from ..guest.iicharge_guest_live import STEADY_S
from .place_states import OPEN


class WaitingPage(models.AbstractModel):
    _name = "iicharge.waiting.page"
    _description = "Waiting List on the Guest's Page"

    @api.model
    def _prepare_for_connector(self, connector, state, others):
        """Prepare what the page of a connector says of waiting.

        :param state: as a guest reads it
        :param others: the free plugs close by
        :return: {"is_own": it is kept for this guest, "kept": that it is kept for another one,
            "done": when the car there will be done, "url": of the guest's own place, "can_join",
            "promise": what the list gives}; texts, empty where nothing is known
        """
        site = connector.site_id
        own = self._find_own(site)
        is_kept = state == "kept"
        reservation = connector.reservation_id
        return {
            "is_own": is_kept and own.state == "offered" and own.reservation_id == reservation,
            "kept": self._get_kept_text(site, reservation) if is_kept else "",
            "done": self._get_done_text(connector) if state == "in_use" else "",
            "url": f"/charge/wait/{own.key}" if own else "",
            "can_join": state != "free" and not others and not own,
            "promise": self._get_promise(site),
        }

    @api.model
    def _get_promise(self, site):
        """Get what the list gives to who joins it now."""
        return self.env._(
            "We can keep the next one for you for %(minutes)s minutes. You would be number "
            "%(number)s.",
            minutes=site.offer_minutes,
            number=self._count(site) + 1,
        )

    @api.model
    def _get_kept_text(self, site, reservation):
        if not reservation:
            return self.env._("This plug is kept for another guest.")
        return self.env._(
            "This plug is kept for another guest until %(time)s. If nobody comes, it is free then.",
            time=self._format_time(site, reservation.expires_at),
        )

    @api.model
    def _find_own(self, site):
        """Find the place of the guest who asks, by the key in the context; maybe empty."""
        key = self.env.context.get("iicharge_waiting_key")
        place = self.env["iicharge.waiting"]._find(key)
        return place.filtered(lambda one: one.site_id == site and one.state in OPEN)

    @api.model
    def _count(self, site):
        waiting = self.env["iicharge.waiting"]
        return waiting.search_count([("site_id", "=", site.id), ("state", "in", OPEN)])

    @api.model
    def _get_done_text(self, connector):
        """Say when the car at a connector will be done, if that is known."""
        session = connector.current_session_id
        found = session._get_outlooks().get(session) if session else None
        end = found and found["expected_end"]
        if not end or end < fields.Datetime.now():
            return ""
        return self.env._(
            "It should be done at about %(time)s.",
            time=self._format_time(connector.site_id, end),
        )

    @api.model
    def _format_time(self, site, at):
        return get_clock_text(self.env, at, site.time_zone) if at else ""

    @api.model
    def _prepare_plugs(self, connector):
        """Prepare the kinds of plugs of a site to choose from.

        :return: [{"value", "text", "is_usual"}]; empty where there is one kind
        """
        names = dict(connector._fields["standard"]._description_selection(self.env))
        found = connector.site_id._get_offered_connectors().mapped("standard")
        kinds = list(dict.fromkeys(get_car_plug(one) for one in found if one))
        usual = get_car_plug(connector.standard)
        # with one kind there is nothing to choose
        if len(kinds) < 2:  # noqa: PLR2004
            return []
        return [{"value": kind, "text": names[kind], "is_usual": kind == usual} for kind in kinds]

    # --- the page of a place -----------------------------------------------------------------
    @api.model
    def _prepare_live(self, place):
        """Prepare what changes while the page of a place is open.

        :return: as `iicharge.guest.live._prepare_live`
        """
        site = place.site_id
        offered = place.state == "offered"
        # another connector is another state: the page is loaded again
        code = place.connector_id.sign_id.code
        state = f"offered-{code}" if offered else place.state
        if state == "waiting":
            # an address that was confirmed elsewhere is another page, too
            state = "to_confirm" if place._needs_confirming() else "in_line"
        left = place.offered_until - fields.Datetime.now() if offered else None
        return {
            "state": state,
            "texts": {
                "place": str(place.place or ""),
                "say": self._get_state_text(place, site),
            },
            "wait_s": max(int(left.total_seconds()), 0) if left else 0,
            "curve": "",
            "soc": 0,
            "stale": "",
            "next_s": STEADY_S,
        }

    @api.model
    def _get_state_text(self, place, site):
        """Say what comes next, for a guest who is in the list."""
        if place.state == "offered":
            return self.env._(
                "We keep this plug for you until %(time)s.",
                time=self._format_time(site, place.offered_until),
            )
        if place.state == "passed":
            return self.env._(
                "You let the next guest go first and keep your place. You are next after that, at "
                "%(time)s at the latest.",
                time=self._format_time(site, place.passed_until),
            )
        return self.env._(
            "When a plug is free and it is your turn, we keep it for you for %(minutes)s minutes.",
            minutes=site.offer_minutes,
        )

    @api.model
    def _get_quiet_text(self, site):
        """Say in which hours only who has the page open gets an offer; empty without such."""
        if site.quiet_from == site.quiet_until:
            return ""
        start, end = (
            get_quiet_text(self.env, hours) for hours in (site.quiet_from, site.quiet_until)
        )
        return self.env._(
            "From %(start)s to %(end)s we do not write or call. In these hours it is your turn "
            "only while you have this page open; you keep your place.",
            start=start,
            end=end,
        )
