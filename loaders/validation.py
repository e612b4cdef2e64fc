"""The graphs of an article in, every fault in them out. Nothing else imports pyshacl.

The rules are ``ontology/shapes.ttl``, the way they are run is ours: pyshacl takes seconds for an article when it is
handed the file as it is. Here it judges only the shapes a graph does not surely conform to (``loaders.conformity``),
and each of them once for all nodes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import InvalidOperation, localcontext
from functools import cache, lru_cache
from importlib.resources import files
from itertools import permutations, product

import pyshacl
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, PROV, RDF, SH, SKOS, NamespaceManager
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import ResultRow
from rdflib.term import Node

from loaders.conformity import Shape, compiled, doubtful
from loaders.indexed import Indexed
from ontology.lexicon.units import units
from ontology.terms import EG, OA, PREFIXES

SHAPE = Namespace("https://w3id.org/etiograph/shapes#")
_LONGEST_VALUE = 80
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
_QUARANTINABLE = (EG.Assertion, EG.EvidenceItem, OA.TextQuoteSelector, OA.TextPositionSelector, PROV.Agent)
_RELATIONS = (
    EG.causes,
    EG.leadsTo,
    EG.predisposesTo,
    EG.atRiskOf,
    EG.investigates,
    EG.hasFinding,
    EG.hasThreshold,
    EG.supports,
    EG.testFor,
    EG.hasBodySite,
    EG.hasManifestation,
    EG.hasConsequence,
    EG.hasDuration,
    EG.hasCaveat,
    EG.relieves,
    EG.occursDuring,
    EG.differentialOf,
    EG.distinguishingFeature,
    EG.sharedFeature,
    EG.resolvingTest,
    SKOS.broader,
)
_APART = {
    EG.BodySite,
    EG.Caveat,
    EG.DiagnosticTest,
    EG.Differential,
    EG.Duration,
    EG.Finding,
    EG.ReliefMeasure,
    EG.RiskGroup,
    EG.Symptom,
    EG.Threshold,
}

Hit = tuple[Node, Node | None]
"""A node that breaks a rule, and the value by which it does."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a graph: the rule it breaks, where, and what puts it right.

    ``path`` leads from the focus node to the value and is empty where the rule is about the node itself.

    >>> print(Fault(SHAPE.AssertionStep, URIRef("urn:a1"), "eg:step", Literal("0"), "Steps are counted from 1."))
    <urn:a1> eg:step "0": Steps are counted from 1. [AssertionStep]
    """

    shape: URIRef
    focus: Node
    path: str
    value: Node | None
    message: str

    def __str__(self) -> str:
        where = " ".join(
            filter(None, (_shown(self.focus), self.path, "" if self.value is None else _shown(self.value)))
        )
        return f"{where}: {self.message} [{self.shape.removeprefix(SHAPE)}]"


def validate(graph: Graph, quarantine: Graph | None = None) -> tuple[Fault, ...]:
    """Find every fault in the graphs of one article; an empty tuple means that they may be served."""
    quarantine = Graph() if quarantine is None else quarantine
    both = Indexed([graph, quarantine])
    with localcontext() as arithmetic:
        arithmetic.traps[InvalidOperation] = (
            False  # rdflib reads NaN as a decimal: compared, it is a fault, not a crash
        )
        found = {*_core(both), *_constraints(both), *_misplaced(graph, quarantine)}
    return tuple(sorted(found, key=lambda fault: (str(fault.focus), fault.shape, str(fault.value))))


@dataclass(frozen=True)
class _Shapes:
    """The rules as they are run: Core by pyshacl, SELECTs by rdflib, and of each its path and message."""

    core: Graph
    compiled: tuple[Shape, ...]
    selects: Mapping[URIRef, Query]
    paths: Mapping[URIRef, str]
    messages: Mapping[URIRef, str]

    def fault(self, shape: URIRef, focus: Node, value: Node | None) -> Fault:
        return Fault(shape, focus, self.paths.get(shape, ""), value, self.messages[shape])


@cache
def _shapes() -> _Shapes:
    graph = Graph(store="SimpleMemory")  # no contexts to look through: a tenth faster
    graph.parse(data=files("ontology").joinpath("shapes.ttl").read_text(encoding="utf-8"), format="turtle")
    _add_units(graph)
    shapes = {shape: str(message) for shape, message in graph.subject_objects(SH.message) if isinstance(shape, URIRef)}
    selects = {
        shape: prepareQuery(str(select), initNs=dict(PREFIXES))
        for shape, select in graph.subject_objects(SH.select)
        if isinstance(shape, URIRef)
    }
    paths = {shape: _path(graph, path) for shape in shapes if (path := graph.value(shape, SH.path))}
    core = _levelled(graph)
    return _Shapes(core, compiled(core), selects, paths, shapes)


def _add_units(graph: Graph) -> None:
    """Every ``eg:unit`` is one of the lexicon, which is not written a second time in the shapes."""
    codes = Collection(graph, BNode(), [Literal(code) for code in units()])
    graph.add((SHAPE.UnitCode, SH["in"], codes.uri))


def _levelled(graph: Graph) -> Graph:
    """Give each property shape the targets of its node shape; set SELECTs aside.

    The results are the same, but pyshacl evaluates a property shape with targets once, and a nested one once per node.
    It also looks at every triple of a shape for each evaluation: what has been taken down already is left out.
    """
    for shape, rule in list(graph.subject_objects(SH.property)):
        if isinstance(shape, URIRef):
            for target in _TARGETS:
                for node in list(graph.objects(shape, target)):
                    graph.add((rule, target, node))
            graph.remove((shape, SH.property, rule))
    for taken in (SH.sparql, SH.name, SH.description, SH.message):
        graph.remove((None, taken, None))
    return graph


def _path(graph: Graph, path: Node) -> str:
    """A SHACL path as SPARQL writes it."""
    if isinstance(path, URIRef):
        return path.n3(_names())
    if inverse := graph.value(path, SH.inversePath):
        return f"^{_path(graph, inverse)}"
    if alternatives := graph.value(path, SH.alternativePath):
        return "|".join(_path(graph, step) for step in graph.items(alternatives))
    return "/".join(_path(graph, step) for step in graph.items(path))


@cache
def _names() -> NamespaceManager:
    manager = NamespaceManager(Graph(bind_namespaces="none"), bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        manager.bind(prefix, namespace)
    return manager


def _shown(node: Node) -> str:
    text = node.n3(_names())
    return text if len(text) <= _LONGEST_VALUE or isinstance(node, URIRef) else f"{text[: _LONGEST_VALUE - 1]}…"


def _core(graph: Indexed) -> Iterator[Fault]:
    """Report what breaks a rule of SHACL Core."""
    shapes = _shapes()
    doubts = doubtful(graph, shapes.compiled)
    if not doubts:
        return
    _, report, _ = pyshacl.validate(graph, shacl_graph=_only(doubts), inplace=True)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape, focus = report.value(result, SH.sourceShape), report.value(result, SH.focusNode)
        yield shapes.fault(shape, focus, report.value(result, SH.value) if shape in shapes.paths else None)


@lru_cache(maxsize=8)
def _only(shapes: frozenset[URIRef]) -> Graph:
    """Some of the shapes, as they are run."""
    graph, left = Graph(store="SimpleMemory"), list[Node](shapes)
    while left:
        for triple in _shapes().core.triples((left.pop(), None, None)):
            graph.add(triple)
            left += [triple[2]] if isinstance(triple[2], BNode) else []
    return graph


def _constraints(graph: Indexed) -> Iterator[Fault]:
    """Report what a SELECT finds, or the function that stands in for a slow one."""
    for shape in _shapes().selects:
        for focus, value in _IN_PYTHON[shape](graph) if shape in _IN_PYTHON else selected(graph, shape):
            yield _shapes().fault(shape, focus, value)


def selected(graph: Graph, shape: URIRef) -> Iterator[Hit]:
    """Run the SELECT of a constraint once for all nodes of its target."""
    for row in graph.query(_shapes().selects[shape]):
        if isinstance(row, ResultRow):  # always: rdflib's type covers ASK and CONSTRUCT too
            yield row["this"], row.asdict().get("value")


def _misplaced(graph: Graph, quarantine: Graph) -> Iterator[Fault]:
    """Report what is in the wrong graph of the two."""
    fault = _shapes().fault
    for node in set(graph.subjects(RDF.type, EG.Assertion)):
        if (node, EG.status, EG.Quarantined) in graph:
            yield fault(SHAPE.QuarantinedApart, node, None)
    for node in set(quarantine.subjects(RDF.type, EG.Assertion)):
        if (node, EG.status, EG.Quarantined) not in quarantine:
            yield fault(SHAPE.OnlyQuarantined, node, None)
    for node in set(quarantine.subjects()):
        if not set(quarantine.objects(node, RDF.type)) & set(_QUARANTINABLE):
            yield fault(SHAPE.NothingElseQuarantined, node, None)


# What follows finds the same as the SELECT of the same name in shapes.ttl, which takes rdflib up to twenty times as
# long; tests/test_shapes.py compares the two on every broken graph it knows.


def _relations_missing(graph: Indexed) -> Iterator[Hit]:
    for status, node in product((EG.Affirmed, EG.Denied), _instances(graph, EG.Assertion)):
        if status in graph.objects(node, EG.status) and not _relations(graph, node):
            yield node, None


def _affirmed_missing(graph: Indexed) -> Iterator[Hit]:
    for node in _instances(graph, EG.Assertion):
        if EG.Affirmed in graph.objects(node, EG.status):
            yield from ((node, None) for triple in _relations(graph, node) if triple not in graph)


def _relations_unasserted(graph: Indexed) -> Iterator[Hit]:
    affirmed = [node for node in _instances(graph, EG.Assertion) if EG.Affirmed in graph.objects(node, EG.status)]
    asserted = {triple for node in affirmed for triple in _relations(graph, node)}
    for node, relation in product(_instances(graph, EG.Entity), _RELATIONS):
        yield from ((node, end) for end in graph.objects(node, relation) if (node, relation, end) not in asserted)


def _relations(graph: Indexed, node: Node) -> list[tuple[Node, Node, Node]]:
    """The triples an assertion is about: one, unless it is faulty."""
    subjects, predicates, objects = (
        list(graph.objects(node, part)) for part in (RDF.subject, RDF.predicate, RDF.object)
    )
    return list(product(subjects, predicates, objects))


def _lacking(predicate: URIRef, value: Node, *needed: URIRef) -> Callable[[Indexed], Iterator[Hit]]:
    """Find the assertions with a value that lack one of the properties it asks for."""

    def lacking(graph: Indexed) -> Iterator[Hit]:
        for node in _instances(graph, EG.Assertion):
            if value in graph.objects(node, predicate) and any(graph.value(node, other) is None for other in needed):
                yield node, None

    return lacking


def _kinds_mixed(graph: Indexed) -> Iterator[Hit]:
    for node in _instances(graph, EG.Entity):
        kinds = _APART.intersection(graph.objects(node, RDF.type))
        yield from ((node, kind) for kind in kinds if len(kinds) > 1)


def _hashes_of_others(graph: Indexed) -> Iterator[Hit]:
    for node in _instances(graph, EG.EvidenceItem):
        known = [
            str(hash_)
            for article in graph.objects(node, OA.hasSource)
            for hash_ in graph.objects(article, EG.sourceHash)
        ]
        yield from (
            (node, value) for value in graph.objects(node, EG.sourceHash) if any(str(value) != hash_ for hash_ in known)
        )


def _selectors_missing(graph: Indexed) -> Iterator[Hit]:
    for node in _instances(graph, EG.EvidenceItem):
        kinds = [set(graph.objects(selector, RDF.type)) for selector in graph.objects(node, OA.hasSelector)]
        if not any(
            OA.TextQuoteSelector in one and OA.TextPositionSelector in other for one, other in permutations(kinds, 2)
        ):
            yield node, None


def _quotes_elsewhere(graph: Indexed) -> Iterator[Hit]:
    for node in _instances(graph, EG.EvidenceItem):
        selectors = list(graph.objects(node, OA.hasSelector))
        quotes = [quote for selector in selectors for quote in graph.objects(selector, OA.exact)]
        places = [place for selector in selectors for place in _places(graph, selector, OA.start, OA.end)]
        yield from ((node, quote) for quote in _elsewhere(_texts(graph, node, OA.hasSource), quotes, places))


def _passages_elsewhere(graph: Indexed) -> Iterator[Hit]:
    for node in _instances(graph, EG.Passage):
        words, places = list(graph.objects(node, RDF.value)), _places(graph, node, EG.start, EG.end)
        yield from ((node, value) for value in _elsewhere(_texts(graph, node, DCTERMS.isPartOf), words, places))


def _elsewhere(texts: list[str], quotes: list[Node], places: list[tuple[int, int]]) -> Iterator[Node]:
    for text, quote, (start, end) in product(texts, quotes, places):
        if text[start:end] != str(quote):
            yield quote


def _quotes_outside_their_passage(graph: Indexed) -> Iterator[Hit]:
    for node in _instances(graph, EG.EvidenceItem):
        selectors = graph.objects(node, OA.hasSelector)
        starts = [start for selector in selectors for start in _offsets(graph, selector, OA.start)]
        for passage in graph.objects(node, EG.inPassage):
            for (first, end), start in product(_places(graph, passage, EG.start, EG.end), starts):
                if not first <= start < end:
                    yield node, passage


def _instances(graph: Indexed, class_: URIRef) -> frozenset[Node]:
    return graph.kinds.get(class_, frozenset())


def _texts(graph: Graph, node: Node, to_article: URIRef) -> list[str]:
    return [str(text) for article in graph.objects(node, to_article) for text in graph.objects(article, EG.text)]


def _places(graph: Graph, node: Node, first: URIRef, last: URIRef) -> list[tuple[int, int]]:
    return list(product(_offsets(graph, node, first), _offsets(graph, node, last)))


def _offsets(graph: Graph, node: Node, predicate: URIRef) -> list[int]:
    """Offsets that are numbers; those that are not break a rule of their own."""
    found = (value.value for value in graph.objects(node, predicate) if isinstance(value, Literal))
    return [offset for offset in found if isinstance(offset, int)]


_IN_PYTHON: Mapping[URIRef, Callable[[Indexed], Iterator[Hit]]] = {
    SHAPE.AssertionTriple: _relations_missing,
    SHAPE.AffirmedInGraph: _affirmed_missing,
    SHAPE.MechanismStep: _lacking(EG.statementType, EG.MechanismStatement, EG.chain, EG.step),
    SHAPE.InferenceReason: _lacking(EG.basis, EG.CuratorInference, EG.reason, PROV.wasAttributedTo),
    SHAPE.KindsApart: _kinds_mixed,
    SHAPE.RelationAsserted: _relations_unasserted,
    SHAPE.HashOfArticle: _hashes_of_others,
    SHAPE.QuoteAndPosition: _selectors_missing,
    SHAPE.QuoteInText: _quotes_elsewhere,
    SHAPE.PassageInText: _passages_elsewhere,
    SHAPE.QuoteInPassage: _quotes_outside_their_passage,
}
