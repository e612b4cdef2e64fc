"""The page to browse: trees of kinds and loaded vocabularies, and the entities by facets, page by page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import render_template, request
from rdflib import RDFS, SKOS, URIRef

from ontology.terms import EG
from service.addresses import address, base, compact
from service.errors import UnknownThing
from service.lookups import ask, iri, text
from service.messages import gettext, marked
from service.names import written_iri
from service.pages import hierarchy
from service.pages.entities import Entities, Selection, entities
from service.pages.hierarchy import MOST, Node
from service.pages.statements import Name
from service.pages.things import Thing, thing
from service.pages.vocabulary import label_of

PER_PAGE = 50
_SHOWN = 10
"""As many values as a facet shows, most frequent first."""

_FACETS = (
    ("kind", marked("Kind")),
    ("status", marked("Standing of a statement")),
    ("basis", marked("Ground of a statement")),
    ("matched", marked("In other vocabularies")),
    ("article", marked("Article")),
)
_WORDS: Mapping[object, str] = {
    EG.Affirmed: marked("affirmed"),
    EG.Denied: marked("denied"),
    EG.Quarantined: marked("set aside"),
    EG.StatedInText: marked("stated in the text"),
    EG.CuratorInference: marked("inferred by a curator"),
    EG.Automatic: marked("read automatically"),
    True: marked("with a match"),
    False: marked("without a match"),
}
_SORTS = {"name": marked("by name"), "statements": marked("most statements first")}


@dataclass(frozen=True)
class Branch:
    """A node of a tree as the page shows it, with the children that stand open below it."""

    node: Node
    href: str
    level: int
    is_here: bool = False
    below: tuple["Branch", ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Choice:
    """A value of a facet: how many entities it leaves, and the address that takes it or lets go of it."""

    label: str
    count: int
    href: str
    is_taken: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow the entities down."""

    title: str
    choices: tuple[Choice, ...]
    more: int


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    selection: Selection
    sort: str
    number: int
    under: URIRef | None

    def href(self, **changed: object) -> str:
        """The address that asks for something else in some points, on the first page."""
        chosen = self.selection
        now = {
            "under": self.under,
            "kind": chosen.kind,
            "status": chosen.status,
            "basis": chosen.basis,
            "matched": chosen.matched,
            "article": chosen.article,
            "sort": None if self.sort == "name" else self.sort,
            **changed,
        }
        given = [(name, _written(value)) for name, value in now.items() if value is not None]
        return f"/browse?{urlencode(given)}" if given else "/browse"


def render() -> str:
    """The page for `kind`, `article`, `status`, `basis`, `matched`, `sort` and `page`, or for a class `under`."""
    asked = _asked()
    if asked.under and asked.under not in EG:
        return _render_class(asked, asked.under)
    known = entities()
    if asked.under:
        asked = replace(asked, selection=replace(asked.selection, kind=asked.under), under=None)
    found = known.chosen(asked.selection)
    if asked.sort == "statements":
        found.sort(key=lambda entity: -entity.statements)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(asked.number, pages)
    return render_template(
        "browse.html",
        kinds=_kinds(asked),
        vocabularies=_vocabularies((), None),
        facets=tuple(_facet(known, asked, name, title) for name, title in _FACETS),
        found=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(found),
        number=number,
        pages=pages,
        asked=asked,
        sorts=_SORTS,
        taken=asked.selection != Selection(),
    )


def child(node: Node) -> dict[str, object]:
    """A child as JSON, for the tree that grows."""
    return {
        "iri": node.iri,
        "label": node.label[:300],
        "href": _href(node),
        "hasChildren": node.has_children,
        "isObsolete": node.is_obsolete,
        "count": node.count,
    }


