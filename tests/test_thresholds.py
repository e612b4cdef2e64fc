"""At every boundary of every threshold a reasoner, a rule and plain arithmetic give the same answer."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import count
from pathlib import Path
from time import monotonic

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from loaders import threshold
from loaders.errors import IllTyped, Inconsistent, ReasonerMissing
from loaders.graph import article_graphs
from loaders.reasoning import check_consistency, classified, vocabulary
from loaders.statements import Quantity, Term, local
from loaders.threshold import unit_slug
from ontology.conversion import quantity
from ontology.decimals import neighbours, written
from ontology.definitions import definitions
from ontology.errors import Inconvertible, MissingUnit, NotANumber, TooFine, UnknownUnit
from ontology.iris import Iris
from ontology.lexicon.concepts import analytes
from ontology.measurement import Limit, Measurement, beyond, limits, measured, shown
from ontology.terms import EG, PREFIXES
from queries.question import rules
from tests import corpus
from tests.corpus.articles import read
from tests.requirements import seed_article

WHEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
EPSILON = Decimal("1e-12")
"""The last place a measured value may have."""
Pairs = frozenset[tuple[URIRef, URIRef]]


@dataclass(frozen=True)
class Boundary:
    """A measurement beside a limit, and whether it shows the finding."""

    name: str
    measurement: Measurement
    finding: URIRef
    wanted: bool


@dataclass(frozen=True)
class Case:
    """An article under a base of its own, so that no other article's thresholds interfere."""

    iris: Iris
    graph: Graph
    boundaries: tuple[Boundary, ...]

    @property
    def measurements(self) -> Graph:
        return measured(boundary.measurement for boundary in self.boundaries)


def articles() -> Iterator[Path]:
    if seed := seed_article():
        yield seed
    yield Path(str(files("ontology.articles").joinpath("calf-cramps-while-sleeping.txt")))
    yield from corpus.articles.articles()[::3]  # their limits are much the same


ARTICLES = tuple(articles())
EVERY_COMPARATOR, OTHER_UNITS = "every comparator", "other units"
NAMES = [f"{path.parent.name}/{path.stem}" for path in ARTICLES] + [EVERY_COMPARATOR, OTHER_UNITS]
BUILT_IN = next(name for name in NAMES if name.startswith("articles/"))


@cache
def case_of(name: str) -> Case:
    if name == EVERY_COMPARATOR:
        return _every_comparator(Iris("https://every.example/"))
    if name == OTHER_UNITS:
        return _other_units(Iris("https://units.example/"))
    iris = Iris(f"https://graph.example/{name}/")
    graph = article_graphs(read(ARTICLES[NAMES.index(name)]), iris, WHEN).graph
    return Case(iris, graph, tuple(_boundaries(name, iris, limits(graph))))


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(request.param)


@pytest.fixture(scope="module")
def own() -> Case:
    return case_of(BUILT_IN)


def _every_comparator(iris: Iris) -> Case:
    """What the articles may lack: each comparator, a negative limit, ranges that touch, one finding of three limits."""
    graph = Graph()
    for number, (comparator, low, high) in enumerate(
        [
            ("<", "-2.5", None), ("<=", "-2.5", None), (">", "30", None), (">=", "30", None), ("=", "7.40", None),
            ("range", "1", "2"), ("range", "2", "3.50"), ("<", "0.000000000000000002", None),
        ]
    ):  # fmt: skip
        finding = local(f"finding {number}", "Finding")
        _limit(graph, iris, f"test {number}", finding.slug, comparator, low, high, is_normal=comparator in NORMAL)
    for low in ("90", "120", "130"):
        _limit(graph, iris, "hemoglobin", "low-hemoglobin", "<", low, None)
    for test, (comparator, low, high) in zip(
        GLUCOSE,
        [("<", "70", None), ("<=", "70", None), (">", "126", None), (">=", "126", None), ("range", "70", "99")],
        strict=True,
    ):
        _limit(graph, iris, test, f"unusual-{test}".replace(" ", "-"), comparator, low, high, "mg/dL")
    return Case(iris, graph, tuple(_boundaries(EVERY_COMPARATOR, iris, limits(graph))))


