"""What can go wrong in the service, and the one table by which the web answers it.

ServiceError
├── RequestError                 the request is at fault
│   ├── WrongRequest             a parameter is missing, repeated or unreadable
│   ├── Malformed                not in the language it claims; knows the line and the column
│   │   ├── MalformedQuery       not SPARQL
│   │   └── MalformedData        not RDF of its media type
│   ├── RefusedUpdate            SPARQL that cannot be carried out, such as CREATE of a graph that exists
│   ├── RefusedGraph             a graph that breaks a rule; carries every fault
│   ├── NotAuthenticated         no token, or one that is not valid
│   ├── Forbidden                a valid token, without the right
│   ├── WritingOff               no token may write, for there is none
│   ├── NotCurrent               the data has changed since the client looked
│   ├── LengthMissing            a body of which nobody can tell whether it is whole
│   ├── BodyTooLarge
│   ├── RefusedQuery             SPARQL, but not answered here: updates, too deeply nested
│   │   └── SwitchedOff          a clause that reaches other services, where none may be reached
│   ├── QueryTooLong
│   ├── UnsupportedType          a body of a media type that is not read here
│   ├── FederationFailed         another service, asked by SERVICE or LOAD, gave no answer
│   ├── NotAcceptable            none of the media types there are is accepted
│   ├── LinksFull                there are as many short addresses as there may be
│   ├── UnknownThing             no such thing in the graph
│   ├── RateExceeded             more requests than one client may send
│   ├── NotOffered               what this service does not do, with the reason
│   └── UnknownToken             no such bearer token
├── WriteError                   a change was given up, and nothing of it remains
│   ├── WriteTooSlow             it took longer than it may
│   ├── WriteTooLarge            it needed more memory than it may
│   ├── WriteFailed              the process that made it ended
│   └── Reported                 what that process says went wrong
├── QueryStopped                 a query that was admitted is not answered to its end
│   ├── QueryTooSlow
│   ├── QueueFull                too many queries are waiting
│   ├── MemoryUsedUp
│   ├── AnswerTooLarge           more rows or bytes than were asked for or are sent
│   ├── EngineFailed             the engine ended, or was ended
│   └── ClientGone               nobody is there to read it
└── StoreError                   the data directory is at fault
    ├── NoData                   nothing has been loaded yet
    ├── WriterBusy               another process is writing
    ├── Stopping                 the service has been told to stop
    ├── UnknownSnapshot          there is no generation of that number, or it is current already
    ├── NoLinks                  short addresses cannot be kept or read
    └── UnusableDirectory        it cannot be read or written
        └── DamagedData          what it holds is not what was written
"""

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from service.marking import marked as _

if TYPE_CHECKING:
    from werkzeug.exceptions import HTTPException

_log = logging.getLogger("etiograph")


class ServiceError(Exception):
    """Anything the service refuses; the message is a sentence for the user."""

    headers: Mapping[str, str] = MappingProxyType({})
    """What the answer carries besides."""


class RequestError(ServiceError):
    """The request is at fault; the message is shown to the client. `parameter` is the one at fault, if known."""

    parameter: str = ""


class WrongRequest(RequestError):
    """A parameter is missing, repeated or unreadable."""


class RefusedQuery(RequestError):
    """A query that is understood and not answered here."""


class SwitchedOff(RefusedQuery):
    """A SERVICE or LOAD, where none is allowed: nothing is wrong with the text, so it is not called malformed."""


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


class LinksFull(RequestError):
    """There are as many short addresses as there may be, or as many new ones as are made in a minute."""


class Malformed(RequestError):
    r"""A text that is not what it claims to be, with the place where that shows.

    >>> MalformedQuery("expected a variable", "SELECT ?s\nWHERE { ?s ?p }", 2, 15).text
    'WHERE { ?s ?p }'
    """

    def __init__(self, detail: str, text: str, line: int, column: int) -> None:
        super().__init__(detail)
        self.line = line
        self.column = column
        lines = text.split("\n")
        self.text = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""


class MalformedQuery(Malformed):
    """A text that is not SPARQL."""


class MalformedData(Malformed):
    """A body that is not RDF of its media type; line 0 where the parser does not tell the place."""


