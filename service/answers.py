"""What every answer of the web needs: the form the client asked for, and the headers that let others keep it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response, request

from service.compression import tags
from service.errors import NotAcceptable
from service.formats import GRAPHS, RDF_XML, TURTLE, Format, by_media_type, by_name, content_type, media_types
from service.negotiation import choose, names_a_type
from service.wellformed import IllFormed, XmlPieces

HTML = "text/html"
SUFFIXES = {**{format_.suffix: format_ for format_ in GRAPHS}, "json": by_name("json", GRAPHS)}
"""The endings of addresses, each with the format it asks for."""


@dataclass(frozen=True)
class Choice:
    """The form of an answer, under the media type the client knows it by; no format means a page."""

    format: Format | None
    media_type: str


def chosen(formats: Sequence[Format]) -> Choice:
    """The form this request wants: one of these formats or a page. Raises NotAcceptable.

    `format=` and `output=` count only where Accept leaves it open, or comes from a browser that followed a link:
    SPARQLWrapper sends them with every request, whatever it accepts.
    """
    accept = request.headers.get("Accept")
    media_type = choose(accept, [*media_types(formats), HTML])
    asked = by_name(request.values.get("format") or request.values.get("output") or "", formats)
    if asked and (media_type == HTML or not names_a_type(accept)):
        return Choice(asked, asked.media_type)
    if media_type is None:
        raise NotAcceptable(f"This can be had as {', '.join(format_.media_type for format_ in formats)} and {HTML}.")
    return Choice(by_media_type(media_type, formats), media_type)


def prefers_page() -> bool:
    """Whether an error is better shown as a page than as JSON."""
    return choose(request.headers.get("Accept"), ["application/problem+json", "application/json", HTML]) == HTML


def etag(*parts: object) -> str:
    """The name of an answer that does not change as long as these do not.

    >>> etag(7, "ASK {}", "text/csv") == etag(7, "ASK {}", "text/csv")
    True
    """
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def not_modified(tag: str) -> Response | None:
    """304 where the client has this answer already; nothing is evaluated for it."""
    known = next((each for each in tags(tag) if request.if_none_match.contains_weak(each)), None)
    return _cacheable(Response(status=304), known) if known else None


def answer(body: bytes | Iterable[bytes], media_type: str, tag: str) -> Response:
    """An answer, whole or in pieces, that caches may keep if they ask each time whether it still holds.

    One without a tag is another each time it is asked for: nobody keeps it.
    """
    response = Response(body, content_type=content_type(media_type))
    if tag:
        return _cacheable(response, tag)
    response.headers["Cache-Control"] = "no-store"
    return response


def graph_answer(body: bytes, format_: Format, media_type: str, tag: str = "") -> Response:
    """An answer that is a graph, under the media type the client knows it by; 304 where the client has it already."""
    if format_ is RDF_XML:
        body = carried_by_xml(body, TURTLE.media_type)
    tag = tag or etag(body)
    return not_modified(tag) or answer(body, media_type, tag)


def carried_by_xml(body: bytes, instead: str) -> bytes:
    r"""The same XML with carriage returns that survive a parser. Raises NotAcceptable, naming what to ask for instead.

    >>> carried_by_xml(b"<literal>a\rb</literal>", "text/csv")
    b'<literal>a&#13;b</literal>'
    """
    xml = XmlPieces()
    try:
        return xml.carried(body) + xml.end()
    except IllFormed as error:
        raise NotAcceptable(f"The answer holds {error}; ask for {instead}.") from None


def _cacheable(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response
