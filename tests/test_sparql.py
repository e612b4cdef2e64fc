"""`/sparql` over HTTP: the protocol, every format, errors with their place, and queries meant to do harm."""

import json
import socket
import time
import xml.dom.minidom
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)

from service.formats import GRAPHS, TABLES
from service.store.draft import Draft
from service.store.snapshots import Snapshots
from tests.serving import Reply, Server, serving

A, P = URIRef("http://example.org/a"), URIRef("http://example.org/p")
ONE, TWO = URIRef("http://example.org/1/graph"), URIRef("http://example.org/2/graph")
ODD = URIRef("http://example.org/odd")
SELECT = "SELECT ?s ?o WHERE { ?s ?p ?o FILTER(isIRI(?o)) } ORDER BY ?s ?o LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(isIRI(?o)) }"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("data")

    def change(draft: Draft) -> None:
        numbers = Graph()
        for number in range(300):
            numbers.add((URIRef(f"{A}{number}"), P, URIRef(f"{A}{number + 1}")))
        draft.put(ONE, numbers)
        draft.put(TWO, Graph().add((A, P, TWO)))
        odd = Graph().add((A, P, Literal("line\r\nend"))).add((A, ODD, Literal("form feed \x0c")))
        draft.put(URIRef("http://example.org/3/graph"), odd.add((A, URIRef("http://example.org/9"), A)))

    Snapshots(directory).write(change, "put three graphs")
    return directory


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    with serving(data) as running:
        yield running


def get(server: Server, query: str, accept: str = "*/*", **parameters: str) -> Reply:
    return server.ask(f"/sparql?{urlencode({'query': query, **parameters})}", Accept=accept)


# Formats


@pytest.mark.parametrize("format_", TABLES, ids=lambda format_: format_.name)
def test_a_table_comes_in_the_format_that_is_accepted(server: Server, format_: object) -> None:
    chosen = next(each for each in TABLES if each is format_)
    reply = get(server, SELECT, chosen.media_type)
    assert reply.status == 200
    assert reply.headers["content-type"].split(";")[0] == chosen.media_type
    assert b"http://example.org/a1" in reply.body
    assert b"true" in get(server, "ASK { ?s ?p ?o }", chosen.media_type).body


@pytest.mark.parametrize("format_", GRAPHS, ids=lambda format_: format_.name)
@pytest.mark.parametrize("query", [CONSTRUCT, f"DESCRIBE <{A}1>"])
def test_a_graph_comes_in_the_format_that_is_accepted(server: Server, format_: object, query: str) -> None:
    chosen = next(each for each in GRAPHS if each is format_)
    accept = f"{chosen.media_type}, */*;q=0.1"
    query = query.replace("isIRI(?o)", "isIRI(?o) && ?p != <http://example.org/9>")
    reply = get(server, query, accept)
    assert reply.headers["content-type"].split(";")[0] == chosen.media_type
    triples = {quad.triple for quad in ox.parse(reply.body, format=ox.RdfFormat.from_media_type(chosen.media_type))}
    assert ox.Triple(ox.NamedNode(f"{A}1"), ox.NamedNode(P), ox.NamedNode(f"{A}2")) in triples


