"""How graphs are put into a store that is being written; the default graph is the union of those that are trusted."""

import pyoxigraph as ox
import rdflib

from service.store.terms import triples

DEFAULT = ox.DefaultGraph()


def is_quarantine(graph: str) -> bool:
    """Whether a graph holds statements that are kept but not believed.

    >>> is_quarantine("https://w3id.org/etiograph/id/article/x/quarantine")
    True
    """
    return graph.endswith("/quarantine")


def replace_graph(store: ox.Store, name: rdflib.URIRef, graph: rdflib.Graph) -> None:
    """Put a graph in the place of the one of that name; an empty one only removes.

    What the new graph no longer says leaves the default graph too, unless another trusted graph says it.
    """
    graph_name = ox.NamedNode(str(name))
    former = {quad.triple for quad in store.quads_for_pattern(None, None, None, graph_name)}
    present = set(triples(graph))
    store.remove_graph(graph_name)
    store.extend(_in(graph_name, triple) for triple in present)
    if not is_quarantine(str(name)):
        _withdraw(store, former - present)
        store.extend(_in(DEFAULT, triple) for triple in present - former)


def _withdraw(store: ox.Store, statements: set[ox.Triple]) -> None:
    """Take statements out of the default graph that no trusted graph makes."""
    for triple in statements:
        if not any(_is_trusted(quad.graph_name) for quad in store.quads_for_pattern(*triple)):
            store.remove(_in(DEFAULT, triple))


def _in(graph: ox.NamedNode | ox.DefaultGraph, triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _is_trusted(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> bool:
    return isinstance(graph, ox.NamedNode) and not is_quarantine(graph.value)
