"""The vocabulary as pages show it: terms with label, definition and example, grouped by kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from ontology.terms import EG, ONTOLOGY


@dataclass(frozen=True)
class Term:
    """A class, property or individual of the vocabulary."""

    iri: URIRef
    name: str
    label: str
    definition: str
    example: str
    parents: tuple[URIRef, ...]
    domain: URIRef | None
    range: URIRef | None


@dataclass(frozen=True)
class Group:
    """Terms of one kind."""

    title: str
    note: str
    terms: tuple[Term, ...]


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

    >>> label_of(EG.CuratorInference)
    'curator inference'
    """
    return labels().get(term, otherwise) if term else otherwise


@cache
def groups() -> tuple[Group, ...]:
    """The whole vocabulary in reading order.

    >>> [group.title for group in groups()][:3]
    ['Classes', 'Relations', 'Values']
    """
    values = [EG.StatementType, EG.Status, EG.Basis, EG.Legibility]
    return (
        _group("Classes", "What a thing can be.", OWL.Class),
        _group("Relations", "How one thing stands to another.", OWL.ObjectProperty),
        _group("Values", "What is said of a thing in words and numbers.", OWL.DatatypeProperty),
        *(_group(f"{label_of(value).capitalize()} values", definition(value), value) for value in values),
    )


def _group(title: str, note: str, kind: URIRef) -> Group:
    found = [term for term in vocabulary().subjects(RDF.type, kind) if isinstance(term, URIRef) and term in EG]
    terms = map(_term, sorted(found, key=lambda term: label_of(term).casefold()))
    return Group(title, note, tuple(terms))


def _term(iri: URIRef) -> Term:
    return Term(
        iri,
        iri.removeprefix(f"{ONTOLOGY}#"),
        label_of(iri),
        definition(iri),
        text_of(iri, SKOS.example),
        tuple(sorted(_parents(iri))),
        _value(iri, RDFS.domain),
        _value(iri, RDFS.range),
    )


def _parents(iri: URIRef) -> Iterator[URIRef]:
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf):
        for parent in vocabulary().objects(iri, relation):
            if isinstance(parent, URIRef):
                yield parent


def definition(iri: URIRef) -> str:
    """What a term means."""
    return text_of(iri, SKOS.definition)


def text_of(iri: URIRef, relation: URIRef) -> str:
    """A text of a term, or of the vocabulary itself."""
    return str(vocabulary().value(iri, relation) or "")


def _value(iri: URIRef, relation: URIRef) -> URIRef | None:
    value = vocabulary().value(iri, relation)
    return value if isinstance(value, URIRef) else None