WANTED = [
    ("application/json", {}, "application/json"),
    ("text/csv;q=0.5, application/sparql-results+xml", {}, "application/sparql-results+xml"),
    ("*/*", {"format": "csv"}, "text/csv; charset=utf-8"),
    ("*/*", {"output": "xml"}, "application/sparql-results+xml"),
    ("text/csv", {"format": "json", "output": "json", "results": "json"}, "text/csv; charset=utf-8"),
    ("*/*", {"format": "no-such-format"}, "application/sparql-results+json"),
    ("application/sparql-results+json;charset=utf-8;q=0.9", {}, "application/sparql-results+json"),
    ("TEXT/CSV", {}, "text/csv; charset=utf-8"),
    ("text/*", {}, "text/csv; charset=utf-8"),
    ("application/*;q=0.5, text/*;q=0.9", {}, "text/csv; charset=utf-8"),
    ("*/*, application/sparql-results+json;q=0, application/json;q=0", {}, "application/sparql-results+xml"),
    ("text/*, text/csv;q=0", {}, "text/tab-separated-values; charset=utf-8"),
    ("text/turtle, text/csv;q=0.001", {}, "text/csv; charset=utf-8"),
    ("application/sparql-results+xml;q=0.2, application/json;q=0.3", {}, "application/json"),
    ("application/xml", {}, "application/xml; charset=utf-8"),
    ("text/csv, ", {}, "text/csv; charset=utf-8"),
    ("text/csv", {"format": "no-such-format", "output": "xml"}, "text/csv; charset=utf-8"),
    ("text/csv", {"format": "application/sparql-results+xml"}, "text/csv; charset=utf-8"),
    ("*/*", {"format": "application/sparql-results+xml"}, "application/sparql-results+xml"),
    ("*/*", {"format": "no-such-format", "output": "csv"}, "application/sparql-results+json"),
    ("*/*", {"format": "turtle"}, "application/sparql-results+json"),
    (BROWSER, {}, "text/html; charset=utf-8"),
    (BROWSER, {"format": "tsv"}, "text/tab-separated-values; charset=utf-8"),
]


@pytest.mark.parametrize(("accept", "parameters", "content_type"), WANTED)
def test_accept_decides_and_a_parameter_where_it_leaves_it_open(
    server: Server, accept: str, parameters: dict[str, str], content_type: str
) -> None:
    assert get(server, SELECT, accept, **parameters).headers["content-type"] == content_type


GRAPHS_WANTED = [
    ("*/*", {}, "text/turtle; charset=utf-8"),
    ("application/json", {}, "application/json"),
    ("application/ld+json, text/turtle;q=0.9", {}, "application/ld+json"),
    ("application/rdf+xml;q=0.5, application/n-triples;q=0.6", {}, "application/n-triples"),
    ("application/x-turtle", {}, "application/x-turtle"),
    ("text/turtle", {"format": "json-ld", "output": "json-ld"}, "text/turtle; charset=utf-8"),
    ("*/*", {"format": "nt"}, "application/n-triples"),
    ("text/csv, application/trig;q=0.1", {}, "application/trig"),
]


@pytest.mark.parametrize(("accept", "parameters", "content_type"), GRAPHS_WANTED)
def test_accept_decides_for_graphs_too(
    server: Server, accept: str, parameters: dict[str, str], content_type: str
) -> None:
    query = f"CONSTRUCT WHERE {{ <{A}1> <{P}> ?o }}"
    assert get(server, query, accept, **parameters).headers["content-type"] == content_type


@pytest.mark.parametrize(
    ("query", "accept"),
    [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "*/*;q=0"), (SELECT, "text/csv;q=0")],
)
def test_the_form_of_another_kind_of_answer_is_not_given(server: Server, query: str, accept: str) -> None:
    assert get(server, query, accept).status == 406


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_an_answer_is_coded_for_who_asks(server: Server, coding: str) -> None:
    path = f"/sparql?{urlencode({'query': CONSTRUCT.replace('isIRI(?o)', f'?p = <{P}>')})}"
    plain, coded, head = server.ask(path), *(server.ask(path, way, Accept_Encoding=coding) for way in ("GET", "HEAD"))
    assert coded.headers["content-encoding"] == coding
    assert len(coded.body) < len(plain.body)
    assert "accept-encoding" in coded.headers["vary"].lower()
    assert plain.headers["etag"] != coded.headers["etag"] == head.headers["etag"]
    again = server.ask(path, Accept_Encoding=coding, If_None_Match=coded.headers["etag"])
    assert (again.status, again.body) == (304, b"")


# RDF 1.2 and SPARQL 1.2

