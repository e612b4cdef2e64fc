"""How graphs are put into a store that is being written; the default graph is the union of those that are trusted."""

from collections.abc import Collection, Set
from typing import TypeGuard

import pyoxigraph as ox
import rdflib

from service.store.terms import triples as in_engine_form

DEFAULT = ox.DefaultGraph()

_MANY = 10_000
"""From this many lines on a bulk load, which writes files of its own beside the store's log, is the faster one."""


def is_quarantine(graph: str) -> bool:
    """Whether a graph holds statements that are kept but not believed.

    >>> is_quarantine("https://w3id.org/etiograph/id/article/x/quarantine")
    True
    """
    return graph.endswith("/quarantine")


def is_description(graph: str) -> bool:
    """Whether a graph is about the data and not of it.

    >>> is_description("https://w3id.org/etiograph/id/description")
    True
    """
    return graph.endswith("/id/description")


def is_believed(graph: str) -> bool:
    """Whether the default graph says what a graph says.

    >>> is_believed("https://w3id.org/etiograph/id/article/x/graph")
    True
    """
    return not is_quarantine(graph) and not is_description(graph)


def is_inferred(graph: str) -> bool:
    """Whether a graph holds what a rule inferred, and would infer again.

    >>> is_inferred("https://w3id.org/etiograph/id/inferred/test-for")
    True
    """
    return "/id/inferred/" in graph


def replace_graph(store: ox.Store, name: rdflib.URIRef, graph: rdflib.Graph) -> set[ox.Triple]:
    """Put a graph in the place of the one of that name; an empty one only removes.

    What the new graph no longer says leaves the default graph too, unless another trusted graph says it; returns what
    has left.
    """
    return replace_statements(store, ox.NamedNode(str(name)), set(in_engine_form(graph)))


def replace_statements(store: ox.Store, name: ox.NamedNode, present: Set[ox.Triple]) -> set[ox.Triple]:
    """Do what `replace_graph` does, with statements in the engine's form."""
    former = triples_of(store, name)
    if not is_believed(name.value):
        return _renewed(store, name, former, present)
    store.remove_graph(name)
    _extend(store, name, present)
    _extend(store, DEFAULT, present - former)
    return _withdraw(store, former - present)


def _renewed(store: ox.Store, name: ox.NamedNode, former: Set[ox.Triple], present: Set[ox.Triple]) -> set[ox.Triple]:
    """Write only what is new in a graph the default graph does not say, such as the description after each change."""
    if not present:
        store.remove_graph(name)
    for triple in former - present:
        store.remove(quad(triple, name))
    _extend(store, name, present - former)
    return set()


def _extend(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph, triples: Collection[ox.Triple]) -> None:
    if len(triples) > _MANY:
        store.bulk_load(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), ox.RdfFormat.N_TRIPLES, to_graph=graph)
    else:
        store.extend(quad(triple, graph) for triple in triples)


def triples_of(store: ox.Store, name: ox.NamedNode) -> set[ox.Triple]:
    """What a named graph says."""
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}


def add(store: ox.Store, name: ox.NamedNode, statements: Collection[ox.Triple]) -> None:
    """Let a trusted graph say something more."""
    store.extend(quad(triple, graph) for triple in statements for graph in (name, DEFAULT))


def add_serialized(store: ox.Store, name: ox.NamedNode, lines: Collection[bytes]) -> None:
    """Let a trusted graph say much more at once: lines of N-Triples that an engine has written."""
    load = store.bulk_load if len(lines) > _MANY else store.load
    serialized = b"\n".join(lines)
    for graph in (name, DEFAULT):
        load(serialized, ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)


def take_back(store: ox.Store, name: ox.NamedNode, statements: Collection[ox.Triple]) -> None:
    """Let a trusted graph no longer say something."""
    for triple in statements:
        store.remove(quad(triple, name))
    _withdraw(store, statements)


def is_made(store: ox.Store, triple: ox.Triple, apart: Set[str] = frozenset()) -> bool:
    """Whether a trusted graph makes a statement that is not among those which are set apart."""
    graphs = (quad.graph_name for quad in store.quads_for_pattern(*triple))
    return any(is_trusted(graph) and graph.value not in apart for graph in graphs)


def _withdraw(store: ox.Store, statements: Collection[ox.Triple]) -> set[ox.Triple]:
    """Take statements out of the default graph that no trusted graph makes; returns them."""
    withdrawn = {triple for triple in statements if not is_made(store, triple)}
    for triple in withdrawn:
        store.remove(quad(triple, DEFAULT))
    return withdrawn


def quad(triple: ox.Triple, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> ox.Quad:
    """A statement in a graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def is_trusted(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> TypeGuard[ox.NamedNode]:
    """Whether what a graph says is believed: it has a name and is no quarantine."""
    return isinstance(graph, ox.NamedNode) and is_believed(graph.value)
