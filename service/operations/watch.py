"""Around the application (PEP 3333): every request gets its record, and observers hear of it when it is done."""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from service.operations.clients import Network, client, is_here
from service.operations.record import KEY, Record

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Observer = Callable[[Record], None]

LOCAL = "etiograph.is_here"
"""Where the environment says whether a program of this machine asks for itself."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")


class Watch:
    """Watches over an application."""

    def __init__(self, application: Application, trusted: Sequence[Network]) -> None:
        self._application = application
        self._trusted = trusted
        self.observers: list[Observer] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        environ[LOCAL] = is_here(environ)
        environ["REMOTE_ADDR"] = client(environ, self._trusted)
        environ[KEY] = record = Record(
            id=_id(environ.get("HTTP_X_REQUEST_ID", "")),
            method=environ["REQUEST_METHOD"],
            path=environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace"),
            client=environ["REMOTE_ADDR"],
        )

        def started(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:  # noqa: ANN401 -- PEP 3333
            record.status = int(status[:3])
            return start_response(status, [*headers, ("X-Request-Id", record.id)], *error)

        try:
            pieces = self._application(environ, started)
        except BaseException as error:
            record.outcome = type(error).__name__
            self._tell(record)
            raise
        record.first_seconds = time.monotonic() - record.begun
        return _Watched(pieces, record, self._tell)

    def _tell(self, record: Record) -> None:
        record.seconds = time.monotonic() - record.begun
        record.outcome = record.outcome or ("not modified" if record.status == 304 else "answered")
        for observer in self.observers:
            observer(record)


class _Watched:
    """The pieces of an answer, counted as they go."""

    def __init__(self, pieces: Iterable[bytes], record: Record, tell: Observer) -> None:
        self._pieces, self._iterator = pieces, iter(pieces)
        self._record, self._tell = record, tell
        self._is_whole = self._is_told = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._iterator)
        except StopIteration:
            self._is_whole = True
            raise
        except BaseException as error:
            self._record.outcome = type(error).__name__
            raise
        self._record.bytes += len(piece)
        return piece

    def close(self) -> None:
        """End the answer, be it whole or not."""
        try:
            if close := getattr(self._pieces, "close", None):
                close()
        finally:
            if not self._is_told:
                self._is_told = True
                self._record.outcome = self._record.outcome or ("" if self._is_whole else "cut short")
                self._tell(self._record)


def _id(given: str) -> str:
    """The name by which the client or a proxy knows the request, where it is a plain one.

    >>> _id("a-1")
    'a-1'
    """
    return given if _ID.fullmatch(given) else secrets.token_hex(8)
