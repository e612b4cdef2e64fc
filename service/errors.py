"""What can go wrong in the service, and the one table by which the web answers it.

ServiceError
├── RequestError                 the request is at fault
│   ├── WrongRequest             a parameter is missing, repeated or unreadable
│   ├── MalformedQuery           not SPARQL; knows the line and the column
│   ├── RefusedQuery             SPARQL, but not answered here: updates, SERVICE, too deeply nested
│   ├── QueryTooLong
│   ├── UnsupportedType          a body of a media type that is not read here
│   ├── FederationFailed         another service, asked by SERVICE or LOAD, gave no answer
│   ├── NotAcceptable            none of the media types there are is accepted
│   └── UnknownThing             no such thing in the graph
└── StoreError                   the data directory is at fault
    ├── NoData                   nothing has been loaded yet
    ├── WriterBusy               another process is writing
    ├── Stopping                 the service has been told to stop
    ├── UnknownSnapshot          there is no generation of that number, or it is current already
    └── UnusableDirectory        it cannot be read or written
        └── DamagedData          what it holds is not what was written
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from werkzeug.exceptions import HTTPException

_log = logging.getLogger("etiograph")


class ServiceError(Exception):
    """Anything the service refuses; the message is a sentence for the user."""


class RequestError(ServiceError):
    """The request is at fault; the message is shown to the client."""


class WrongRequest(RequestError):
    """A parameter is missing, repeated or unreadable."""


class RefusedQuery(RequestError):
    """A query that is understood and not answered here."""


class QueryTooLong(RequestError):
    """A query of more characters than are read."""


class UnsupportedType(RequestError):
    """A request body of a media type, or in a charset, that is not read here."""


class FederationFailed(RequestError):
    """Another service, asked for a client, gave no answer that can be used."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"<{url}> gave no answer: {reason}.")


class NotAcceptable(RequestError):
    """The client accepts none of the media types there are."""


class UnknownThing(RequestError):
    """The graph says nothing about it."""


class MalformedQuery(RequestError):
    r"""A text that is not SPARQL, with the place where that shows.

    >>> MalformedQuery("expected a variable", "SELECT ?s\nWHERE { ?s ?p }", 2, 15).text
    'WHERE { ?s ?p }'
    """

    def __init__(self, detail: str, query: str, line: int, column: int) -> None:
        super().__init__(detail)
        self.line = line
        self.column = column
        lines = query.split("\n")
        self.text = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""


class StoreError(ServiceError):
    """The data directory is at fault; the message names it, so only the command line shows it."""


class NoData(StoreError):
    """Nothing has been loaded yet."""


class WriterBusy(StoreError):
    """Another process is writing."""


class Stopping(StoreError):
    """The service has been told to stop."""


class UnknownSnapshot(StoreError):
    """There is no generation of that number, or it is current already."""


class UnusableDirectory(StoreError):
    """The data directory cannot be used."""


class DamagedData(UnusableDirectory):
    """What the data directory, or a backup, holds is not what was written."""


@dataclass(frozen=True)
class Problem:
    """An error as the web shows it (RFC 9457), and the headers that go with it."""

    status: int
    title: str
    detail: str
    place: Mapping[str, object] = field(default_factory=dict)
    """Where it is wrong: `line`, `column`, and the `text` of the line."""

    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """The members of `application/problem+json`.

        >>> Problem(404, "Not found", "There is no such thing.").document()["status"]
        404
        """
        return {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail, **self.place}


_HIDDEN = "The service cannot reach its data at the moment. Please try again later."

ANSWERS: Mapping[type[ServiceError], tuple[int, str, str | None]] = MappingProxyType(
    {
        WrongRequest: (400, "The request cannot be understood", None),
        MalformedQuery: (400, "The query is not valid SPARQL", None),
        RefusedQuery: (400, "The query is not answered here", None),
        QueryTooLong: (413, "The query is too long", None),
        UnsupportedType: (415, "The body is of a type that is not read here", None),
        FederationFailed: (502, "Another service gave no answer", None),
        NotAcceptable: (406, "There is no form that you accept", None),
        UnknownThing: (404, "Not found", None),
        NoData: (503, "No data yet", "Nothing has been loaded yet."),
        WriterBusy: (503, "Busy", "Another change is being written. Please try again."),
        Stopping: (503, "Stopping", "The service is stopping. Please try again in a moment."),
        StoreError: (503, "The data cannot be reached", _HIDDEN),
    }
)
"""Status, title, and what the client reads instead of a message that names things of the server."""


def problem(error: Exception) -> Problem:
    """An error as the web shows it; one that is not ours is logged under an id, and the client sees only the id.

    >>> problem(UnknownThing("The graph says nothing about it.")).status
    404
    """
    for kind in type(error).__mro__:
        if answer := ANSWERS.get(kind):
            status, title, instead = answer
            if isinstance(error, StoreError):
                _log.error("%s", error)
            return Problem(status, title, instead or str(error), _place(error))
    if isinstance(error, HTTPException):
        return _http_problem(error)
    return _unexpected(error)


def _place(error: Exception) -> dict[str, object]:
    if isinstance(error, MalformedQuery):
        return {"line": error.line, "column": error.column, "text": error.text}
    return {}


def _http_problem(error: HTTPException) -> Problem:
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return Problem(error.code or 500, error.name, error.description or error.name, headers=headers)


def _unexpected(error: Exception) -> Problem:
    name = secrets.token_hex(4)
    _log.error("error %s", name, exc_info=error)
    return Problem(500, "Something went wrong here", f"This is a fault of the service, noted as {name}.", {"id": name})
