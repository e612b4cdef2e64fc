"""SERVICE over two real servers on the loopback, and others that redirect, stall, never end or lead elsewhere."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions, Store
from rdflib import Graph, Literal, URIRef

from service.app import create_app
from service.errors import FederationFailed, RefusedQuery
from service.federation.clauses import clauses
from service.federation.rewriting import answered
from service.federation.transport import Rules
from service.settings import Settings
from service.store.snapshots import Snapshots
from tests.others import PATHS, Other, listening, rows

EG = "PREFIX eg: <https://w3id.org/etiograph/ontology#> PREFIX id: <https://w3id.org/etiograph/id/>"


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    with listening() as server:
        yield server


@pytest.fixture(scope="module")
def rules(other: Other) -> Rules:
    return Rules(tuple(f"{other.url}/{path}" for path in PATHS), seconds=0.5, bytes=1_000_000, rows=200)


@pytest.fixture(scope="module")
def client(other: Other, address: str, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A service that may ask the built-in article's server and the hostile one."""
    data = tmp_path_factory.mktemp("federating")
    graph = Graph().add((URIRef("https://w3id.org/etiograph/id/hypocalcemia"), URIRef("x:seen"), Literal("here")))
    graph.add((URIRef("x:near"), URIRef("x:p"), Literal("a SERVICE <x:y> { in a text }")))
    Snapshots(data).write(lambda draft: draft.put(URIRef("x:g"), graph))
    listed = (f"{address}/sparql", *(f"{other.url}/{path}" for path in PATHS))
    return create_app(Settings(data=data, federation=listed, federation_seconds=5)).test_client()


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


@given(st.text(alphabet="SERVICE service{}<>:?'\"# \n\\ax", max_size=60))
def test_any_text_is_searched_for_clauses_without_harm(text: str) -> None:
    try:
        found = clauses(text)
    except RefusedQuery:
        return
    for clause in found:
        assert text[clause.start : clause.start + 7].upper() == "SERVICE"
        assert text[clause.end - 1] == "}"
