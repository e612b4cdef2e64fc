"""Quads of rdflib terms, written in any graph format with the prefixes of this project."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.term import Node

from service.formats import N_QUADS, TRIG, TURTLE, Format
from service.store.terms import to_engine, to_resource


@dataclass(frozen=True)
class Statement:
    """A triple, and the graph that makes it where one is known."""

    subject: Node
    predicate: URIRef
    object: Node
    graph: URIRef | None = None


def serialized(statements: Iterable[Statement], format_: Format, prefixes: Mapping[str, str]) -> bytes:
    r"""Write statements in a stable order, each once; only TriG and N-Quads keep their graphs.

    >>> from service.formats import N_TRIPLES
    >>> a = URIRef("http://example.org/a")
    >>> serialized([Statement(a, a, a), Statement(a, a, a, a)], N_TRIPLES, {})
    b'<http://example.org/a> <http://example.org/a> <http://example.org/a> .\n'
    """
    if format_ is TURTLE:
        return _turtle(statements, prefixes)
    with_graphs = format_ in (TRIG, N_QUADS)
    quads = {_quad(statement, with_graphs) for statement in statements}
    ordered = sorted(quads, key=lambda quad: tuple(map(str, (quad.graph_name, *quad.triple))))
    syntax = ox.RdfFormat.from_media_type(format_.media_type)
    if with_graphs:
        return ox.serialize(ordered, format=syntax, prefixes=dict(prefixes)) or b""
    return ox.serialize((quad.triple for quad in ordered), format=syntax, prefixes=dict(prefixes)) or b""


def _turtle(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> bytes:
    """Turtle for reading: rdflib writes what does not fit a prefix in full, the engine with backslashes."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    for statement in statements:
        graph.add((statement.subject, statement.predicate, statement.object))
    return graph.serialize(format="turtle", encoding="utf-8")


def _quad(statement: Statement, with_graph: bool) -> ox.Quad:
    triple = to_resource(statement.subject), ox.NamedNode(str(statement.predicate)), to_engine(statement.object)
    graph = statement.graph if with_graph else None
    return ox.Quad(*triple, ox.NamedNode(str(graph)) if graph else ox.DefaultGraph())
