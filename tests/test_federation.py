"""SERVICE over two real servers on the loopback, and others that redirect, stall, never end or lead elsewhere."""

import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal as EngineLiteral
from pyoxigraph import QuerySolutions, Store
from rdflib import Graph, Literal, URIRef

from service.app import create_app
from service.errors import FederationFailed, RefusedQuery
from service.federation.clauses import clauses
from service.federation.destination import destination, is_public, resolved
from service.federation.rewriting import answered
from service.federation.solutions import term, values
from service.federation.transport import Rules, fetch
from service.settings import Settings, WrongSettings, read_settings, settings_of
from service.store.snapshots import Snapshots

JSON = "application/sparql-results+json"
EG = "PREFIX eg: <https://w3id.org/etiograph/ontology#> PREFIX id: <https://w3id.org/etiograph/id/>"
ONE_ROW = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "x:far"}}]}})


class Hostile(http.server.BaseHTTPRequestHandler):
    """Answers as its path says; what was asked of it is kept in `server.asked`."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.asked.append(body)  # type: ignore[attr-defined]  # a list the fixture puts there
        getattr(self, f"answer_{self.path.strip('/').partition('?')[0]}")()

    do_GET = do_POST  # noqa: N815 -- the name is that of http.server

    def answer(self, body: bytes, status: int = 200, kind: str = JSON, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_good(self) -> None:
        self.answer(ONE_ROW.encode())

    def answer_turtle(self) -> None:
        self.answer(b"<x:a> <x:b> <x:c> .", kind="text/turtle; charset=utf-8")

    def answer_nothing(self) -> None:
        self.answer(b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}')

    def answer_blanks(self) -> None:
        rows = [{"x": {"type": "bnode", "value": name}} for name in ("a", "b", "a")]
        self.answer(json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode())

    def answer_redirect(self) -> None:
        self.answer(b"", 302, Location=f"http://127.0.0.1:{self.headers['Host'].rpartition(':')[2]}/good")

    def answer_failing(self) -> None:
        self.answer(b"secret of the other", 500)

    def answer_page(self) -> None:
        self.answer(b"<html>", kind="text/html")

    def answer_rubbish(self) -> None:
        self.answer(b"{" * 100_000)

    def answer_coded(self) -> None:
        self.answer(ONE_ROW.encode(), Content_Encoding="gzip")

    def answer_cut(self) -> None:
        self.answer(ONE_ROW.encode()[:40], Content_Length="400")
        self.close_connection = True

    def answer_slow(self) -> None:
        self.drip(ONE_ROW.encode() + b" " * 1000)

    def answer_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            return  # as it should be: nobody listens any more

    def answer_rows(self) -> None:
        rows = [{"x": {"type": "literal", "value": str(number)}} for number in range(300)]
        self.answer(json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode())

    def drip(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        try:
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            return  # the same

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Other(http.server.ThreadingHTTPServer):
    """Another service, with what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[Hostile] = Hostile) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    with Other() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


PATHS = [
    "good",
    "nothing",
    "blanks",
    "redirect",
    "failing",
    "page",
    "rubbish",
    "coded",
    "cut",
    "slow",
    "endless",
    "rows",
]


@pytest.fixture(scope="module")
def rules(other: Other) -> Rules:
    return Rules(tuple(f"{other.url}/{path}" for path in (*PATHS, "turtle")), seconds=0.5, bytes=1_000_000, rows=200)


