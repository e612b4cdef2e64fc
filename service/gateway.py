"""Between the server, which speaks RSGI, and the application, which speaks WSGI (PEP 3333).

Through plain WSGI the server can tell an application neither that its client has hung up, nor let it break off an
answer: where an iterator fails, it ends the chunked body as if it were whole. RSGI says the first, and names the
connection, so that the second can be done by hand.
"""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader
from threading import Event
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from service.request_body import RequestBody

_log = logging.getLogger("etiograph")

_PIECE_SECONDS = 60
"""How long a client may take to read the next piece of an answer."""

_STATUSES_WITHOUT_BODY = (204, 304)
_LOOK_AFTER = 0.1
"""Seconds after which we listen for the end of the connection; most requests are done by then."""

_METHODS_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")

Application = Callable[..., Iterable[bytes]]


class Headers(Protocol):
    """The headers of a request."""

    def get(self, name: str, /) -> str | None:
        """One header."""

    def items(self) -> list[tuple[str, str]]:
        """All of them; a name may come more than once."""


class Scope(Protocol):
    """A request as RSGI describes it: https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Headers


class Transport(Protocol):
    """Where the pieces of an answer go."""

    async def send_bytes(self, data: bytes, /) -> None:
        """Send a piece."""


class Connection(Protocol):
    """The body of a request, and the way to answer it."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def client_disconnect(self) -> None:
        """Return when the client has hung up."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes, /) -> None:
        """Answer at once."""

    def response_stream(self, status: int, headers: list[tuple[str, str]], /) -> Transport:
        """Begin to answer."""


@dataclass
class _Reply:
    """What the application answers: pieces where there is no `whole`."""

    status: int
    headers: list[tuple[str, str]]
    pieces: "_Closing"
    whole: bytes | None = None


class Gateway:
    """Serves a WSGI application; its work is done in threads, and none of them waits for a client."""

    def __init__(self, application: Application, threads: int, close: Callable[[], None]) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, "request")
        self._close = close

    async def __call__(self, scope: Scope, connection: Connection) -> None:
        """Answer one request."""
        loop = asyncio.get_running_loop()
        gone = Event()
        listening = loop.call_later(_LOOK_AFTER, lambda: asyncio.ensure_future(_listen(connection, gone)))
        try:
            if body := await self._received(scope, connection):
                environ = environment(scope, body, gone)
                reply = await loop.run_in_executor(self._threads, self._called, environ)
                if _sends_unasked(scope):
                    await body.receive_unread()
                await self._send(reply, scope, connection)
        finally:
            listening.cancel()

    def __rsgi_del__(self, _: object) -> None:
        """The server is stopping, and every request has been answered."""
        self._close()

    async def _received(self, scope: Scope, connection: Connection) -> RequestBody | None:
        """The body, as far as it can be waited for without a thread; None where it does not come."""
        body = RequestBody(aiter(connection), asyncio.get_running_loop())
        if scope.method in _METHODS_WITHOUT_BODY:
            return body
        try:
            declared = scope.headers.get("content-length")
            await body.receive_short(int(declared) if declared else None)
        except TimeoutError:
            connection.response_bytes(408, [("content-type", "text/plain")], b"The body did not arrive in time.")
            return None
        return body

    def _called(self, environ: dict[str, Any]) -> _Reply:
        """Call the application; short answers are taken whole, of others the first piece is awaited."""
        status, headers = "500", list[tuple[str, str]]()

        def start_response(new_status: str, new_headers: list[tuple[str, str]], _: object = None) -> None:
            nonlocal status, headers
            status, headers = new_status, new_headers

        pieces = self._application(environ, start_response)
        reply = _Reply(int(status[:3]), [(name.lower(), value) for name, value in headers], _Closing(pieces))
        if reply.status in _STATUSES_WITHOUT_BODY or any(name == "content-length" for name, _ in reply.headers):
            try:
                reply.whole = b"".join(reply.pieces)
            finally:
                reply.pieces.close()
        return reply

    async def _send(self, reply: _Reply, scope: Scope, connection: Connection) -> None:
        if reply.whole is not None:
            connection.response_bytes(reply.status, reply.headers, reply.whole)
            return
        loop = asyncio.get_running_loop()
        try:
            transport = connection.response_stream(reply.status, reply.headers)
            while piece := await loop.run_in_executor(self._threads, next, reply.pieces, b""):
                await asyncio.wait_for(transport.send_bytes(piece), _PIECE_SECONDS)
        except Exception as error:  # noqa: BLE001 -- whatever it was, the client must not take this for the end
            _log.warning("an answer was broken off: %s", error)
            break_off(scope.client)
        finally:
            await loop.run_in_executor(self._threads, reply.pieces.close)


class _Closing:
    """The iterable of an application as an iterator that can be closed."""

    def __init__(self, iterable: Iterable[bytes]) -> None:
        self._iterator = iter(iterable)
        self.close: Callable[[], None] = getattr(iterable, "close", lambda: None)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._iterator)


def _sends_unasked(scope: Scope) -> bool:
    """Whether a client sends its body whatever is answered; one that expects to be told to go on looks first."""
    return scope.method not in _METHODS_WITHOUT_BODY and scope.headers.get("expect") is None


async def _listen(connection: Connection, gone: Event) -> None:
    await connection.client_disconnect()
    gone.set()


def environment(scope: Scope, body: RequestBody, gone: Event) -> dict[str, Any]:
    """The environment of PEP 3333; `etiograph.is_gone` tells whether the client has hung up."""
    path, (host, port) = unquote_to_bytes(scope.path).decode("latin-1"), _host_and_port(scope.server)
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _host_and_port(scope.client)[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BufferedReader(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "etiograph.is_gone": gone.is_set,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        found[key] = f"{found[key]},{value}" if key in found else value
    if scope.authority:
        found.setdefault("HTTP_HOST", scope.authority)
    return found


def break_off(client: str) -> None:
    """Close the connection of a client, named by address and port, in the middle of what is being sent."""
    peer = _host_and_port(client)
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 -- its names are numbers, not paths
        try:
            candidate = socket.socket(fileno=os.dup(int(name)))
        except OSError:  # it is no socket, or has just been closed
            continue
        with candidate:
            if _peer(candidate) == peer:
                candidate.shutdown(socket.SHUT_RDWR)
                return


def _peer(candidate: socket.socket) -> tuple[str, str] | None:
    try:
        name = candidate.getpeername()
    except OSError:  # it listens
        return None
    return (name[0], str(name[1])) if isinstance(name, tuple) else None


def _host_and_port(address: str) -> tuple[str, str]:
    """The two parts of an address.

    >>> _host_and_port("127.0.0.1:80"), _host_and_port("[::1]:80")
    (('127.0.0.1', '80'), ('::1', '80'))
    """
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), port
