"""Solutions of others become VALUES, term by term, and nothing in them adds to a query."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, QuerySolutions, Store

from service.federation.solutions import solutions, term

WRONG_TERMS = [
    {"type": "uri", "value": "x:y> } DROP ALL #"},
    {"type": "uri", "value": "relative"},
    {"type": "literal", "value": "a", "xml:lang": "en } "},
    {"type": "literal", "value": "a", "datatype": "x:y> ."},
    {"type": "literal", "value": 7},
    {"type": "literal", "value": "\ud800"},
    {"type": "other", "value": "a"},
    {"type": "triple", "value": {"subject": 1}},
    "text",
]


@pytest.mark.parametrize("value", WRONG_TERMS, ids=str)
def test_a_term_that_is_none_is_never_written(value: object) -> None:
    with pytest.raises(ValueError, match="its answer holds"):
        term(value, "x:")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"7", b'{"head": {}}', b'{"head": {"vars": ["a b"]}, "results": {"bindings": []}}',
     b'{"head": {"vars": "ab"}, "results": {"bindings": []}}', b'{"head": {"vars": []}, "results": {"bindings": [7]}}',
     b'{"head": {}, "boolean": true}', b"\xff"],
)  # fmt: skip
def test_what_is_no_answer_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(ValueError, match="its answer"):
        solutions(body, "x:")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_literal_comes_through(text: str) -> None:
    value = {"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "literal", "value": text}}]}}
    found = Store().query(f"SELECT * {{ {solutions(json.dumps(value).encode(), 'x:').values()} }}")
    assert isinstance(found, QuerySolutions)
    assert [row["a"] for row in found] == [Literal(text)]


def test_triple_terms_come_through() -> None:
    a = {"type": "uri", "value": "x:a"}
    value = {"type": "triple", "value": {"subject": a, "predicate": a, "object": {"type": "literal", "value": "b"}}}
    assert term(value, "") == '<<( <x:a> <x:a> "b" )>>'
