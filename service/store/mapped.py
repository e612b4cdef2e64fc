"""The graph of mappings: what the things that are loaded are called elsewhere, and nothing about others.

All rows stand in the mapping file. Their triples come with the first article that speaks of a thing, and go with the
last. What clients write into the graph beside them stays.
"""

from collections.abc import Container
from functools import lru_cache

import pyoxigraph as ox
import rdflib
from rdflib import RDF, URIRef

from ontology.iris import Iris
from ontology.mappings import mapping_set, names, triples
from ontology.terms import EG
from service.store.dataset import DEFAULT, add, take_back
from service.store.draft import Draft
from service.store.terms import triples as in_engine_form

_TYPE, _ENTITY = ox.NamedNode(str(RDF.type)), ox.NamedNode(str(EG.Entity))


def mappings_graph(iris: Iris) -> URIRef:
    """The name of the graph.

    >>> mappings_graph(Iris())
    rdflib.term.URIRef('https://w3id.org/etiograph/id/mappings')
    """
    return iris.thing("mappings")


def map_loaded(draft: Draft, iris: Iris) -> None:
    """Put the mappings of what is loaded in the place of what the graph says."""
    draft.put(mappings_graph(iris), mapped(_loaded(draft.store, iris), iris))


def follow_loaded(draft: Draft, iris: Iris) -> None:
    """Let mappings come and go with the things that a change brings or takes away."""
    former, present = _loaded(draft.base, iris), _loaded(draft.store, iris)
    if former == present:
        return
    before, now = (set(in_engine_form(mapped(things, iris))) for things in (former, present))
    name = mappings_graph(iris)
    take_back(draft.store, ox.NamedNode(name), before - now)
    add(draft.store, ox.NamedNode(name), now - before)
    draft.touched([str(name)], before ^ now)


def mapped(things: Container[URIRef], iris: Iris) -> rdflib.Graph:
    """The matches of some things, and what the terms are called."""
    about, graph = mapping_set().about(things, iris), rdflib.Graph(bind_namespaces="none")
    for triple in (*triples(about, iris), *names(about)):
        graph.add(triple)
    return graph


def _loaded(store: ox.Store, iris: Iris) -> frozenset[URIRef]:
    """The things with mappings that a store believes to be entities."""
    return frozenset(URIRef(each.value) for each in _things(iris) if ox.Quad(each, _TYPE, _ENTITY, DEFAULT) in store)


@lru_cache
def _things(iris: Iris) -> frozenset[ox.NamedNode]:
    """Everything the mapping file has a match for."""
    return frozenset(ox.NamedNode(mapping_set().subject(match, iris)) for match in mapping_set().matches if match.holds)
