"""The vocabulary on the web: each version, and the classes loaded thresholds and groups define, as page or as RDF."""

from functools import cache, lru_cache

from flask import Blueprint, abort, current_app, redirect
from rdflib import Graph, URIRef
from werkzeug.wrappers import Response as BaseResponse

from ontology.definitions import definitions
from ontology.iris import Iris
from ontology.terms import ONTOLOGY, PREFIXES, VERSION
from ontology.versions import turtle_of
from service.answers import SUFFIXES, Choice, chosen, graph_answer
from service.errors import UnknownThing
from service.formats import GRAPHS, TURTLE, Format
from service.lookups import ask, iri, store
from service.names import prefixes
from service.pages import render_definitions, render_ontology
from service.store.quads import Statement, serialized

blueprint = Blueprint("vocabulary", __name__)


@blueprint.route("/ontology")
@blueprint.route("/ontology.<suffix>")
def ontology(suffix: str = "") -> BaseResponse | str:
    """The current version."""
    return _version(VERSION, suffix)


@blueprint.route("/ontology/<version>")
def ontology_version(version: str) -> BaseResponse | str:
    """That very version: the IRI its file calls itself by. `.ttl` and the like ask for one format."""
    stem, _, suffix = version.rpartition(".")
    named = suffix in SUFFIXES
    return _version(stem if named else version, suffix if named else "")


@blueprint.route("/ontology/definitions")
@blueprint.route("/ontology/definitions.<suffix>")
def defined(suffix: str = "") -> BaseResponse | str:
    """The module of the classes defined by the loaded thresholds and risk groups."""
    choice = _choice(suffix)
    base = str(current_app.config["BASE"])
    module = _module(store().snapshot.name, base)
    if not choice.format:
        return render_definitions(module)
    statements = (Statement(s, URIRef(str(p)), o, Iris(base).thing("class")) for s, p, o in module)
    return graph_answer(serialized(statements, choice.format, prefixes(base)), choice.format, choice.media_type)


@blueprint.route("/id/class")
@blueprint.route("/id/class/<path:name>")
def defined_class(name: str = "") -> BaseResponse:
    """A defined class is described by the module it is in."""
    if name and (Iris(str(current_app.config["BASE"])).thing(f"class/{name}"), None, None) not in _module(
        store().snapshot.name, str(current_app.config["BASE"])
    ):
        raise UnknownThing("No threshold or risk group of the loaded articles defines this class.")
    return redirect(f"/ontology/definitions#{name}" if name else "/ontology/definitions", 303)


def _version(version: str, suffix: str) -> BaseResponse | str:
    if turtle_of(version) is None:
        raise UnknownThing(f"There is no version {version[:40]} of the vocabulary here; the current one is {VERSION}.")
    choice = _choice(suffix)
    if choice.format:
        return graph_answer(_serialized(version, choice.format), choice.format, choice.media_type)
    return render_ontology(version)


def _choice(suffix: str) -> Choice:
    if suffix:
        format_ = SUFFIXES.get(suffix) or abort(404)
        return Choice(format_, format_.media_type)
    return chosen(GRAPHS)


@cache
def _serialized(version: str, format_: Format) -> bytes:
    text = turtle_of(version) or b""
    if format_ is TURTLE:
        return text
    triples = Graph().parse(data=text, format="turtle")
    return serialized((Statement(s, URIRef(str(p)), o, ONTOLOGY) for s, p, o in triples), format_, PREFIXES)


@lru_cache(maxsize=2)
def _module(snapshot: str, base: str) -> Graph:
    """The module of a snapshot, made once for each."""
    graph = Graph()
    for row in ask("defining"):
        graph.add((row["subject"], iri(row, "predicate"), row["object"]))
    return definitions(graph, Iris(base))
