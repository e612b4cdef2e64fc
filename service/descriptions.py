"""What the service says of itself over the web: `/void`, the same at `/sparql` without a query, and `/downloads`."""

import threading
from collections.abc import Iterator
from functools import lru_cache

from flask import Blueprint, Response, abort, request
from rdflib import Graph, URIRef

from ontology.iris import Iris
from service.answers import answer, carried_by_xml, chosen, etag, not_modified
from service.compression import CODINGS, pieces
from service.current import current_settings, current_store, public_address
from service.description.census import census, survey
from service.description.dataset import dataset, default_graph, description, is_counted
from service.description.endpoint import DUMPS, Deployment, add_access, add_service
from service.errors import UnknownThing, WrongRequest
from service.formats import GRAPHS, RDF_XML, TURTLE, Format, by_name
from service.names import prefixes
from service.pages import render_void
from service.store.described import description_graph
from service.store.dump import dump
from service.store.local import LocalStore
from service.store.quads import Statement, serialized
from service.writing.authority import writing_is_on

blueprint = Blueprint("descriptions", __name__)

_counting = threading.Lock()


@blueprint.route("/void")
@blueprint.route("/.well-known/void")
@blueprint.route("/void.<suffix>")
def void(suffix: str | None = None) -> Response | str:
    """What the graph holds, as a page or as RDF."""
    if suffix:
        format_ = by_name(suffix, GRAPHS) or abort(404)
        return described(format_, format_.media_type)
    choice = chosen(GRAPHS)
    if choice.format:
        return described(choice.format, choice.media_type)
    counted = whole_description(current_store(), deployment(), in_parts=False)
    return render_void(counted, Iris(current_settings().base), deployment())


def described(format_: Format, media_type: str) -> Response:
    """The description of service and dataset in a format."""
    tag = etag(current_store().snapshot.name, deployment(), media_type)
    return not_modified(tag) or answer(_written(current_store(), deployment(), format_), media_type, tag)


@blueprint.route("/downloads/etiograph.<suffix>")
@blueprint.route("/downloads/etiograph.<suffix>.<coding>")
def download(suffix: str, coding: str | None = None) -> Response:
    """The whole dataset of the current snapshot, as `.nq`, `.trig`, `.nq.gz` or `.trig.gz`."""
    format_ = next((each for each in DUMPS if each.suffix == suffix), None)
    if format_ is None or coding not in (None, "gz"):
        raise UnknownThing(f"The dataset can be had as {', '.join(f'etiograph.{each.suffix}.gz' for each in DUMPS)}.")
    snapshot = current_store().snapshot
    tag = etag(snapshot.name, format_.name, coding)
    if unchanged := not_modified(tag):
        return unchanged
    media_type = "application/gzip" if coding else format_.media_type
    response = answer(b"", media_type, tag)
    response.headers.pop("Content-Length", None)
    # For HEAD nothing is read, and an empty stream, unlike an empty body, claims no length.
    body = dump(snapshot.path, format_, prefixes(current_settings().base)) if request.method == "GET" else iter(())
    response.response = _begun(pieces(body, CODINGS["gzip"]()) if coding else body)
    response.headers["Content-Disposition"] = f"attachment; filename={request.path.rpartition('/')[2]}"
    return response


def _begun(body: Iterator[bytes]) -> Iterator[bytes]:
    """A body whose first piece is there, so that what cannot begin is an error and not half an answer."""
    first = next(body, b"")

    def whole() -> Iterator[bytes]:
        yield first
        yield from body

    return whole()


def deployment() -> Deployment:
    """This service as the request, or a setting, names it. Raises WrongRequest for a host that is none."""
    settings, snapshot = current_settings(), current_store().snapshot
    if not (settings.address or request.host):
        raise WrongRequest("The Host header names no host.")
    updates = writing_is_on(settings)
    return Deployment(public_address(), snapshot.number, snapshot.made, bool(settings.federation), updates)


def whole_description(store: LocalStore, of: Deployment, *, in_parts: bool = True) -> Graph:
    """The description of the data with what is true of this deployment only.

    `in_parts` asks for what is said of the things of each class, which takes most of the counting.
    """
    graph = Graph()
    iris = Iris(current_settings().base)
    graph += _of_data(store, store.snapshot.name, iris, in_parts=in_parts)
    add_service(graph, iris, of)
    add_access(graph, iris, of)
    return graph


def _of_data(store: LocalStore, snapshot: str, iris: Iris, *, in_parts: bool) -> Graph:
    """What the store says of itself, or what is counted where it has no numbers."""
    with _counting:  # so that only one of many who ask at once counts
        said = _said(store, snapshot, iris)
        return said if is_counted(said, iris) else _counted(store, snapshot, iris, in_parts)


@lru_cache(maxsize=2)
def _said(store: LocalStore, snapshot: str, iris: Iris) -> Graph:
    graph = Graph()
    for row in store.rows("SELECT ?graph ?s ?p ?o WHERE { GRAPH ?graph { ?s ?p ?o } }", graph=description_graph(iris)):
        graph.add((row["s"], row["p"], row["o"]))
    return graph


@lru_cache(maxsize=4)
def _counted(store: LocalStore, snapshot: str, iris: Iris, in_parts: bool) -> Graph:
    count = census if in_parts else survey
    return description(iris, count(store.rows, besides=description_graph(iris)))


def _written(store: LocalStore, of: Deployment, format_: Format) -> bytes:
    return _serialized(store, store.snapshot.name, of, format_)


@lru_cache(maxsize=16)
def _serialized(store: LocalStore, snapshot: str, of: Deployment, format_: Format) -> bytes:
    statements = (Statement(s, URIRef(str(p)), o) for s, p, o in whole_description(store, of))
    iris = Iris(current_settings().base)
    parts = {"part": f"{default_graph(iris)}#", "of": f"{dataset(iris)}#"}
    body = serialized(statements, format_, prefixes(iris.base) | _MORE_PREFIXES | parts)
    return carried_by_xml(body, TURTLE.media_type) if format_ is RDF_XML else body


_MORE_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "void-ext": "http://ldf.fi/void-ext#",
}
