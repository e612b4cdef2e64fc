"""A term in, the description of its entity in the graph: types, labels, as-written forms, definition."""

from functools import cache

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

from loaders.statements import Term
from ontology.iris import Iris
from ontology.lexicon.concepts import concepts, key
from ontology.terms import EG


@cache
def _proper_names() -> frozenset[str]:
    """Names that are right for some concept: "calf cramp" is no misnomer where an article means its nocturnal kind."""
    return frozenset(key(name) for concept in concepts().values() for name in (concept.label, *concept.alternatives))


def describe(graph: Graph, iris: Iris, term: Term) -> URIRef:
    """Add what is known of a term; how the article writes it is found by search but never shown as its name."""
    concept = term.concept
    node = iris.entity(concept.slug)
    for type_ in (EG[concept.type], EG.Entity, SKOS.Concept):
        graph.add((node, RDF.type, type_))
    for predicate in (SKOS.prefLabel, RDFS.label):
        graph.add((node, predicate, Literal(concept.label, lang="en")))
    for name in concept.alternatives:
        graph.add((node, SKOS.altLabel, Literal(name, lang="en")))
    if concept.definition:
        graph.add((node, SKOS.definition, Literal(concept.definition, lang="en")))
    if term.written and key(term.written) not in _proper_names() and key(term.written) != key(concept.label):
        graph.add((node, SKOS.hiddenLabel, Literal(term.written, lang="en")))
    return node