class RefusedUpdate(RequestError):
    """An update that is understood and cannot be carried out."""


class RefusedGraph(RequestError):
    """A graph that breaks a rule, with every fault."""

    def __init__(self, detail: str, faults: tuple[str, ...]) -> None:
        super().__init__(detail)
        self.faults = faults


class NotAuthenticated(RequestError):
    """No token, or one that is not valid; `code` is that of RFC 6750, empty where no token was sent."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        error = f', error="{code}"' if code else ""
        self.headers = MappingProxyType({"WWW-Authenticate": f'Bearer realm="etiograph"{error}'})


class Forbidden(RequestError):
    """The token is valid and does not give this right."""

    headers = MappingProxyType({"WWW-Authenticate": 'Bearer realm="etiograph", error="insufficient_scope"'})


class WritingOff(RequestError):
    """Nobody may write, because no token has been made."""


class NotCurrent(RequestError):
    """A condition of the request does not hold for what is there now."""


class LengthMissing(RequestError):
    """A request body of which nobody can tell whether it is whole."""


class BodyTooLarge(RequestError):
    """A request body of more bytes than are read."""


class RateExceeded(RequestError):
    """More requests than one client may send."""

    def __init__(self, detail: str, retry_seconds: int) -> None:
        super().__init__(f"{detail} Try again in {retry_seconds} s.")
        self.headers = {"Retry-After": str(retry_seconds)}


class NotOffered(RequestError):
    """What this service does not do; the message says why."""


class UnknownToken(RequestError):
    """There is no bearer token of that number."""


class WriteError(ServiceError):
    """A change was given up, and nothing of it remains."""


class WriteTooSlow(WriteError):
    """A change that took longer than it may."""

    headers = MappingProxyType({"Retry-After": "10"})


class WriteTooLarge(WriteError):
    """A change that needed more memory than it may."""


class WriteFailed(WriteError):
    """The process that made a change ended."""


class Reported(WriteError):
    """What the writing process says went wrong."""

    def __init__(self, problem: "Problem") -> None:
        super().__init__(problem.detail)
        self.problem = problem


class QueryStopped(ServiceError):
    """A query that was admitted is not answered to its end; the message is shown to the client."""


class QueryTooSlow(QueryStopped):
    """A query that takes more time than it may."""

    headers = MappingProxyType({"Retry-After": "5"})


class QueueFull(QueryStopped):
    """Too many queries are waiting."""

    headers = MappingProxyType({"Retry-After": "5"})


class MemoryUsedUp(QueryStopped):
    """A query that takes more memory than it may."""


class AnswerTooLarge(QueryStopped):
    """An answer of more rows or bytes than were asked for or are sent."""


class EngineFailed(QueryStopped):
    """The engine ended over a query, or was ended."""


class ClientGone(QueryStopped):
    """The client has hung up, so nobody reads this."""


class StoreError(ServiceError):
    """The data directory is at fault; the message names it, so only the command line shows it."""


class NoData(StoreError):
    """Nothing has been loaded yet."""


class WriterBusy(StoreError):
    """Another process is writing."""

    headers = MappingProxyType({"Retry-After": "2"})


class Stopping(StoreError):
    """The service has been told to stop."""


class UnknownSnapshot(StoreError):
    """There is no generation of that number, or it is current already."""


class NoLinks(StoreError):
    """Short addresses cannot be kept or read."""


class UnusableDirectory(StoreError):
    """The data directory cannot be used."""


class NoRoom(UnusableDirectory):
    """The disk is full, or may not hold more for this user."""


class DamagedData(UnusableDirectory):
    """What the data directory, or a backup, holds is not what was written."""


@contextmanager
def reading(parameter: str) -> Iterator[None]:
    """Say of a request error raised within that it is about this parameter.

    >>> try:
    ...     with reading("unit"):
    ...         raise WrongRequest("there is no unit")
    ... except WrongRequest as error:
    ...     error.parameter
    'unit'
    """
    try:
        yield
    except RequestError as error:
        error.parameter = error.parameter or parameter
        raise


@dataclass(frozen=True)
class Problem:
    """An error as the web shows it (RFC 9457), and the headers that go with it."""

    status: int
    title: str
    detail: str
    place: Mapping[str, object] = field(default_factory=dict)
    """Where it is wrong: `line`, `column`, and the `text` of the line; or all `faults`; or the `parameter`."""

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
        WrongRequest: (400, _("The request cannot be understood"), None),
        MalformedQuery: (400, _("This is not valid SPARQL"), None),
        RefusedQuery: (400, _("The query is not answered here"), None),
        SwitchedOff: (403, _("This is switched off here"), None),
        QueryTooLong: (413, _("The query is too long"), None),
        UnsupportedType: (415, _("The body is of a type that is not read here"), None),
        FederationFailed: (502, _("Another service gave no answer"), None),
        NotAcceptable: (406, _("There is no form that you accept"), None),
        LinksFull: (429, _("Too many short addresses"), None),
        UnknownThing: (404, _("Not found"), None),
        MalformedData: (400, _("The data cannot be read"), None),
        RefusedUpdate: (409, _("The update cannot be carried out"), None),
        RefusedGraph: (422, _("The graph breaks rules"), None),
        NotAuthenticated: (401, _("A valid token is needed"), None),
        Forbidden: (403, _("The token does not give this right"), None),
        WritingOff: (403, _("Writing is off"), None),
        NotCurrent: (412, _("The data is not as you said"), None),
        RateExceeded: (429, _("Too many requests"), None),
        NotOffered: (501, _("Not offered here"), None),
        LengthMissing: (411, _("The length of the body is missing"), None),
        BodyTooLarge: (413, _("The body is too large"), None),
        WriteTooSlow: (503, _("The change took too long"), None),
        WriteTooLarge: (507, _("The change needs too much memory"), None),
        WriteFailed: (500, _("The change was given up"), None),
        QueryTooSlow: (503, _("The query takes too long"), None),
        QueueFull: (503, _("Too many queries"), None),
        MemoryUsedUp: (507, _("The query needs too much memory"), None),
        AnswerTooLarge: (413, _("The answer is too large"), None),
        EngineFailed: (500, _("The query failed"), None),
        ClientGone: (503, _("Nobody is there"), None),
        NoData: (503, _("No data yet"), "Nothing has been loaded yet."),
        WriterBusy: (503, _("Busy"), "Another change is being written. Please try again."),
        Stopping: (503, _("Stopping"), "The service is stopping. Please try again in a moment."),
        NoLinks: (503, _("No short addresses"), "This service cannot keep or read short addresses at the moment."),
        NoRoom: (507, _("No room on the disk"), "The disk of the service is full; nothing was changed."),
        StoreError: (503, _("The data cannot be reached"), _HIDDEN),
    }
)
"""Status, title, and what the client reads instead of a message that names things of the server."""


def problem(error: Exception) -> Problem:
    """An error as the web shows it; one that is not ours is logged under an id, and the client sees only the id.

    >>> problem(UnknownThing("The graph says nothing about it.")).status
    404
    """
    if isinstance(error, Reported):
        return error.problem
    for kind in type(error).__mro__:
        if answer := ANSWERS.get(kind):
            status, title, instead = answer
            if isinstance(error, StoreError):
                _log.error("%s", error)
            headers = error.headers if isinstance(error, ServiceError) else {}
            return Problem(status, title, instead or str(error), _place(error), headers)
    from werkzeug.exceptions import HTTPException  # a web framework, which processes that only raise do without

    return _http_problem(error) if isinstance(error, HTTPException) else _unexpected(error)


def _place(error: Exception) -> dict[str, object]:
    match error:
        case RefusedGraph():
            return {"faults": error.faults}
        case Malformed() if error.line:
            return {"line": error.line, "column": error.column, "text": error.text}
        case RequestError() if error.parameter:
            return {"parameter": error.parameter}
    return {}


def _http_problem(error: "HTTPException") -> Problem:
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return Problem(error.code or 500, error.name, error.description or error.name, headers=headers)


def _unexpected(error: Exception) -> Problem:
    name = secrets.token_hex(4)
    _log.error("error %s", name, exc_info=error)
    return Problem(
        500, _("Something went wrong here"), f"This is a fault of the service, noted as {name}.", {"id": name}
    )