def _other_units(iris: Iris) -> Case:
    """The limits of the built-in article and of glucose in units the graph does not know them in, as values compare."""
    graph = article_graphs(read(ARTICLES[NAMES.index(BUILT_IN)]), iris, WHEN).graph
    _limit(graph, iris, GLUCOSE[0], "high-fasting-blood-glucose", ">=", "126", None, "mg/dL")
    _limit(graph, iris, GLUCOSE[1], "random-blood-glucose-within", "range", "4.4", "7.8", "mmol/L")
    known = limits(graph)
    for limit in known:
        analyte = analytes()[limit.test.rpartition("/")[2]]
        if limit.unit == str(graph.value(limit.threshold, EG.unit)):
            for unit in OTHER - {each.unit for each in known if each.threshold == limit.threshold}:
                with suppress(Inconvertible):
                    _add_limit(graph, limit.in_unit(unit, analyte)[0])
    return Case(iris, graph, tuple(_boundaries(OTHER_UNITS, iris, limits(graph))))


def _add_limit(graph: Graph, limit: Limit) -> None:
    node = URIRef(f"{limit.threshold}/in/{unit_slug(limit.unit)}")
    graph.add((limit.threshold, EG.limitIn, node))
    graph.add((node, EG.unit, Literal(limit.unit)))
    for predicate, end in ((EG.limit, limit.limit), (EG.upperLimit, limit.upper)):
        if end is not None:
            graph.add((node, predicate, Literal(written(end), datatype=XSD.decimal)))


OTHER = {"umol/L", "g/L", "meq/L"}
"""A multiple, a mass, a charge; the reasoner's time grows with the square of what there is to classify."""
NORMAL = ("<=", "=", "range")
"""Comparators whose limits are reference ranges here."""
GLUCOSE = ("fasting blood glucose", "random blood glucose", "blood glucose", "2-hour postprandial blood glucose",
           "cerebrospinal fluid glucose")  # fmt: skip
"""Tests whose limits in mg/dL have no finite decimal in mmol/L."""


def _limit(
    graph: Graph, iris: Iris, test: str, finding: str, comparator: str, low: str, high: str | None, unit: str = "g/L",
    *, is_normal: bool = False,
) -> None:  # fmt: skip
    term = (
        Term(analytes()[f"{test.replace(' ', '-')}-test"].test, test)
        if test in GLUCOSE
        else local(test, "DiagnosticTest")
    )
    printed = Quantity(comparator, Decimal(low), Decimal(high) if high else None, unit, "as printed", is_normal)
    node = threshold.node(iris, term, printed)
    graph.add((iris.entity(term.slug), EG.hasThreshold, node))
    for triple in threshold.details(node, term, iris.entity(finding), printed):
        graph.add(triple)


def _boundaries(name: str, iris: Iris, of_article: tuple[Limit, ...]) -> Iterator[Boundary]:
    """Values around every limit; where several limits define a finding, it is there by any of them."""
    numbers = count()
    for limit in of_article:
        for value in _around(limit):
            node = iris.thing(f"measurement/{next(numbers)}")
            measurement = Measurement(node, limit.test, value, limit.unit)
            wanted = any(
                is_beyond(each.comparator, Fraction(value), *_unrounded(each, of_article))
                for each in of_article
                if (each.test, each.finding, each.unit) == (limit.test, limit.finding, limit.unit)
            )
            yield Boundary(f"{name}: {limit}, {value}", measurement, limit.finding, wanted)
    for limit in of_article:
        for unit in sorted(_units_without_limit(limit, of_article)):
            node = iris.thing(f"measurement/{next(numbers)}")
            for value in (limit.limit - 1, limit.limit, limit.limit + 1):
                measurement = Measurement(URIRef(f"{node}/{value}"), limit.test, value, unit)
                yield Boundary(f"{name}: {limit}, in {unit}", measurement, limit.finding, wanted=False)


