"""The current vocabulary as every page needs it: the labels and definitions of its terms."""

from functools import cache
from importlib.resources import files

from rdflib import RDFS, SKOS, Graph, URIRef
from rdflib.term import Node


@cache
def vocabulary() -> Graph:
    """The vocabulary, read once."""
    return Graph().parse(data=(files("ontology") / "etiograph.ttl").read_text("utf-8"), format="turtle")


@cache
def labels() -> dict[Node, str]:
    """The label of every term."""
    return {term: str(label) for term, label in vocabulary().subject_objects(RDFS.label)}


def label_of(term: Node | None, otherwise: str = "") -> str:
    """The label of a vocabulary term.

    >>> from ontology.terms import EG
    >>> label_of(EG.CuratorInference)
    'curator inference'
    """
    return labels().get(term, otherwise) if term else otherwise


def definition(iri: URIRef) -> str:
    """What a term means."""
    return text_of(iri, SKOS.definition)


def text_of(iri: URIRef, relation: URIRef) -> str:
    """A text of a term, or of the vocabulary itself."""
    return str(vocabulary().value(iri, relation) or "")
