"""The page of a term of an ontology that was loaded: names, meaning, place in the hierarchy, and what we say of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import render_template
from rdflib import DCTERMS, OWL, RDFS, SKOS, URIRef
from rdflib.term import Node

from ontology.terms import OBO_IN_OWL
from service.addresses import address, term_address
from service.errors import UnknownThing
from service.lookups import ask, iri
from service.messages import marked as _
from service.pages.statements import Name, name
from service.pages.things import Thing, thing

_MATCHES: Mapping[URIRef, str] = MappingProxyType(
    {
        SKOS.exactMatch: _("the same"),
        SKOS.closeMatch: _("close to it"),
        SKOS.broadMatch: _("narrower than it"),
        SKOS.narrowMatch: _("broader than it"),
        SKOS.relatedMatch: _("related to it"),
    }
)
"""What a thing of ours is to a term it is mapped to."""

_SYNONYMS = (
    (OBO_IN_OWL.hasBroadSynonym, _("Broader names")),
    (OBO_IN_OWL.hasNarrowSynonym, _("Narrower names")),
    (OBO_IN_OWL.hasRelatedSynonym, _("Related names")),
)
_OF_ONTOLOGY = (
    (OWL.versionInfo, _("Version")),
    (DCTERMS.license, _("Licence")),
    (DCTERMS.rights, _("Rights")),
)
_SHOWN = 200
"""Children on a page."""


@dataclass(frozen=True)
class Link:
    """A term, or a thing of ours, with what it is to this one where that needs saying."""

    label: str
    address: str | None
    note: str = ""


@dataclass(frozen=True)
class Term:
    """A term and what leads to it."""

    thing: Thing
    incoming: Mapping[URIRef, tuple[Name, ...]]

    @property
    def ontology(self) -> Name | None:
        """The ontology it is of."""
        return next(iter(self.thing.values.get(RDFS.isDefinedBy, ())), None)

    @property
    def identifier(self) -> str:
        """Its CURIE, as the ontology writes it."""
        return self.thing.text(OBO_IN_OWL.id)

    @property
    def obsolete(self) -> bool:
        """Whether it is not to be used any more."""
        return self.thing.text(OWL.deprecated) == "true"

    @property
    def instead(self) -> tuple[Link, ...]:
        """What is to be used for it."""
        return _terms(self.thing.values.get(DCTERMS.isReplacedBy, ()))

    @property
    def considered(self) -> tuple[Link, ...]:
        """What may be used for it, if a person has looked."""
        return _terms(self.thing.values.get(OBO_IN_OWL.consider, ()))

    @property
    def parents(self) -> tuple[Link, ...]:
        """What it is a kind of."""
        return _terms(self.thing.values.get(RDFS.subClassOf, ()))

    @property
    def children(self) -> tuple[Link, ...]:
        """Its kinds."""
        return _terms(self.incoming.get(RDFS.subClassOf, ()))

    @property
    def replaced(self) -> tuple[Link, ...]:
        """The obsolete terms it is to be used for."""
        return _terms(self.incoming.get(DCTERMS.isReplacedBy, ()))

    @property
    def ours(self) -> tuple[Link, ...]:
        """The things of this graph that are mapped to it."""
        return tuple(
            Link(found.label, address(found.node), note)
            for relation, note in _MATCHES.items()
            for found in self.incoming.get(relation, ())
        )

    @property
    def other_names(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Synonyms that are not exact, by what they are."""
        return tuple((title, found) for relation, title in _SYNONYMS if (found := self.thing.texts(relation)))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Identifiers of other vocabularies, and those it had itself."""
        return self.thing.texts(OBO_IN_OWL.hasAlternativeId) + self.thing.texts(OBO_IN_OWL.hasDbXref)


def term(of: URIRef) -> Term:
    """What the graph says of a term. Raises UnknownThing where it says nothing."""
    found = thing(of)
    if found is None:
        raise UnknownThing("The graph says nothing about this.")
    incoming: dict[URIRef, dict[Node, Name]] = defaultdict(dict)
    for row in ask("around-term", term=of):
        label = {"otherName": row["name"]} if "name" in row else {}
        incoming[iri(row, "relation")].setdefault(row["other"], name(row | label, "other"))
    return Term(found, {relation: tuple(others.values()) for relation, others in incoming.items()})


def render(found: Term) -> str:
    """The page of a term, in four queries with the one that asks whether it is one."""
    ontology = thing(URIRef(str(found.ontology.node))) if found.ontology else None
    said = [(title, ontology.values.get(relation, ())) for relation, title in _OF_ONTOLOGY] if ontology else []
    return render_template("term.html", term=found, thing=found.thing, ontology=ontology, said=said, shown=_SHOWN)


def _terms(names: Iterable[Name]) -> tuple[Link, ...]:
    links = (Link(each.label, term_address(str(each.node))) for each in names)
    return tuple(sorted(links, key=lambda link: link.label.casefold()))
