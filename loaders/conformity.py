"""Shapes and a graph in, the shapes that pyshacl must be asked about out: all but those the graph surely conforms to.

Sure is what plain comparisons show. A value out of the ordinary, a constraint that is not in the table, a faulty graph:
each is a doubt, and of a doubt pyshacl is the judge. So nothing here finds a fault, and nothing here can lose one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from loaders.indexed import Ends, Indexed

Values = Ends
"""The values of each focus node."""

Constraint = Callable[[Indexed, Values], bool]
"""Whether the values of all focus nodes surely satisfy it."""

_TARGETS = frozenset({SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf})
_PYTHON = {XSD.string: str, XSD.integer: int, XSD.decimal: Decimal, XSD.dateTime: datetime}


@dataclass(frozen=True)
class Shape:
    """A shape by its targets, the predicates that lead to its values, and its constraints.

    An inverse predicate is marked by False. ``constraints`` is None where one of them, or the path, is not understood.
    """

    name: URIRef
    targets: tuple[tuple[Node, Node], ...]
    path: tuple[tuple[URIRef, bool], ...]
    constraints: tuple[Constraint, ...] | None

    def is_sure(self, graph: Indexed) -> bool:
        """Whether every focus node surely conforms."""
        focus_nodes = {node for kind, of in self.targets for node in _targeted(graph, kind, of)}
        if not focus_nodes or self.constraints is None:
            return not focus_nodes
        values = self._values(graph, focus_nodes)
        return all(constraint(graph, values) for constraint in self.constraints)

    def _values(self, graph: Indexed, focus_nodes: set[Node]) -> Values:
        ways = [graph.along(predicate) if forward else graph.against(predicate) for predicate, forward in self.path]
        match ways:
            case []:
                return {node: [node] for node in focus_nodes}
            case [way]:
                return {node: way.get(node, []) for node in focus_nodes}
        return {node: list({value for way in ways for value in way.get(node, ())}) for node in focus_nodes}


def _targeted(graph: Indexed, kind: Node, of: Node) -> Iterable[Node]:
    if kind == SH.targetClass:
        return graph.kinds.get(of, ())
    if kind == SH.targetSubjectsOf:
        return graph.along(of)
    return graph.against(of) if kind == SH.targetObjectsOf else (of,)


def compiled(shapes: Graph) -> tuple[Shape, ...]:
    """The shapes of a graph that are not deactivated."""
    names = {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.subjects(RDF.type, SH.PropertyShape)}
    return tuple(
        _shape(shapes, name)
        for name in names
        if isinstance(name, URIRef) and (name, SH.deactivated, Literal(True)) not in shapes
    )


def doubtful(graph: Indexed, shapes: Iterable[Shape]) -> frozenset[URIRef]:
    """The shapes that some node may not conform to."""
    if graph.along(RDFS.subClassOf):  # classes with subclasses take more than a look at rdf:type
        return frozenset(shape.name for shape in shapes)
    return frozenset(shape.name for shape in shapes if not shape.is_sure(graph))


def _shape(shapes: Graph, name: URIRef) -> Shape:
    said = [(parameter, value) for parameter, value in shapes.predicate_objects(name) if parameter != RDF.type]
    path = _path(shapes, shapes.value(name, SH.path))
    rest = [(parameter, value) for parameter, value in said if parameter not in _TARGETS and parameter != SH.path]
    is_understood = path is not None and all(parameter in _CONSTRAINTS for parameter, _ in rest)
    return Shape(
        name,
        tuple((parameter, value) for parameter, value in said if parameter in _TARGETS),
        path or (),
        tuple(_CONSTRAINTS[parameter](shapes, value) for parameter, value in rest) if is_understood else None,
    )


def _path(shapes: Graph, path: Node | None) -> tuple[tuple[URIRef, bool], ...] | None:
    """A predicate, its inverse, or one of several; None for a longer path."""
    if path is None:
        return ()
    if isinstance(path, URIRef):
        return ((path, True),)
    inverse = shapes.value(path, SH.inversePath)
    if isinstance(inverse, URIRef):
        return ((inverse, False),)
    several = shapes.value(path, SH.alternativePath)
    steps = [] if several is None else [_path(shapes, step) for step in shapes.items(several)]
    return None if not steps or None in steps else tuple(one for step in steps for one in step or ())


def _each(is_sure: Callable[[Node], bool]) -> Constraint:
    """A constraint on every value by itself."""
    return lambda _, values: all(is_sure(value) for of_focus in values.values() for value in of_focus)


def _at_least(_: Graph, count: Node) -> Constraint:
    least = int(str(count))
    return lambda _, values: all(len(of_focus) >= least for of_focus in values.values())


def _at_most(_: Graph, count: Node) -> Constraint:
    most = int(str(count))
    return lambda _, values: all(len(of_focus) <= most for of_focus in values.values())


def _having(_: Graph, wanted: Node) -> Constraint:
    return lambda _, values: all(wanted in of_focus for of_focus in values.values())


def _of_datatype(_: Graph, datatype: Node) -> Constraint:
    type_ = _PYTHON.get(URIRef(str(datatype)))

    def is_of(value: Node) -> bool:
        if type_ is None or not isinstance(value, Literal) or value.ill_typed or value.language:
            return False
        return (value.datatype or XSD.string) == datatype and isinstance(value.value, type_)

    return _each(is_of)


def _as_long_as(_: Graph, length: Node) -> Constraint:
    least = int(str(length))
    return _each(lambda value: isinstance(value, Literal) and len(value) >= least)


def _matching(_: Graph, pattern: Node) -> Constraint:
    expression = re.compile(str(pattern))
    return _each(lambda value: isinstance(value, Literal | URIRef) and expression.match(value) is not None)


def _of_class(_: Graph, class_: Node) -> Constraint:
    def is_of(graph: Indexed, values: Values) -> bool:
        instances = graph.kinds.get(class_, frozenset())
        return all(value in instances for of_focus in values.values() for value in of_focus)

    return is_of


def _among(shapes: Graph, members: Node) -> Constraint:
    allowed = frozenset(shapes.items(members))
    return _each(lambda value: value in allowed)


def _of_kind(_: Graph, kind: Node) -> Constraint:
    if kind == SH.IRI:
        return _each(lambda value: isinstance(value, URIRef))
    return _each(lambda value: kind == SH.IRIOrLiteral and not isinstance(value, BNode))


def _in_language(shapes: Graph, members: Node) -> Constraint:
    tags = {str(tag) for tag in shapes.items(members)}
    return _each(lambda value: isinstance(value, Literal) and value.language in tags)


def _one_for_each_language(_: Graph, is_wanted: Node) -> Constraint:
    return lambda _, values: all(len(of_focus) <= 1 for of_focus in values.values())


def _number(value: Node) -> int | Decimal | None:
    """The number that a literal stands for, if it is an exact one."""
    number = value.value if isinstance(value, Literal) else None
    return number if isinstance(number, int | Decimal) and not isinstance(number, bool) else None


def _is_in_order(lower: Node, upper: Node, *, strictly: bool) -> bool:
    low, high = _number(lower), _number(upper)
    return low is not None and high is not None and (low < high or (low == high and not strictly))


def _from(_: Graph, least: Node) -> Constraint:
    return _each(lambda value: _is_in_order(least, value, strictly=False))


def _up_to(_: Graph, most: Node) -> Constraint:
    return _each(lambda value: _is_in_order(value, most, strictly=False))


def _pairs(graph: Indexed, values: Values, other: Node) -> Iterator[tuple[list[Node], list[Node]]]:
    """The values of each focus node, with those of another predicate."""
    others = graph.along(other)
    return ((of_focus, others.get(focus, [])) for focus, of_focus in values.items())


def _below(_: Graph, other: Node) -> Constraint:
    return lambda graph, values: all(
        _is_in_order(value, limit, strictly=True)
        for of_focus, limits in _pairs(graph, values, other)
        for value in of_focus
        for limit in limits
    )


def _equal_to(_: Graph, other: Node) -> Constraint:
    return lambda graph, values: all(set(one) == set(two) for one, two in _pairs(graph, values, other))


def _apart_from(_: Graph, other: Node) -> Constraint:
    return lambda graph, values: all(set(one).isdisjoint(two) for one, two in _pairs(graph, values, other))


_CONSTRAINTS: Mapping[Node, Callable[[Graph, Node], Constraint]] = {
    SH.minCount: _at_least,
    SH.maxCount: _at_most,
    SH.hasValue: _having,
    SH.datatype: _of_datatype,
    SH.minLength: _as_long_as,
    SH.pattern: _matching,
    SH["class"]: _of_class,
    SH["in"]: _among,
    SH.nodeKind: _of_kind,
    SH.languageIn: _in_language,
    SH.uniqueLang: _one_for_each_language,
    SH.minInclusive: _from,
    SH.maxInclusive: _up_to,
    SH.lessThan: _below,
    SH.equals: _equal_to,
    SH.disjoint: _apart_from,
}
