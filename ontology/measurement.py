"""A measured value in, the limits it is beyond out: plain decimal arithmetic on the limits the graph holds.

The defined classes (``ontology.definitions``) and the rule ``measurement-shows-finding`` read the same limits and must
answer alike.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from ontology.conversion import converted_ends, known
from ontology.decimals import measurable, number, written
from ontology.errors import Inconvertible, MissingUnit, NotANumber, TooFine, UnknownUnit
from ontology.lexicon.concepts import Analyte
from ontology.terms import EG


@dataclass(frozen=True)
class Limit:
    """What a threshold says in one unit: a test's value that ``holds`` is the finding. Ends of a range belong to it."""

    test: URIRef
    threshold: URIRef
    finding: URIRef
    comparator: str
    unit: str
    limit: Decimal
    upper: Decimal | None = None

    def __str__(self) -> str:
        if self.upper is not None:
            return f"{self.limit} to {self.upper} {self.unit}"
        return f"{self.comparator} {self.limit} {self.unit}"

    def in_unit(self, unit: str, analyte: Analyte | None = None) -> tuple["Limit", bool]:
        """The same limit in another unit, and whether it is rounded. Raises UnknownUnit, Inconvertible and Endless."""
        limit, upper, is_rounded = converted_ends(self.limit, self.upper, self.comparator, self.unit, unit, analyte)
        return replace(self, unit=unit, limit=limit, upper=upper), is_rounded

    def holds(self, value: Decimal) -> bool:
        """Whether a value in this unit is beyond the limit."""
        match self.comparator:
            case "<":
                return value < self.limit
            case "<=":
                return value <= self.limit
            case ">":
                return value > self.limit
            case ">=":
                return value >= self.limit
            case "=":
                return value == self.limit
            case "range":
                return self.upper is not None and self.limit <= value <= self.upper
        return False


@dataclass(frozen=True)
class Measurement:
    """One result of a test. ``unit`` is a UCUM code."""

    node: URIRef
    test: URIRef
    value: Decimal
    unit: str


def limits(graph: Graph) -> tuple[Limit, ...]:
    """The limits of every threshold a test has, in every unit, in a lasting order."""
    found = (
        limit
        for test, threshold in graph.subject_objects(EG.hasThreshold)
        for finding in graph.objects(threshold, EG.definesFinding)
        for limit in _of_threshold(graph, URIRef(str(test)), URIRef(str(threshold)), URIRef(str(finding)))
    )
    return tuple(sorted(found, key=lambda limit: (limit.finding, limit.test, limit.threshold, limit.unit)))


def _of_threshold(graph: Graph, test: URIRef, threshold: URIRef, finding: URIRef) -> Iterator[Limit]:
    comparator = str(graph.value(threshold, EG.comparator))
    for node in graph.objects(threshold, EG.limitIn):
        upper = graph.value(node, EG.upperLimit)
        yield Limit(
            test,
            threshold,
            finding,
            comparator,
            str(graph.value(node, EG.unit)),
            number(str(graph.value(node, EG.limit))),
            None if upper is None else number(str(upper)),
        )


def beyond(limits: Iterable[Limit], value: Decimal, unit: str) -> tuple[Limit, ...]:
    """The limits of a test that a value of it is beyond.

    Raises NotANumber for NaN and infinities, TooFine for more than 12 decimal places, MissingUnit, UnknownUnit, and
    Inconvertible where there is no limit in the unit.

    >>> low = Limit(EG.DiagnosticTest, EG.Threshold, EG.Finding, "<", "mg/dL", Decimal("8.0156"))
    >>> beyond([low], number("7.6"), "mg/dL") == (low,)
    True
    >>> beyond([low], number("8.0156"), "mg/dL")
    ()
    """
    measurable(value)
    known(unit)
    comparable = [limit for limit in limits if limit.unit == unit]
    if not comparable:
        codes = ", ".join(sorted({limit.unit for limit in limits})) or "none"
        raise Inconvertible(f"no limit is known in {unit}; the units with a limit are: {codes}")
    return tuple(limit for limit in comparable if limit.holds(value))


def shown(graph: Graph) -> Iterator[tuple[URIRef, URIRef]]:
    """The measurements of a graph with the findings they show, by arithmetic. What cannot be compared shows nothing."""
    known_limits = limits(graph)
    for node, test in graph.subject_objects(EG.resultOf):
        of_test = [limit for limit in known_limits if limit.test == test]
        for value, unit in product(graph.objects(node, EG.value), graph.objects(node, EG.unit)):
            if not isinstance(value, Literal) or value.datatype != XSD.decimal:
                continue
            with suppress(NotANumber, TooFine, MissingUnit, UnknownUnit, Inconvertible):
                for limit in beyond(of_test, number(str(value)), str(unit)):
                    yield URIRef(str(node)), limit.finding


def measured(measurements: Iterable[Measurement]) -> Graph:
    """Measurements as a graph, each number in its exact lexical form. Raises NotANumber."""
    graph = Graph(bind_namespaces="none")
    for each in measurements:
        for predicate, value in _described(each):
            graph.add((each.node, predicate, value))
    return graph


def _described(measurement: Measurement) -> Iterator[tuple[URIRef, Node]]:
    yield RDF.type, EG.Measurement
    yield EG.resultOf, measurement.test
    yield EG.value, Literal(written(measurement.value), datatype=XSD.decimal)
    yield EG.unit, Literal(measurement.unit)