def _around(limit: Limit) -> list[Decimal]:
    """The measurable values nearest to the ends of a limit, and a hair below and above them."""
    near = {value for end in (limit.limit, limit.upper) if end is not None for value in neighbours(Fraction(end))}
    return sorted({value + step for value in near for step in (-EPSILON, Decimal(0), EPSILON)})


def _unrounded(limit: Limit, of_article: tuple[Limit, ...]) -> list[Fraction]:
    """The ends of a limit as the article gives them, as fractions in the unit of the limit."""
    analyte = analytes().get(limit.test.rsplit("/", 1)[-1])
    printed = unit_slug(limit.unit)
    of_threshold = [each for each in of_article if each.threshold == limit.threshold]
    (own,) = [each for each in of_threshold if str(each.threshold).endswith(f"-{unit_slug(each.unit)}")] or [limit]
    assert own == limit or printed != unit_slug(own.unit)
    ends = [own.limit] if own.upper is None else [own.limit, own.upper]
    return [quantity(end, own.unit, limit.unit, analyte) for end in ends]


def is_beyond(comparator: str, value: Fraction, limit: Fraction, upper: Fraction | None = None) -> bool:
    """What a comparator means, in fractions."""
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit, "=": value == limit,
        "range": upper is not None and limit <= value <= upper,
    }[comparator]  # fmt: skip


def _units_without_limit(limit: Limit, of_article: tuple[Limit, ...]) -> set[str]:
    """Units the analyte is measured in, but the limit does not convert to."""
    analyte = analytes().get(limit.test.rsplit("/", 1)[-1])
    return {*(analyte.units if analyte else ())} - {each.unit for each in of_article if each.test == limit.test}


def by_rule(graph: Graph) -> Pairs:
    """What the rule of the service says of a graph."""
    store = ox.Store()
    for subject, predicate, value in graph:
        triple = ox.NamedNode(str(subject)), ox.NamedNode(str(predicate)), _term(value)
        for name in (ox.DefaultGraph(), ox.NamedNode("urn:article")):
            store.add(ox.Quad(*triple, name))
    (rule,) = (rule for rule in rules() if rule.name == "measurement-shows-finding")
    triples = store.query(rule.bound(**{"from": None}))
    assert isinstance(triples, ox.QueryTriples)
    return frozenset((_iri(triple.subject), _iri(triple.object)) for triple in triples)


def _term(node: Node) -> ox.NamedNode | ox.Literal:
    """As it is written: no number is made another on the way, whatever is wrong with it."""
    if not isinstance(node, Literal):
        return ox.NamedNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or XSD.string)))


def _iri(node: object) -> URIRef:
    assert isinstance(node, ox.NamedNode)
    return URIRef(node.value)


def by_arithmetic(graph: Graph) -> Pairs:
    return frozenset(shown(graph))


def by_reasoner(case_graphs: list[tuple[Iris, Graph, Graph]]) -> list[Pairs]:
    """What HermiT says: the findings whose class a measurement is in."""
    modules = [definitions(graph, iris) for iris, graph, _ in case_graphs]
    ontologies = [module + measurements for module, (*_, measurements) in zip(modules, case_graphs, strict=True)]
    classes = classified(vocabulary(), ontologies)
    return [
        frozenset(
            (measurement, finding)
            for measurement in iris_of(measurements.subjects(EG.resultOf))
            for class_ in classes[measurement]
            for finding in iris_of(module.objects(class_, RDFS.seeAlso))
        )
        for module, (*_, measurements) in zip(modules, case_graphs, strict=True)
    ]


def iris_of(nodes: Iterable[Node]) -> frozenset[URIRef]:
    return frozenset(node for node in nodes if isinstance(node, URIRef))


