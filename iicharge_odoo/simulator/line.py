# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Connection to the central system: a WebSocket client with the `ocpp` package on it."""

import asyncio
import base64
import logging
import random
from collections.abc import Callable, Iterator
from urllib.parse import quote

from ocpp.v16 import ChargePoint
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    WebSocketException,
)

LOGGER = logging.getLogger(__name__)
SUBPROTOCOL = "ocpp1.6"

# The package logs every frame and warns of every CALLERROR; this module logs what matters.
OCPP_LOGGER = logging.getLogger(f"{__name__}.ocpp")
OCPP_LOGGER.setLevel(logging.CRITICAL)


class LineError(Exception):
    """The central system cannot be reached.

    LineError
    ├── Unreachable    there is no listener, or the network fails
    ├── Refused        the handshake was answered with an HTTP error or without the subprotocol
    └── LineLost       the connection ended while it was needed
    """


class Unreachable(LineError):
    """There is no listener at the address."""


class Refused(LineError):
    """The central system refused the handshake; `status` is the HTTP status or None."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class LineLost(LineError):
    """The connection ended."""


def backoff_delays(rng: random.Random, first_s: float, most_s: float) -> Iterator[float]:
    """Yield waiting times in seconds that double up to `most_s`, each with half of it random.

    The random half keeps the chargers of a site from coming back all at once after an outage.
    """
    delay_s = first_s
    while True:
        yield delay_s * rng.uniform(0.5, 1.0)
        delay_s = min(most_s, delay_s * 2)


def address(url: str, identity: str) -> str:
    """Return the WebSocket address of a charger: the base `url` and the quoted identity."""
    return f"{url.rstrip('/')}/{quote(identity, safe='')}"


async def _open_socket(url: str, identity: str, secret: str | None) -> ClientConnection:
    headers = {}
    if secret is not None:
        credentials = base64.b64encode(f"{identity}:{secret}".encode()).decode()
        headers["Authorization"] = f"Basic {credentials}"
    where = f"{identity} at {url}"
    try:
        socket = await connect(
            address(url, identity),
            subprotocols=[SUBPROTOCOL],
            additional_headers=headers,
            compression=None,
            proxy=None,
            close_timeout=1,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        raise Refused(f"{where}: handshake refused with HTTP {status}", status) from error
    except InvalidMessage as error:
        # A server that is just going down or coming up closes before it answers.
        raise Unreachable(f"{where}: {error}") from error
    except InvalidHandshake as error:
        raise Refused(f"{where}: handshake failed: {error}") from error
    except (OSError, WebSocketException) as error:
        raise Unreachable(f"{where}: {error}") from error
    if socket.subprotocol != SUBPROTOCOL:
        await socket.close()
        raise Refused(f"{where}: the central system does not support {SUBPROTOCOL}")
    return socket


class Line:
    """One open connection. Make it with `Line.open`."""

    def __init__(self, socket: ClientConnection, endpoint: ChargePoint) -> None:
        self._socket = socket
        self._endpoint = endpoint
        self._reader = asyncio.ensure_future(self._read())

    @classmethod
    async def open(
        cls,
        url: str,
        identity: str,
        secret: str | None,
        make_endpoint: Callable[[str, ClientConnection], ChargePoint],
    ) -> "Line":
        """Connect; `secret` goes as HTTP Basic password (security profile 1), None sends none.

        Raises Unreachable or Refused.
        """
        socket = await _open_socket(url, identity, secret)
        return cls(socket, make_endpoint(identity, socket))

    async def _read(self) -> None:
        try:
            await self._endpoint.start()
        except (OSError, WebSocketException):
            pass  # the ordinary end of a connection
        except Exception as error:
            LOGGER.warning("%s: dropped a frame: %r", self._endpoint.id, error)
        finally:
            # A reader that ended for any reason must not leave an open socket.
            self._socket.transport.abort()

    @property
    def closed(self) -> bool:
        """Whether the connection has ended."""
        return self._reader.done()

    async def wait_closed(self) -> None:
        """Return when the connection has ended, from whichever side."""
        await asyncio.wait({self._reader})

    async def call(self, payload: object, *, validate: bool = True) -> object:
        """Send a CALL of the `ocpp.v16.call` type of `payload`; return its `call_result`.

        Raises OCPPError for a CALLERROR or an answer outside the schema, TimeoutError when none
        comes and LineLost when the connection ends first.
        """
        sending = asyncio.ensure_future(
            self._endpoint.call(payload, suppress=False, skip_schema_validation=not validate)
        )
        try:
            await asyncio.wait({sending, self._reader}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                raise LineLost(f"{self._endpoint.id}: the connection was lost")
            return sending.result()
        except (OSError, WebSocketException) as error:
            if isinstance(error, TimeoutError):
                raise
            raise LineLost(f"{self._endpoint.id}: {error}") from error
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def send_text(self, frame: str) -> None:
        """Send a text frame as it is. Raises LineLost."""
        try:
            await self._socket.send(frame)
        except (OSError, WebSocketException) as error:
            raise LineLost(f"{self._endpoint.id}: {error}") from error

    def abort(self) -> None:
        """Cut the connection without a closing handshake, as a broken network does."""
        self._socket.transport.abort()

    async def close(self) -> None:
        """Close the connection; returns when it is closed, after a second at the latest."""
        await self._socket.close()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
