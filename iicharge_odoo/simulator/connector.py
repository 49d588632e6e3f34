# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""One outlet: the plug, the energy meter, the transaction, the status."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ocpp.v16 import call

from .clock import format_timestamp, wait_for_event
from .meter import Measurement, meter_value
from .outbox import Message, Transaction
from .vehicle import STEP_S, Vehicle

LOGGER = logging.getLogger(__name__)
SHORTEST_STEP_S = 0.1
AC_VOLTAGE_V = 230.0
DC_VOLTAGE_V = (350.0, 420.0)  # of an empty battery, and of a full one


@dataclass(frozen=True)
class Reservation:
    """Id tag, end and group (maybe empty) of an outlet's reservation."""

    id: int
    id_tag: str
    expires_at: datetime
    parent_id_tag: str = ""


class Host(Protocol):
    """Interface of the charger that an outlet belongs to."""

    spec: Any
    clock: Any
    rng: Any
    configuration: Any
    outbox: Any

    def report_status(self, number: int) -> None: ...

    def spawn(self, work: Coroutine) -> None: ...

    def remember(self, id_tag: str, info: Mapping[str, str]) -> None: ...

    def get_parent(self, id_tag: str) -> str: ...

    async def authorize(self, id_tag: str) -> bool: ...


class Connector:
    """A connector of a charger, numbered from 1. `register_wh` is the meter's lifetime count."""

    def __init__(self, charger: Host, number: int, register_wh: int) -> None:
        self._charger = charger
        self.number = number
        self.register_wh = float(register_wh)
        self.status = "Available"
        self.error_code = "NoError"
        self.operative = True
        self.vehicle: Vehicle | None = None
        self.transaction: Transaction | None = None
        self.remote_tag: str | None = None
        self.reservation: Reservation | None = None
        self._changed = asyncio.Event()
        self._metered_at: datetime | None = None
        self._starting = asyncio.Lock()

    @property
    def name(self) -> str:
        return f"{self._charger.spec.identity}/{self.number}"

    @property
    def idle(self) -> bool:
        """Whether a car may be plugged in or a remote start accepted."""
        free = ("Available", "Preparing", "Reserved")
        return self.status in free and self.transaction is None

    async def wait_for(self, predicate: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Wait until `predicate` holds, at most `timeout_s`; return whether it does."""
        clock = self._charger.clock
        deadline = None if timeout_s is None else clock.now() + timedelta(seconds=timeout_s)
        while not predicate():
            left_s = None if deadline is None else (deadline - clock.now()).total_seconds()
            if left_s is not None and left_s <= 0:
                return False
            await wait_for_event(clock, self._changed, left_s)
        return True

    def notify(self) -> None:
        """Wake the tasks that wait for a change of this connector."""
        event, self._changed = self._changed, asyncio.Event()
        event.set()

    def set_status(self, status: str, error_code: str = "NoError") -> None:
        """Set a status and report it, if it differs."""
        if (status, error_code) == (self.status, self.error_code):
            return
        self.status, self.error_code = status, error_code
        LOGGER.info(
            "%s %s%s", self.name, status, "" if error_code == "NoError" else f" {error_code}"
        )
        self._charger.report_status(self.number)
        self.notify()

    # -- the guest ---------------------------------------------------------------------------

    async def plug(self, vehicle: Vehicle) -> bool:
        """Plug a car in. A remote start that waits for it begins. False: the outlet is not free."""
        if self.vehicle or not self.idle:
            return False
        self.vehicle = vehicle
        self._rest()
        self.notify()
        if self.remote_tag:
            await self.start_remote(self.remote_tag)
        return True

    async def present(self, id_tag: str) -> bool:
        """Hold a card to the reader: start here. False: refused, or nothing to start."""
        async with self._starting:
            if self.vehicle is None or not self.idle or not self._may_be_reserved_for(id_tag):
                return False
            if not await self._charger.authorize(id_tag):
                LOGGER.info("%s %s refused", self.name, id_tag)
                return False
            return self._start(id_tag)

    async def start_remote(self, id_tag: str) -> None:
        """Start by order of the central system, now or when a car is plugged in."""
        async with self._starting:
            if not self.idle or not self.is_reserved_for(id_tag):
                return
            if self.vehicle is None:
                self.remote_tag = id_tag
                self.set_status("Preparing")
                self.notify()
                return
            self.remote_tag = None
            if self._charger.configuration.flag("AuthorizeRemoteTxRequests"):
                if not await self._charger.authorize(id_tag):
                    LOGGER.info("%s %s refused", self.name, id_tag)
                    return
            self._start(id_tag)

    def cancel_remote(self, id_tag: str) -> None:
        """Drop a remote start: no car came in time (ConnectionTimeOut)."""
        if self.remote_tag == id_tag and self.vehicle is None:
            self.remote_tag = None
            self._rest()

    def unplug(self) -> None:
        """Pull the plug; ends a transaction that runs."""
        self.stop("EVDisconnected")
        self.vehicle = None
        self.remote_tag = None
        if self.status != "Faulted":
            self._rest()

    # -- the reservation (section 5.13) ------------------------------------------------------

    def refuses_reservation(self, reservation_id: int) -> str | None:
        """Return the ReservationStatus of an outlet that cannot be reserved; None: it can."""
        if self.status in ("Faulted", "Unavailable"):
            return self.status
        replaces = self.reservation is not None and self.reservation.id == reservation_id
        return None if self.status == "Available" or replaces else "Occupied"

    async def reserve(self, reservation: Reservation) -> None:
        """Reserve the outlet for one tag until it starts here, or the time is over."""
        self.reservation = reservation
        self._rest()
        left_s = (reservation.expires_at - self._charger.clock.now()).total_seconds()
        await self.wait_for(lambda: self.reservation is not reservation, left_s)
        self.release(reservation)

    def release(self, reservation: Reservation) -> None:
        """Free the outlet again, unless that has happened already."""
        if self.reservation is reservation:
            self.reservation = None
            self._rest()
            self.notify()

    def is_reserved_for(self, id_tag: str) -> bool:
        """Check whether the outlet is not reserved, or reserved for this tag or its group."""
        kept = self.reservation
        if kept is None or kept.id_tag == id_tag:
            return True
        return bool(kept.parent_id_tag) and kept.parent_id_tag == self._charger.get_parent(id_tag)

    def _may_be_reserved_for(self, id_tag: str) -> bool:
        """Check whether to ask for a tag: its group may be known only from the answer."""
        has_group = self.reservation is not None and bool(self.reservation.parent_id_tag)
        return has_group or self.is_reserved_for(id_tag)

    # -- the transaction ---------------------------------------------------------------------

    def _start(self, id_tag: str) -> bool:
        if self.vehicle is None or not self.idle or not self.is_reserved_for(id_tag):
            return False  # unplugged, broken or reserved while the card was being checked
        reservation, self.reservation = self.reservation, None
        now = self._charger.clock.now()
        transaction = Transaction(self.number, id_tag, now, int(self.register_wh))
        self.transaction, self._metered_at = transaction, now
        start = call.StartTransaction(
            connector_id=self.number,
            id_tag=id_tag,
            meter_start=transaction.meter_start_wh,
            timestamp=format_timestamp(now),
            reservation_id=reservation.id if reservation else None,
        )

        def started(answer) -> None:
            self._started(transaction, answer)

        self._charger.outbox.put(Message(start, transaction, started))
        self.set_status("SuspendedEV" if self.vehicle.full else "Charging")
        self._charger.spawn(self._charge(transaction))
        return True

    def _started(self, transaction: Transaction, answer) -> None:
        transaction.id = answer.transaction_id
        verdict = answer.id_tag_info["status"]
        transaction.deauthorized = verdict != "Accepted"
        self._charger.remember(transaction.id_tag, answer.id_tag_info)
        transaction.answered.set()
        LOGGER.info(
            "%s transaction %s of %s: %s", self.name, transaction.id, transaction.id_tag, verdict
        )
        if transaction.deauthorized and self._charger.configuration.flag(
            "StopTransactionOnInvalidId"
        ):
            if self.transaction is transaction:
                self.stop("DeAuthorized")
        self.notify()

    def stop(self, reason: str, id_tag: str | None = None) -> None:
        """End the transaction, if one runs. The car stays plugged in: status Finishing."""
        if self._end_transaction(reason, id_tag):
            self.set_status("Finishing" if self.operative else "Unavailable")

    def _end_transaction(self, reason: str, id_tag: str | None = None) -> bool:
        transaction = self.transaction
        if transaction is None:
            return False
        self.advance_meter()
        now = self._charger.clock.now()
        # The meter counts whole Wh, so a session never reports more than flowed in its time.
        self.register_wh = float(int(self.register_wh))
        stop = call.StopTransaction(
            transaction_id=0,
            meter_stop=int(self.register_wh),
            timestamp=format_timestamp(now),
            reason=reason,
            id_tag=id_tag,
            transaction_data=self._transaction_data(transaction, now),
        )
        self.transaction = None
        self._charger.outbox.put(Message(stop, transaction))
        LOGGER.info(
            "%s transaction %s stopped (%s), %s Wh",
            self.name,
            transaction.id,
            reason,
            stop.meter_stop - transaction.meter_start_wh,
        )
        self.notify()
        return True

    def _transaction_data(self, transaction: Transaction, now: datetime) -> list | None:
        measurands = self._charger.configuration.measurands("StopTxnSampledData")
        if not measurands:
            return None
        begin = Measurement(transaction.meter_start_wh, 0.0, AC_VOLTAGE_V, 0, None)
        energy = [name for name in measurands if name.startswith("Energy")]
        values = [
            meter_value(transaction.started_at, begin, energy, "Transaction.Begin"),
            meter_value(now, self.measure(), measurands, "Transaction.End"),
        ]
        return [value for value in values if value["sampledValue"]] or None

    async def _charge(self, transaction: Transaction) -> None:
        clock = self._charger.clock
        sampled_at = clock.now()
        while self.transaction is transaction:
            interval_s = self._charger.configuration.count("MeterValueSampleInterval")
            since_s = (clock.now() - sampled_at).total_seconds()
            if interval_s and since_s >= interval_s:
                self.send_meter_value("Sample.Periodic")
                sampled_at, since_s = clock.now(), 0.0
            left_s = interval_s - since_s if interval_s else None
            if not self.vehicle.full:
                look_s = self._seconds_to_next_step()
                left_s = look_s if left_s is None else min(left_s, look_s)
            await wait_for_event(clock, self._changed, left_s)
            if self.transaction is transaction:
                self.advance_meter()
                if self.vehicle.full and self.status == "Charging":
                    self.send_meter_value("Sample.Periodic")
                    sampled_at = clock.now()
                    self.set_status("SuspendedEV")

    def _seconds_to_next_step(self) -> float:
        """Return the seconds to the next reading: not later than the car is full."""
        full_in_s = self.vehicle.missing_wh / self.measure().power_w * 3600
        return min(STEP_S, max(SHORTEST_STEP_S, full_in_s))

    # -- the meter ---------------------------------------------------------------------------

    def advance_meter(self) -> None:
        """Count the energy that flowed since the last reading."""
        if self.transaction is None or self.vehicle is None:
            return
        now = self._charger.clock.now()
        elapsed_s = (now - self._metered_at).total_seconds()
        if elapsed_s > 0:
            spec = self._charger.spec
            self.register_wh += self.vehicle.charge(spec.current, spec.rated_power_w, elapsed_s)
            self._metered_at = now

    def measure(self) -> Measurement:
        """Read the meter. Power is the present flow: zero without a transaction."""
        spec, car = self._charger.spec, self.vehicle
        power_w = 0.0
        if car and self.transaction:
            power_w = car.power_w(spec.current, spec.rated_power_w)
        if spec.current == "DC":
            soc = car.soc if car else None
            empty_v, full_v = DC_VOLTAGE_V
            voltage_v = empty_v + (full_v - empty_v) * soc if car else 0.0
            return Measurement(int(self.register_wh), power_w, voltage_v or empty_v, 0, soc)
        voltage_v = AC_VOLTAGE_V + self._charger.rng.uniform(-2, 2)
        phases = car.ac_phases if car else 3
        return Measurement(int(self.register_wh), power_w, voltage_v, phases, None)

    def send_meter_value(self, context: str) -> None:
        """Queue a MeterValues of the present reading."""
        self.advance_meter()
        measurands = self._charger.configuration.measurands("MeterValuesSampledData")
        value = meter_value(self._charger.clock.now(), self.measure(), measurands, context)
        if value["sampledValue"]:
            payload = call.MeterValues(connector_id=self.number, meter_value=[value])
            self._charger.outbox.put(Message(payload, self.transaction))

    # -- the state of the outlet -------------------------------------------------------------

    def _rest(self) -> None:
        """Set the status of an outlet without a transaction."""
        if not self.operative:
            self.set_status("Unavailable")
        else:
            free = "Preparing" if self.vehicle else "Available"
            self.set_status("Reserved" if self.reservation else free)

    def set_operative(self, operative: bool) -> str:
        """Obey ChangeAvailability; return the AvailabilityStatus."""
        self.operative = operative
        if not operative:
            self.reservation = None
        if self.transaction:
            return "Accepted" if operative else "Scheduled"
        if self.status != "Faulted" and not (operative and self.status == "Finishing"):
            self._rest()
        return "Accepted"

    def fault(self, error_code: str) -> None:
        """Set a fault. A transaction ends."""
        self._end_transaction("Other")
        self.remote_tag = None
        self.reservation = None
        self.set_status("Faulted", error_code)

    def repair(self) -> None:
        """Clear a fault."""
        if self.status == "Faulted":
            self._rest()

    def restart(self) -> None:
        """Restart after a reboot, which clears a fault."""
        self.remote_tag = None
        self.reservation = None
        self._rest()
