"""As many articles as a benchmark wants, recombined from real ones; the same number gives the same articles again.

There are two forms. `texts` gives article files for whoever measures reading, validating and loading.
`plain_statements` gives what such articles say without evidence, in the shape and density of the real ones, for sizes
at which reading every text would take an hour.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

from rdflib import XSD, Graph, Literal, URIRef
from rdflib.term import Node

from loaders.graph import article_graphs
from loaders.reading import read_article
from ontology.iris import Iris
from ontology.terms import EG

ROOT = Path(__file__).parent.parent
IRIS = Iris()
_PART = re.compile(r"^(?=(?:Causes?|Examine|Diagnosis)$)", re.MULTILINE)
_CAUSAL = frozenset({EG.causes, EG.leadsTo})
_DIAGNOSTIC = frozenset(
    {
        EG.hasFinding, EG.supports, EG.hasThreshold, EG.definesFinding, EG.comparator,
        EG.limitIn, EG.limit, EG.upperLimit, EG.unit,
    }
)  # fmt: skip
_SHARED = 0.3
"""The part of the first causes that are named as in the real article, hence shared by many."""
_TOLD_ELSEWHERE = 0.03
"""The part of the first causes that are symptoms of other articles: less than one a symptom, or all would be one."""
_MEASURED = 3
"""Measurements per article, of tests the article names."""

Triple = tuple[Node, Node, Node]


@dataclass(frozen=True)
class Synthetic:
    """What one article says, without evidence, and the name of its graph."""

    name: URIRef
    triples: tuple[Triple, ...]

    def lines(self) -> str:
        """The triples as N-Triples."""
        return "".join(f"{' '.join(node.n3() for node in triple)} .\n" for triple in self.triples)


def sources() -> list[Path]:
    """The real articles: the built-in one and those the rules were developed on."""
    built_in = ROOT / "ontology/articles/calf-cramps-while-sleeping.txt"
    return [built_in, *sorted((ROOT / "tests/corpus/development").glob("*.txt"))]


def texts(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Articles by the name of their file: the beginning of one, the causes of another, the tests of a third."""
    random = Random(seed)  # noqa: S311 -- chooses paragraphs
    parts = [_PART.split(path.read_text("utf-8")) for path in sources()]
    longest = max(map(len, parts))
    for number in range(count):
        chosen = [random.choice(parts) for _ in range(longest)]
        title, _, introduction = chosen[0][0].partition("\n")
        rest = (of[place] for place, of in enumerate(chosen) if 0 < place < len(of))
        yield f"article-{number}.txt", f"{title.strip()} {number}\n{introduction}{''.join(rest)}"


def plain_statements(count: int, seed: int = 1) -> Iterator[Synthetic]:
    """What articles say, each causes from one real article and tests from another, about a symptom of its own.

    A first cause is shared with many articles, or with about ten, or is the symptom of another one, so that causes
    reach through several articles and sometimes around. What lies between is the article's own. Tests with their
    findings and thresholds are shared by about ten articles.
    """
    for number in range(count):
        yield synthetic(number, count, seed)


def synthetic(number: int, count: int, seed: int = 1) -> Synthetic:
    """One of so many articles."""
    random = Random(f"{seed} {count} {number}")  # noqa: S311 -- chooses statements
    told, examined = random.choice(_real()), random.choice(_real())
    tenth = max(1, count // 10)
    shared = random.randrange(tenth)
    causes = {
        node: _cause(random, node, count, tenth) if node in told.first_causes else _named(node, f"step-{number}")
        for node in told.things()
    }
    tests = {node: _named(node, str(shared)) for node in examined.things()}
    symptom = _symptom(number)
    triples = [
        *_renamed(told.causal, causes | {told.symptom: symptom}),
        *_renamed(examined.diagnostic, tests | {examined.symptom: symptom}),
    ]
    return Synthetic(IRIS.thing(f"article/{number}/graph"), (*triples, *_measurements(random, number, triples)))


def _renamed(triples: tuple[Triple, ...], names: Mapping[Node, Node]) -> Iterator[Triple]:
    return ((names.get(s, s), p, names.get(o, o)) for s, p, o in triples)


def _cause(random: Random, node: URIRef, count: int, tenth: int) -> URIRef:
    if random.random() < _TOLD_ELSEWHERE:
        return _symptom(random.randrange(count))
    return node if random.random() < _SHARED else _named(node, str(random.randrange(tenth)))


def _named(node: URIRef, suffix: str) -> URIRef:
    return URIRef(f"{node}-{suffix}")


def _measurements(random: Random, number: int, triples: list[Triple]) -> Iterator[Triple]:
    tests = sorted({s for s, p, _ in triples if p == EG.hasThreshold}, key=str)
    units = sorted({o for _, p, o in triples if p == EG.unit}, key=str)
    for each in range(_MEASURED if tests and units else 0):
        node = IRIS.thing(f"measurement/{number}-{each}")
        yield node, EG.resultOf, random.choice(tests)
        yield node, EG.unit, random.choice(units)
        yield node, EG.value, Literal(f"{random.randint(1, 400)}.5", datatype=XSD.decimal)


def _symptom(number: int) -> URIRef:
    return IRIS.thing(f"symptom-{number}")


@dataclass(frozen=True)
class _Real:
    """The plain triples of a real article that rules read."""

    symptom: Node
    causal: tuple[Triple, ...]
    diagnostic: tuple[Triple, ...]

    @property
    def first_causes(self) -> frozenset[Node]:
        """What nothing leads to."""
        return frozenset(s for s, _, _ in self.causal) - {o for _, _, o in self.causal}

    def things(self) -> list[URIRef]:
        """Everything the triples are about, in a lasting order."""
        ends = {node for s, _, o in (*self.causal, *self.diagnostic) for node in (s, o)}
        return sorted(node for node in ends if isinstance(node, URIRef))


@cache
def _real() -> tuple[_Real, ...]:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return tuple(_of(article_graphs(read_article(path), IRIS, when).graph) for path in sources())


def _of(graph: Graph) -> _Real:
    limits = set(graph.objects(None, EG.hasThreshold)) | set(graph.objects(None, EG.limitIn))
    of_limits = {EG.comparator, EG.limit, EG.upperLimit, EG.unit}
    links = sorted((s, p, o) for s, p, o in graph if p in _CAUSAL | _DIAGNOSTIC and (p not in of_limits or s in limits))
    (symptom,) = set(graph.objects(None, EG.about))
    causal = tuple(link for link in links if link[1] in _CAUSAL)
    return _Real(symptom, causal, tuple(link for link in links if link[1] not in _CAUSAL))
