"""The current vocabulary as every page needs it: the labels and definitions of its terms."""

from functools import cache
from importlib.resources import files

from rdflib import RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from service.collecting import TERM
from service.messages import gettext, pgettext


@cache
def vocabulary() -> Graph:
    """The vocabulary, read once."""
    return Graph().parse(data=(files("ontology") / "etiograph.ttl").read_text("utf-8"), format="turtle")


@cache
def labels() -> dict[Node, str]:
    """The English label of every term."""
    return {term: str(label) for term, label in vocabulary().subject_objects(RDFS.label)}


def label_of(term: Node | None, otherwise: str = "") -> str:
    """The label of a vocabulary term, in the language of this request.

    >>> from ontology.terms import EG
    >>> label_of(EG.CuratorInference)
    'curator inference'
    """
    label = labels().get(term) if term else None
    return pgettext(TERM, label) if label else otherwise


def definition(iri: URIRef) -> str:
    """What a term means, in the language of this request."""
    words = text_of(iri, SKOS.definition)
    return gettext(words) if words else ""


def text_of(iri: URIRef, relation: URIRef) -> str:
    """A text of a term, or of the vocabulary itself."""
    return str(vocabulary().value(iri, relation) or "")
