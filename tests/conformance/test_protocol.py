"""Queries by the SPARQL 1.1 Protocol, section 2.1: ways to send them, datasets, forms of answers, and what is wrong."""

import gzip
from urllib.parse import urlencode

import pytest

from tests.serving import Reply
from tests.writers import FORM, Writable

QUERY = "application/sparql-query"
G = "http://example.org/protocol/"
EACH = " ".join(f"GRAPH <{G}{n}> {{ <{G}{n}> <{G}is> {n} }}" for n in (1, 2, 3))
BOTH = f"ASK {{ <{G}1> ?p ?o . <{G}2> ?q ?r }}"
NAMED = f"ASK {{ GRAPH ?g {{ <{G}1> ?p ?o }} GRAPH ?h {{ <{G}2> ?q ?r }} }}"
FULL = f"ASK {{ <{G}3> ?p ?o GRAPH ?g {{ <{G}1> ?q ?r }} GRAPH ?h {{ <{G}2> ?t ?u }} }}"
DEFAULTS = {"default-graph-uri": [f"{G}1", f"{G}2"]}
NAMES = {"named-graph-uri": [f"{G}1", f"{G}2"]}
WHOLE = {"default-graph-uri": f"{G}3", **NAMES}


@pytest.fixture(scope="module")
def asked(endpoint: Writable) -> Writable:
    assert endpoint.update(f"INSERT DATA {{ {EACH} }}").status == 204
    return endpoint


def get(to: Writable, query: str, accept: str = "application/json", **parameters: object) -> Reply:
    return to.server.ask(f"/sparql?{urlencode({'query': query, **parameters}, doseq=True)}", Accept=accept)


def form(to: Writable, query: str, **parameters: object) -> Reply:
    body = urlencode({"query": query, **parameters}, doseq=True).encode()
    return to.server.ask("/sparql", "POST", body, Content_Type=FORM, Accept="application/json")


def direct(to: Writable, query: str, **parameters: object) -> Reply:
    path = f"/sparql?{urlencode(parameters, doseq=True)}"
    return to.server.ask(path, "POST", query.encode(), Content_Type=QUERY, Accept="application/json")


# ruff: noqa: E501 -- tables
# fmt: off
DATASETS: list[tuple[str, dict[str, object], bool]] = [
    (BOTH, {}, False), (BOTH, {**DEFAULTS}, True), (BOTH, {"default-graph-uri": f"{G}1"}, False),
    (NAMED, {**NAMES}, True), (NAMED, {"named-graph-uri": f"{G}1"}, False), (NAMED, {**DEFAULTS}, False),
    (FULL, {**WHOLE}, True), (FULL, {**DEFAULTS}, False),
    ("ASK { ?s ?p ?o }", {**NAMES}, False), ("ASK { ?s ?p ?o }", {"default-graph-uri": f"{G}none"}, False),
    (f"ASK FROM <{G}1> FROM <{G}2> {{ <{G}1> ?p ?o . <{G}2> ?q ?r }}", {}, True),
    (f"ASK FROM NAMED <{G}1> {{ GRAPH ?g {{ <{G}1> ?p ?o }} }}", {}, True),
    (f"ASK FROM NAMED <{G}1> {{ GRAPH ?g {{ <{G}2> ?p ?o }} }}", {}, False),
    (f"BASE <{G}> ASK FROM <1> {{ <1> ?p ?o }}", {}, True),
    (f"ASK FROM <{G}1> {{ <{G}3> ?p ?o }}", {"default-graph-uri": f"{G}3"}, True),  # the protocol's dataset counts
]
# fmt: on


@pytest.mark.parametrize("send", [get, form, direct])
def test_a_query_is_about_the_dataset_that_is_named(asked: Writable, send: object) -> None:
    assert callable(send)
    answers = [
        (query, parameters, send(asked, query, **parameters).json["boolean"]) for query, parameters, _ in DATASETS
    ]
    assert answers == DATASETS


def test_a_form_may_have_its_dataset_in_the_address(asked: Writable) -> None:
    path = f"/sparql?{urlencode(DEFAULTS, doseq=True)}"
    reply = asked.server.ask(path, "POST", urlencode({"query": BOTH}).encode(), Content_Type=FORM)
    assert reply.json["boolean"] is True


def test_relative_iris_have_a_base(asked: Writable) -> None:
    assert asked.update("INSERT DATA { GRAPH <relative> { <a> <b> <c> } }").status == 204
    assert get(asked, "ASK FROM <relative> { <a> <b> <c> }").json["boolean"] is True


