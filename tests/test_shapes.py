"""Real graphs break no shape; every shape is broken by an edit of its own, with exactly the message that mends it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from loaders.conformity import doubtful
from loaders.errors import Invalid, LoaderError
from loaders.graph import ArticleGraphs, article_graphs
from loaders.indexed import Indexed
from loaders.reading import reading
from loaders.source import source
from loaders.validation import _IN_PYTHON, _RELATIONS, SHAPE, Fault, _shapes, selected, validate
from ontology.iris import Iris
from ontology.lexicon.units import units
from ontology.terms import EG, PREFIXES
from tests.corpus.articles import articles, read
from tests.edits import CAUSE, EDITS, Edit, change, edited, more, sample, term

TESTS = Path(__file__).parent
WHEN = datetime(2026, 11, 22, 12, tzinfo=UTC)


# Real graphs


@cache
def graphs_of(path: Path) -> ArticleGraphs:
    return article_graphs(read(path), Iris(), WHEN)


def report(path: Path) -> str:
    graphs = graphs_of(path)
    return "\n".join(map(str, validate(graphs.graph, graphs.quarantine)))


@pytest.mark.parametrize("path", articles(), ids=lambda path: path.stem)
def test_the_graph_of_a_corpus_article_is_valid(path: Path) -> None:
    assert report(path) == ""


def test_the_graph_of_the_original_article_is_valid(seed_path: Path) -> None:
    assert report(seed_path) == ""


def test_the_graph_of_the_built_in_edition_is_valid() -> None:
    data = files("ontology.articles").joinpath("calf-cramps-while-sleeping.txt").read_bytes()
    graphs = article_graphs(reading(source("own.txt", data)), Iris(), WHEN)
    assert validate(graphs.graph, graphs.quarantine) == ()


def test_another_base_is_as_valid() -> None:
    text = "Nosebleed\n\nCause\n\nVitamin C does not cause nosebleed. Dry air can cause nosebleed.\n"
    graphs = article_graphs(reading(source("n.txt", text.encode())), Iris("https://graph.example/"), WHEN)
    assert validate(graphs.graph, graphs.quarantine) == ()


# One edit, one fault


def broken(faults: tuple[Fault, ...]) -> str:
    return " ".join(sorted({fault.shape.removeprefix(SHAPE) for fault in faults}))


def test_the_sample_is_valid() -> None:
    assert validate(sample("article"), sample("quarantine")) == ()


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_fault_is_found_and_nothing_else(edit: Edit) -> None:
    assert broken(validate(*edited(edit))) == edit.breaks


STOPS_RDFLIB = {"a quote that starts at no number", "a quote that starts at an ill-typed number"}
"""Its SUBSTR and its comparison raise where SPARQL makes an error of the row."""


def told_apart() -> list[str]:
    """Edits that break a rule checked in Python."""
    names = {shape.removeprefix(SHAPE) for shape in _IN_PYTHON}
    return [name for name, edit in EDITS.items() if names & set(edit.breaks.split()) and name not in STOPS_RDFLIB]


@pytest.mark.parametrize("name", told_apart())
def test_what_is_done_in_python_is_what_the_select_finds(name: str) -> None:
    both = Indexed(list(edited(EDITS[name])))
    for shape, function in _IN_PYTHON.items():
        assert set(function(both)) == set(selected(both, shape)), shape


def test_pyshacl_alone_finds_the_same_in_the_file_as_it_is() -> None:
    everything = Edit(
        "AssertionEvidence QuoteInText RelationAsserted ThresholdEnds ThresholdLimit",
        (f"{CAUSE} eg:evidence", "id:quote oa:exact", "id:iron-range eg:upperLimit", "id:low-iron-limit eg:limit"),
        'id:quote oa:exact "Dry" . id:low-iron-limit eg:limit 2.5e0 . '
        "id:wool eg:relieves id:itch . id:wool a eg:ReliefMeasure .",
    )
    graph, quarantine = edited(everything)
    faults = validate(graph, quarantine)
    _, results, _ = pyshacl.validate(graph + quarantine, shacl_graph=turtle("shapes"))
    assert broken(faults) == everything.breaks
    assert {(fault.focus, Literal(fault.message)) for fault in faults} == {
        (results.value(node, SH.focusNode), results.value(node, SH.resultMessage))
        for node in results.subjects(RDF.type, SH.ValidationResult)
    }


def doubts(*graphs: Graph) -> set[str]:
    found = doubtful(Indexed(list(graphs)), _shapes().compiled)
    return {shape.removeprefix(SHAPE) for shape in found}


@pytest.mark.parametrize("path", articles(), ids=lambda path: path.stem)
def test_pyshacl_is_asked_only_about_what_is_in_doubt(path: Path) -> None:
    graphs = graphs_of(path)
    assert doubts(graphs.graph, graphs.quarantine) <= {"CorrectionTarget", "ThresholdEnds"}


def test_with_subclasses_everything_is_in_doubt() -> None:
    graph, quarantine = edited(more("", "eg:Symptom rdfs:subClassOf eg:Entity ."))
    assert len(doubts(graph, quarantine)) > 100


def test_every_fault_is_reported() -> None:
    graph, quarantine = edited(EDITS["an assertion without evidence"])
    graph.remove((None, EG.printedForm, None))
    graph.remove((None, SKOS.prefLabel, None))
    faults = validate(graph, quarantine)
    names = len(set(graph.subjects(RDF.type, EG.Entity)))
    count = {shape: broken(faults).split().count(shape) for shape in ("AssertionEvidence", "ThresholdPrinted")}
    assert count == {"AssertionEvidence": 1, "ThresholdPrinted": 1}
    assert sum(fault.shape == SHAPE.EntityName for fault in faults) == names
    assert sum(fault.shape == SHAPE.ThresholdPrinted for fault in faults) == 2


def test_an_empty_graph_is_not_an_article() -> None:
    assert broken(validate(Graph())) == "ArticleCount"


def test_validation_leaves_the_graphs_alone() -> None:
    graph, quarantine = edited(EDITS["an altered quote"])
    before = set(graph), set(quarantine)
    validate(graph, quarantine)
    assert (set(graph), set(quarantine)) == before


def test_a_fault_says_where_what_and_the_cure() -> None:
    (fault,) = validate(*edited(EDITS["a limit as double"]))
    assert str(fault) == (
        'id:low-iron-limit eg:limit "2.5"^^xsd:double: A threshold needs exactly one eg:limit: an xsd:decimal of at '
        "most 18 digits before and after the point, such as 0.75. [ThresholdLimit]"
    )


def test_a_path_is_shown_as_sparql_writes_it() -> None:
    (fault,) = validate(*edited(EDITS["a differential of no symptom"]))
    assert fault.path == "^eg:hasDifferential"


def test_a_refusal_carries_every_fault() -> None:
    faults = validate(*edited(EDITS["a passage without article"]))
    error = Invalid("itch.txt", faults)
    assert isinstance(error, LoaderError)
    assert str(error).splitlines() == ["itch.txt: 2 faults in its graph, nothing is loaded", *map(str, faults)]


# The file


@cache
def turtle(name: str) -> Graph:
    return Graph().parse(data=files("ontology").joinpath(f"{name}.ttl").read_text(encoding="utf-8"), format="turtle")


def rules() -> Iterator[URIRef]:
    """Everything a fault can name."""
    for shape in turtle("shapes").subjects(SH.message):
        assert isinstance(shape, URIRef)
        yield shape


def test_every_rule_is_broken_by_an_edit() -> None:
    known = {name for edit in EDITS.values() for name in edit.breaks.split()}
    untested = {shape.removeprefix(SHAPE) for shape in rules()} - known
    assert untested == set(), "add an edit to EDITS that breaks it"


def test_every_shape_says_what_it_is_for() -> None:
    graph = turtle("shapes")
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in graph.subjects(RDF.type, kind):
            assert (shape, SH.name, None) in graph, shape
            assert (shape, SH.description, None) in graph, shape
    for shape in graph.subjects(RDF.type, SH.SPARQLConstraint):
        assert (shape, RDFS.label, None) in graph, shape
        assert (shape, RDFS.comment, None) in graph, shape


def test_names_and_messages_are_unique() -> None:
    for predicate in (SH.name, SH.message):
        texts = sorted(str(text) for text in turtle("shapes").objects(predicate=predicate))
        assert texts == sorted(set(texts))


def test_a_message_says_what_puts_it_right() -> None:
    cure = (":", " is ", " are ", "at most one")
    assert [shape for shape in rules() if not any(word in message(shape) for word in cure)] == []


def message(shape: URIRef) -> str:
    return str(turtle("shapes").value(shape, SH.message))


def test_the_shapes_are_valid_shacl() -> None:
    pyshacl.validate(Graph(), shacl_graph=turtle("shapes"), meta_shacl=True)  # raises what is wrong with them


def members(shape: URIRef) -> set[Node]:
    """List the values a shape allows."""
    return {node for values in turtle("shapes").objects(shape, SH["in"]) for node in turtle("shapes").items(values)}


def test_every_class_has_a_shape() -> None:
    vocabulary, graph = turtle("etiograph"), turtle("shapes")
    classes = {node for node in vocabulary.subjects(RDF.type, OWL.Class) if str(node).startswith(str(EG.Entity)[:-6])}
    values = {EG.StatementType, EG.Status, EG.Basis, EG.Legibility}  # their individuals are in the vocabulary
    kinds = {node for node in classes if EG.Entity in vocabulary.objects(node, RDFS.subClassOf)}
    listed = members(SHAPE.EntityKind)
    shaped = {node for predicate in (SH.targetClass, SH["class"]) for node in graph.objects(predicate=predicate)}
    assert kinds | {EG.ReferenceRange} == listed - {EG.Entity, SKOS.Concept}
    assert kinds | {EG.ReferenceRange} == set(graph.objects(SHAPE.KindOfEntity, SH.targetClass))
    assert classes - values - shaped == set()


@pytest.mark.parametrize(("side", "target"), [(RDFS.domain, SH.targetSubjectsOf), (RDFS.range, SH.targetObjectsOf)])
def test_every_domain_and_range_is_guarded(side: URIRef, target: URIRef) -> None:
    vocabulary, graph = turtle("etiograph"), turtle("shapes")
    values = {EG.StatementType, EG.Status, EG.Basis, EG.Legibility}  # closed lists
    for relation, class_ in vocabulary.subject_objects(side):
        if not str(class_).startswith(str(EG.Entity)[:-6]) or class_ in values:
            continue
        if (relation, OWL.inverseOf, None) in vocabulary:  # never stored: shape:StoredOneWay
            continue
        guards = {guard for shape in graph.subjects(target, relation) for guard in graph.objects(shape, SH["class"])}
        assert class_ in guards, f"{relation} {side.fragment} {class_.n3()}"


def test_kinds_apart_are_the_disjoint_classes_of_the_vocabulary() -> None:
    vocabulary = turtle("etiograph")
    disjoint = {node for group in vocabulary.objects(predicate=OWL.members) for node in vocabulary.items(group)}
    entities = set(vocabulary.subjects(RDFS.subClassOf, EG.Entity))
    select = str(turtle("shapes").value(SHAPE.KindsApart, SH.select))
    listed = {term(word) for word in re.findall(r"eg:\w+", select) if word != "eg:Entity"}
    assert listed == disjoint & entities


def test_every_relation_an_assertion_can_state_must_be_asserted() -> None:
    graph = turtle("shapes")
    stated = members(SHAPE.AssertionPredicate)
    select = str(graph.value(SHAPE.RelationAsserted, SH.select))
    assert stated - {SKOS.altLabel, SKOS.definition} == set(_RELATIONS)
    assert {relation.n3(graph.namespace_manager) for relation in _RELATIONS} <= set(re.findall(r"\w+:\w+", select))


def test_final_zeros_are_not_counted_as_places_of_a_measurement() -> None:
    assert validate(*edited(change("", "id:measurement eg:value", "1.900000000000000000"))) == ()


@pytest.mark.parametrize("code", ["mmol/L", "10*9/L", "%", "1", "[pH]"])
def test_a_unit_of_the_lexicon_is_a_unit_of_the_shapes(code: str) -> None:
    assert code in units()
    assert validate(*edited(change("", "id:low-iron-limit eg:unit", f'"{code}"'))) == ()


def test_the_prefixes_of_the_selects_are_those_of_the_project() -> None:
    graph = turtle("shapes")
    for node in graph.objects(predicate=SH.declare):
        assert str(graph.value(node, SH.namespace)) == PREFIXES[str(graph.value(node, SH.prefix))]