TERM = '<<( <x:a> <x:b> "c"@en--ltr )>>'
TERMS = [
    ("application/sparql-results+json", '"type":"triple"'),
    ("application/sparql-results+xml", "<triple>"),
    ("text/tab-separated-values", TERM),
    ("text/turtle", TERM),
    ("application/n-triples", TERM),
    ("application/n-quads", TERM),
    ("application/trig", TERM),
    ("application/rdf+xml", 'rdf:parseType="Triple"'),
]


@pytest.mark.parametrize(("accept", "words"), TERMS)
def test_a_triple_term_is_carried(server: Server, accept: str, words: str) -> None:
    form = "SELECT *" if accept in [each.media_type for each in TABLES] else "CONSTRUCT { <x:r> <x:p> ?t }"
    reply = get(server, f'VERSION "1.2" {form} WHERE {{ BIND({TERM} AS ?t) }}', accept)
    assert (reply.status, words in reply.text) == (200, True)


def test_what_json_ld_cannot_carry_is_refused_with_another_way(server: Server) -> None:
    reply = get(server, f"CONSTRUCT {{ <x:r> <x:p> {TERM} }} WHERE {{}}", "application/ld+json")
    assert reply.status == 406
    assert "Turtle" in str(reply.json["detail"])


def test_what_there_is_is_listed_when_nothing_of_it_is_accepted(server: Server) -> None:
    reply = get(server, SELECT, "image/png")
    assert reply.status == 406
    assert "application/sparql-results+json" in str(reply.json["detail"])


@pytest.mark.parametrize("format_", [JSON, XML, CSV, TSV])
@pytest.mark.parametrize(("method", "way"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_reads_tables(server: Server, format_: str, method: str, way: str) -> None:
    wrapper = SPARQLWrapper(f"{server.address}/sparql")
    wrapper.setQuery(SELECT)
    wrapper.setReturnFormat(format_)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(way)
    found = wrapper.queryAndConvert()
    if isinstance(found, dict):
        assert len(found["results"]["bindings"]) == 3
    elif isinstance(found, xml.dom.minidom.Document):
        assert len(found.getElementsByTagName("result")) == 3
    else:
        assert isinstance(found, bytes)
        assert found.count(b"\n") == 4


@pytest.mark.parametrize("format_", [TURTLE, RDFXML, JSONLD])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # inside SPARQLWrapper
def test_sparqlwrapper_reads_graphs(server: Server, format_: str) -> None:
    wrapper = SPARQLWrapper(f"{server.address}/sparql")
    wrapper.setQuery(CONSTRUCT.replace("isIRI(?o)", f"?p = <{P}>"))
    wrapper.setReturnFormat(format_)
    found = wrapper.queryAndConvert()
    graph = Graph().parse(data=found, format="turtle") if isinstance(found, bytes) else found
    assert isinstance(graph, Graph)
    assert len(graph) == 302


def test_xml_keeps_a_carriage_return(server: Server) -> None:
    wrapper = SPARQLWrapper(f"{server.address}/sparql")
    wrapper.setQuery(f"SELECT ?o WHERE {{ <{A}> <{P}> ?o FILTER(isLiteral(?o)) }}")
    wrapper.setReturnFormat(XML)
    found = wrapper.queryAndConvert()
    assert isinstance(found, xml.dom.minidom.Document)
    (literal,) = found.getElementsByTagName("literal")
    assert literal.firstChild
    assert literal.firstChild.nodeValue == "line\r\nend"


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (f"SELECT ?o WHERE {{ <{A}> <{ODD}> ?o }}", "application/sparql-results+xml"),
        (f"CONSTRUCT WHERE {{ <{A}> <{ODD}> ?o }}", "application/rdf+xml"),
        ("CONSTRUCT WHERE { ?s <http://example.org/9> ?o }", "application/rdf+xml"),
    ],
)
def test_what_xml_cannot_carry_is_refused_with_another_way(server: Server, query: str, accept: str) -> None:
    reply = get(server, query, accept)
    assert reply.status == 406
    assert "json" in str(reply.json["detail"])
    assert get(server, query).status == 200


# The protocol