def reasoned(names: Iterable[str]) -> list[tuple[Case, Pairs]]:
    """Some articles with what HermiT says of all their boundaries, in one run."""
    cases = list(map(case_of, names))
    found = by_reasoner([(case.iris, case.graph, case.measurements) for case in cases])
    return list(zip(cases, found, strict=True))


def is_of_corpus(name: str) -> bool:
    return name.startswith(("development/", "held-out/"))


def test_every_kind_of_limit_is_among_the_cases() -> None:
    found = [limit for name in NAMES for limit in limits(case_of(name).graph)]
    assert {limit.comparator for limit in found} == {"<", "<=", ">", ">=", "=", "range"}
    assert len({limit.unit for limit in found}) > 20


def test_every_threshold_has_a_limit_in_its_own_unit(case: Case) -> None:
    for _, node in case.graph.subject_objects(EG.hasThreshold):
        own = [
            limit
            for limit in case.graph.objects(node, EG.limitIn)
            if case.graph.value(limit, EG.unit) == case.graph.value(node, EG.unit)
        ]
        assert [case.graph.value(limit, EG.limit) for limit in own] == [case.graph.value(node, EG.limit)]


def test_every_threshold_has_a_limit_in_every_unit_its_analyte_knows_that_it_converts_to() -> None:
    limits_of = limits(case_of(EVERY_COMPARATOR).graph)
    for test in GLUCOSE:
        units = {limit.unit for limit in limits_of if limit.test.endswith(f"/{test.replace(' ', '-')}-test")}
        assert units == {"mg/dL", "mmol/L"}, test


def test_a_rounded_limit_says_so() -> None:
    graph = case_of(EVERY_COMPARATOR).graph
    rounded = set(graph.subjects(RDF.type, EG.RoundedLimit))
    assert {str(graph.value(limit, EG.unit)) for limit in rounded} == {"mmol/L"}
    assert len(rounded) == len(GLUCOSE)
    assert all("(rounded)" in str(graph.value(limit, RDFS.label)) for limit in rounded)


def test_what_is_normal_is_a_reference_range_on_whatever_side() -> None:
    graph = case_of(EVERY_COMPARATOR).graph
    found = {str(graph.value(each, EG.comparator)) for each in graph.subjects(RDF.type, EG.ReferenceRange)}
    assert found == set(NORMAL)


@pytest.mark.parametrize("comparator", ["<", "<=", ">", ">=", "range"])
def test_what_is_normal_and_what_is_found_are_two_thresholds(comparator: str) -> None:
    high = Decimal(2) if comparator == "range" else None
    of = [Quantity(comparator, Decimal(1), high, "g/L", "as printed", is_normal) for is_normal in (True, False)]
    assert len({threshold.node(Iris(), local("test", "DiagnosticTest"), each) for each in of}) == 2


def wrong(case: Case, pairs: Pairs) -> list[str]:
    """The boundaries at which the answer is not the wanted one."""
    return [
        boundary.name
        for boundary in case.boundaries
        if ((boundary.measurement.node, boundary.finding) in pairs) is not boundary.wanted
    ]


def test_arithmetic_is_right_at_every_boundary(case: Case) -> None:
    assert wrong(case, by_arithmetic(case.graph + case.measurements)) == []


def test_the_rule_agrees_with_arithmetic(case: Case) -> None:
    graph = case.graph + case.measurements
    assert by_rule(graph) == by_arithmetic(graph)


