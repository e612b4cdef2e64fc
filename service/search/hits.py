"""What a search finds."""

from dataclasses import dataclass
from enum import IntEnum

from rdflib import URIRef

from ontology.terms import EG
from service.addresses import address, anchor, term_address
from service.search.entries import Role


class Rank(IntEnum):
    """How well a hit matches; the smaller the better."""

    LABEL = 0
    """The label, or the identifier."""

    SYNONYM = 1
    RELATED = 2
    AS_WRITTEN = 3
    CODE = 4
    BEGINNING = 5
    WORD = 6
    DEFINITION = 7
    SENTENCE = 8

    @property
    def word(self) -> str:
        """Its name in JSON.

        >>> Rank.AS_WRITTEN.word
        'as-written'
        """
        return self.name.lower().replace("_", "-")


EXACT = {
    Role.LABEL: Rank.LABEL,
    Role.IDENTIFIER: Rank.LABEL,
    Role.SYNONYM: Rank.SYNONYM,
    Role.RELATED: Rank.RELATED,
    Role.AS_WRITTEN: Rank.AS_WRITTEN,
    Role.CODE: Rank.CODE,
}
"""How well a whole name matches."""


@dataclass(frozen=True)
class Kind:
    """What a thing is: a class of our vocabulary, or a term of an ontology."""

    iri: URIRef
    label: str

    @property
    def name(self) -> str:
        """What it is called in an address.

        >>> Kind(URIRef("http://purl.obolibrary.org/obo/hp.owl"), "").name
        'hp'
        """
        return self.iri.rpartition("#" if "#" in self.iri else "/")[2].removesuffix(".owl")

    @property
    def is_ontology(self) -> bool:
        """Whether things of this kind are the terms of an ontology that was loaded."""
        return self.iri not in EG


@dataclass(frozen=True)
class Hit:
    """A thing or a sentence that was found, and the text that matched."""

    iri: URIRef
    label: str
    kinds: tuple[Kind, ...]
    rank: Rank
    role: Role
    text: str
    obsolete: bool = False
    instead: URIRef | None = None
    article: URIRef | None = None

    @property
    def place(self) -> str | None:
        """Where it can be read."""
        if self.article:
            return f"{address(self.article)}#{anchor(self.iri)}"
        return term_address(self.iri) if self.is_term else address(self.iri)

    @property
    def instead_place(self) -> str | None:
        """Where what is to be used instead can be read."""
        if self.instead is None:
            return None
        return term_address(self.instead) if self.is_term else address(self.instead)

    @property
    def is_term(self) -> bool:
        """Whether it is a term of an ontology that was loaded."""
        return any(kind.is_ontology for kind in self.kinds)

    @property
    def sentence(self) -> bool:
        """Whether a sentence was found, not a name."""
        return self.role is Role.SENTENCE


@dataclass(frozen=True)
class Found:
    """A part of all that was found."""

    total: int
    kinds: tuple[tuple[Kind, int], ...]
    """Each kind with how many hits are of it, whatever kind was asked for."""

    hits: tuple[Hit, ...]
    more: bool = False
    """Whether there are more than were counted: so many that nobody looks at all."""
