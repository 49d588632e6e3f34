# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from typing import ClassVar, NamedTuple

from odoo import api, fields, models

from ..clock_text import get_clock_text

PREFIX = "iicharge.guest.payer."
WITH_CAR = ("preparing", "charging", "suspended_ev", "suspended_evse", "finishing")


class Answer(NamedTuple):
    """What came of naming who pays.

    :param who: a stay, a card; empty or None where none was found
    :param left: wrong tries that are left
    :param locked_until: no try is taken before (UTC, naive), or False
    :param locked_text: the same as a time of day, for the guest
    """

    who: object = None
    left: int = 0
    locked_until: object = False
    locked_text: str = ""


class GuestPayer(models.AbstractModel):
    """A way to pay on the guest's page.

    Each has a model of its own, `iicharge.guest.payer.` and its name, that inherits this one; an
    addon adds one by its model and its name in `_get_names`.
    """

    _name = "iicharge.guest.payer"
    _description = "Who Pays on the Guest's Page"

    # Whose tariff holds, as on tokens.
    _group = "guest"
    # The page that asks who pays, and the names of its fields.
    _template = ""
    _asks = ()
    # Who pays is known, so that the first page can start.
    _starts_at_once = False
    # The page shows what a card begins at the charger: whose it is, is not known, so nothing of it
    # is changed there.
    _only_follows = False
    # {VisitState: template} where the page has other words than for a start.
    _visit_templates: ClassVar[dict] = {}

    @api.model
    def _get_names(self):
        """Get the names of the ways, in the order in which they are shown."""
        return ["company", "member", "room", "account", "tap"]

    @api.model
    def _get(self, name):
        return self.env[f"{PREFIX}{name}"]

    @api.model
    def _get_offered(self, connector):
        """Get the ways that a guest may choose from at a connector with a price."""
        ways = [self._get(name) for name in self._get_names()]
        return [way for way in ways if way._is_offered(connector)]

    @api.model
    def _find_offered(self, connector, name):
        """Find the way of a name, as a browser says it; None where it is not offered."""
        offered = self._get_offered(connector)
        return next((way for way in offered if way._get_value() == name), None)

    @api.model
    def _get_value(self):
        return self._name.removeprefix(PREFIX)

    @api.model
    def _is_offered(self, connector):
        """Whether it is there for guests of this connector."""
        return bool(self._find_tariff(connector))

    @api.model
    def _find_tariff(self, connector):
        """Find the tariff of who pays so; maybe empty."""
        return connector._find_tariff(self._group)[0]

    @api.model
    def _prepare_choice(self):
        """Prepare its row among the choices. :return: {"value", "icon", "label", "note"}"""
        return {"value": self._get_value(), "icon": "house", "label": "", "note": ""}

    @api.model
    def _prepare_ask(self, connector):
        """Prepare what the page that asks who pays shows besides: its values."""
        return {}

    # --- who ------------------------------------------------------------------------------
    @api.model
    def _identify(self, connector, address, typed):
        """Find who pays by what a guest typed. A wrong try counts, and the answer says nothing of
        what was wrong.

        :param str address: of the guest's phone in the network
        :param typed: {field of `_asks`: text}
        :return: `Answer`
        """
        tries = self.env["iicharge.guest.try"]
        tries._lock(connector)
        counted = self._get_counted(typed)
        locked_until = tries._get_locked_until(connector, address, counted)
        if locked_until:
            zone = connector.site_id.time_zone
            text = get_clock_text(self.env, locked_until, zone)
            return Answer(locked_until=locked_until, locked_text=text)
        who = self._find_who(connector, typed)
        if who:
            return Answer(who)
        return Answer(left=tries._count_wrong(connector, address, counted))

    @api.model
    def _get_counted(self, typed):
        """Get what is named and guessed at, such as a room: its wrong tries are counted, too."""
        return ""

    @api.model
    def _find_who(self, connector, typed):
        """Find who pays; empty where there is none or more than one. What it takes in time must
        not depend on what was wrong."""
        raise NotImplementedError(f"{self._name} asks for nothing.")

    # --- the start --------------------------------------------------------------------------
    @api.model
    def _send_start(self, connector, who, **limits):
        """Send the start. :param who: what the way has identified

        :raise core.errors.Refusal: who pays cannot
        :return: the queued `iicharge.command`; empty where the charger is asked for nothing
        """
        raise NotImplementedError(f"{self._name} starts nothing.")

    @api.model
    def _prepare_visit_values(self, who):
        """Prepare values of the visit that a start makes. :param who: as for `_send_start`"""
        return {}

    @api.model
    def _is_payer_of(self, session, who):
        """Whether a running session is paid by who was named."""
        return False

    @api.model
    def _prepare_start_facts(self, visit):
        """Prepare what is known of a start before a session: values of `VisitFacts`."""
        command = visit.command_id
        return {
            "is_asked": command.state in ("queued", "sent"),
            "is_agreed": bool(command) and command._is_agreed(),
            "is_waited_for": bool(command) and self._get_wait_until(visit) > fields.Datetime.now(),
            "is_plugged_in": visit.connector_id.status in WITH_CAR,
        }

    @api.model
    def _get_wait_until(self, visit):
        """Get until when a start waits for the car (UTC, naive)."""
        return visit.command_id._get_wait_until()

    @api.model
    def _prepare_live_texts(self, visit):
        """Prepare what the page of a charging says besides, and refreshes: {name: text}."""
        return {}

    @api.model
    def _describe(self, visit):
        """Describe for the guest who pays: "Room 214 pays."; empty: nothing to pay."""
        return ""

    @api.model
    def _can_start_again(self, visit):
        """Whether a start that came to nothing may be sent again."""
        return True

    @api.model
    def _get_notes(self, visit):
        """Get what became of the guest's money where charging came to nothing or has ended, in
        sentences."""
        return []