@pytest.fixture(scope="module")
def client(other: Other, address: str, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A service that may ask the built-in article's server and the hostile one."""
    data = tmp_path_factory.mktemp("federating")
    graph = Graph().add((URIRef("https://w3id.org/etiograph/id/hypocalcemia"), URIRef("x:seen"), Literal("here")))
    graph.add((URIRef("x:near"), URIRef("x:p"), Literal("a SERVICE <x:y> { in a text }")))
    Snapshots(data).write(lambda draft: draft.put(URIRef("x:g"), graph))
    listed = (f"{address}/sparql", *(f"{other.url}/{path}" for path in PATHS))
    return create_app(Settings(data=data, federation=listed, federation_seconds=5)).test_client()


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    reply = client.post("/sparql", data={"query": query}, headers={"Accept": JSON})
    assert reply.status_code == 200, reply.get_json()
    found = json.loads(reply.data)["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in found]


# Two services

JOINED = [
    ("?c <x:seen> ?seen . SERVICE <{far}> {{ ?t eg:testFor ?c }}", 3),
    ("SERVICE <{far}> {{ ?t eg:testFor ?c }} ?c <x:seen> ?seen .", 3),
    ("?c <x:seen> ?seen . OPTIONAL {{ SERVICE <{far}> {{ ?t eg:noSuchThing ?c }} }}", 1),
    ("?c <x:seen> ?seen . SERVICE <{far}> {{ ?t eg:noSuchThing ?c }}", 0),
    ("{{ ?c <x:seen> ?seen }} UNION {{ SERVICE <{far}> {{ ?t eg:testFor id:hypocalcemia }} }}", 4),
    ("?c <x:seen> ?seen . SERVICE <{far}> {{ SELECT ?c (COUNT(*) AS ?n) {{ ?t eg:testFor ?c }} GROUP BY ?c }}", 1),
    ("?c <x:seen> ?seen . FILTER EXISTS {{ SERVICE <{far}> {{ ?t eg:testFor ?c }} }}", 1),
    ("?c <x:seen> ?seen . MINUS {{ SERVICE <{far}> {{ ?t eg:testFor ?c }} }}", 0),
    ("?c <x:seen> ?seen . SERVICE <{far}> {{ id:hypocalcemia eg:causes id:nocturnal-calf-cramp }}", 1),
    ("?c <x:seen> ?seen . SERVICE <{far}> {{ id:hypocalcemia eg:causes id:hypocalcemia }}", 0),
    ("SERVICE SILENT <{far}> {{ ?t eg:testFor ?c }} SERVICE <{far}> {{ ?c eg:causes ?s }} ?c <x:seen> ?seen", 3),
    ("SERVICE <{far}> {{ ?t eg:testFor ?c # a comment with }} a brace\n }} ?c <x:seen> ?seen", 3),
    ("?c <x:seen> ?seen . SERVICE <{far}> {{ ?t eg:testFor ?c FILTER(STR(?t) != '}} SERVICE {{') }}", 3),
]


@pytest.mark.parametrize(("pattern", "count"), JOINED)
def test_what_another_service_says_is_joined(client: FlaskClient, address: str, pattern: str, count: int) -> None:
    query = f"{EG} SELECT * WHERE {{ {pattern.format(far=f'{address}/sparql')} }}"
    assert len(rows(client, query)) == count


def test_the_endpoint_may_be_a_prefixed_name(client: FlaskClient, address: str) -> None:
    query = f"PREFIX far: <{address}/> {EG} SELECT * {{ SERVICE far:sparql {{ ?t eg:testFor id:hypocalcemia }} }}"
    assert len(rows(client, query)) == 3


def test_the_pattern_travels_with_its_prefixes_and_nothing_else(client: FlaskClient, other: Other) -> None:
    other.asked.clear()
    query = f"PREFIX e: <http://e/> SELECT * {{ ?secret ?q 'mine' . SERVICE <{other.url}/good> {{ ?x e:p ?y }} }}"
    rows(client, query)
    (sent,) = other.asked
    assert sent.split() == ["PREFIX", "e:", "<http://e/>", "SELECT", "*", "WHERE", "{", "?x", "e:p", "?y", "}"]


def test_blank_nodes_of_one_answer_stay_apart_and_together(client: FlaskClient, other: Other) -> None:
    found = rows(client, f"SELECT ?x WHERE {{ SERVICE <{other.url}/blanks> {{ ?x ?p ?o }} }}")
    assert [row["x"] == found[0]["x"] for row in found] == [True, False, True]
    assert all(row["x"].startswith("urn:etiograph:blank:") for row in found)


def test_the_page_shows_the_query_as_it_was_written(client: FlaskClient, other: Other) -> None:
    query = f"SELECT ?x WHERE {{ SERVICE <{other.url}/good> {{ ?x ?p ?o }} }}"
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"}).text
    assert "SERVICE" in page
    assert "{ VALUES (?x)" not in page
    assert "x:far" in page


def test_an_error_after_a_clause_is_at_its_line(client: FlaskClient, other: Other) -> None:
    rest = "{\n  ?x ?p ?o\n } ?a no:p ?b\n}"
    places = []
    for clause in ("", f"SERVICE <{other.url}/good> "):
        found = client.post("/sparql", data={"query": f"SELECT * WHERE {{\n {clause}{rest}"}).get_json()
        places.append((found["status"], found["line"], found["column"]))
    assert places == [(400, 4, 12)] * 2


# What goes wrong

FAILURES = {
    "redirect": "redirects are not followed",
    "failing": "status 500",
    "page": "text/html",
    "rubbish": "not SPARQL JSON",
    "coded": "compressed",
    "cut": "",
    "slow": "too long",
    "endless": "larger than",
    "rows": "more than 200 rows",
}


@pytest.mark.parametrize(("path", "words"), FAILURES.items(), ids=FAILURES)
def test_a_service_that_fails_is_named_with_the_reason(other: Other, rules: Rules, path: str, words: str) -> None:
    query = f"SELECT * WHERE {{ SERVICE <{other.url}/{path}> {{ ?x ?p ?o }} }}"
    with pytest.raises(FederationFailed, match=path) as failure:
        answered(query, rules)
    assert words in str(failure.value)
    assert "secret" not in str(failure.value)
    silent = answered(query.replace("SERVICE", "SERVICE SILENT"), rules)
    assert "SERVICE" not in silent
    assert len(list(solutions(silent))) == 1


def solutions(query: str) -> list[object]:
    found = Store().query(query)
    assert isinstance(found, QuerySolutions)
    return list(found)


def test_a_failure_is_502_over_http(client: FlaskClient, other: Other) -> None:
    reply = client.post("/sparql", data={"query": f"SELECT * {{ SERVICE <{other.url}/failing> {{ ?x ?p ?o }} }}"})
    assert (reply.status_code, reply.mimetype) == (502, "application/problem+json")


def test_others_who_are_slow_never_hold_all_threads(other: Other, rules: Rules) -> None:
    query = f"SELECT * WHERE {{ SERVICE <{other.url}/slow> {{ ?x ?p ?o }} }}"
    patient = replace(rules, seconds=2)

    def asked() -> str:
        with pytest.raises(FederationFailed) as failure:
            answered(query, patient)
        return str(failure.value)

    with ThreadPoolExecutor(20) as clients:
        said = [each.result() for each in [clients.submit(asked) for _ in range(20)]]
    assert sum("too many" in each for each in said) >= 4
    assert "too long" in asked()


def test_nobody_at_the_address_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        closed = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    with pytest.raises(FederationFailed, match="cannot be reached"):
        answered(f"SELECT * {{ SERVICE <{closed}> {{ ?x ?p ?o }} }}", Rules((closed,), seconds=2))


# Who may be asked


def refused_variants(url: str) -> list[str]:
    port = url.rpartition(":")[2]
    return [
        f"http://localhost:{port}/good",
        f"http://127.0.0.1.nip.io:{port}/good",
        f"http://2130706433:{port}/good",
        f"http://0177.0.0.1:{port}/good",
        f"http://0x7f.1:{port}/good",
        f"http://[::ffff:127.0.0.1]:{port}/good",
        f"http://user@127.0.0.1:{port}/good",
        f"http://127.0.0.1:{port}@example.org/good",
        f"http://127.0.0.1:{port}/good?x",
        f"http://127.0.0.1:{port}/good#x",
        f"http://127.0.0.1:{port}/other",
        f"http://127.0.0.1:{port}/./good",
        f"HTTP://127.0.0.1:{port}/good",
        "http://127.0.0.1:1/good",
        "http://127.0.0.1/good",
        "file:///etc/passwd",
        "good",
        "",
    ]


def test_only_the_very_addresses_of_the_list_are_asked(client: FlaskClient, other: Other) -> None:
    other.asked.clear()
    for url in refused_variants(other.url):
        for word in ("SERVICE", "SERVICE SILENT"):
            reply = client.post("/sparql", data={"query": f"SELECT * {{ {word} <{url}> {{ ?x ?p ?o }} }}"})
            assert reply.status_code == 400, url
    assert other.asked == []


REFUSED = [
    ("SELECT * {{ ?e ?p ?o . SERVICE ?e {{ ?x ?p ?o }} }}", "variable"),
    ("SELECT * {{ SERVICE SILENT ?e {{ ?x ?p ?o }} }}", "variable"),
    ("SELECT * {{ SERVICE <{good}> {{ SERVICE <{good}> {{ ?x ?p ?o }} }} }}", "within another"),
    ("SELECT * {{ SERVICE <{good}> {{ ?x ?p ?o ", "brace"),
    ("SELECT * {{ SERVICE <{good}> ?x ?p ?o }}", "braces"),
    ("SELECT * {{ SERVICE", "braces"),
    ("PREFIX : <{base}/> SELECT * {{ SERVICE:good {{ ?x ?p ?o }} }}", "spaces"),
    ("SELECT * {{ SERVICE no:prefix {{ ?x ?p ?o }} }}", "names no endpoint"),
    ("SELECT * {{ " + "SERVICE <{good}> {{ ?x ?p ?o }} " * 11 + "}}", "11 SERVICE clauses"),
    ("ASK {{ FILTER(?a<?b&&'>'='x')SERVICE <{good}> {{}} #'\n}}", ""),
]


@pytest.mark.parametrize(("query", "words"), REFUSED)
def test_a_clause_that_could_lead_anywhere_is_refused(
    client: FlaskClient, other: Other, query: str, words: str
) -> None:
    reply = client.post("/sparql", data={"query": query.format(good=f"{other.url}/good", base=other.url)})
    assert reply.status_code == 400
    assert words in reply.get_json()["detail"]


def test_without_a_list_nobody_is_asked(tmp_path: Path, other: Other) -> None:
    Snapshots(tmp_path).write(lambda store: None)
    other.asked.clear()
    client = create_app(Settings(data=tmp_path)).test_client()
    for word in ("SERVICE", "SERVICE SILENT"):
        reply = client.post("/sparql", data={"query": f"SELECT * {{ {word} <{other.url}/good> {{ ?x ?p ?o }} }}"})
        assert reply.status_code == 403
    assert other.asked == []


LEADS = {
    "127.0.0.1": False,
    "127.8.8.8": False,
    "0.0.0.0": False,  # noqa: S104 -- an address to refuse, nothing listens there
    "10.1.2.3": False,
    "172.16.0.1": False,
    "192.168.1.1": False,
    "100.64.0.1": False,
    "169.254.169.254": False,
    "224.0.0.1": False,
    "255.255.255.255": False,
    "::1": False,
    "::": False,
    "fe80::1%eth0": False,
    "fd00::1": False,
    "ff02::1": False,
    "::ffff:10.0.0.1": False,
    "2002:7f00:1::": False,
    "64:ff9b::a00:1": False,
    "not an address": False,
    "93.184.215.14": True,
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c": True,
    "::ffff:93.184.215.14": True,
}


@pytest.mark.parametrize(("address", "public"), LEADS.items(), ids=LEADS)
def test_a_name_may_only_lead_to_the_public_web(address: str, public: bool) -> None:
    assert is_public(address) is public
    to = destination("https://health.example/sparql")
    if public:
        assert resolved(to, lambda host, port: [address], 5) == address
    else:
        with pytest.raises(FederationFailed, match="public"):
            resolved(to, lambda host, port: ["93.184.215.14", address], 5)


def test_a_name_is_resolved_once_and_never_again(other: Other) -> None:
    """Whoever answers a second look-up with a private address is not asked a second time."""
    port = other.url.rpartition(":")[2]
    url = f"http://health.example:{port}/good"
    looked_up: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    other.asked.clear()
    with pytest.raises(FederationFailed, match="public"):
        answered(f"SELECT * {{ SERVICE <{url}> {{ ?x ?p ?o }} }}", Rules((url,), resolver=resolver))
    listed = f"http://localhost:{port}/good"
    answered(f"SELECT * {{ SERVICE <{listed}> {{ ?x ?p ?o }} }}", Rules((listed,), resolver=resolver))
    assert looked_up == ["health.example", "localhost"]
    assert len(other.asked) == 1


def test_a_name_that_is_not_found_in_time_is_given_up(other: Other) -> None:
    found = threading.Event()

    def resolver(host: str, port: int) -> list[str]:
        found.wait(10)
        return ["127.0.0.1"]

    url = f"http://localhost:{other.url.rpartition(':')[2]}/good"
    try:
        with pytest.raises(FederationFailed, match="looking up its name took too long"):
            fetch(url, Rules((url,), seconds=0.1, resolver=resolver), "*/*")
    finally:
        found.set()


WRONG_ADDRESSES = [
    "ftp://example.org/", "file:///etc/passwd", "https://", "example.org", "https://user:word@example.org/",
    "https://@example.org/", "https://example.org/#x", "https://example.org:99999/", "https://example.org/a\rb",
    "https://exämple.org/", "https://example.org\\@127.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", WRONG_ADDRESSES)
def test_an_address_that_cannot_be_asked_is_no_setting(url: str) -> None:
    with pytest.raises(WrongSettings):
        settings_of({"federation": (url,)})


def test_the_list_is_written_with_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETIOGRAPH_FEDERATION", "https://a.example/sparql  https://b.example/query?x=1,2")
    assert read_settings().federation == ("https://a.example/sparql", "https://b.example/query?x=1,2")


# LOAD


def test_a_document_of_the_list_is_fetched(other: Other, rules: Rules) -> None:
    found = fetch(f"{other.url}/turtle", rules, "text/turtle")
    assert (found.media_type, found.body) == ("text/turtle", b"<x:a> <x:b> <x:c> .")


def test_no_other_document_is_fetched(other: Other, rules: Rules) -> None:
    for url in (f"{other.url}/elsewhere", "file:///etc/passwd"):
        with pytest.raises(RefusedQuery):
            fetch(url, rules, "text/turtle")
    with pytest.raises(FederationFailed, match="redirects"):
        fetch(f"{other.url}/redirect", rules, "text/turtle")


# Solutions

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
        values(body, 10, "x:")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_literal_comes_through(text: str) -> None:
    value = {"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "literal", "value": text}}]}}
    found = Store().query(f"SELECT * {{ {values(json.dumps(value).encode(), 1, 'x:')} }}")
    assert isinstance(found, QuerySolutions)
    assert [row["a"] for row in found] == [EngineLiteral(text)]


def test_triple_terms_come_through() -> None:
    a = {"type": "uri", "value": "x:a"}
    value = {"type": "triple", "value": {"subject": a, "predicate": a, "object": {"type": "literal", "value": "b"}}}
    assert term(value, "") == '<<( <x:a> <x:a> "b" )>>'


@given(st.text(alphabet="SERVICE service{}<>:?'\"# \n\\ax", max_size=60))
def test_any_text_is_searched_for_clauses_without_harm(text: str) -> None:
    try:
        found = clauses(text)
    except RefusedQuery:
        return
    for clause in found:
        assert text[clause.start : clause.start + 7].upper() == "SERVICE"
        assert text[clause.end - 1] == "}"
