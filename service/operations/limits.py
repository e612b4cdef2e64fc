"""What is refused before anything is done for it: requests two readers could understand differently, and too many."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

import flask
from flask import Response, request

from service.errors import RateExceeded, WrongRequest
from service.operations.clients import neighbourhood
from service.operations.rates import Rate, Standing
from service.operations.watch import LOCAL
from service.settings import Settings

_QUERIES = ("/sparql", "/graphs")
_WRITES = ("/update", "/graphs")
_FREE = ("/health", "/ready", "/metrics", "/robots.txt", "/static/")
_PER_MINUTE = {"pages": 3000, "queries": 600, "writes": 300}
"""What a client of another machine may ask where no setting says otherwise."""


@dataclass(frozen=True)
class Rates:
    """The rates of a deployment, by the kind of request; one that is missing has no limit."""

    here: dict[str, Rate] = field(default_factory=dict)
    """For programs of this machine."""

    elsewhere: dict[str, Rate] = field(default_factory=dict)

    def counted(self, environ: dict[str, Any]) -> Standing | None:
        """Count a request (PEP 3333) for its client, which stands so from then on; None where there is no limit."""
        if environ["PATH_INFO"].startswith(_FREE):
            return None
        buckets = self.here if environ.get(LOCAL) else self.elsewhere
        rate = buckets.get(_kind(environ))
        return rate.take(neighbourhood(environ.get("REMOTE_ADDR", ""))) if rate else None

    def let_in(self, environ: dict[str, Any]) -> list[tuple[str, str]] | None:
        """The same for an answer that is there already: the headers that say where the client stands.

        None where it asks too much: then the request is not counted, so that it can be refused in words.
        """
        standing = self.counted(environ)
        if standing is None:
            return []
        return None if standing.retry_seconds else list(standing.headers().items())


def rates(settings: Settings) -> Rates:
    """The rates that settings ask for: one that is given holds for everybody, 0 is none."""
    given = {
        "pages": settings.pages_per_minute,
        "queries": settings.queries_per_minute,
        "writes": settings.writes_per_minute,
    }
    everybody = {kind: Rate(number) for kind, number in given.items() if number}
    usual = {kind: Rate(_PER_MINUTE[kind]) for kind, number in given.items() if number is None}
    return Rates(everybody, everybody | usual)


def refuse_too_many() -> None:
    """Count this request for its client. Raises RateExceeded."""
    known: Rates = flask.current_app.extensions["etiograph.rates"]
    flask.g.standing = standing = known.counted(request.environ)
    if standing and standing.retry_seconds:
        kind = _kind(request.environ)
        raise RateExceeded(f"You may send {standing.limit} {kind} a minute here.", standing.retry_seconds)


def with_standing(response: Response) -> Response:
    """Tell a client where it stands."""
    standing: Standing | None = flask.g.get("standing")
    response.headers.update(standing.headers() if standing else {})
    return response


def refuse_without_host() -> None:
    """Raise WrongRequest where it is not certain who is asked (RFC 9112, section 3.2); HTTP/1.0 knows no Host."""
    if "Host" not in request.headers:
        if request.environ.get("SERVER_PROTOCOL") in ("HTTP/1", "HTTP/1.0"):
            return
        raise WrongRequest("A request names its host.")
    if "," in request.headers["Host"]:  # the server has joined what came in several headers
        raise WrongRequest("A request names one host.")


def with_end_of_chunked(response: Response) -> Response:
    """End the connection of a chunked request (RFC 9112, section 6.1).

    The server drops a Content-Length beside Transfer-Encoding, so we cannot see whether what follows was smuggled in.
    """
    if "Transfer-Encoding" in request.headers:
        response.headers["Connection"] = "close"
    return response


def _kind(environ: dict[str, Any]) -> str:
    path = environ["PATH_INFO"].rstrip("/")
    is_write = path in _WRITES or path.startswith("/graphs/")
    if is_write and (path == "/update" or environ["REQUEST_METHOD"] in ("POST", "PUT", "DELETE")):
        return "writes"
    return "queries" if path in _QUERIES or path.startswith("/q/") or is_write else "pages"


def refuse_unreadable_address() -> None:
    """Raise WrongRequest for an address that could only be read with replacements, so that it would name another."""
    if "\ufffd" in request.path:  # which is how the server shows us what it could not read
        raise WrongRequest("The address is not percent-encoded UTF-8.")
    try:
        unquote_to_bytes(request.query_string).decode("utf-8")
    except UnicodeDecodeError:
        raise WrongRequest("The address is not percent-encoded UTF-8.") from None
