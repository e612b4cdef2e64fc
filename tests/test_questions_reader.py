"""A question is a file that runs as it is; binding a parameter puts a term, never text, in the place of its example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Identifier

from queries.errors import MalformedQuestion, QuestionError, UnknownParameter, UnknownQuestion, UnsuitableValue
from queries.question import Question, checks, question, questions, read, rules

TEXT = """#+ summary: What causes it?
#+ description: Causes, one a row.
#+ tags: [causes, gaps]
#+ parameters:
#+   symptom: what is caused
#+   label: its name
PREFIX id: <http://example.org/id/>
SELECT ?s WHERE {
  VALUES ?symptom { id:cramp }
  values ?label {
    "cramp"@en "cramps"@en
  }
  ?s ?symptom ?label .
}
"""


@pytest.fixture
def asked() -> Question:
    return read("causes", TEXT)


def test_the_headers_are_read(asked: Question) -> None:
    assert (asked.name, asked.summary, asked.tags) == ("causes", "What causes it?", ("causes", "gaps"))
    assert asked.description == "Causes, one a row."
    assert [(each.name, each.description) for each in asked.parameters] == [
        ("symptom", "what is caused"),
        ("label", "its name"),
    ]
    assert asked.parameters[0].example == "id:cramp"


def test_nothing_bound_leaves_the_file_as_it_is(asked: Question) -> None:
    assert asked.bound() == TEXT


BOUND: list[tuple[Identifier | None, str]] = [
    (URIRef("http://example.org/x"), "VALUES ?symptom { <http://example.org/x> }"),
    (Literal("a"), 'VALUES ?symptom { "a" }'),
    (Literal("2.0", datatype=XSD.decimal), f'VALUES ?symptom {{ "2.0"^^<{XSD.decimal}> }}'),
    (Literal('"} DROP ALL #', lang="en"), 'VALUES ?symptom { "\\"} DROP ALL #"@en }'),
    (None, "VALUES ?symptom { UNDEF }"),
]


@pytest.mark.parametrize(("term", "block"), BOUND)
def test_a_bound_term_takes_the_place_of_the_example(asked: Question, term: Identifier | None, block: str) -> None:
    text = asked.bound(symptom=term)
    assert block in text
    assert "id:cramp" not in text
    assert '"cramps"@en' in text


@given(st.text(), st.text())
def test_whatever_is_bound_the_query_keeps_its_shape(first: str, second: str) -> None:
    text = read("causes", TEXT).bound(symptom=Literal(first), label=Literal(second))
    assert prepareQuery(text).algebra.name == "SelectQuery"


def test_a_value_that_looks_like_a_block_is_not_filled(asked: Question) -> None:
    text = asked.bound(symptom=Literal("VALUES ?label { 1 }"), label=Literal("x"))
    assert '"VALUES ?label { 1 }"' in text


@pytest.mark.parametrize("term", [BNode("b"), URIRef("http://example.org/a b"), URIRef("http://example.org/>")])
def test_a_term_that_cannot_stand_in_a_query_is_refused(asked: Question, term: Identifier) -> None:
    with pytest.raises(UnsuitableValue):
        asked.bound(symptom=term)


def test_an_unknown_parameter_is_refused_with_a_hint(asked: Question) -> None:
    with pytest.raises(UnknownParameter, match="did you mean symptom"):
        asked.bound(symptoms=RDF.type)


def test_an_unknown_question_is_refused_with_a_hint() -> None:
    with pytest.raises(UnknownQuestion, match="did you mean causes-of-a-symptom"):
        question("causes-of-symptom")


@pytest.mark.parametrize("blocks", ["", "VALUES ?x { 1 } VALUES ?x { 2 }"])
def test_a_parameter_has_exactly_one_block(blocks: str) -> None:
    with pytest.raises(MalformedQuestion, match="write exactly one"):
        read("q", f"#+ parameters:\n#+   x: a number\nASK {{ {blocks} }}")


def test_every_refusal_belongs_to_the_family() -> None:
    assert all(issubclass(kind, QuestionError) for kind in (MalformedQuestion, UnknownParameter, UnknownQuestion))


@pytest.mark.parametrize("each", [*questions(), *checks(), *rules()], ids=lambda each: each.name)
def test_every_file_of_the_folder_has_words_and_is_sparql(each: Question) -> None:
    assert each.summary
    assert each.description
    for text in (each.text, each.bound(**{parameter.name: None for parameter in each.parameters})):
        assert prepareQuery(text).algebra.name


def test_a_question_is_found_by_its_name_or_its_file() -> None:
    assert question("causes-of-a-symptom") is question("causes-of-a-symptom.rq")