@pytest.mark.requires("java")
@pytest.mark.parametrize("of_corpus", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_the_reasoner_agrees_with_arithmetic(of_corpus: bool) -> None:
    for case, pairs in reasoned(name for name in NAMES if is_of_corpus(name) is of_corpus):
        assert wrong(case, pairs) == []
        assert pairs == by_arithmetic(case.graph + case.measurements)


def calcium(own: Case, value: Literal, unit: Literal | None) -> Graph:
    """One result of the serum calcium test, however it is typed."""
    graph, node = Graph(), own.iris.thing("measurement/x")
    graph.add((node, RDF.type, EG.Measurement))
    graph.add((node, EG.resultOf, own.iris.entity("serum-calcium-test")))
    graph.add((node, EG.value, value))
    if unit is not None:
        graph.add((node, EG.unit, unit))
    return graph


LOW = Literal("1.9", datatype=XSD.decimal)


def test_a_low_value_is_found_by_all_three(own: Case, java: Path) -> None:
    measurement = calcium(own, LOW, Literal("mmol/L"))
    wanted = {(own.iris.thing("measurement/x"), own.iris.entity("low-serum-calcium"))}
    assert by_arithmetic(own.graph + measurement) == wanted
    assert by_rule(own.graph + measurement) == wanted
    assert by_reasoner([(own.iris, own.graph, measurement)]) == [wanted]


@pytest.mark.parametrize("unit", [None, Literal("furlong"), Literal("mmol/L", lang="en"), Literal("g/(24.h)")])
def test_without_a_unit_of_a_limit_nothing_is_found(own: Case, unit: Literal | None, java: Path) -> None:
    measurement = calcium(own, LOW, unit)
    assert by_rule(own.graph + measurement) == frozenset()
    if unit is not None and unit.language:
        with pytest.raises(IllTyped):
            by_reasoner([(own.iris, own.graph, measurement)])
        return
    assert by_arithmetic(own.graph + measurement) == frozenset()
    assert by_reasoner([(own.iris, own.graph, measurement)]) == [frozenset()]


@pytest.mark.parametrize(
    "value",
    [
        Literal("1.9", datatype=XSD.double), Literal("1.9", datatype=XSD.float), Literal("1.9", datatype=XSD.string),
        Literal("1", datatype=XSD.integer), Literal("1,9", datatype=XSD.decimal), Literal("NaN", datatype=XSD.decimal),
        Literal("1e400", datatype=XSD.decimal), Literal("", datatype=XSD.decimal), Literal("1.9"),
    ],
    ids=lambda value: f"{value} {str(value.datatype).rsplit('#')[-1]}",
)  # fmt: skip
def test_a_value_of_another_datatype_is_no_value(own: Case, value: Literal) -> None:
    measurement = calcium(own, value, Literal("mmol/L"))
    assert by_arithmetic(own.graph + measurement) == frozenset()
    assert by_rule(own.graph + measurement) == frozenset()
    with pytest.raises(IllTyped, match=r"is not written as .*decimal"):
        by_reasoner([(own.iris, own.graph, measurement)])


@pytest.mark.parametrize(("value", "is_compared"), [("1.9999999999999", False), ("1.90000000000000", True)])
def test_a_value_of_more_than_twelve_places_is_compared_by_none(
    own: Case, java: Path, value: str, is_compared: bool
) -> None:
    measurement = calcium(own, Literal(value, datatype=XSD.decimal), Literal("mmol/L"))
    wanted = {(own.iris.thing("measurement/x"), own.iris.entity("low-serum-calcium"))} if is_compared else frozenset()
    assert by_arithmetic(own.graph + measurement) == wanted
    assert by_rule(own.graph + measurement) == wanted
    if is_compared:
        assert by_reasoner([(own.iris, own.graph, measurement)]) == [wanted]
    else:
        with pytest.raises(IllTyped, match="more than 12 decimal places; round it"):
            by_reasoner([(own.iris, own.graph, measurement)])


def test_every_ill_typed_value_is_reported(own: Case) -> None:
    two = calcium(own, Literal("1.9"), None)
    two.add((own.iris.thing("measurement/y"), EG.value, Literal("NaN", datatype=XSD.decimal)))
    with pytest.raises(IllTyped) as caught:
        classified(vocabulary(), [two])
    assert len(caught.value.faults) == 2


def test_digits_survive_on_the_way_to_the_reasoner() -> None:
    value = Decimal("0.000000010000000000")
    graph = measured([Measurement(URIRef("urn:m"), URIRef("urn:t"), value, "g/L")])
    assert '"0.000000010000000000"^^' in graph.serialize(format="nt")


@pytest.mark.parametrize(
    ("value", "unit", "error"),
    [
        ("NaN", "mg/dL", NotANumber),
        ("Infinity", "mg/dL", NotANumber),
        ("1e400", "mg/dL", NotANumber),
        ("7.6000000000001", "mg/dL", TooFine),
        ("7.6", "", MissingUnit),
        ("7.6", "mg per dL", UnknownUnit),
        ("7.6", "g/(24.h)", Inconvertible),
    ],
)
def test_what_cannot_be_compared_is_refused(own: Case, value: str, unit: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        beyond(limits(own.graph), Decimal(value), unit)


def test_a_person_of_a_risk_group_is_in_its_class(own: Case, java: Path) -> None:
    case, person = own, URIRef("urn:person")
    group, *_ = iris_of(case.graph.subjects(RDF.type, EG.RiskGroup))
    someone = Graph().add((person, RDF.type, EG.Person)).add((person, EG.memberOf, group))
    classes = classified(vocabulary(), [definitions(case.graph, case.iris) + someone])
    assert case.iris.class_of(group) in classes[person]
    assert len([class_ for class_ in classes[person] if str(case.iris.thing("class/")) in class_]) == 1


def test_every_defined_class_says_what_it_is(case: Case) -> None:
    module = definitions(case.graph, case.iris)
    classes = [class_ for class_ in module.subjects(RDF.type, OWL.Class) if isinstance(class_, URIRef)]
    findings = set(case.graph.objects(None, EG.definesFinding))
    assert len(classes) == len(findings | set(case.graph.subjects(RDF.type, EG.RiskGroup)))
    for class_ in classes:
        assert module.value(class_, RDFS.label)
        assert module.value(class_, URIRef(f"{PREFIXES['skos']}definition"))


def test_the_seed_takes_under_ten_seconds(java: Path) -> None:
    case, start = case_of(NAMES[0]), monotonic()
    by_reasoner([(case.iris, case.graph, case.measurements)])
    assert monotonic() - start < 10


def test_all_of_an_article_is_consistent_with_the_vocabulary(own: Case, java: Path) -> None:
    check_consistency(vocabulary(), [own.graph + definitions(own.graph, own.iris)])


def test_a_contradiction_is_explained_by_no_more_than_it_takes(java: Path) -> None:
    small = Graph()
    for triple in vocabulary():
        if triple[0] in {EG.Finding, EG.DiagnosticTest, EG.hasFinding, EG.hasThreshold, EG.supports, EG.Threshold}:
            small.add(triple)
    small.add((EG.Finding, OWL.disjointWith, EG.DiagnosticTest))
    test, finding = URIRef("urn:test"), URIRef("urn:finding")
    wrong = Graph().add((test, EG.hasFinding, finding)).add((finding, EG.hasThreshold, URIRef("urn:threshold")))
    with pytest.raises(Inconsistent) as caught:
        check_consistency(small, [Graph(), wrong])
    assert caught.value.smallest
    assert set(caught.value.axioms) == {
        "eg:Finding owl:disjointWith eg:DiagnosticTest .",
        "eg:hasFinding rdfs:range eg:Finding .",
        "eg:hasThreshold rdfs:domain eg:DiagnosticTest .",
        "<urn:test> eg:hasFinding <urn:finding> .",
        "<urn:finding> eg:hasThreshold <urn:threshold> .",
    }


def test_an_import_is_never_fetched(java: Path) -> None:
    module = Graph().add((URIRef("urn:o"), OWL.imports, URIRef("http://127.0.0.1:9/never")))
    check_consistency(vocabulary(), [module])


def test_without_java_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReasonerMissing, match="install default-jre-headless"):
        check_consistency(vocabulary(), [])
