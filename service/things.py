"""Linked Data: every IRI of this graph and the vocabulary answers as a page or as RDF; `/resolve` finds the address."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, abort, current_app, redirect, request
from rdflib import Graph, URIRef
from rdflib.term import Node
from werkzeug.wrappers import Response as BaseResponse

from ontology.terms import ONTOLOGY, PREFIXES, VERSION
from service.addresses import local_path
from service.answers import answer, chosen, etag, not_modified
from service.errors import UnknownThing, WrongRequest
from service.formats import GRAPHS, RDF_XML, TURTLE, Format, by_name
from service.lookups import ask, iri
from service.names import is_iri, prefixes, written_iri
from service.pages import render_ontology, render_thing
from service.store.dataset import is_quarantine
from service.store.local import LocalStore
from service.store.quads import Statement, serialized
from service.wellformed import carried_by_xml

blueprint = Blueprint("things", __name__)

_SUFFIXES = {**{format_.suffix: format_ for format_ in GRAPHS}, "json": by_name("json", GRAPHS)}


@blueprint.route("/id/<path:name>")
def thing(name: str) -> BaseResponse | str:
    """The page or the description of a thing; `.ttl` and the like ask for one format."""
    if not is_iri(_local(name)):
        raise UnknownThing("The graph says nothing about this.")
    stem, _, suffix = name.rpartition(".")
    if format_ := _SUFFIXES.get(suffix) if stem else None:
        return _described(_local(stem), format_, format_.media_type)
    choice = chosen(GRAPHS)
    if choice.format:
        return _described(_local(name), choice.format, choice.media_type)
    if _names_a_graph(name):
        return redirect(f"/id/{name.rpartition('/')[0]}", 303)
    return render_thing(_local(name))


@blueprint.route("/ontology")
@blueprint.route("/ontology.<suffix>")
def ontology(suffix: str | None = None) -> BaseResponse | str:
    """The vocabulary."""
    if suffix:
        format_ = _SUFFIXES.get(suffix) or abort(404)
        return _answered(_vocabulary(format_), format_, format_.media_type)
    choice = chosen(GRAPHS)
    if choice.format:
        return _answered(_vocabulary(choice.format), choice.format, choice.media_type)
    return render_ontology()


@blueprint.route("/ontology/<version>")
def ontology_version(version: str) -> BaseResponse | str:
    """That very version of the vocabulary: the IRI its file calls itself by."""
    if version != VERSION:
        raise UnknownThing(f"There is no version {version[:40]} of the vocabulary here; there is {VERSION}.")
    return ontology()


@blueprint.route("/resolve")
def resolve() -> BaseResponse:
    """Lead from an IRI or CURIE to where it is answered, which is always on this host."""
    wanted = request.args.get("iri", "")
    if not wanted.strip():
        raise WrongRequest("Say which one: /resolve?iri=id:hypocalcemia, or a whole IRI.")
    found = written_iri(wanted, _base())
    path = local_path(found, _base()) if found else None
    if path is None:
        raise UnknownThing("That is no IRI of this graph, nor of its vocabulary.")
    return redirect(path, 303)


def description(of: URIRef) -> list[Statement]:
    """What describes a thing; what is only quarantined does not describe anything that is known otherwise.

    The name of a graph is described by what the graph says. Raises UnknownThing.
    """
    found = list(_statements(ask("description", thing=of)))
    trusted = [statement for statement in found if not is_quarantine(str(statement.graph))]
    known = any(of in (statement.subject, statement.object) for statement in trusted)
    found = trusted if known else found or list(_statements(ask("graph", graph=of)))
    if not found:
        raise UnknownThing("The graph says nothing about this.")
    return found


def _statements(rows: Iterable[dict[str, Node]]) -> Iterable[Statement]:
    return (Statement(row["subject"], iri(row, "predicate"), row["object"], iri(row, "graph")) for row in rows)


def _described(of: URIRef, format_: Format, media_type: str) -> Response:
    tag = etag(_store().snapshot.name, of, media_type)
    if unchanged := not_modified(tag):
        return unchanged
    body = serialized(description(of), format_, prefixes(_base()))
    return _answered(body, format_, media_type, tag)


def _answered(body: bytes, format_: Format, media_type: str, tag: str = "") -> Response:
    if format_ is RDF_XML:
        body = carried_by_xml(body, TURTLE.media_type)
    tag = tag or etag(body)
    return not_modified(tag) or answer(body, media_type, tag)


@cache
def _vocabulary(format_: Format) -> bytes:
    text = (files("ontology") / "etiograph.ttl").read_bytes()
    if format_ is TURTLE:
        return text
    triples = Graph().parse(data=text, format="turtle")
    return serialized((Statement(s, URIRef(str(p)), o, ONTOLOGY) for s, p, o in triples), format_, PREFIXES)


def _names_a_graph(name: str) -> bool:
    return name.startswith("article/") and name.endswith(("/graph", "/quarantine"))


def _local(name: str) -> URIRef:
    return URIRef(f"{_base()}id/{name}")


def _base() -> str:
    return str(current_app.config["BASE"])


def _store() -> LocalStore:
    store: LocalStore = current_app.extensions["etiograph"]
    return store
