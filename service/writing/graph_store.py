"""`/graphs`: the SPARQL 1.1 Graph Store HTTP Protocol, and the store as a whole in TriG, N-Quads or JSON-LD."""

import io
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import BinaryIO, Literal
from urllib.parse import quote

from flask import Blueprint, Response, request

from service.answers import carried_by_xml, etag, not_modified
from service.compression import CODINGS
from service.current import current_settings, current_store, public_address
from service.errors import NotAcceptable, NotCurrent, UnknownThing, UnsupportedType, WrongRequest
from service.formats import GRAPHS, JSON_LD, N_QUADS, RDF_XML, TRIG, TURTLE, Format, by_media_type, content_type
from service.formats import media_types as names_of
from service.names import is_iri
from service.negotiation import choose
from service.writing.access import DEFAULT_GRAPH
from service.writing.authority import writer
from service.writing.change import Change, Condition, GraphWrite, Part
from service.writing.payload import received, stored
from service.writing.requests import answered, made

blueprint = Blueprint("graphs", __name__)

_DATASETS = (TRIG, N_QUADS, JSON_LD)
_ONLY_DATASETS = (TRIG, N_QUADS)
_PIECE = 1 << 16
_MULTIPART = "multipart/form-data"
_PATH = "/:@!$&'()*+,;=-._~%"


@dataclass(frozen=True)
class Target:
    """What a request is about: a graph, None being the default graph, or the store as a whole."""

    graph: str | None = DEFAULT_GRAPH
    whole: bool = False


@blueprint.route("/graphs", methods=["GET"])
@blueprint.route("/graphs/<path:name>", methods=["GET"])
def read(name: str | None = None) -> Response:
    """A graph, or the whole store; HEAD tells the same without it."""
    target = _target(name)
    media_type, format_ = _accepted(_DATASETS if target.whole else GRAPHS)
    if not target.whole and not current_store().has_graph(target.graph):
        raise UnknownThing("There is no graph of that name.")
    tag = _tag(target, media_type)
    if unchanged := not_modified(tag):
        return unchanged
    response = Response(_content(target, format_), content_type=content_type(media_type))
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.route("/graphs", methods=["PUT", "POST"])
@blueprint.route("/graphs/<path:name>", methods=["PUT", "POST"])
def write(name: str | None = None) -> Response:
    """Put a graph in the place of another, or merge it into one; `/graphs` itself makes a new graph of a posted one."""
    access, target = writer(), _target(name)
    method: Literal["PUT", "POST"] = "PUT" if request.method == "PUT" else "POST"
    condition = _condition(target)
    body, parts = _multipart() if request.mimetype == _MULTIPART and method == "POST" else _single()
    formats = {by_media_type(part.media_type, GRAPHS) for part in parts}
    location = None
    if target.whole and not formats <= set(_DATASETS if method == "PUT" else _ONLY_DATASETS):
        if method == "PUT":
            raise WrongRequest("Say which graph: /graphs?graph=IRI, or /graphs?default.")
        location = f"{public_address()}/graphs/{uuid.uuid4()}"
        target = Target(location)
    if not target.whole and formats & set(_ONLY_DATASETS):
        raise UnsupportedType("TriG and N-Quads hold many graphs; send them to /graphs, without the name of one.")
    base = target.graph or f"{public_address()}/graphs"
    content = GraphWrite(method, target.graph, base, parts, target.whole)
    return answered(made(Change(content, access, condition), body), location)


@blueprint.route("/graphs", methods=["DELETE"])
@blueprint.route("/graphs/<path:name>", methods=["DELETE"])
def delete(name: str | None = None) -> Response:
    """Remove a graph; the default graph is emptied."""
    access, target = writer(), _target(name)
    if target.whole:
        raise WrongRequest("Say which graph: /graphs?graph=IRI, or /graphs?default; CLEAR ALL at /update empties all.")
    content = GraphWrite("DELETE", target.graph, target.graph or "")
    return answered(made(Change(content, access, _condition(target)), io.BytesIO()))