def test_a_query_may_come_in_three_ways(server: Server) -> None:
    form = urlencode({"query": "ASK { ?s ?p ?o }"})
    replies = [
        server.ask(f"/sparql?{form}"),
        server.ask("/sparql", "POST", form.encode(), Content_Type=FORM),
        server.ask("/sparql", "POST", b"ASK { ?s ?p ?o }", Content_Type=QUERY),
        server.ask("/sparql", "POST", b"ASK { ?s ?p ?o }", Content_Type=f"{QUERY}; charset=UTF-8"),
    ]
    assert [reply.json for reply in replies] == [{"head": {}, "boolean": True}] * 4


@pytest.mark.parametrize(
    "body", ["query=ASK{FILTER('é'='%C3%A9')}".encode(), b"query=ASK%7BFILTER('%C3%A9'='%c3%a9')%7D"]
)
def test_a_form_is_utf_8_with_percents_or_without(server: Server, body: bytes) -> None:
    assert server.ask("/sparql", "POST", body, Content_Type=FORM).json["boolean"] is True


GRAPH_QUERY = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
DATASETS = [
    ([("default-graph-uri", str(ONE))], 300),
    ([("default-graph-uri", str(ONE)), ("default-graph-uri", str(TWO))], 301),
    ([("named-graph-uri", str(TWO))], 1),
    ([("default-graph-uri", str(ONE)), ("named-graph-uri", str(TWO))], 301),
    ([("default-graph-uri", "http://example.org/none")], 0),
]


@pytest.mark.parametrize(("parameters", "count"), DATASETS)
@pytest.mark.parametrize("method", ["GET", "POST form", "POST direct"])
def test_the_dataset_of_a_request_decides(
    server: Server, parameters: list[tuple[str, str]], count: int, method: str
) -> None:
    if method == "GET":
        reply = server.ask(f"/sparql?{urlencode([('query', GRAPH_QUERY), *parameters])}")
    elif method == "POST form":
        body = urlencode([("query", GRAPH_QUERY), *parameters]).encode()
        reply = server.ask("/sparql", "POST", body, Content_Type=FORM)
    else:
        reply = server.ask(f"/sparql?{urlencode(parameters)}", "POST", GRAPH_QUERY.encode(), Content_Type=QUERY)
    bindings = json.loads(reply.body)["results"]["bindings"]
    assert bindings[0]["n"]["value"] == str(count)


