"""The graphs every article stands on: the vocabulary and its alignments."""

from collections.abc import Iterator
from importlib.resources import files

from rdflib import Graph, URIRef

from ontology.terms import ONTOLOGY


def foundations() -> Iterator[tuple[URIRef, Graph]]:
    """Each with the name of its graph."""
    yield ONTOLOGY, _turtle("etiograph.ttl")
    yield URIRef(f"{ONTOLOGY}/alignments"), _turtle("alignments.ttl")


def _turtle(name: str) -> Graph:
    return Graph().parse(data=files("ontology").joinpath(name).read_bytes(), format="turtle")