TYPES = {
    "SELECT ?x { VALUES ?x { 1 } }": [
        "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values",
    ],
    "ASK {}": ["application/sparql-results+json", "application/sparql-results+xml"],
    "CONSTRUCT { <x:s> <x:p> 1 } {}": [
        "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig",
        "application/n-quads",
    ],
    f"DESCRIBE <{G}1>": ["text/turtle", "application/rdf+xml"],
}  # fmt: skip


@pytest.mark.parametrize("query", TYPES)
def test_an_answer_comes_in_the_form_that_is_accepted(asked: Writable, query: str) -> None:
    for accept in TYPES[query]:
        reply = get(asked, query, accept=f"image/png, {accept};q=0.7")
        assert (reply.status, reply.headers["content-type"].split(";")[0]) == (200, accept)
    assert get(asked, query, accept="image/png").status == 406


# fmt: off
BAD: dict[str, tuple[str, str, bytes, dict[str, str], set[int]]] = {
    "another method": ("PUT", "/sparql?query=ASK%20%7B%7D", b"", {}, {405}),
    "two queries": ("GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", b"", {}, {400}),
    "two queries in a form": ("POST", "/sparql", b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", {"Content_Type": FORM}, {400}),
    "a query in a form and one in the address": ("POST", "/sparql?query=ASK%20%7B%7D", b"query=ASK%20%7B%7D", {"Content_Type": FORM}, {400}),
    "a query in a body and one in the address": ("POST", "/sparql?query=ASK%20%7B%7D", b"ASK {}", {"Content_Type": QUERY}, {400}),
    "no query in a form": ("POST", "/sparql", b"", {"Content_Type": FORM}, {400}),
    "another media type": ("POST", "/sparql", b"ASK {}", {"Content_Type": "text/plain"}, {400, 415}),
    "a form without its type": ("POST", "/sparql", b"query=ASK%20%7B%7D", {"Content_Type": "text/plain"}, {400, 415}),
    "a query without its type": ("POST", "/sparql", b"ASK {}", {"Content_Type": "application/octet-stream"}, {400, 415}),
    "no type": ("POST", "/sparql", b"ASK {}", {"Content_Type": ""}, {400, 415}),
    "UTF-16": ("POST", "/sparql", "ASK {}".encode("utf-16"), {"Content_Type": f"{QUERY}; charset=UTF-16"}, {400, 415}),
    "a packed query": ("POST", "/sparql", gzip.compress(b"ASK {}"), {"Content_Type": QUERY, "Content_Encoding": "gzip"}, {415}),
    "bytes that are not UTF-8": ("POST", "/sparql", b"ASK { ?s ?p '\xff' }", {"Content_Type": QUERY}, {400}),
    "syntax": ("GET", "/sparql?query=ASK%20%7B", b"", {}, {400}),
    "syntax in a body": ("POST", "/sparql", b"SELECT WHERE", {"Content_Type": QUERY}, {400}),
    "an update": ("POST", "/sparql", b"CLEAR ALL", {"Content_Type": QUERY}, {400}),
    "an update by GET": ("GET", "/update?update=CLEAR%20ALL", b"", {}, {405}),
    "a graph that is no IRI": ("GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=a%20b", b"", {}, {400}),
}
# fmt: on


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_refused_in_words(asked: Writable, case: str) -> None:
    method, path, body, headers, statuses = BAD[case]
    reply = asked.send(method, path, body, Authorization="", **headers)
    assert reply.status in statuses
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["detail"]


def test_a_preflight_and_head_are_answered(asked: Writable) -> None:
    origin = {"Origin": "https://example.org", "Access_Control_Request_Method": "POST"}
    assert asked.send("OPTIONS", "/sparql", **origin).headers["access-control-allow-origin"] == "*"
    head = asked.server.ask("/sparql?query=ASK%20%7B%7D", "HEAD", Accept="text/csv")
    assert (head.status, head.body, head.headers["content-type"]) == (200, b"", "text/csv; charset=utf-8")


def test_the_service_describes_itself(asked: Writable) -> None:
    reply = asked.server.ask("/sparql", Accept="text/turtle")
    assert reply.headers["content-type"].startswith("text/turtle")
    assert f"<{asked.server.address}/sparql>" in reply.text
    assert "sparql-service-description#Service" in reply.text or "sd:Service" in reply.text
