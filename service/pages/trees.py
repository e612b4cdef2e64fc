"""The trees as the page to browse shows them: branches that stand open, with where each leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from rdflib import URIRef

from ontology.terms import EG
from service.addresses import address, compact
from service.pages import hierarchy
from service.pages.hierarchy import MOST, Node


@dataclass(frozen=True)
class Branch:
    """A node of a tree as the page shows it, with the children that stand open below it."""

    node: Node
    href: str
    level: int
    is_here: bool = False
    below: tuple["Branch", ...] = ()
    more: int = 0
    rest: str = ""
    """Where all that stands below it is listed."""


def kinds(chosen: URIRef | None) -> tuple[Branch, ...]:
    """The tree of kinds, open where the chosen one stands."""
    way = {chosen, *_above(chosen)} if chosen else set()

    def branch(node: Node, level: int) -> Branch:
        is_open = node.iri in way
        found, number = hierarchy.below(node.iri) if is_open else ((), 0)
        below = tuple(branch(each, level + 1) for each in found[:MOST])
        return Branch(node, href(node), level, node.iri == chosen, below, number - len(below), all_below(node.iri))

    return tuple(branch(node, 1) for node in hierarchy.kinds())


def _above(kind: URIRef) -> Iterable[URIRef]:
    return (node.iri for node in hierarchy.path(kind))


def vocabularies(
    trail: tuple[Node, ...], below: tuple[Node, ...] | None
) -> tuple[tuple[hierarchy.Hierarchy, tuple[Branch, ...]], ...]:
    """The trees of the loaded vocabularies, open along a trail; `below` are the children of its last node."""

    def branch(node: Node, level: int) -> Branch:
        at = trail[level - 1 :]
        if not at or at[0].iri != node.iri:
            return Branch(node, href(node), level)
        is_last = len(at) == 1
        found = (below or ()) if is_last else hierarchy.children(node.iri)
        kept = (
            found[:MOST]
            if is_last or any(each.iri == at[1].iri for each in found[:MOST])
            else (at[1], *found[: MOST - 1])
        )
        children = tuple(branch(each, level + 1) for each in kept)
        more = len(found) - len(kept)
        return Branch(node, href(node), level, is_last, children, more, all_below(node.iri))

    return tuple((each, tuple(branch(root, 1) for root in each.roots)) for each in hierarchy.hierarchies())


def href(node: Node) -> str:
    """A class leads to what is of it or below it, an entity to its page."""
    if node.iri in EG:
        return f"/browse?{urlencode({'kind': compact(node.iri)})}"
    local = address(node.iri)
    if local and local.startswith("/id/"):
        return local
    return f"/browse?{urlencode({'under': compact(node.iri)})}"


def all_below(of: URIRef) -> str:
    """The address that lists all that stands directly below something."""
    return f"/browse?{urlencode({'kind' if of in EG else 'under': compact(of)})}"


def child(node: Node) -> dict[str, object]:
    """A child as JSON, for the tree that grows."""
    return {
        "iri": node.iri,
        "label": node.label[:300],
        "href": href(node),
        "hasChildren": node.has_children,
        "isObsolete": node.is_obsolete,
        "count": node.count,
    }
