"""One request to another service, under a deadline and a limit of bytes, without redirects, to a checked IP address."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.errors import FederationFailed
from service.federation.destination import Destination, Resolver, allowed, resolved, system_resolver

_PIECE = 1 << 16
_AGENT = "etiograph"
_AT_ONCE = threading.BoundedSemaphore(16)
"""So that others who are slow never hold all threads of a web process."""


@dataclass(frozen=True)
class Rules:
    """Who may be asked, and what one query or update may take from all of them."""

    addresses: tuple[str, ...] = ()
    seconds: float = 10
    bytes: int = 10_000_000
    rows: int = 10_000
    resolver: Resolver = field(default=system_resolver, repr=False)


@dataclass(frozen=True)
class Fetched:
    """What another service answered."""

    media_type: str
    body: bytes


def fetch(url: str, rules: Rules, accept: str, until: float | None = None) -> Fetched:
    """What an allowed address answers to GET: the document of a LOAD.

    Raises RefusedQuery for an address that is not on the list, FederationFailed for everything that goes wrong.
    """
    return exchange(allowed(url, rules.addresses), rules, "GET", {"Accept": accept}, None, until)


def exchange(
    to: Destination,
    rules: Rules,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    until: float | None = None,
) -> Fetched:
    """Ask once. `until` is a time of `time.monotonic`, by default the seconds of the rules from now."""
    if not _AT_ONCE.acquire(blocking=False):
        raise FederationFailed(to.url, "this service is waiting for too many others already; try again in a moment")
    try:
        until = until if until is not None else time.monotonic() + rules.seconds
        return _exchanged(to, rules, method, headers, body, until)
    finally:
        _AT_ONCE.release()


def _exchanged(
    to: Destination, rules: Rules, method: str, headers: Mapping[str, str], body: bytes | None, until: float
) -> Fetched:
    address = resolved(to, rules.resolver, until - time.monotonic())
    connection = _Pinned(to, address, until)
    try:
        return _answer(connection, to, rules, method, headers, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FederationFailed(to.url, _reason(error, connection)) from None
    finally:
        connection.release()


def _answer(
    connection: "_Pinned", to: Destination, rules: Rules, method: str, headers: Mapping[str, str], body: bytes | None
) -> Fetched:
    connection.request(method, to.target, body, {"User-Agent": _AGENT, "Accept-Encoding": "identity", **headers})
    with connection.getresponse() as response:
        return _taken(connection, response, to, rules)


def _taken(connection: "_Pinned", response: http.client.HTTPResponse, to: Destination, rules: Rules) -> Fetched:
    if response.status != 200:
        place = "; redirects are not followed" if 300 <= response.status < 400 else ""
        raise FederationFailed(to.url, f"it answered with status {response.status}{place}")
    if response.headers.get("Content-Encoding", "identity").casefold() != "identity":
        raise FederationFailed(to.url, "its answer is compressed, which was not asked for")
    pieces = bytearray()
    while piece := response.read1(_PIECE):
        pieces += piece
        if len(pieces) > rules.bytes:
            raise FederationFailed(to.url, f"its answer is larger than {rules.bytes:,} bytes; ask for less")
    if connection.expired:
        raise TimeoutError
    if response.length:  # what was announced and did not come
        raise http.client.IncompleteRead(b"")
    return Fetched(response.headers.get_content_type(), bytes(pieces))


def _reason(error: Exception, connection: "_Pinned") -> str:
    if connection.expired or isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, ssl.SSLError):
        return "its certificate is not good, or it speaks no TLS"
    return "it cannot be reached" if isinstance(error, OSError) else "it does not answer as HTTP does"


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that is already known, cut at a moment whatever it is doing then.

    A timeout of a socket begins anew with every byte; a service that sends one a second would never meet it.
    """

    def __init__(self, to: Destination, address: str, until: float) -> None:
        super().__init__(to.host, to.port, timeout=max(0.01, until - time.monotonic()))
        self._to, self._address, self._until = to, address, until
        self._watch: threading.Timer | None = None
        self._wire: socket.socket | None = None
        self.expired = False

    def connect(self) -> None:
        """Connect to the checked address; the certificate is still that of the name."""
        self.sock = self._wire = socket.create_connection((self._address, self._to.port), self.timeout)
        if self._to.secure:
            context = ssl.create_default_context()
            self.sock = self._wire = context.wrap_socket(
                self._wire, server_hostname=self._to.host, do_handshake_on_connect=False
            )
        self._watch = threading.Timer(max(0.01, self._until - time.monotonic()), self._cut)
        self._watch.daemon = True
        self._watch.start()
        if isinstance(self._wire, ssl.SSLSocket):
            self._wire.do_handshake()

    def release(self) -> None:
        """Let go of the connection and of the watch over it; `close` is called as soon as the answer has begun."""
        if self._watch:
            self._watch.cancel()
        self.close()

    def _cut(self) -> None:
        self.expired = True
        if self._wire:
            try:
                # Not the method of a TLS socket, which forgets its session while another thread reads from it.
                socket.socket.shutdown(self._wire, socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself
