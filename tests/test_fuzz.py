"""Requests nobody meant, and changes in any order: the service never fails, and holds what a model of it holds."""

import re
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from service.app import create_app
from service.cli.load import load_built_in
from service.settings import Settings
from service.store.snapshots import Snapshots
from tests.writers import FORM, TURTLE, UPDATE, Writable, fill, graph_path, writable

LEAKS = re.compile(r"Traceback|File \"|site-packages|/tmp/|gen-[0-9]|panicked")
HONEST = (("/sparql/explain", 501), ("/ready", 503))
"""What is not offered, and what is not yet so."""

QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    data = tmp_path_factory.mktemp("fuzzed")
    load_built_in(Settings(data=data))
    return create_app(Settings(data=data)).test_client()


def addresses(client: FlaskClient) -> list[str]:
    """Every address that is read without arguments in its path, but those that stream everything."""
    rules = client.application.url_map.iter_rules()
    return sorted({each.rule for each in rules if "GET" in (each.methods or ()) and "<" not in each.rule} - {"/sparql"})


words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["1e9999", "-1", "0", "٣", "%00", "null", "[]", "2 mmol/L", "http://[", "calf", "NaN", "{}", "'; --"]
    ),
)
names = st.sampled_from(
    ["q", "query", "limit", "offset", "page", "format", "output", "value", "unit", "test", "iri", "thing", "graph",
     "subject", "predicate", "object", "default-graph-uri", "named-graph-uri", "timeout", "max-rows", "lang", "a"]
)  # fmt: skip


@QUIET
@given(
    st.data(), st.lists(st.tuples(names, words), max_size=4), st.sampled_from(["*/*", "text/html", "application/json"])
)
def test_no_parameters_make_the_service_fail(
    client: FlaskClient, data: st.DataObject, parameters: list[tuple[str, str]], accept: str
) -> None:
    path = data.draw(st.sampled_from(addresses(client)))
    reply = client.get(path, query_string=parameters, headers={"Accept": accept})
    assert reply.status_code < 500 or (path, reply.status_code) in HONEST, (path, parameters)
    if reply.status_code >= 400:
        assert not LEAKS.search(reply.text)


@settings(QUIET, max_examples=15)
@given(
    st.lists(st.tuples(names, words), max_size=4),
    st.sampled_from(["/sparql", "/update", "/graphs"]),
    st.binary(max_size=20),
)
def test_no_request_of_the_protocols_makes_the_service_fail(
    writing: Writable, parameters: list[tuple[str, str]], path: str, junk: bytes
) -> None:
    address = f"{path}?{urlencode(parameters, errors='replace')}"
    for method, body, media_type in (
        ("GET", b"", ""),
        ("POST", junk, FORM),
        ("POST", junk, UPDATE),
        ("PUT", junk, TURTLE),
    ):
        if path == "/graphs" and method == "PUT":
            address = f"/graphs?graph=http://example.org/fuzz&{urlencode(parameters, errors='replace')}"
        if path == "/graphs" and method == "POST":
            continue  # makes graphs
        reply = writing.send(method, address, body, Content_Type=media_type, Accept="application/json, */*;q=0.1")
        assert reply.status < 500, (method, address, body)
        if reply.status >= 400:
            assert not LEAKS.search(reply.text)


# A model of the store: a set of quads

GRAPHS = [f"http://example.org/stateful/{name}" for name in "ab"]
THINGS = ["urn:x", "urn:y", "urn:z"]
graphs, things = st.sampled_from(GRAPHS), st.sampled_from(THINGS)
pairs = st.sets(st.tuples(things, things), max_size=3)


def turtle(of: set[tuple[str, str]]) -> str:
    return " ".join(f"<{subject}> <urn:p> <{object_}> ." for subject, object_ in of)


class Changes(RuleBasedStateMachine):
    """Changes by every way there is, and starts anew, against a set."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, set[tuple[str, str]]] = {}
        self.stack = ExitStack()
        self.data = Path(self.stack.enter_context(TemporaryDirectory()))
        fill(self.data)
        self.serving = self.stack.enter_context(ExitStack())
        self.server = self.serving.enter_context(writable(self.data))

    def teardown(self) -> None:
        self.stack.close()

    @rule(graph=graphs, of=pairs)
    def put(self, graph: str, of: set[tuple[str, str]]) -> None:
        assert self.server.put(graph, turtle(of)).status == (204 if graph in self.held else 201)
        self.held[graph] = set(of)

    @rule(graph=graphs, of=pairs)
    def post(self, graph: str, of: set[tuple[str, str]]) -> None:
        reply = self.server.send("POST", graph_path(graph), turtle(of), Content_Type=TURTLE)
        assert reply.status == (204 if graph in self.held else 201)
        self.held.setdefault(graph, set()).update(of)

    @rule(graph=graphs)
    def delete(self, graph: str) -> None:
        assert self.server.send("DELETE", graph_path(graph)).status == (204 if graph in self.held else 404)
        self.held.pop(graph, None)

    @rule(graph=graphs, of=pairs.filter(bool))
    def insert(self, graph: str, of: set[tuple[str, str]]) -> None:
        assert self.server.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {turtle(of)} }} }}").status == 204
        self.held.setdefault(graph, set()).update(of)

    @rule(subject=things)
    def delete_where(self, subject: str) -> None:
        pattern = f"GRAPH ?g {{ <{subject}> <urn:p> ?o }}"
        assert self.server.update(f"DELETE {{ {pattern} }} WHERE {{ {pattern} }}").status == 204
        for graph, of in self.held.items():
            self.held[graph] = {pair for pair in of if pair[0] != subject}

    @rule(graph=graphs)
    def fail(self, graph: str) -> None:
        update = f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:lost> <urn:p> <urn:lost> }} }} ; CREATE GRAPH <{graph}>"
        assert self.server.update(update).status == 409

    @precondition(lambda self: self.held)
    @rule(graph=graphs)
    def roll_back(self, graph: str) -> None:
        before = Snapshots(self.data).current().number
        assert self.server.put(graph, "<urn:lost> <urn:p> <urn:lost> .").status in (201, 204)
        Snapshots(self.data).rollback(before)

    @rule()
    def start_anew(self) -> None:
        self.serving.close()
        self.server = self.serving.enter_context(writable(self.data))

    @invariant()
    def the_server_holds_what_the_model_holds(self) -> None:
        body = self.server.send("GET", "/graphs", Accept="application/n-quads").body
        found: dict[str, set[tuple[str, str]]] = {graph: set() for graph in self.held}
        for quad in ox.parse(body, format=ox.RdfFormat.N_QUADS):
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in GRAPHS:
                pair = str(quad.subject).strip("<>"), str(quad.object).strip("<>")
                found.setdefault(quad.graph_name.value, set()).add(pair)
        assert found == self.held


@pytest.mark.soak
def test_changes_in_any_order_leave_what_they_say() -> None:
    Changes.TestCase.settings = settings(max_examples=3, stateful_step_count=12, deadline=None)
    Changes.TestCase().runTest()
