"""Whole answers, kept while the snapshot they were made from is current, and sent again without being made again.

It stands between the watch and the application (PEP 3333), so every request is still logged, counted and held to its
rate. What is kept says so: pages by the table below, answers to queries for themselves; see docs/decisions/0015.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.http import parse_etags, quote_etag, unquote_etag

from service.compression import coding
from service.messages import spoken
from service.operations.answers import Answer, Answers, Key
from service.operations.record import KEY, Record

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

ROUTES = frozenset(
    {
        *("/", "/about", "/articles", "/browse", "/check", "/cite", "/compare", "/downloads", "/downloads/<name>"),
        *("/id/<path:name>", "/matrix", "/matrix.csv", "/queries", "/search", "/term"),
        *("/ontology", "/ontology.<suffix>", "/ontology/<version>"),
        *("/ontology/definitions", "/ontology/definitions.<suffix>"),
        *("/api/children", "/api/complete", "/api/entities", "/api/interpret", "/api/neighbourhood", "/api/search"),
        "/api/why",
    }
)
"""What depends on nothing but the address, the snapshot, and the form and language that are asked for."""

_OF_ITS_OWN = (
    *("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
    *("HTTP_TRANSFER_ENCODING", "HTTP_EXPECT"),
)
"""With one of these in it, a request is one that the application has to see."""

_OF_A_BODY = frozenset(
    {"content-disposition", "content-encoding", "content-language", "content-length", "content-type"}
)
_LARGEST = 16
"""The part of all the room that one answer may take."""


class Kept:
    """An application whose answers are kept."""

    def __init__(
        self,
        application: Application,
        answers: Answers,
        snapshot: Callable[[], str],
        let_in: Callable[[dict[str, Any]], Headers | None],
    ) -> None:
        """`snapshot` names the current one; `let_in` counts a request: what its client is told, None if too many."""
        self._application, self._answers = application, answers
        self._snapshot, self._let_in = snapshot, let_in

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        key = key_of(environ)
        if key is None or not (snapshot := self._snapshot()):
            return self._application(environ, start_response)
        record: Record = environ[KEY]
        answer = self._answers.get(snapshot, key)
        if answer and (standing := self._let_in(environ)) is not None:
            record.cache, record.route, record.query, record.snapshot = "hit", *answer.about
            return _sent(answer, standing, environ, start_response)
        return self._made(snapshot, key, environ, start_response)

    def _made(
        self, snapshot: str, key: Key, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        heads: list[tuple[str, Headers]] = []

        def started(status: str, headers: Headers, *_: Any) -> None:  # noqa: ANN401 -- PEP 3333
            heads.append((status, headers))

        pieces = self._application(environ, started)
        status, headers = heads[-1]
        record: Record = environ[KEY]
        if not self._is_to_be_kept(environ, status, headers):
            start_response(status, headers)
            return pieces
        lasting = [(name, value) for name, value in headers if not name.startswith("RateLimit-")]
        answer = _answer(lasting, _joined(pieces), (record.route, record.query, record.snapshot))
        self._answers.put(snapshot, key, answer)
        record.cache = "miss"
        return _sent(answer, [each for each in headers if each not in lasting], environ, start_response)

    def _is_to_be_kept(self, environ: dict[str, Any], status: str, headers: Headers) -> bool:
        found = {name.lower(): value for name, value in headers}
        record: Record = environ[KEY]
        return (
            record.keep
            and environ["REQUEST_METHOD"] == "GET"
            and status.startswith("200 ")
            and "set-cookie" not in found
            # Without a length it comes in pieces and may still break off.
            and 0 <= int(found.get("content-length", -1)) <= self._answers.most_bytes // _LARGEST
        )


def key_of(environ: dict[str, Any]) -> Key | None:
    """What is the same for requests with the same answer; None where the application has to see each."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or any(name in environ for name in _OF_ITS_OWN):
        return None
    if "HTTP_HOST" not in environ or environ.get("CONTENT_LENGTH", "0").strip("0"):
        return None
    return (
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
        environ["wsgi.url_scheme"],
        environ["HTTP_HOST"],
        environ.get("HTTP_ACCEPT", ""),
        coding(environ.get("HTTP_ACCEPT_ENCODING", "")) or "",
        spoken(environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")).tag,
    )


def _answer(headers: Headers, body: bytes, about: tuple[str, str | None, int | None]) -> Answer:
    """An answer with a tag by which clients may keep it too."""
    present = {name.lower() for name, _ in headers}
    added = {"ETag": quote_etag(hashlib.sha256(body).hexdigest()[:32]), "Cache-Control": "no-cache"}
    missing = (each for each in added.items() if each[0].lower() not in present)
    return Answer((*headers, *missing), body, about)


def _joined(pieces: Iterable[bytes]) -> bytes:
    try:
        return b"".join(pieces)
    finally:
        if callable(close := getattr(pieces, "close", None)):
            close()


def _sent(answer: Answer, own: Headers, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """An answer as this client needs it: whole, without its body, or the word that the client has it already."""
    if _is_known(answer.header("etag"), environ.get("HTTP_IF_NONE_MATCH")):
        kept = (each for each in answer.headers if each[0].lower() not in _OF_A_BODY)
        start_response("304 NOT MODIFIED", [*kept, *own])
        return [b""]
    start_response("200 OK", [*answer.headers, *own])
    return [answer.body if environ["REQUEST_METHOD"] == "GET" else b""]


def _is_known(tag: str, known: str | None) -> bool:
    """Whether a client has an answer, by its own tag or by the one it has without a coding."""
    if known is None:
        return False
    name, tags = unquote_etag(tag)[0], parse_etags(known)
    return tags.contains_weak(name) or tags.contains_weak(name.rpartition("-")[0] or name)
