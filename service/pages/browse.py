"""The page to browse: trees of kinds and loaded vocabularies, and the entities by facets, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import render_template, request
from rdflib import RDFS, SKOS, URIRef

from ontology.terms import EG
from service.addresses import base, compact
from service.errors import UnknownThing
from service.lookups import ask, iri, text
from service.messages import gettext, marked
from service.names import written_iri
from service.pages import hierarchy, register, trees
from service.pages.called import called
from service.pages.entities import Entities, Entity, Selection, entities
from service.pages.hierarchy import Node
from service.pages.register import Listed
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
_POSSIBLE: Mapping[str, tuple[object, ...]] = {
    "status": (EG.Affirmed, EG.Denied, EG.Quarantined),
    "basis": (EG.StatedInText, EG.CuratorInference, EG.Automatic),
    "matched": (True, False),
    "article": (),
}
_SORTS = {"name": marked("by name"), "statements": marked("most statements first")}


@dataclass(frozen=True)
class Choice:
    """A value of a facet: how many entities it leaves, and the address that takes it or lets go of it."""

    label: str
    count: int | None
    """None where it was not counted."""

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
        given = self._given(**changed)
        return f"/browse?{urlencode(given)}" if given else "/browse"

    def others(self, parameter: str) -> list[tuple[str, str]]:
        """What a form has to send along that asks for one thing more."""
        return self._given(**{parameter: None, "under": None})

    def _given(self, **changed: object) -> list[tuple[str, str]]:
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
        return [(name, _written(value)) for name, value in now.items() if value is not None]


def render() -> str:
    """The page for `kind`, `article`, `status`, `basis`, `matched`, `sort` and `page`, or for a class `under`."""
    asked = _asked()
    if asked.under and asked.under not in EG:
        return _render_class(asked, asked.under)
    if asked.under:
        asked = replace(asked, selection=replace(asked.selection, kind=asked.under), under=None)
    is_crowd = register.is_crowd()
    found, facets = _of_crowd(asked) if is_crowd else _of_all(asked)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(asked.number, pages)
    here = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "browse.html",
        kinds=trees.kinds(asked.selection.kind),
        vocabularies=trees.vocabularies((), None),
        facets=facets,
        found=register.shown(each for each in here if isinstance(each, Listed)) if is_crowd else here,
        total=len(found),
        number=number,
        pages=pages,
        asked=asked,
        sorts={} if is_crowd else _SORTS,
        taken=asked.selection != Selection(),
        is_crowd=is_crowd,
        many=register.MANY,
    )


def _of_all(asked: Asked) -> tuple[Sequence[Entity], tuple[Facet, ...]]:
    """What the choices leave of all entities, and every facet counted."""
    known = entities()
    found = known.chosen(asked.selection)
    if asked.sort == "statements":
        found.sort(key=lambda entity: -entity.statements)
    return found, tuple(_facet(known, asked, name, title) for name, title in _FACETS)


def _of_crowd(asked: Asked) -> tuple[Sequence[Listed], tuple[Facet, ...]]:
    """The same of very many: by name, and the choices there can be without their numbers."""
    return register.chosen(asked.selection), tuple(_uncounted(asked, name, title) for name, title in _FACETS)


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
        href=trees.href,
        matched=_matched(of),
        kinds=trees.kinds(asked.selection.kind),
        vocabularies=trees.vocabularies(trail, below),
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
        article=_article(given.get("article")),
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


def _article(written: str | None) -> URIRef | None:
    """An article by its IRI, or of very many by its title."""
    return (written and called(written.strip())) or _iri(written) if register.is_crowd() else _iri(written)


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


def _uncounted(asked: Asked, name: str, title: str) -> Facet:
    """The choices of a facet: the kinds with how many there are where nothing else is chosen, others without."""
    chosen = getattr(asked.selection, name)
    if name == "kind":
        is_alone = replace(asked.selection, kind=None) == Selection()
        values: dict[object, int | None] = {
            kind: number if is_alone else None for kind, number in register.kinds().most_common()
        }
    else:
        values = dict.fromkeys(_POSSIBLE[name])
    if chosen is not None:
        values = {chosen: values.get(chosen), **values}
    choices = (
        Choice(
            _label(value), number, asked.href(under=None, **{name: None if value == chosen else value}), value == chosen
        )
        for value, number in list(values.items())[:_SHOWN]
    )
    return Facet(title, tuple(choices), max(0, len(values) - _SHOWN))


def _label(value: object) -> str:
    if value in _WORDS:
        return gettext(_WORDS[value])
    if not isinstance(value, URIRef):
        return str(value)
    return label_of(value) or _titles().get(value, compact(value))


def _titles() -> Mapping[URIRef, str]:
    return {iri(row, "article"): text(row, "title") for row in ask("titles")}
