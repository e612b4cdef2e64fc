"""Requests and messages as log lines: JSON for programs, short text for a person at a terminal."""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from service.operations.journal import Journal
from service.operations.record import Record

Form = Literal["json", "text"]
Wanted = Literal["auto", "json", "text"]

_TEXT = 10_000
_PATH = 500
"""How many characters of a query and of a path are written at most."""


class Log:
    """The log of a process that serves."""

    def __init__(self, journal: Journal, form: Form, slow_seconds: float, *, queries: bool) -> None:
        self._journal = journal
        self._line = _LINES[form]
        self._slow_seconds = slow_seconds
        self._queries = queries

    def request(self, record: Record) -> None:
        """Write down a request. A query that was slow, and with a setting every query, has its text in it."""
        is_slow = record.query is not None and 0 < self._slow_seconds <= record.first_seconds
        told = described(record) | ({"slow": True} if is_slow else {})
        if record.query is not None and (is_slow or self._queries):
            told["query"] = record.query[:_TEXT]
        self._journal.write(self._line(told))

    def handler(self) -> logging.Handler:
        """What brings messages of the logging module here."""
        return _Handler(lambda told: self._journal.write(self._line(told)))


def described(record: Record) -> dict[str, Any]:
    """A request as the members of a log line; what does not apply is left out."""
    told = {
        "time": _time(record.arrived),
        "event": "request",
        "id": record.id,
        "client": record.client,
        "method": record.method,
        "path": record.path[:_PATH],
        "route": record.route,
        "status": record.status,
        "outcome": record.outcome,
        "seconds": round(record.seconds, 6),
        "first_seconds": round(record.first_seconds, 6),
        "bytes": record.bytes,
        "query_hash": record.query_hash,
        "snapshot": record.snapshot,
        "cache": record.cache,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def as_json(told: dict[str, Any]) -> str:
    r"""One line of JSON, in ASCII: nothing a client sends can end it or begin another one.

    >>> as_json({"path": "/a\r\nb\u2028"})
    '{"path":"/a\\r\\nb\\u2028"}'
    """
    return json.dumps(told, separators=(",", ":"))


def as_text(told: dict[str, Any]) -> str:
    r"""One line for a person; characters that could steer a terminal are written as escapes.

    >>> as_text({"time": "2026-01-02T03:04:05.678Z", "method": "GET", "path": "/\x1b[2J", "status": 404,
    ...     "seconds": 0.0123, "bytes": 1200, "outcome": "UnknownThing"})
    '03:04:05 GET /\\x1b[2J 404 12 ms, 1,200 bytes, UnknownThing'
    """
    clock = told["time"][11:19]
    if "message" in told:
        return f"{clock} {told['level']}: {told['message']}" + (f"\n{told['error']}" if "error" in told else "")
    outcome = "" if told["outcome"] == "answered" else f", {told['outcome']}"
    line = f"{clock} {told['method']} {told['path']} {told['status']} {told['seconds'] * 1000:.0f} ms"
    query = f", query {told['query']}" if "query" in told else ""
    return _visible(f"{line}, {told['bytes']:,} bytes{outcome}{query}")


_LINES: dict[Form, Callable[[dict[str, Any]], str]] = {"json": as_json, "text": as_text}


def form(wanted: Wanted) -> Form:
    """The form of the lines: text for a terminal, where nothing else is wanted."""
    if wanted == "auto":
        return "text" if sys.stderr.isatty() else "json"
    return wanted


class _Handler(logging.Handler):
    """Turns messages of the logging module into lines."""

    def __init__(self, write: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        """Write a message; a failure in here must not become one of the request."""
        try:
            self._write(_message(record))
        except Exception:  # noqa: BLE001 -- as every handler of the standard library does
            self.handleError(record)


def _message(record: logging.LogRecord) -> dict[str, Any]:
    told = {
        "time": _time(datetime.fromtimestamp(record.created, UTC)),
        "event": "message",
        "level": record.levelname.lower(),
        "message": record.getMessage(),
    }
    return told | ({"error": _TRACEBACKS.formatException(record.exc_info)} if record.exc_info else {})


_TRACEBACKS = logging.Formatter()


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_visible: Callable[[str], str] = partial(lambda text: text.encode("unicode_escape").decode("ascii"))