def _target(name: str | None) -> Target:
    """What a request is about (Graph Store Protocol, section 4). Raises WrongRequest."""
    graphs, default = request.args.getlist("graph"), "default" in request.args
    if len(graphs) + default + (name is not None) > 1:
        raise WrongRequest("A request names one graph: by graph=IRI, by default, or by its own address.")
    if name is not None:
        return Target(f"{public_address()}/graphs/{quote(name, safe=_PATH)}")
    if default:
        return Target()
    if not graphs:
        return Target(whole=True)
    if not is_iri(graphs[0]):
        raise WrongRequest(f"graph is not an absolute IRI: {graphs[0][:200]}")
    return Target(graphs[0])


def _accepted(formats: Sequence[Format]) -> tuple[str, Format]:
    """The media type of the answer and its format. Raises NotAcceptable."""
    media_type = choose(request.headers.get("Accept"), names_of(formats))
    format_ = by_media_type(media_type or "", formats)
    if media_type is None or format_ is None:
        raise NotAcceptable(f"This can be had as {', '.join(each.media_type for each in formats)}.")
    return media_type, format_


def _content(target: Target, format_: Format) -> bytes | Iterator[bytes]:
    if request.method == "HEAD":
        return iter(())  # which, unlike an empty body, claims no length
    written = stored(())
    current_store().dump(written, format_, target.graph, whole=target.whole)
    written.seek(0)
    return carried_by_xml(written.read(), TURTLE.media_type) if format_ is RDF_XML else _pieces(written)


def _pieces(written: BinaryIO) -> Iterator[bytes]:
    with written:
        while piece := written.read(_PIECE):
            yield piece


def _condition(target: Target) -> Condition:
    """What If-Match and If-None-Match ask for (RFC 9110, section 13.1). Raises NotCurrent where it does not hold."""
    if "If-Match" in request.headers:
        is_there = target.whole or current_store().has_graph(target.graph)
        forms = product(names_of(GRAPHS), ("", *(f"-{coding}" for coding in CODINGS)))
        tags = (f"{_tag(target, name)}{coding}" for name, coding in forms)
        if not (is_there and (request.if_match.star_tag or any(map(request.if_match.contains, tags)))):
            raise NotCurrent("The graph has changed since you read it; read it again, then decide.")
        return Condition(None if request.if_match.star_tag else current_store().snapshot.name)
    return Condition(absent=request.if_none_match.star_tag)


def _single() -> tuple[BinaryIO, tuple[Part, ...]]:
    """A body of one media type; an empty one needs none."""
    body = received(current_settings().upload_bytes)
    length = body.seek(0, io.SEEK_END)
    body.seek(0)
    if length == 0 and not request.mimetype:
        return body, ()
    _refuse_other_charsets(request.mimetype_params.get("charset"))
    return body, (Part(_known(request.mimetype), length),)


def _multipart() -> tuple[BinaryIO, tuple[Part, ...]]:
    """The files of a form, one after the other."""
    limit = current_settings().upload_bytes
    request.max_content_length = request.max_form_memory_size = limit
    files = list(request.files.values())
    if not files:
        raise WrongRequest("The form holds no file; a graph is sent as a file with its media type.")
    lengths = [file.stream.seek(0, io.SEEK_END) for file in files]
    for file in files:
        file.stream.seek(0)
    body = stored(piece for file in files for piece in iter(partial(file.stream.read, _PIECE), b""))
    return body, tuple(Part(_known(file.mimetype), length) for file, length in zip(files, lengths, strict=True))


def _known(media_type: str) -> str:
    if by_media_type(media_type, GRAPHS) is None:
        offers = ", ".join(format_.media_type for format_ in GRAPHS)
        raise UnsupportedType(f"A graph comes as {offers}; the request says {media_type[:100] or 'nothing'}.")
    return media_type


def _refuse_other_charsets(charset: str | None) -> None:
    if charset and charset.casefold() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedType(f"The charset of a graph is UTF-8, not {charset[:40]}.")


def _tag(target: Target, media_type: str) -> str:
    return etag(current_store().snapshot.name, target, media_type)
