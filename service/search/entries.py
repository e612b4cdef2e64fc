"""What can be found: the things of the graph with their names, and the sentences of articles, as rows of an index."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from rdflib import DCTERMS, RDFS, SKOS, URIRef
from rdflib.term import Node

from ontology.mappings import mapping_set
from ontology.terms import EG, OBO_IN_OWL
from service.addresses import compact
from service.lookups import Row, iri, text, text_of

Rows = Callable[..., Iterable[Row]]
"""Whatever answers a SELECT query, as `LocalStore.rows` does."""


class Role(IntEnum):
    """What a text is to its thing; names come before what is only said of a thing."""

    LABEL = 0
    IDENTIFIER = 1
    SYNONYM = 2
    RELATED = 3
    """A synonym that is broader, narrower or only related."""

    AS_WRITTEN = 4
    CODE = 5
    """What the thing is in another vocabulary."""

    DEFINITION = 6
    SENTENCE = 7


NAMES = Role.CODE
"""The last role that is a name."""


@dataclass
class Entry:
    """A thing or a sentence that can be found, and the texts it is found by."""

    iri: str
    label: str = ""
    kinds: list[str] = field(default_factory=list)
    """The classes of a thing, the ontology of a term."""

    obsolete: bool = False
    instead: str = ""
    """What is to be used for an obsolete term."""

    article: str = ""
    """Where a sentence stands."""

    texts: set[tuple[Role, str]] = field(default_factory=set)

    @property
    def foreign(self) -> bool:
        """Whether it is a term of an ontology that was loaded, not a thing of ours."""
        return any(not kind.startswith(str(EG)) for kind in self.kinds)


_OWN: Mapping[Node, Role] = MappingProxyType(
    {
        SKOS.prefLabel: Role.LABEL,
        DCTERMS.title: Role.LABEL,
        RDFS.label: Role.LABEL,
        SKOS.altLabel: Role.SYNONYM,
        SKOS.hiddenLabel: Role.AS_WRITTEN,
        SKOS.definition: Role.DEFINITION,
    }
)
_LABELS = (SKOS.prefLabel, DCTERMS.title, RDFS.label)
_OF_TERMS: Mapping[URIRef, Role] = MappingProxyType(
    {
        OBO_IN_OWL.id: Role.IDENTIFIER,
        SKOS.altLabel: Role.SYNONYM,
        OBO_IN_OWL.hasBroadSynonym: Role.RELATED,
        OBO_IN_OWL.hasNarrowSynonym: Role.RELATED,
        OBO_IN_OWL.hasRelatedSynonym: Role.RELATED,
        OBO_IN_OWL.hasAlternativeId: Role.CODE,
        OBO_IN_OWL.hasDbXref: Role.CODE,
        SKOS.definition: Role.DEFINITION,
    }
)


def entries(rows: Rows) -> list[Entry]:
    """Everything a snapshot has to find."""
    found: dict[Node, Entry] = {}
    _add_own(found, rows(text_of("names")))
    if terms := _terms(rows(text_of("terms"))):
        for relation, role in _OF_TERMS.items():
            _add_texts(terms, role, rows(text_of("texts"), property=relation))
        found |= terms
    for row in rows(text_of("obsolete")):
        if entry := found.get(row["thing"]):
            entry.obsolete, entry.instead = True, text(row, "instead") or entry.instead
    for row in rows(text_of("matches")):
        if (entry := found.get(row["thing"])) and (code := curie(iri(row, "target"))):
            entry.texts.add((Role.CODE, code))
    return [*found.values(), *_sentences(rows(text_of("sentences")))]


def curie(target: URIRef) -> str:
    """An identifier of another vocabulary as people write it, or nothing.

    >>> curie(URIRef("http://purl.obolibrary.org/obo/HP_0002901"))
    'HP:0002901'
    """
    for prefix, namespace in mapping_set().prefixes.items():
        if target.startswith(namespace):
            return f"{prefix}:{target.removeprefix(namespace)}"
    return ""


def kinds(rows: Rows) -> dict[str, str]:
    """The names of all that a thing can be."""
    return {text(row, "kind"): text(row, "name") for row in rows(text_of("kinds"))}


def _add_own(found: dict[Node, Entry], rows: Iterable[Row]) -> None:
    """The things of our own classes: the preferred label, the title of an article, or else the plain label names it."""
    labels: dict[Node, dict[int, str]] = defaultdict(dict)
    for row in rows:
        entry = found.setdefault(row["thing"], Entry(str(row["thing"])))
        if row["class"] != EG.Entity and str(row["class"]) not in entry.kinds:
            entry.kinds.append(str(row["class"]))
        role, words = _OWN[row["property"]], text(row, "text")
        if row["property"] in _LABELS:
            place = _LABELS.index(iri(row, "property"))
            labels[row["thing"]][place] = min(words, labels[row["thing"]].get(place, words))
        entry.texts.add((role, words))
    for thing, entry in found.items():
        entry.label = min(labels[thing].items())[1] if thing in labels else compact(thing)
        entry.texts = {_with_one_label(each, entry.label) for each in entry.texts}


def _with_one_label(named: tuple[Role, str], label: str) -> tuple[Role, str]:
    """A second label is a synonym."""
    role, words = named
    return (Role.SYNONYM, words) if role is Role.LABEL and words != label else named


def _terms(rows: Iterable[Row]) -> dict[Node, Entry]:
    """The terms of ontologies; a second label is a synonym."""
    found: dict[Node, Entry] = {}
    for row in rows:
        words = text(row, "text")
        entry = found.setdefault(row["term"], Entry(str(row["term"]), words, [text(row, "ontology")]))
        entry.texts.add((Role.LABEL if words == entry.label else Role.SYNONYM, words))
    return found


def _add_texts(found: Mapping[Node, Entry], role: Role, rows: Iterable[Row]) -> None:
    for row in rows:
        if entry := found.get(row["thing"]):
            entry.texts.add((role, text(row, "text")))


def _sentences(rows: Iterable[Row]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            str(row["passage"]),
            text(row, "title"),
            [str(EG.Passage)],
            article=text(row, "article"),
            texts={(Role.SENTENCE, text(row, "text"))},
        )