def test_head_has_the_headers_of_get_and_no_body(server: Server) -> None:
    path = f"/sparql?{urlencode({'query': SELECT})}"
    head, got = server.ask(path, "HEAD"), server.ask(path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["etag"] == got.headers["etag"]


PREFLIGHTS = ["/sparql", "/update", "/graphs?default", "/void", "/nothing"]


@pytest.mark.parametrize("path", PREFLIGHTS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_preflight_is_answered_before_all_else(server: Server, path: str, method: str) -> None:
    wanted = {"Access_Control_Request_Method": method, "Access_Control_Request_Headers": "authorization"}
    reply = server.ask(path, "OPTIONS", None, Origin="https://example.org", **wanted)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert method in reply.headers["access-control-allow-methods"]
    assert "Authorization" in reply.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in reply.headers


def test_any_web_page_may_ask(server: Server) -> None:
    asked = server.ask("/sparql", "OPTIONS", Origin="https://example.org", Access_Control_Request_Method="POST")
    assert asked.status in (200, 204)
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "Content-Type" in asked.headers["access-control-allow-headers"]
    assert get(server, SELECT).headers["access-control-allow-origin"] == "*"


def test_an_answer_carries_disclaimer_licence_and_safety(server: Server) -> None:
    headers = get(server, SELECT).headers
    assert '</about>; rel="terms-of-service"' in headers["link"]
    assert 'rel="license"' in headers["link"]
    assert "accept" in headers["vary"].lower()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_a_known_answer_is_not_sent_again(server: Server) -> None:
    tag = get(server, SELECT).headers["etag"]
    path = f"/sparql?{urlencode({'query': SELECT})}"
    again = server.ask(path, If_None_Match=tag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert server.ask(path, If_None_Match=tag, Accept="text/csv").status == 200
    assert get(server, SELECT + " ").headers["etag"] != tag


def test_a_new_snapshot_makes_new_answers(data: Path, server: Server) -> None:
    before = get(server, "ASK { ?s <http://example.org/later> ?o }")
    graph = Graph().add((A, URIRef("http://example.org/later"), A))
    Snapshots(data).write(lambda draft: draft.put(URIRef("http://example.org/4/graph"), graph), "put a graph")
    after = get(server, "ASK { ?s <http://example.org/later> ?o }")
    assert (before.json["boolean"], after.json["boolean"]) == (False, True)
    assert before.headers["etag"] != after.headers["etag"]


# Errors

WRONG: list[tuple[str, str, bytes | None, dict[str, str], int, str]] = [
    ("GET", "/sparql", None, {"Accept": "application/sparql-results+json"}, 400, "exactly one"),
    ("GET", "/sparql?default-graph-uri=x:y", None, {}, 400, "exactly one"),
    ("GET", "/sparql?query=ASK{}&query=ASK{}", None, {}, 400, "exactly one"),
    ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=relative", None, {}, 400, "not an absolute IRI"),
    ("GET", "/sparql?update=DROP+ALL", None, {}, 400, "no updates"),
    ("GET", "/sparql?query=DROP+ALL", None, {}, 400, "DROP is an update"),
    ("POST", "/sparql", b"update=DROP+ALL", {"Content_Type": FORM}, 400, "no updates"),
    ("POST", "/sparql", b"DROP ALL", {"Content_Type": "application/sparql-update"}, 400, "no updates"),
    ("POST", "/sparql", b"ASK {}", {"Content_Type": "text/plain"}, 415, QUERY),
    ("POST", "/sparql", b"ASK {}", {"Content_Type": f"{QUERY};charset=latin-1"}, 415, "UTF-8"),
    ("POST", "/sparql", b"query=ASK{}", {"Content_Type": f"{FORM}; charset=iso-8859-1"}, 415, "UTF-8"),
    ("POST", "/sparql", b"ASK { }", {"Content_Type": f'{QUERY}; charset="utf-16"'}, 415, "UTF-8"),
    ("POST", "/sparql", b"ASK { '\xff' }", {"Content_Type": QUERY}, 400, "byte 7"),
    ("PUT", "/sparql", b"", {}, 405, "not allowed"),
    ("DELETE", "/sparql", None, {}, 405, "not allowed"),
    ("GET", "/sparql?query=ASK%7B%7D&x=" + "x" * 61_000, None, {}, 414, "POST"),
    ("POST", "/sparql", b"ASK {} #" + b"x" * 300_000, {"Content_Type": QUERY}, 413, "characters"),
]


@pytest.mark.parametrize(("method", "path", "body", "headers", "status", "words"), WRONG, ids=lambda v: str(v)[:40])
def test_a_wrong_request_is_told_what_is_wrong(
    server: Server, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int, words: str
) -> None:
    reply = server.ask(path, method, body, **headers)
    assert (reply.status, reply.json["status"]) == (status, status)
    assert reply.headers["content-type"] == "application/problem+json"
    assert words in str(reply.json["detail"])
    assert_discreet(reply)


def assert_discreet(reply: Reply) -> None:
    """No traceback and no path of the server."""
    assert not any(word in reply.text for word in ("Traceback", ".py", "site-packages", "/tmp", "gen-"))  # noqa: S108


MALFORMED = [
    ("SELECT ?s\nWHERE { ?s ?p }", 2, 16, "WHERE { ?s ?p }"),
    ("rubbish", 1, 8, "rubbish"),
    ("", 1, 1, ""),
    ("SELECT * { ?s nope:p ?o }", 1, 15, "SELECT * { ?s nope:p ?o }"),
    ("ASK { ?s ?p 'é😀' . ]", 1, 21, "ASK { ?s ?p 'é😀' . ]"),
    ("\x00\x01\x02", 1, 4, "\x00\x01\x02"),
]


@pytest.mark.parametrize(("query", "line", "column", "text"), MALFORMED, ids=repr)
def test_a_malformed_query_is_400_with_its_place(server: Server, query: str, line: int, column: int, text: str) -> None:
    reply = server.ask("/sparql", "POST", query.encode(), Content_Type=QUERY)
    assert reply.status == 400
    assert (reply.json["line"], reply.json["text"]) == (line, text)
    assert reply.json["column"] == column
    assert f"Line {line}, column" in str(reply.json["detail"])
    assert_discreet(reply)


def test_a_browser_reads_an_error_as_a_page_with_its_query(server: Server) -> None:
    reply = get(server, "SELECT <script>", BROWSER)
    assert (reply.status, reply.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "SELECT &lt;script&gt;" in reply.text
    assert "<script>" not in reply.text


def test_a_browser_reads_answers_as_pages(server: Server) -> None:
    assert "<form" in server.ask("/sparql", Accept=BROWSER).text
    for query in (SELECT, CONSTRUCT):
        assert "http://example.org/a" in get(server, query, BROWSER).text


# Harm

HARMFUL = [
    "SELECT * {" + "{" * 10_000 + "?s ?p ?o" + "}" * 10_000 + "}",
    "ASK { FILTER(" + "(" * 10_000 + "1" + ")" * 10_000 + ") }",
    "ASK { FILTER(" + "!" * 50_000 + "1) }",
    "ASK { FILTER(1" + "+1" * 50_000 + ") }",
    "ASK {" + "OPTIONAL{}" * 10_000 + "}",
    "ASK { ?s ?p " + "[ ?p " * 5_000 + "1" + "]" * 5_000 + " }",
    "ASK { FILTER(?a<?b&&'>'='x') " + "{" * 100_000 + " #'\n",
    "ASK { SERVICE <{url}/sparql> { ?s ?p ?o } }",
    "PREFIX : <{url}/> ASK { SERVICE:sparql { ?s ?p ?o } }",
    "ASK { FILTER(?a<?b&&'>'='x')SERVICE <{url}/sparql> {} #'\n}",
    "LOAD <{url}/ontology>",
    "LOAD <file:///etc/passwd>",
]


@pytest.mark.parametrize("template", HARMFUL, ids=lambda template: template[:40])
def test_a_harmful_query_is_refused_and_the_next_is_answered(server: Server, template: str) -> None:
    query = template.replace("{url}", server.address)
    reply = server.ask("/sparql", "POST", query.encode(), Content_Type=QUERY)
    assert reply.status in (400, 403, 413)
    assert_discreet(reply)
    assert get(server, "ASK { ?s ?p ?o }").status == 200


def test_from_never_reads_what_is_not_in_the_store(server: Server) -> None:
    for source in ("file:///etc/passwd", f"{server.address}/ontology"):
        query = "SELECT * FROM <{source}> FROM NAMED <{source}> WHERE { ?s ?p ?o }".replace("{source}", source)
        reply = get(server, query, "text/csv")
        assert reply.text == "s,p,o\r\n"


def test_pages_answer_while_queries_are_slow(server: Server) -> None:
    slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f FILTER(CONCAT(STR(?a), STR(?d)) < 'a') }"
    with ThreadPoolExecutor(6) as clients:
        running = [clients.submit(get, server, f"{slow} #{number}") for number in range(6)]
        time.sleep(0.1)
        began = time.monotonic()
        assert server.ask("/", Accept=BROWSER).status == 200
        assert time.monotonic() - began < 2
        assert all(each.result().status == 200 for each in running)


UNFINISHED = [
    b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    b"",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 999\r\n\r\nASK",
]


@pytest.mark.parametrize("sent", UNFINISHED, ids=["half a header", "silence", "half a body"])
def test_clients_that_never_finish_keep_nobody_out(server: Server, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(100):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(sent)
        time.sleep(0.2)
        began = time.monotonic()
        assert get(server, "ASK { ?s ?p ?o }").status == 200
        assert time.monotonic() - began < 2
