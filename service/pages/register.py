"""Entities that are too many to be read whole: counted by the store, listed by name, and read where they are shown.

A name costs a hundredth of what is told of an entity, so names are kept in order for a snapshot, and the rest is read
for those of one page. How many a choice would leave is not counted, but for the kinds.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from rdflib import RDFS, URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import compact
from service.current import current_store
from service.formats import CSV
from service.lookups import ask, iri, store, whole
from service.pages.entities import Selection
from service.pages.vocabulary import vocabulary

MANY = 20_000
"""As many entities, and as many statements, as are read whole."""

_reading = Lock()


@dataclass(frozen=True)
class Listed:
    """An entity by its name."""

    iri: URIRef
    label: str


@dataclass(frozen=True)
class Shown:
    """An entity as a list shows it."""

    iri: URIRef
    label: str
    kinds: frozenset[URIRef]
    statements: int
    has_narrower: bool


def is_crowd() -> bool:
    """Whether there are too many entities, or statements that tell of them, to read them all."""
    return _is_crowd(store().snapshot.name, MANY)


def kinds() -> Counter[URIRef]:
    """How many entities there are of each class."""
    return _kinds(store().snapshot.name)


def chosen(selection: Selection) -> tuple[Listed, ...]:
    """What a selection leaves, by name."""
    found = listed(selection.kind)
    if selection.matched is not None:
        matched = {row["thing"] for row in ask("matched")}
        found = tuple(each for each in found if (each.iri in matched) == selection.matched)
    if selection.article or selection.status or selection.basis:
        told = {row["thing"] for row in store().rows(_told(selection))}
        found = tuple(each for each in found if each.iri in told)
    return found


def _told(selection: Selection) -> str:
    """The query for what statements of an article, a standing and a ground tell of.

    The first that is asked for is where the engine begins; the others are filters, or it might begin with all affirmed.
    """
    relations = {"dcterms:isPartOf": selection.article, "eg:status": selection.status, "eg:basis": selection.basis}
    (begun, first), *others = ((relation, node.n3()) for relation, node in relations.items() if node)
    filters = (
        f"?assertion {relation} ?of{number} . FILTER (?of{number} = {node})"
        for number, (relation, node) in enumerate(others)
    )
    said = f"?assertion {begun} {first} . {' '.join(filters)}"
    ends = (f"{{ GRAPH ?graph {{ {said} ?assertion {end} ?thing }} }}" for end in ("rdf:subject", "rdf:object"))
    return f"{_PREFIXES} SELECT DISTINCT ?thing WHERE {{ {' UNION '.join(ends)} }}"


def listed(kind: URIRef | None, *, directly: bool = False) -> tuple[Listed, ...]:
    """The entities of a kind, or all, by name; directly of it are those that are of no narrower one."""
    with _reading:  # so that only one of many who ask at once reads
        return _listed(store().snapshot.name, kind or EG.Entity, directly)


def shown(some: Iterable[Listed]) -> tuple[Shown, ...]:
    """A few entities with what a page shows of them."""
    found = {each.iri: each for each in some}
    rows = store().rows(_SHOWN % " ".join(node.n3() for node in found)) if found else []
    classes: dict[Node, set[URIRef]] = {node: set() for node in found}
    statements: Counter[Node] = Counter()
    wide: set[Node] = set()
    for row in rows:
        if "class" in row:
            classes[row["thing"]].add(iri(row, "class"))
        statements[row["thing"]] += whole(row, "statements") or 0
        if "narrower" in row:
            wide.add(row["thing"])
    return tuple(
        Shown(
            each.iri,
            each.label,
            frozenset(kind for kind in classes[each.iri] if kind in EG and kind != EG.Entity),
            statements[each.iri],
            each.iri in wide,
        )
        for each in found.values()
    )


_PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX eg: <https://w3id.org/etiograph/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
""".strip()
_SHOWN = f"""{_PREFIXES}
SELECT ?thing ?class ?statements ?narrower WHERE {{
  VALUES ?thing {{ %s }}
  LATERAL {{
    {{ ?thing a ?class }}
    UNION {{
      SELECT ?thing (COUNT(DISTINCT ?assertion) AS ?statements) WHERE {{
        {{ GRAPH ?graph {{ ?assertion rdf:subject ?thing }} }}
        UNION {{ GRAPH ?graph {{ ?assertion rdf:object ?thing }} }}
      }} GROUP BY ?thing
    }}
    UNION {{ SELECT ?thing ?narrower WHERE {{ ?narrower skos:broader ?thing }} LIMIT 1 }}
  }}
}}"""


@lru_cache(maxsize=2)
def _is_crowd(_snapshot: str, most: int) -> bool:
    (row,) = ask("many")
    return max(whole(row, "things") or 0, whole(row, "statements") or 0) > most


@lru_cache(maxsize=2)
def _kinds(_snapshot: str) -> Counter[URIRef]:
    under = {kind for kind in vocabulary().transitive_subjects(RDFS.subClassOf, EG.Entity) if kind != EG.Entity}
    rows = ask("things-per-class")
    return Counter({iri(row, "class"): whole(row, "things") or 0 for row in rows if row["class"] in under})


@lru_cache(maxsize=8)
def _listed(_snapshot: str, kind: URIRef, directly: bool) -> tuple[Listed, ...]:
    narrower = vocabulary().subjects(RDFS.subClassOf, kind) if directly else ()
    without = " ".join(f"MINUS {{ ?thing a {each.n3()} }}" for each in narrower)
    # Of all, names are read in a row; of a part, each is looked up.
    named = _ALL_NAMES if kind == EG.Entity else _NAME
    answer = current_store().query(_LISTED % (kind.n3(), without, named), CSV).decode()
    _header, *rows = csv.reader(io.StringIO(answer, newline=""))
    found = {thing: name for thing, name, *_ in reversed(rows)}
    labels = ((name or compact(URIRef(thing)), thing) for thing, name in found.items())
    return tuple(
        Listed(URIRef(thing), label) for label, thing in sorted(labels, key=lambda each: (each[0].casefold(), each[1]))
    )


_LISTED = f"""{_PREFIXES}
SELECT ?thing ?name WHERE {{ ?thing a %s . %s %s }}"""
_NAME = "LATERAL { OPTIONAL { ?thing skos:prefLabel ?name } }"
_ALL_NAMES = "OPTIONAL { SELECT ?thing ?name WHERE { ?thing skos:prefLabel ?name } }"