def _render_class(asked: Asked, of: URIRef) -> str:
    """A class or concept of a loaded vocabulary: where it stands, what it means, what is below and matched to it."""
    found = thing(of)
    if found is None:
        raise UnknownThing("The graph says nothing about this.")
    way, below = hierarchy.path(of), hierarchy.children(of)
    pages = max(1, -(-len(below) // PER_PAGE))
    number = min(asked.number, pages)
    trail = (*way, Node(of, found.label, bool(below), is_obsolete=found.obsolete))
    return render_template(
        "browse_class.html",
        thing=found,
        is_term=RDFS.isDefinedBy in found.values,
        definition=_definition(found),
        trail=way,
        parents=hierarchy.parents(of),
        below=below[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(below),
        number=number,
        pages=pages,
        asked=asked,
        href=_href,
        matched=_matched(of),
        kinds=_kinds(asked),
        vocabularies=_vocabularies(trail, below),
    )


def _matched(of: URIRef) -> tuple[Name, ...]:
    """The entities of this graph that are matched to a class."""
    rows = ask("matched-to", thing=of)
    return tuple(Name(row["entity"], text(row, "name") or compact(row["entity"])) for row in rows)


def _definition(found: Thing) -> str:
    return (
        found.definition
        or found.text(URIRef("http://purl.obolibrary.org/obo/IAO_0000115"))
        or found.text(SKOS.scopeNote)
    )


def _asked() -> Asked:
    given = request.args
    selection = Selection(
        kind=_iri(given.get("kind")),
        article=_iri(given.get("article")),
        status=_iri(given.get("status")),
        basis=_iri(given.get("basis")),
        matched={"yes": True, "no": False}.get(given.get("matched", "")),
    )
    sort = given.get("sort", "name")
    number = given.get("page", "1")
    digits = number.isascii() and number.isdecimal() and len(number) < 8
    return Asked(
        selection, sort if sort in _SORTS else "name", max(1, int(number)) if digits else 1, _iri(given.get("under"))
    )


def _iri(name: str | None) -> URIRef | None:
    return written_iri(name, base()) if name and name.strip() else None


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return compact(value) if isinstance(value, URIRef) else str(value)


def _facet(known: Entities, asked: Asked, name: str, title: str) -> Facet:
    counted = known.counts(asked.selection, name)
    chosen = getattr(asked.selection, name)
    if chosen is not None:
        counted.setdefault(chosen, 0)
    named = [(value, number, _label(value)) for value, number in counted.items()]
    named.sort(key=lambda each: (each[0] != chosen, -each[1], each[2]))
    choices = (
        Choice(label, number, asked.href(under=None, **{name: None if value == chosen else value}), value == chosen)
        for value, number, label in named[:_SHOWN]
    )
    return Facet(title, tuple(choices), max(0, len(named) - _SHOWN))


def _label(value: object) -> str:
    if value in _WORDS:
        return gettext(_WORDS[value])
    if not isinstance(value, URIRef):
        return str(value)
    return label_of(value) or _titles().get(value, compact(value))


def _titles() -> Mapping[URIRef, str]:
    return {iri(row, "article"): text(row, "title") for row in ask("titles")}


def _kinds(asked: Asked) -> tuple[Branch, ...]:
    """The tree of kinds, open where the chosen one stands."""
    chosen = asked.selection.kind
    way = {chosen, *_above(chosen)} if chosen else set()

    def branch(node: Node, level: int) -> Branch:
        is_open = node.iri in way
        found = hierarchy.children(node.iri) if is_open else ()
        below = tuple(branch(each, level + 1) for each in found[:MOST])
        return Branch(node, _href(node), level, node.iri == chosen, below, max(0, len(found) - MOST))

    return tuple(branch(node, 1) for node in hierarchy.kinds())


def _above(kind: URIRef) -> Iterable[URIRef]:
    return (node.iri for node in hierarchy.path(kind))


def _vocabularies(
    trail: tuple[Node, ...], below: tuple[Node, ...] | None
) -> tuple[tuple[hierarchy.Hierarchy, tuple[Branch, ...]], ...]:
    """The trees of the loaded vocabularies, open along a trail; `below` are the children of its last node."""

    def branch(node: Node, level: int) -> Branch:
        at = trail[level - 1 :]
        if not at or at[0].iri != node.iri:
            return Branch(node, _href(node), level)
        is_last = len(at) == 1
        found = (below or ()) if is_last else hierarchy.children(node.iri)
        kept = (
            found[:MOST]
            if is_last or any(each.iri == at[1].iri for each in found[:MOST])
            else (at[1], *found[: MOST - 1])
        )
        children = tuple(branch(each, level + 1) for each in kept)
        return Branch(node, _href(node), level, is_last, children, len(found) - len(kept))

    return tuple((each, tuple(branch(root, 1) for root in each.roots)) for each in hierarchy.hierarchies())


def _href(node: Node) -> str:
    """A class leads to what is of it or below it, an entity to its page."""
    if node.iri in EG:
        return f"/browse?{urlencode({'kind': compact(node.iri)})}"
    local = address(node.iri)
    if local and local.startswith("/id/"):
        return local
    return f"/browse?{urlencode({'under': compact(node.iri)})}"
