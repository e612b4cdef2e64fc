"""The graphs every article stands on: the vocabulary, its alignments, and what our things are elsewhere."""

from collections.abc import Iterator
from importlib.resources import files

from rdflib import Graph, URIRef

from ontology.iris import Iris
from ontology.mappings import mapping_set, names, triples
from ontology.terms import ONTOLOGY


def foundations(iris: Iris) -> Iterator[tuple[URIRef, Graph]]:
    """Each with the name of its graph."""
    yield ONTOLOGY, _turtle("etiograph.ttl")
    yield URIRef(f"{ONTOLOGY}/alignments"), _turtle("alignments.ttl")
    mappings = Graph()
    for triple in (*triples(mapping_set(), iris), *names(mapping_set())):
        mappings.add(triple)
    yield iris.thing("mappings"), mappings


def _turtle(name: str) -> Graph:
    return Graph().parse(data=files("ontology").joinpath(name).read_bytes(), format="turtle")
