"""The entities as a reader narrows them down: by class, article, standing and ground of what is told, and by matches.

What is known of each is held in memory and read again for each snapshot.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from threading import Lock
from types import MappingProxyType

from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import compact
from service.lookups import Row, ask, iri, store, text, whole


@dataclass(frozen=True)
class Told:
    """How many statements one article makes of an entity, in one standing and on one ground."""

    article: URIRef
    status: URIRef
    basis: URIRef
    statements: int


@dataclass(frozen=True)
class Entity:
    """An entity, what it is and what is told of it."""

    iri: URIRef
    label: str
    kinds: frozenset[URIRef]
    is_matched: bool
    has_narrower: bool
    told: tuple[Told, ...]

    @property
    def statements(self) -> int:
        """How many statements tell of it."""
        return sum(each.statements for each in self.told)


@dataclass(frozen=True)
class Selection:
    """What a reader has chosen; what is left out is not asked for."""

    kind: URIRef | None = None
    article: URIRef | None = None
    status: URIRef | None = None
    basis: URIRef | None = None
    matched: bool | None = None

    def holds(self, entity: Entity) -> bool:
        """Whether an entity is among what was chosen: one statement has to be of the article, standing and ground."""
        if self.kind and self.kind not in entity.kinds:
            return False
        if self.matched is not None and self.matched != entity.is_matched:
            return False
        asks_statements = self.article or self.status or self.basis
        return not asks_statements or any(map(self.tells, entity.told))

    def tells(self, told: Told) -> bool:
        """Whether a statement is of the article, standing and ground that were chosen."""
        wanted = ((self.article, told.article), (self.status, told.status), (self.basis, told.basis))
        return all(want is None or want == given for want, given in wanted)


@dataclass(frozen=True)
class Entities:
    """All of them, by name."""

    all: tuple[Entity, ...]

    @cached_property
    def kinds(self) -> Counter[URIRef]:
        """How many there are of each class."""
        return Counter(kind for entity in self.all for kind in entity.kinds)

    def chosen(self, selection: Selection) -> list[Entity]:
        """Those that a selection holds."""
        return [entity for entity in self.all if selection.holds(entity)]

    def counts(self, selection: Selection, facet: str) -> Counter[object]:
        """How many each value of a facet would leave, were it chosen along with the rest of the selection."""
        others = replace(selection, **{facet: None})
        return Counter(
            value for entity in self.all if others.holds(entity) for value in set(_VALUES[facet](entity, others))
        )


def _of_told(name: str) -> Callable[[Entity, Selection], Iterator[object]]:
    def values(entity: Entity, others: Selection) -> Iterator[object]:
        return (getattr(each, name) for each in entity.told if others.tells(each))

    return values


_VALUES: MappingProxyType[str, Callable[[Entity, Selection], Iterable[object]]] = MappingProxyType(
    {
        "kind": lambda entity, _: entity.kinds,
        "matched": lambda entity, _: (entity.is_matched,),
        **{name: _of_told(name) for name in ("article", "status", "basis")},
    }
)
_reading = Lock()


def entities() -> Entities:
    """The entities of what is loaded now."""
    with _reading:  # so that only one of many who ask at once reads
        return _entities(store().snapshot.name)


@lru_cache(maxsize=2)
def _entities(_snapshot: str) -> Entities:
    told: dict[Node, list[Told]] = defaultdict(list)
    for row in ask("told"):
        told[row["thing"]].append(_told(row))
    rows: dict[Node, list[Row]] = defaultdict(list)
    for row in ask("entities"):
        rows[row["thing"]].append(row)
    found = (_entity(same, tuple(told[thing])) for thing, same in rows.items())
    return Entities(tuple(sorted(found, key=lambda entity: (entity.label.casefold(), entity.iri))))


def _told(row: Row) -> Told:
    return Told(iri(row, "article"), iri(row, "status"), iri(row, "basis"), whole(row, "statements") or 0)


def _entity(rows: list[Row], told: tuple[Told, ...]) -> Entity:
    first = rows[0]
    kinds = frozenset(kind for row in rows if (kind := iri(row, "class")) in EG and kind != EG.Entity)
    label = text(first, "name") or compact(first["thing"])
    is_matched, has_narrower = (text(first, name) == "true" for name in ("isMatched", "hasNarrower"))
    return Entity(iri(first, "thing"), label, kinds, is_matched, has_narrower, told)
