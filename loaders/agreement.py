"""Graphs of articles in; where a description-logic reasoner and plain arithmetic differ on a boundary value, out.

Every limit, in every unit, is tried at the measurable values nearest to it and a hair below and above them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from rdflib import RDFS, Graph, URIRef

from loaders.reasoning import classified, members
from ontology.decimals import MEASURED_PLACES, neighbours
from ontology.definitions import definitions
from ontology.iris import Iris
from ontology.measurement import Measurement, limits, measured, shown

_HAIR = Decimal(1).scaleb(-MEASURED_PLACES)
"""The last place a measured value may have."""


@dataclass(frozen=True)
class Agreement:
    """How many boundary values were tried, and each on which the two differ, in words."""

    tried: int
    differences: tuple[str, ...]


@dataclass(frozen=True)
class _Case:
    """An article's limits as classes, and measurements around them."""

    definitions: Graph
    measurements: Graph
    expected: frozenset[tuple[URIRef, URIRef]]


def agreement(graphs: Sequence[Graph], iris: Iris, words: Graph) -> Agreement:
    """Classify boundary values by HermiT over a vocabulary, and by arithmetic; both agree only on what is consistent.

    Raises the errors of ``loaders.reasoning``: ReasonerMissing without Java, Inconsistent with an explanation.
    """
    cases = [_case(graph, iris.thing(f"measurement/{number}")) for number, graph in enumerate(graphs)]
    classes = classified(words, [members(words), *(case.definitions + case.measurements for case in cases)])
    differences = tuple(words for case in cases for words in _differences(case, classes))
    return Agreement(sum(len(set(case.measurements.subjects())) for case in cases), differences)


def _case(graph: Graph, node: URIRef) -> _Case:
    iris = Iris(str(node).partition("id/")[0])
    measurements = measured(_around(graph, node))
    return _Case(definitions(graph, iris), measurements, frozenset(shown(graph + measurements)))


def _around(graph: Graph, node: URIRef) -> Iterator[Measurement]:
    ends = ((limit, end) for limit in limits(graph) for end in (limit.limit, limit.upper) if end is not None)
    for number, (limit, end) in enumerate(ends):
        below, above = neighbours(Fraction(end))
        for value in sorted({below - _HAIR, below, above, above + _HAIR}):
            yield Measurement(URIRef(f"{node}/{number}/{value:f}"), limit.test, value, limit.unit)


def _differences(case: _Case, classes: dict[URIRef, frozenset[URIRef]]) -> Iterator[str]:
    reasoned = {
        (URIRef(str(each)), URIRef(str(finding)))
        for each in set(case.measurements.subjects())
        for class_ in classes.get(URIRef(str(each)), frozenset())
        for finding in case.definitions.objects(class_, RDFS.seeAlso)
    }
    for each, finding in sorted(reasoned ^ case.expected):
        who = "the reasoner, not arithmetic," if (each, finding) in reasoned else "arithmetic, not the reasoner,"
        yield f"{who} finds {finding} in {each}"
