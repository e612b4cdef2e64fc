"""A name, a part of one or a few words in, the things and sentences that hold them out, the best first.

Exact label before exact synonym before beginning before word before sentence; upper and lower case, accents and
punctuation make no difference. The index lives in memory and is built again for each snapshot.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum

from flask import current_app
from rdflib import DCTERMS, RDF, RDFS, SKOS, URIRef
from rdflib.term import Node

from ontology.terms import EG, PREFIXES
from service.addresses import address, anchor, compact
from service.lookups import Row, ask, iri, store, text
from service.messages import marked as _


class Rank(IntEnum):
    """How well a hit matches; the smaller the better."""

    LABEL = 0
    SYNONYM = 1
    AS_WRITTEN = 2
    BEGINNING = 3
    WORD = 4
    DEFINITION = 5
    SENTENCE = 6


@dataclass(frozen=True)
class Entry:
    """One text that can be found, with the thing it belongs to."""

    iri: URIRef
    label: str
    kinds: tuple[URIRef, ...]
    property: URIRef
    text: str
    folded: str
    place: str | None


@dataclass(frozen=True)
class Hit:
    """A thing or a sentence that was found, and the text that matched."""

    entry: Entry
    rank: Rank

    @property
    def why(self) -> str:
        """Why it was found, where its label does not show it."""
        return _WHY.get(self.entry.property, "")

    @property
    def sentence(self) -> bool:
        """Whether a sentence was found, not a name."""
        return self.entry.property == RDF.value


@dataclass(frozen=True)
class Index:
    """Every text there is, and the label of every thing."""

    snapshot: str
    entries: tuple[Entry, ...]
    labels: dict[Node, str]


_LABELS = (SKOS.prefLabel, DCTERMS.title, RDFS.label)
_WHY = {SKOS.altLabel: _("also called"), SKOS.hiddenLabel: _("written as"), SKOS.definition: _("means")}
_EXACT = {
    SKOS.prefLabel: Rank.LABEL,
    RDFS.label: Rank.SYNONYM,
    SKOS.altLabel: Rank.SYNONYM,
    SKOS.hiddenLabel: Rank.AS_WRITTEN,
}
_NAMES = frozenset(_EXACT)


def search(words: str, limit: int = 50) -> list[Hit]:
    """The things and sentences that hold some words, the best first, each thing once."""
    wanted = fold(words)
    if not wanted:
        return []
    hits = sorted(_hits(wanted, index().entries), key=lambda hit: (hit.rank, len(hit.entry.folded), hit.entry.label))
    best: dict[URIRef, Hit] = {}
    for hit in _by_iri(words.strip()) + hits:
        best.setdefault(hit.entry.iri, hit)
    return list(best.values())[:limit]


def suggestions(words: str, limit: int = 5) -> list[Entry]:
    """Names that look like what was searched for without holding it."""
    names = {entry.folded: entry for entry in index().entries if entry.property in (SKOS.prefLabel, SKOS.altLabel)}
    return [names[folded] for folded in get_close_matches(fold(words), names, n=limit, cutoff=0.5)]


def labels() -> dict[Node, str]:
    """The label of every thing."""
    return index().labels


def fold(words: str) -> str:
    """Text as it is compared.

    >>> fold("  Trousseau’s SIGN, à gauche")
    'trousseaus sign a gauche'
    """
    plain = unicodedata.normalize("NFKD", words.casefold().replace("’", "").replace("'", ""))
    return " ".join(re.findall(r"\w+", "".join(char for char in plain if not unicodedata.combining(char))))


def index() -> Index:
    """The index of what is loaded now."""
    snapshot = store().snapshot.name
    known: Index | None = current_app.extensions.get("etiograph.index")
    if known is None or known.snapshot != snapshot:
        known = _built(snapshot)
        current_app.extensions["etiograph.index"] = known
    return known


def _built(snapshot: str) -> Index:
    names = _things()
    return Index(snapshot, (*names, *_sentences()), {entry.iri: entry.label for entry in names})


def _things() -> tuple[Entry, ...]:
    rows = ask("names")
    labels = _labels(rows)
    kinds: dict[Node, dict[URIRef, None]] = {}
    for row in rows:
        kinds.setdefault(row["thing"], {})[iri(row, "class")] = None
    entries = (_entry(row, labels, kinds) for row in rows)
    return tuple({(entry.iri, entry.property, entry.text): entry for entry in entries}.values())


def _labels(rows: Iterable[Row]) -> dict[Node, str]:
    """The label of every thing: the preferred one, the title of an article, or else the plain one."""
    found: dict[Node, tuple[int, str]] = {}
    for row in rows:
        if row["property"] in _LABELS:
            candidate = _LABELS.index(iri(row, "property")), text(row, "text")
            found[row["thing"]] = min(candidate, found.get(row["thing"], candidate))
    return {thing: label for thing, (_, label) in found.items()}


def _entry(row: Row, labels: Mapping[Node, str], kinds: Mapping[Node, Iterable[URIRef]]) -> Entry:
    """The entry of a row; whatever the label comes from counts as the preferred one, so that it is there once."""
    thing, words = row["thing"], text(row, "text")
    label = labels.get(thing, compact(thing))
    known = tuple(kind for kind in kinds[thing] if kind != EG.Entity)
    name = SKOS.prefLabel if row["property"] in _LABELS and words == label else iri(row, "property")
    return Entry(iri(row, "thing"), label, known, name, words, fold(words), address(thing))


def _sentences() -> Iterator[Entry]:
    for row in ask("sentences"):
        place = f"{address(row['article'])}#{anchor(row['passage'])}"
        sentence = text(row, "text")
        yield Entry(iri(row, "passage"), text(row, "title"), (EG.Passage,), RDF.value, sentence, fold(sentence), place)


def _hits(wanted: str, entries: Iterable[Entry]) -> Iterator[Hit]:
    for entry in entries:
        rank = _rank(wanted, entry)
        if rank is not None:
            yield Hit(entry, rank)


def _rank(wanted: str, entry: Entry) -> Rank | None:
    if entry.property in _NAMES and entry.folded == wanted:
        return _EXACT[entry.property]
    if not all(f" {word}" in f" {entry.folded}" for word in wanted.split()):
        return None
    if entry.property == RDF.value:
        return Rank.SENTENCE
    if entry.property == SKOS.definition:
        return Rank.DEFINITION
    return Rank.BEGINNING if entry.folded.startswith(wanted) else Rank.WORD


def _by_iri(words: str) -> list[Hit]:
    """The thing whose IRI, long or with a prefix, was typed."""
    prefix, colon, rest = words.partition(":")
    typed = URIRef(PREFIXES[prefix] + rest) if colon and prefix in PREFIXES else URIRef(words)
    return [Hit(entry, Rank.LABEL) for entry in index().entries if entry.iri == typed][:1]
