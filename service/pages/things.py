"""One thing as the graph describes it: its names, its classes and whatever else is said of it directly."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

from ontology.mappings import elsewhere
from ontology.terms import EG
from service.addresses import compact
from service.lookups import ask, iri, text
from service.pages.phrases import phrase
from service.pages.statements import Name, name
from service.pages.vocabulary import label_of

_NAMES = {RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition, DCTERMS.title}
_GENERAL = {EG.Entity, SKOS.Concept}


@dataclass(frozen=True)
class Thing:
    """A thing and the values of its properties."""

    iri: URIRef
    values: Mapping[URIRef, tuple[Name, ...]]
    terms: frozenset[Node] = frozenset()
    """The values that are terms of an ontology that was loaded, so that each has a page here."""

    @property
    def label(self) -> str:
        """What to call it: never the form a source wrote wrongly."""
        for relation in (SKOS.prefLabel, DCTERMS.title, RDFS.label):
            if found := self.texts(relation):
                return found[0]
        return compact(self.iri)

    @property
    def classes(self) -> tuple[Name, ...]:
        """What it is, the most general classes left out where a narrower one is known."""
        known = self.values.get(RDF.type, ())
        return tuple(kind for kind in known if kind.node not in _GENERAL and label_of(kind.node)) or known[:1]

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Its other names."""
        return self.texts(SKOS.altLabel)

    @property
    def as_written(self) -> tuple[str, ...]:
        """Forms found by search and never used as a name."""
        return self.texts(SKOS.hiddenLabel)

    @property
    def definition(self) -> str:
        """What it means, where a source says so."""
        return " ".join(self.texts(SKOS.definition))

    @property
    def obsolete(self) -> bool:
        """Whether it should no longer be used."""
        return self.text(OWL.deprecated) in ("true", "1")

    @property
    def curie(self) -> str:
        """Its short name; nothing where no prefix is known."""
        short = compact(self.iri)
        return "" if short == str(self.iri) else short

    def texts(self, relation: URIRef) -> tuple[str, ...]:
        """The texts of a property, each once."""
        return tuple(dict.fromkeys(value.label for value in self.values.get(relation, ())))

    def text(self, relation: URIRef) -> str:
        """The first text of a property."""
        return next(iter(self.texts(relation)), "")

    def a(self, kind: URIRef) -> bool:
        """Whether it is of a class."""
        return any(known.node == kind for known in self.values.get(RDF.type, ()))

    def details(self, hidden: frozenset[Node] = frozenset()) -> tuple[tuple[Name, tuple[Name, ...]], ...]:
        """What is left to say: property by property, names and hidden properties left out."""
        return tuple(
            (Name(relation, phrase(relation).outgoing), found)
            for relation, found in self.values.items()
            if relation not in _NAMES and relation not in hidden
        )


def thing(of: URIRef) -> Thing | None:
    """What the graph says of a thing, or nothing where it does not know it."""
    values: dict[URIRef, dict[Node, Name]] = defaultdict(dict)
    rows = ask("thing", thing=of)
    for row in rows:
        found = name(row | _name(row), "value")
        values[iri(row, "property")].setdefault(row["value"], found)
    terms = frozenset(row["value"] for row in rows if text(row, "isTerm") == "true")
    named = {relation: tuple(found.values()) for relation, found in values.items()}
    return Thing(of, named, terms) if named else None


def _name(row: Mapping[str, Node]) -> dict[str, Node]:
    """What the graph calls a value, or what another vocabulary does."""
    value = row["value"]
    if "name" in row:
        return {"valueName": row["name"]}
    known = elsewhere().get(value) if isinstance(value, URIRef) else None
    return {"valueName": Literal(known)} if known else {}
