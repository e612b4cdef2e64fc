"""What is rewritten means the same to another engine, and then means it to ours too."""

from collections import Counter
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.term import Node, URIRef

from service.rewriting import REWRITES, rewritten
from service.store.terms import to_engine

PREFIX = "PREFIX : <http://example.org/> "
NODES = tuple(URIRef(f"http://example.org/n{number}") for number in range(4))
LINKS = ("a", "b", "c")
Triple = tuple[Node, Node, Node]
Rows = Counter[frozenset[tuple[str, str]]]

triples = st.lists(
    st.tuples(
        st.sampled_from(NODES),
        st.sampled_from([URIRef(f"http://example.org/{name}") for name in LINKS]),
        st.sampled_from(NODES),
    ),
    unique=True,
    max_size=7,
)
links = st.sampled_from([f":{name}" for name in LINKS])
plain_paths = st.recursive(
    links,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("|".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]})/({two[1]})"),
        inner.map(lambda one: f"^({one})"),
    ),
    max_leaves=4,
)
ends = st.sampled_from(["?x", "?y", ":n0", ":n1", ":elsewhere"])


def by_rdflib(data: Iterable[Triple], query: str) -> Rows:
    graph = Graph()
    for triple in data:
        graph.add(triple)
    return rows([{str(name): value for name, value in row.items()} for row in graph.query(query).bindings])


def rows(found: Iterable[dict[str, Node]]) -> Rows:
    return Counter(frozenset((name, value.n3()) for name, value in row.items()) for row in found)


def by_engine(data: Iterable[Triple], query: str) -> Rows:
    store = ox.Store()
    store.extend(ox.Quad(*map(to_engine, triple)) for triple in data)  # type: ignore[arg-type]  # no literal is a subject
    return rows(solutions(store, query))


def solutions(store: ox.Store, query: str) -> list[dict[str, Node]]:
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    return [
        {name: URIRef(value.value) for name in names if isinstance(value := row[name], ox.NamedNode)} for row in results
    ]


@settings(max_examples=150, deadline=None)
@given(triples, plain_paths, st.sampled_from(["?x", ":n0", ":n1"]), st.sampled_from(["?y", ":n2", "?x"]))
def test_alternatives_keep_every_solution(data: list[Triple], path: str, start: str, end: str) -> None:
    query = f"{PREFIX}SELECT * {{ ?x :c ?z . {start} {path} {end} . OPTIONAL {{ ?z :a|:b ?w }} }}"
    mended = rewritten(query, ["alternatives"])
    assert by_engine(data, mended) == by_rdflib(data, query)


@settings(max_examples=100, deadline=None)
@given(triples, plain_paths, st.sampled_from("*?"), ends, ends)
def test_a_path_of_length_zero_is_there_once(data: list[Triple], path: str, sign: str, start: str, end: str) -> None:
    if start.startswith("?") and end.startswith("?"):
        return  # both ends are open, which is not rewritten
    query = f"{PREFIX}SELECT * {{ {start} ({path}){sign} {end} }}"
    found = by_engine(data, rewritten(query, ["path-ends"]))
    # rdflib finds some of them twice, which a path that repeats never does.
    assert set(found) == set(by_rdflib(data, query))
    assert set(found.values()) <= {1}


values = st.lists(st.sampled_from(["'a'@en", "'b'@en", "'c'", "'a'@de"]), min_size=1, max_size=3)


@settings(max_examples=40, deadline=None)
@given(values, st.sampled_from(["", "DISTINCT "]))
def test_a_concatenation_has_the_same_text_without_a_language(given_values: list[str], distinct: str) -> None:
    inner = f"SELECT (GROUP_CONCAT({distinct}?x; SEPARATOR=', ') AS ?y) {{ VALUES ?x {{ {' '.join(given_values)} }} }}"
    found = first(f"SELECT ?y (LANG(?y) AS ?l) {{ {rewritten(inner, ['group-concat'])} }}")
    plain = first(f"SELECT (STR(?y) AS ?z) {{ {inner} }}")
    assert found == (plain[0], "")


def first(query: str) -> tuple[str, ...]:
    results = ox.Store().query(query)
    assert isinstance(results, ox.QuerySolutions)
    return tuple("" if value is None else getattr(value, "value", "") for value in next(results))


NODES_OF = {
    "within a solution": ("(BNODE('a') AS ?b) (BNODE('a') AS ?c)", "sameTerm(?b, ?c)"),
    "for another argument": ("(BNODE('a') AS ?b) (BNODE('b') AS ?c)", "!sameTerm(?b, ?c)"),
}


@pytest.mark.parametrize("case", NODES_OF)
def test_blank_nodes_are_the_same_only_within_a_solution(case: str) -> None:
    clause, condition = NODES_OF[case]
    query = rewritten(f"SELECT {clause} {{ VALUES ?x {{ 1 2 3 }} }}", ["blank-nodes"])
    assert first(f"SELECT (COUNT(DISTINCT ?b) AS ?n) {{ {{ {query} }} FILTER({condition}) }}") == ("3",)


LEFT_ALONE = [
    "SELECT * { ?s :a ?o FILTER(?a || ?b) }",
    "SELECT * { ?s (:a|:b)+ ?o }",
    "SELECT * { ?s !(:a|:b) ?o }",
    "SELECT * { [] :a|:b ?o }",
    "SELECT * { ?s :a|:b (1 2) }",
    "SELECT * { ?s :a ?o {| :a|:b ?x |} }",
    "SELECT * { ?s :a* ?o }",
    "SELECT * { GRAPH ?g { :s :a* ?o } }",
    "SELECT * { GRAPH ?g { ?s :a ?o } }",
    "SELECT (BNODE() AS ?b) { ?s ?p ?o }",
    "SELECT (BNODE(?s) AS ?b) (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s",
    "SELECT ?s { ?s :a 'GROUP_CONCAT(a|b)' } # GROUP_CONCAT(?x) a|b :s :a* ?o",
]


@pytest.mark.parametrize("query", LEFT_ALONE)
def test_what_means_the_same_already_is_left_alone(query: str) -> None:
    assert rewritten(query, REWRITES) == query


pieces = st.sampled_from(
    ["SELECT", "*", "{", "}", "(", ")", "?x", ":a", "|", "/", "^", "!", "+", ".", ";", ",", "'t'", "@en", "^^", "a",
     "GRAPH", "VALUES", "GROUP_CONCAT", "BNODE", "UNION", "FILTER", "?", "[", "]", "# c\n", "1", "<x:y>", "<<", "{|"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=40).map(" ".join))
def test_no_text_stops_the_rewriting(text: str) -> None:
    assert isinstance(rewritten(text, REWRITES), str)
