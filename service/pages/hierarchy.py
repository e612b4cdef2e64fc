"""The trees of what is loaded: the classes of the vocabulary with their entities, and every hierarchy of others.

Children are read when they are asked for, so that a vocabulary of any size costs only what is looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdflib import RDFS, URIRef
from rdflib.term import Node as Term

from ontology.terms import EG, ONTOLOGY
from service.addresses import compact
from service.lookups import Row, ask, iri, store, text
from service.pages import register
from service.pages.entities import Entity, entities
from service.pages.vocabulary import label_of, vocabulary

MOST = 200
"""As many children as a tree shows of one node."""

_MOST_ABOVE = 200


@dataclass(frozen=True)
class Node:
    """A class, concept or entity of a tree."""

    iri: URIRef
    label: str
    has_children: bool
    count: int | None = None
    """How many entities are of a class of the vocabulary."""

    is_obsolete: bool = False


@dataclass(frozen=True)
class Hierarchy:
    """A loaded vocabulary and its tops."""

    iri: URIRef
    title: str
    roots: tuple[Node, ...]


def kinds() -> tuple[Node, ...]:
    """The classes of the vocabulary that have entities, the first level of their tree."""
    return tuple(_kinds(EG.Entity))


def hierarchies() -> tuple[Hierarchy, ...]:
    """The loaded vocabularies that have an order of their own; articles and the vocabulary of this project have not."""
    return _hierarchies(store().snapshot.name)


def children(of: URIRef) -> tuple[Node, ...]:
    """What stands directly below a node, by name."""
    return below(of)[0]


def below(of: URIRef) -> tuple[tuple[Node, ...], int]:
    """What stands directly below a node, by name, and how many there are: of very many entities the first are read."""
    if of in EG:
        kinds = tuple(_kinds(of))
        members, number = _members(of)
        return (*kinds, *(Node(each.iri, each.label, each.has_narrower) for each in members)), len(kinds) + number
    found: dict[Term, Row] = {}
    for row in ask("children", thing=of):
        found.setdefault(row["child"], row)
    nodes = sorted(map(_child, found.values()), key=lambda node: (node.is_obsolete, node.label.casefold()))
    return tuple(nodes), len(nodes)


def _members(of: URIRef) -> tuple[Iterable[Entity | register.Shown], int]:
    """The entities that are of a kind and of no narrower one, and how many."""
    if register.is_crowd():
        listed = register.listed(of, directly=True)
        return register.shown(listed[:MOST]), len(listed)
    members = tuple(each for each in entities().all if of in each.kinds and of in _narrowest(each.kinds))
    return members, len(members)


def path(to: URIRef) -> tuple[Node, ...]:
    """The nodes from a top down to what stands directly above a node; of several ways the shortest."""
    ways: dict[URIRef, tuple[Node, ...]] = {to: ()}
    for here, way in _growing(ways):
        above = parents(here)
        if not above:
            return way
        for parent in above:
            ways.setdefault(parent.iri, (parent, *way))
    return ()


def parents(of: URIRef) -> tuple[Node, ...]:
    """What stands directly above a node, by name."""
    found = {iri(row, "parent"): text(row, "parentName") or compact(row["parent"]) for row in ask("parents", thing=of)}
    return tuple(
        Node(parent, label, has_children=True) for parent, label in sorted(found.items(), key=lambda each: each[1])
    )


def _growing(ways: dict[URIRef, tuple[Node, ...]]) -> Iterator[tuple[URIRef, tuple[Node, ...]]]:
    """Each way that is known, those found on the way too, nearest first; a circle ends, since each is met once."""
    for number in range(_MOST_ABOVE):
        if number == len(ways):
            return
        yield list(ways.items())[number]


def _kinds(below: URIRef) -> Iterator[Node]:
    counted = register.kinds() if register.is_crowd() else entities().kinds
    for kind in sorted(vocabulary().subjects(RDFS.subClassOf, below), key=label_of):
        if isinstance(kind, URIRef) and counted[kind]:
            yield Node(kind, label_of(kind), has_children=True, count=counted[kind])


def _narrowest(of: frozenset[URIRef]) -> frozenset[URIRef]:
    return frozenset(kind for kind in of if not any((other, RDFS.subClassOf, kind) in vocabulary() for other in of))


@lru_cache(maxsize=2)
def _hierarchies(_snapshot: str) -> tuple[Hierarchy, ...]:
    roots: dict[URIRef, dict[URIRef, Node]] = defaultdict(dict)
    titles: dict[URIRef, str] = {}
    for row in ask("roots"):
        graph = iri(row, "graph")
        if graph != ONTOLOGY and "/article/" not in graph and iri(row, "root") not in EG:
            node = Node(iri(row, "root"), text(row, "rootName") or compact(row["root"]), has_children=True)
            roots[graph].setdefault(node.iri, node)
            titles.setdefault(graph, text(row, "graphName") or compact(graph))
    found = (
        Hierarchy(graph, titles[graph], tuple(sorted(tops.values(), key=lambda node: node.label)))
        for graph, tops in roots.items()
    )
    return tuple(sorted(found, key=lambda each: each.title))


def _child(row: Row) -> Node:
    label = text(row, "childName") or compact(row["child"])
    return Node(iri(row, "child"), label, text(row, "hasChildren") == "true", None, text(row, "isDeprecated") == "true")
