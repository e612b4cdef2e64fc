"""What is rewritten means the same to another engine, and then means it to ours too."""

from collections import Counter
from collections.abc import Iterable

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.term import Node, URIRef

from service.rewriting import rewritten
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
