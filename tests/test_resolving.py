"""A test that tells an alternative from the symptom is a resolving test; what confirms it, or cannot tell, is none."""

from datetime import UTC, datetime

import pytest
from rdflib import RDF, Graph, Namespace

from loaders.graph import article_graphs
from loaders.reading import Reading, reading
from loaders.source import source
from loaders.validation import validate
from ontology.iris import Iris
from ontology.terms import EG, OA

ID = Namespace("https://w3id.org/etiograph/id/")
LEG = ID["differential/leg-twitching/restless-legs-syndrome"]


def article(section: str) -> Reading:
    text = f"Leg twitching\n\nCause\n\n(1) Fatigue: Exercise can cause leg twitching.\n\nDiagnosis\n\n{section}\n"
    return reading(source("leg-twitching.txt", text.encode()))


def item(sentence: str) -> Reading:
    """An article with one alternative, of which the sentence is said."""
    lead = "Leg twitching should be distinguished from the following:\n\n1, restless legs syndrome: An urge to move. "
    return article(lead + sentence)


def apart_by(read: Reading) -> set[tuple[str, str, bool]]:
    """The alternatives, each test by which it is told apart, and whether that is denied."""
    return {
        (statement.subject.slug, statement.object.slug, statement.negated)
        for statement in read.statements
        if statement.rule == "differential.test" and statement.object
    }


def told(read: Reading) -> set[tuple[str, bool]]:
    return {(test, negated) for _, test, negated in apart_by(read)}


@pytest.mark.parametrize(
    ("sentence", "tests"),
    [
        ("An EMG helps to tell them apart.", {"electromyography"}),
        ("EMG can tell the two apart.", {"electromyography"}),
        ("Electromyography is used to differentiate between the two.", {"electromyography"}),
        ("It can be distinguished by the Chvostek sign test.", {"chvostek-sign-test"}),
        ("It is told apart from leg twitching with an EMG.", {"electromyography"}),
        ("The two are differentiated by measuring serum calcium.", {"serum-calcium-test"}),
        (
            "It is distinguished by EMG and serum magnesium.",
            {"electromyography", "serum-magnesium-test"},
        ),
        (
            "Serum calcium and the Trousseau sign distinguish it.",
            {"serum-calcium-test", "trousseau-sign-test"},
        ),
        ("EMG (electromyography) separates the two.", {"electromyography"}),
    ],
)
def test_a_test_that_tells_apart_is_read(sentence: str, tests: set[str]) -> None:
    assert told(item(sentence)) == {(test, False) for test in tests}


@pytest.mark.parametrize(
    "sentence",
    [
        "An EMG cannot tell the two apart.",
        "EMG does not help to distinguish them.",
        "Electromyography is not enough to differentiate the two.",
        "They cannot be distinguished by EMG.",
    ],
)
def test_a_test_that_does_not_tell_apart_is_denied(sentence: str) -> None:
    assert told(item(sentence)) == {("electromyography", True)}


@pytest.mark.parametrize(
    "sentence",
    [
        "It can be distinguished by its onset in the evening.",
        "The two are told apart by the history.",
        "An EMG is normal.",
        "An EMG is often done, and the evening distinguishes it.",
        "It is distinguished by an urge to move, while the EMG shows nothing.",
        "EMG can confirm it.",
        "The urge to move distinguishes it from leg twitching.",
    ],
)
def test_what_tells_apart_without_a_test_and_a_test_that_does_not_are_none(sentence: str) -> None:
    assert apart_by(item(sentence)) == set()


@pytest.mark.parametrize(
    ("sentence", "alternatives"),
    [
        ("Leg twitching should be distinguished from restless legs syndrome by EMG.", {"restless-legs-syndrome"}),
        ("Restless legs syndrome can be told apart by EMG.", {"restless-legs-syndrome"}),
        ("It must be told apart from hypocalcemia and hypothyroidism by EMG.", {"hypocalcemia", "hypothyroidism"}),
    ],
)
def test_in_prose_the_alternative_is_named_by_the_sentence(sentence: str, alternatives: set[str]) -> None:
    read = article(sentence)
    assert apart_by(read) == {(alternative, "electromyography", False) for alternative in alternatives}
    named = {each.subject.slug for each in read.statements if each.type == "differential"}
    assert named == alternatives


def test_a_test_is_no_alternative() -> None:
    read = article("Leg twitching can be distinguished with electromyography.")
    assert [each for each in read.statements if each.type == "differential"] == []


def test_a_sentence_about_a_test_is_no_feature() -> None:
    read = item("An EMG helps to tell them apart.")
    features = [each.object_label for each in read.statements if each.rule == "differential.feature"]
    assert features == ["urge to move"]


def graph_of(read: Reading) -> Graph:
    graphs = article_graphs(read, Iris(), datetime(2026, 11, 22, tzinfo=UTC))
    assert validate(graphs.graph, graphs.quarantine) == ()
    return graphs.graph


def test_the_graph_has_the_test_at_the_comparison_with_its_sentence() -> None:
    graph = graph_of(item("An EMG helps to tell them apart."))
    assert list(graph.objects(LEG, EG.resolvingTest)) == [ID.electromyography]
    (assertion,) = graph.subjects(RDF.predicate, EG.resolvingTest)
    quotes = graph.objects(assertion, EG.evidence / OA.hasSelector / OA.exact)
    assert {str(quote) for quote in quotes} == {"An EMG helps to tell them apart."}


def test_a_denied_test_is_an_assertion_and_no_triple() -> None:
    graph = graph_of(item("An EMG cannot tell them apart."))
    assert list(graph.objects(LEG, EG.resolvingTest)) == []
    (assertion,) = graph.subjects(RDF.predicate, EG.resolvingTest)
    assert graph.value(assertion, EG.status) == EG.Denied
