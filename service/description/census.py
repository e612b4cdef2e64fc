"""A graph counted, once per snapshot: its triples, the things of each class, and what is said of them.

What pages tell takes three queries, the whole of it three more, which take five times as long.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from rdflib import URIRef
from rdflib.term import Node

Rows = Callable[[str], Iterable[Mapping[str, Node]]]
"""Whatever answers a SELECT query."""

Count = tuple[URIRef, int]

PARTED = 20
"""Of how many named graphs, the largest, the parts are described."""

SIZED = 2_000_000
"""Up to how many triples of the default graph those of every named graph are counted for a page."""


@dataclass(frozen=True)
class Property:
    """A property of the default graph, or of the things of one class."""

    iri: URIRef
    triples: int
    classes: tuple[Count, ...] = ()
    """The classes of its objects, with the triples that lead to each."""

    datatypes: tuple[Count, ...] = ()


@dataclass(frozen=True)
class Class:
    """A class with how many things it has, and what is said of them."""

    iri: URIRef
    entities: int
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Held:
    """A named graph: its triples, and those of each property, where they are counted."""

    iri: URIRef
    triples: int | None = None
    properties: tuple[Count, ...] = ()


@dataclass(frozen=True)
class Census:
    """What the default graph and the named graphs hold."""

    triples: int
    properties: tuple[Property, ...]
    classes: tuple[Class, ...]
    graphs: tuple[Held, ...]
    """Every named graph, in the order of the IRIs."""

    ends: tuple[int, int] | None = None
    """How many subjects and how many objects there are, where that was counted."""


_PROPERTIES = "SELECT ?a (COUNT(*) AS ?n) { ?s ?a ?o } GROUP BY ?a"
_CLASSES = "SELECT ?a (COUNT(*) AS ?n) { ?s a ?a } GROUP BY ?a"
_PROPERTIES_IN = "SELECT ?a ?b (COUNT(*) AS ?n) { GRAPH ?a { ?s ?b ?o } } GROUP BY ?a ?b"
_NAMES = "SELECT ?a { GRAPH ?a { } }"
_GRAPHS = "SELECT ?a (COUNT(*) AS ?n) { GRAPH ?a { ?s ?p ?o } } GROUP BY ?a"
_ENDS = "SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }"
# Each side is a query of its own, so that it is read once and not looked up for every triple.
_CLASSES_OF = "SELECT ?a ?b ?c (COUNT(*) AS ?n) { ?s a ?a ; ?b ?o { SELECT ?o ?c { ?o a ?c } } } GROUP BY ?a ?b ?c"
# To tell the datatype of a literal it is read from disk; many are the same.
_DATATYPES_OF = (
    "SELECT ?a ?b ?c (SUM(?m) AS ?n) { { SELECT ?a ?b ?o (COUNT(*) AS ?m) { ?s a ?a ; ?b ?o } GROUP BY ?a ?b ?o } "
    "BIND(DATATYPE(?o) AS ?c) } GROUP BY ?a ?b ?c"
)


def census(rows: Rows, besides: URIRef | None = None) -> Census:
    """Count what a store holds, one named graph left out where `besides` names it.

    About 7 s for a million triples, 0.1 s for an article (measured in memory).
    """
    (ends,) = rows(_ENDS)
    subjects, objects = (int(str(ends[name])) for name in ("subjects", "objects"))
    said = _said(rows)
    classes = tuple(replace(each, properties=said[each.iri]) for each in _classes(rows))
    return replace(_default(rows), classes=classes, graphs=_graphs(rows, besides), ends=(subjects, objects))


def survey(rows: Rows, besides: URIRef | None = None) -> Census:
    """Count what a page tells: nothing of what is said of the things of a class, nor of what a named graph holds.

    About 1.5 s for a million triples. Of very many triples the named graphs are named and not counted.
    """
    default = _default(rows)
    if default.triples > SIZED:
        names = (name for row in rows(_NAMES) if isinstance(name := row["a"], URIRef))
        graphs = tuple(Held(name) for name in sorted(names) if name != besides)
    else:
        graphs = tuple(Held(iri, number) for (iri,), number in _counted(rows(_GRAPHS)) if iri != besides)
    return replace(default, classes=_classes(rows), graphs=graphs)


def _default(rows: Rows) -> Census:
    """The default graph by its properties."""
    properties = tuple(Property(iri, number) for (iri,), number in _counted(rows(_PROPERTIES)))
    return Census(sum(each.triples for each in properties), properties, (), ())


def _classes(rows: Rows) -> tuple[Class, ...]:
    return tuple(Class(iri, number, ()) for (iri,), number in _counted(rows(_CLASSES)))


def _graphs(rows: Rows, besides: URIRef | None) -> tuple[Held, ...]:
    """Every named graph, the largest with what they hold: there may be thousands, and most are alike.

    Things of classes are not counted for them: the query of the SIB editor looks at the default graph only where no
    named graph has class partitions (decision 0008).
    """
    properties: dict[URIRef, list[Count]] = defaultdict(list)
    for (graph, property_), number in _counted(rows(_PROPERTIES_IN)):
        if graph != besides:
            properties[graph].append((property_, number))
    triples = {iri: sum(number for _, number in held) for iri, held in properties.items()}
    largest = set(sorted(triples, key=lambda iri: (-triples[iri], iri))[:PARTED])
    return tuple(Held(iri, number, tuple(properties[iri]) if iri in largest else ()) for iri, number in triples.items())


def _said(rows: Rows) -> Mapping[URIRef, tuple[Property, ...]]:
    """What is said of the things of every class that has an IRI, in the order of the IRIs."""
    classes: dict[tuple[URIRef, ...], list[Count]] = defaultdict(list)
    datatypes: dict[tuple[URIRef, ...], list[Count]] = defaultdict(list)
    triples: Counter[tuple[URIRef, ...]] = Counter()
    for (of, by, to), number in _counted(rows(_CLASSES_OF)):
        classes[of, by].append((to, number))
    for (of, by, *datatype), number in _counted(rows(_DATATYPES_OF)):
        triples[of, by] += number
        datatypes[of, by].extend((each, number) for each in datatype)
    said: dict[URIRef, list[Property]] = defaultdict(list)
    for (of, by), number in sorted(triples.items()):
        said[of].append(Property(by, number, tuple(classes[of, by]), tuple(datatypes[of, by])))
    return {of: tuple(properties) for of, properties in said.items()}


def _counted(rows: Iterable[Mapping[str, Node]]) -> list[tuple[tuple[URIRef, ...], int]]:
    """Rows of IRIs and their number, in the order of the IRIs; what has no IRI has no name to count by."""
    found = [(tuple(row[name] for name in "abc" if name in row), int(str(row["n"]))) for row in rows if "n" in row]
    return sorted(
        (tuple(key for key in keys if isinstance(key, URIRef)), number)
        for keys, number in found
        if keys and all(isinstance(key, URIRef) for key in keys)
    )
