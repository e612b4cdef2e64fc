"""The graph of an article: triple, assertion and evidence for each statement; no triple of a denied or garbled one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from loaders.graph import ArticleGraphs, article_graphs
from loaders.reading import read_article, reading
from loaders.source import source
from ontology.iris import Iris
from ontology.terms import EG, OA

WHEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
IRIS = Iris()


@pytest.fixture(scope="module")
def own() -> ArticleGraphs:
    data = files("ontology.articles").joinpath("calf-cramps-while-sleeping.txt").read_bytes()
    return article_graphs(reading(source("own.txt", data)), IRIS, WHEN)


@pytest.fixture(scope="module")
def original(seed_path: Path) -> ArticleGraphs:
    return article_graphs(read_article(seed_path), IRIS, WHEN)


@pytest.fixture(params=["own", "original"])
def graphs(request: pytest.FixtureRequest) -> ArticleGraphs:
    found: ArticleGraphs = request.getfixturevalue(request.param)
    return found


def entity(slug: str) -> URIRef:
    return IRIS.entity(slug)


def test_a_cause_is_a_plain_triple(graphs: ArticleGraphs) -> None:
    causes = set(graphs.graph.subjects(EG.causes, entity("nocturnal-calf-cramp")))
    assert causes == {entity(slug) for slug in ("fatigue", "cold-exposure", "hypocalcemia", "blood-flow-factors")}


def assertions(graph: Graph) -> Iterator[URIRef]:
    for node in graph.subjects(RDF.type, EG.Assertion):
        assert isinstance(node, URIRef)
        yield node


def test_every_assertion_has_evidence_that_cuts_its_quote_out_of_the_text(graphs: ArticleGraphs) -> None:
    text = str(graphs.graph.value(graphs.article, EG.text))
    for graph in (graphs.graph, graphs.quarantine):
        for node in assertions(graph):
            for evidence in list(graph.objects(node, EG.evidence)) or pytest.fail(f"{node} has no evidence"):
                quote, start, end = selectors(graph, evidence)
                assert text[start:end] == quote


def selectors(graph: Graph, evidence: object) -> tuple[str, int, int]:
    assert isinstance(evidence, URIRef)
    found = {
        predicate: value
        for selector in graph.objects(evidence, OA.hasSelector)
        for predicate, value in graph.predicate_objects(selector)
    }
    return str(found[OA.exact]), int(str(found[OA.start])), int(str(found[OA.end]))


def test_only_affirmed_assertions_have_their_plain_triple(graphs: ArticleGraphs) -> None:
    for node in assertions(graphs.graph):
        subject, predicate, object_ = (
            graphs.graph.value(node, part) for part in (RDF.subject, RDF.predicate, RDF.object)
        )
        affirmed = graphs.graph.value(node, EG.status) == EG.Affirmed
        assert ((subject, predicate, object_) in graphs.graph) is affirmed


def test_a_denied_relation_is_kept_without_a_triple() -> None:
    text = "Nosebleed\n\nCause\n\nVitamin C does not cause nosebleed. Dry air can cause nosebleed.\n"
    graphs = article_graphs(reading(source("n.txt", text.encode())), IRIS, WHEN)
    (denied,) = graphs.graph.subjects(EG.status, EG.Denied)
    assert graphs.graph.value(denied, RDF.object) == entity("nosebleed")
    assert [str(s) for s in graphs.graph.subjects(EG.causes, entity("nosebleed"))] == [str(entity("dry-air"))]


def test_the_garbled_sentence_is_only_in_the_quarantine(original: ArticleGraphs) -> None:
    (node,) = assertions(original.quarantine)
    assert original.quarantine.value(node, EG.status) == EG.Quarantined
    assert original.quarantine.value(node, EG.legibility) == EG.Garbled
    assert original.quarantine.value(node, EG.reason) is not None
    assert original.quarantine.value(node, RDF.subject) is None
    assert (node, None, None) not in original.graph


def test_thresholds_are_exact_decimals(graphs: ArticleGraphs) -> None:
    found = {
        str(graphs.graph.value(node, RDFS.label)): (
            graphs.graph.value(node, EG.limit),
            str(graphs.graph.value(node, EG.unit)),
        )
        for node in graphs.graph.subjects(RDF.type, EG.Threshold)
    }
    assert found == {
        "serum calcium < 2 mmol/L": (Literal(Decimal(2)), "mmol/L"),
        "serum magnesium < 0.75 mmol/L": (Literal(Decimal("0.75")), "mmol/L"),
    }


def test_what_is_inferred_says_so_and_by_whom(graphs: ArticleGraphs) -> None:
    supports = [
        node for node in assertions(graphs.graph) if graphs.graph.value(node, EG.statementType) == EG.SupportStatement
    ]
    assert len(supports) == 8  # four findings support a condition, and the test of each is a test for it
    for node in supports:
        assert graphs.graph.value(node, EG.basis) == EG.CuratorInference
        assert graphs.graph.value(node, EG.reason) is not None


def test_three_tests_reveal_hypocalcemia_and_none_another_cause(graphs: ArticleGraphs) -> None:
    causes = set(graphs.graph.subjects(EG.causes, entity("nocturnal-calf-cramp")))
    revealed = {cause: set(graphs.graph.subjects(EG.testFor, cause)) for cause in causes}
    tests = {entity(slug) for slug in ("chvostek-sign-test", "trousseau-sign-test", "serum-calcium-test")}
    assert revealed.pop(entity("hypocalcemia")) == tests
    assert list(revealed.values()) == [set(), set(), set()]


def test_names_stand_under_broader_names(graphs: ArticleGraphs) -> None:
    chain = ["nocturnal-calf-cramp", "calf-cramp", "leg-muscle-spasm", "muscle-spasm"]
    for narrower, broader in pairwise(chain):
        assert (entity(narrower), SKOS.broader, entity(broader)) in graphs.graph
    assert (entity("nocturnal-calf-cramp"), EG.occursDuring, entity("sleep")) in graphs.graph


def test_as_written_forms_are_hidden_labels_with_a_correction(original: ArticleGraphs) -> None:
    test = entity("chvostek-sign-test")
    assert str(original.graph.value(test, SKOS.prefLabel)) == "Chvostek sign test"
    hidden = {str(label) for label in original.graph.objects(test, SKOS.hiddenLabel)}
    assert {"Pre-ear sniper test", "chrostek sign"} <= hidden
    for name in hidden & {"Pre-ear sniper test", "chrostek sign"}:
        assert list(original.graph.subjects(EG.asWritten, Literal(name)))


def test_a_hidden_label_is_never_a_preferred_or_alternative_one(graphs: ArticleGraphs) -> None:
    for node, label in graphs.graph.subject_objects(SKOS.hiddenLabel):
        assert label not in set(graphs.graph.objects(node, SKOS.prefLabel)) | set(
            graphs.graph.objects(node, SKOS.altLabel)
        )


def test_a_comparison_holds_alternative_features_and_what_is_shared(graphs: ArticleGraphs) -> None:
    (node,) = graphs.graph.subjects(EG.alternative, entity("calf-muscle-spasm-after-walking"))
    assert graphs.graph.value(node, EG.sharedFeature) == entity("leg-muscle-spasm")
    assert list(graphs.graph.objects(node, EG.distinguishingFeature))
    assert list(graphs.graph.objects(node, EG.resolvingTest)) == []


def test_everything_has_a_type_and_a_label(graphs: ArticleGraphs) -> None:
    for node in set(graphs.graph.subjects(RDF.type, EG.Entity)):
        assert graphs.graph.value(node, SKOS.prefLabel) is not None


def test_the_same_file_gives_the_same_graph(graphs: ArticleGraphs, own: ArticleGraphs) -> None:
    data = files("ontology.articles").joinpath("calf-cramps-while-sleeping.txt").read_bytes()
    again = article_graphs(reading(source("own.txt", data)), IRIS, WHEN)
    assert isomorphic(own.graph, again.graph)


def test_another_base_moves_every_thing_and_no_term() -> None:
    data = files("ontology.articles").joinpath("calf-cramps-while-sleeping.txt").read_bytes()
    graphs = article_graphs(reading(source("own.txt", data)), Iris("https://graph.example/"), WHEN)
    assert not any(str(node).startswith("https://w3id.org/etiograph/id/") for triple in graphs.graph for node in triple)
