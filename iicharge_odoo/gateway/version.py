# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Interface between the neutral parts of the gateway and a version of OCPP.

Each version is a package of its own, which makes one `OcppVersion`; `versions.py` lists
them. A connection is given its version at the handshake.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from .display import DisplayFacts
from .frames import Call, Fault
from .handling import Decision, Handler, Station, note, read_as, refuse
from .schemas import Schemas, Violation, describe

Request = tuple[str, dict[str, object]]
"""Action and payload of a call to a charger."""

REQUESTS = {
    "start": ("connector", "id_tag"),
    "stop": ("transaction_id",),
    "unlock": ("connector",),
    "restart": (),
    "restart_at_once": (),
    "set_availability": ("connector", "operative"),
    "reserve": ("connector", "id_tag", "reservation_id", "expires_at", "group_id"),
    "cancel_reservation": ("reservation_id",),
    "get_settings": (),
    "set_secret": ("secret",),
    "set_measurands": ("measurands",),
    "set_stop_measurands": ("measurands",),
    "change_setting": ("key", "value"),
    "ask_for_report": ("message", "connector"),
    "ask_display": (),
    "show_price": ("id_tag", "text"),
    "show_running_cost": ("transaction_id", "at", "register_wh", "cost", "is_idle", "prices"),
    "show_final_cost": ("transaction_id", "cost", "text", "address"),
    "set_default_price": ("text",),
}
"""Requests of Odoo to a charger: names independent of any version, and their arguments. `restart`
ends sessions in order, `restart_at_once` may lose their stops; `expires_at` and `at` are aware;
`group_id`, of the tokens for which the connector is kept too, the connector of `ask_for_report` and
the address of `show_final_cost` may be left out. A text is a `DisplayText`, prices are
`core.rating.certain_prices.CertainPrices`."""

LATE = frozenset(
    {"ask_display", "show_price", "show_running_cost", "show_final_cost", "set_default_price"}
)
"""Requests that are sent when a charger has nothing else to do: what its display shows must hold up
no start and no stop."""


@dataclass(frozen=True, slots=True)
class OcppVersion:
    """The parts in which versions of OCPP-J differ.

    :param name: as in a charger's pinned version and in the journal, e.g. "1.6"
    :param subprotocol: of the websocket handshake, in lower case
    :param faults: error code for a message that cannot be read; without one it is not answered
    :param schemas: of all payloads, both ways
    :param handlers: what a charger may call, by action
    :param outgoing: actions that a central system may call
    :param prepare: makes the call for each of REQUESTS
    :param name_request: returns the name of a call's request, from its action and payload
    :param find_secret: returns the password that a call sets in the charger, if it sets one
    :param shows_setting: whether an answer to `get_settings` shows what a call was to set, from the
        payload of the call and the answer
    :param read_display: reads an answer to `ask_display`
    :param secret_length: shortest and longest password, in characters
    """

    name: str
    subprotocol: str
    faults: Mapping[Fault, str]
    schemas: Schemas
    handlers: Mapping[str, type[Handler]]
    outgoing: frozenset[str]
    prepare: Mapping[str, Callable[..., Request]]
    name_request: Callable[[str, object], str | None]
    find_secret: Callable[[str, object], str | None]
    shows_setting: Callable[[Mapping[str, object], object], bool]
    read_display: Callable[[object], DisplayFacts]
    secret_length: tuple[int, int]

    def receive(self, station: Station, call: Call) -> Decision | Awaitable[Decision]:
        """Decide on one call; synchronously where no port is needed."""
        handler = self.handlers.get(call.action)
        if handler is None:
            return self._refuse_action(call.action)
        if type(call.payload) is not dict:
            return refuse(self.faults[Fault.PAYLOAD], "The payload is not a JSON object.")
        validator = self.schemas.requests[call.action]
        if validator.is_valid(call.payload):
            return handler.decide(station, call)
        found = self.schemas.list_violations(validator, call.payload)
        for name, kind in handler.needs.items():
            value = read_as(kind, call.payload.get(name))
            if value is None:
                return refuse(*self._explain(name, found))
            call.payload[name] = value
        return note(handler.decide(station, call), describe(found))

    def _refuse_action(self, action: str) -> Decision:
        if action not in self.schemas.requests:
            return refuse("NotImplemented", f"{action!r:.80} is not an action of OCPP {self.name}.")
        return refuse("NotSupported", f"{action} is not for a charger to call.")

    def _explain(self, name: str, found: list[Violation]) -> tuple[str, str]:
        for violation in found:
            if violation.field == name:
                return violation.error_code, f"{name}: {violation.text}"
        return self.schemas.codes["required"], f"{name} is missing."
