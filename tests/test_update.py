"""`/update`: the cases of SPARQL 1.1 Protocol, section 2.2, what a refused update leaves, and what articles keep."""

import gzip
import json
import os
import random
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import POST, POSTDIRECTLY, URLENCODED, SPARQLWrapper

from ontology.iris import Iris
from ontology.terms import EG
from service.tokens import Limits
from service.writing.operations import reading, using
from tests.serving import Reply, Server, free_port, start, wait_for
from tests.writers import FORM, TOKEN, UPDATE, Writable, fill, writable

LIMITS = Limits(100_000, 100)
INSERT = "INSERT DATA { GRAPH <http://example.org/case> { <http://example.org/s> <http://example.org/p> 'case' } }"
WHERE = "INSERT { GRAPH <http://example.org/c> { ?s ?p ?o } } WHERE { ?s ?p ?o }"


def form(**parameters: object) -> str:
    return urlencode(parameters, doseq=True)


# The protocol

GOOD: dict[str, tuple[str, str, str]] = {
    "by form": ("/update", FORM, form(update=INSERT)),
    "by form with a charset": ("/update", f"{FORM}; charset=UTF-8", form(update=INSERT)),
    "by form without percents": ("/update", FORM, f"update={INSERT}"),
    "directly": ("/update", UPDATE, INSERT),
    "directly with a charset": ("/update", f"{UPDATE};charset=utf-8", INSERT),
    "with a dataset in the form": ("/update", FORM, form(update=WHERE, **{"using-graph-uri": "http://example.org/a"})),
    "with a dataset in the address": ("/update?using-named-graph-uri=http://example.org/a", UPDATE, WHERE),
    "with nothing to do": ("/update", UPDATE, ""),
    "a relative IRI": ("/update", UPDATE, "INSERT DATA { GRAPH <http://example.org/r> { <a> <b> <c> } }"),
}
BAD: dict[str, tuple[str, str, str | bytes, int]] = {
    "no update": ("/update", FORM, form(), 400),
    "two updates": ("/update", FORM, form(update=[INSERT, INSERT]), 400),
    "a query": ("/update", FORM, form(query="ASK {}"), 400),
    "a query in the place of an update": ("/update", UPDATE, "ASK {}", 400),
    "a query beside it": ("/update", FORM, form(update=INSERT, query="ASK {}"), 400),
    "the update in the address": (f"/update?{form(update=INSERT)}", UPDATE, "", 400),
    "another charset": ("/update", f"{UPDATE}; charset=utf-16", INSERT, 415),
    "another charset in a form": ("/update", f"{FORM}; charset=latin-1", form(update=INSERT), 415),
    "another media type": ("/update", "text/plain", INSERT, 415),
    "syntax": ("/update", UPDATE, "INSERT DATA { <http://example.org/s> }", 400),
    "USING beside a dataset": (
        "/update?using-graph-uri=http://example.org/a",
        UPDATE,
        "INSERT { ?s ?p ?o } USING <http://example.org/b> WHERE { ?s ?p ?o }",
        400,
    ),
    "WITH beside a dataset": (
        "/update?using-named-graph-uri=http://example.org/a",
        UPDATE,
        "WITH <http://example.org/b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        400,
    ),
    "a dataset of a relative IRI": ("/update?using-graph-uri=a", UPDATE, WHERE, 400),
    "a graph that exists": (
        "/update",
        UPDATE,
        "CREATE GRAPH <http://example.org/c1>; CREATE GRAPH <http://example.org/c1>",
        409,
    ),
    "bytes that are not UTF-8": ("/update", UPDATE, b"INSERT DATA { <a:b> <a:c> '\xff' }", 400),
    "bytes that are not UTF-8 in a form": ("/update", FORM, b"update=%FF", 400),
}


@pytest.mark.parametrize("case", GOOD)
def test_an_update_is_carried_out(writing: Writable, case: str) -> None:
    path, media_type, body = GOOD[case]
    reply = writing.send("POST", path, body, Content_Type=media_type)
    assert (reply.status, reply.body) == (204, b"")


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_update_is_refused_and_leaves_nothing(writing: Writable, case: str) -> None:
    path, media_type, body, status = BAD[case]
    before = writing.snapshot
    reply = writing.send("POST", path, body, Content_Type=media_type)
    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    assert reply.json["detail"]
    assert writing.snapshot == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_post_updates(writing: Writable, method: str) -> None:
    reply = writing.send(method, f"/update?{form(update='CLEAR ALL')}")
    assert reply.status == 405
    assert "POST" in reply.headers["allow"]


def test_an_update_is_sent_to_its_own_address(writing: Writable) -> None:
    reply = writing.send("POST", "/sparql", INSERT, Content_Type=UPDATE)
    assert reply.status == 400
    assert "/update" in str(reply.json["detail"])


def test_who_accepts_json_is_told_the_snapshot(writing: Writable) -> None:
    reply = writing.send("POST", "/update", f"{INSERT};{INSERT}", Content_Type=UPDATE, Accept="application/json")
    assert reply.status == 200
    assert reply.json["operations"] == 2
    assert reply.json["snapshot"] == writing.server.ask("/health").json["snapshot"]


def test_an_error_has_its_place_even_where_clauses_were_put_in(writing: Writable) -> None:
    text = "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }; DELETE { ?s ?p ?o } WHERE { ?s oops:a ?o }"
    for parameters in ("", "?using-graph-uri=http://example.org/a"):
        reply = writing.send("POST", f"/update{parameters}", text, Content_Type=UPDATE)
        assert (reply.json["line"], reply.json["text"]) == (1, text)
        assert text[int(str(reply.json["column"])) - 1 :].startswith("oops:a")


def test_a_sequence_is_carried_out_whole_or_not_at_all(writing: Writable) -> None:
    text = "INSERT DATA { <http://example.org/half> a <http://example.org/C> }; DROP GRAPH <http://example.org/none>"
    before = writing.snapshot
    assert writing.update(text).status == 409
    assert writing.snapshot == before
    assert not writing.holds("<http://example.org/half> ?p ?o")


def test_a_dataset_of_the_request_counts_for_every_operation(writing: Writable) -> None:
    writing.put("http://example.org/u1", "<http://example.org/x> <http://example.org/in> 1 .")
    writing.put("http://example.org/u2", "<http://example.org/y> <http://example.org/in> 2 .")
    copy = "INSERT { GRAPH <http://example.org/u3> { ?s ?p ?o } } WHERE { %s }"
    text = "; ".join((copy % "?s ?p ?o", copy % "GRAPH ?g { ?s ?p ?o }"))
    graphs: dict[str, str | list[str]] = {
        "using-graph-uri": "http://example.org/u1",
        "using-named-graph-uri": "http://example.org/u2",
    }
    assert writing.update(text, **graphs).status == 204
    for thing in "xy":
        assert writing.holds(f"GRAPH <http://example.org/u3> {{ <http://example.org/{thing}> ?p ?o }}")


def test_writes_to_named_graphs_and_the_default_graph_do_not_leak(writing: Writable) -> None:
    writing.update(
        "INSERT DATA { GRAPH <http://example.org/l> { <http://example.org/l1> a 1 } <http://example.org/l2> a 2 }"
    )
    assert not writing.holds("<http://example.org/l1> ?p ?o")
    assert not writing.holds("GRAPH ?g { <http://example.org/l2> ?p ?o }")
    assert writing.holds("<http://example.org/l2> ?p ?o")
    writing.update("DELETE WHERE { <http://example.org/l2> ?p ?o }")


def test_changes_at_the_same_time_are_all_made(writing: Writable) -> None:
    texts = [
        f"INSERT DATA {{ GRAPH <http://example.org/many> {{ <http://example.org/m> a {number} }} }}"
        for number in range(8)
    ]
    with ThreadPoolExecutor(8) as pool:
        assert {reply.status for reply in pool.map(writing.update, texts)} == {204}
    for number in range(8):
        assert writing.holds(f"GRAPH <http://example.org/many> {{ ?s a {number} }}")


# Clients


@pytest.mark.parametrize("way", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_updates(writing: Writable, way: str) -> None:
    client = SPARQLWrapper(f"{writing.server.address}/sparql", updateEndpoint=f"{writing.server.address}/update")
    client.setMethod(POST)
    client.setRequestMethod(way)
    client.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    client.setQuery(f"INSERT DATA {{ GRAPH <http://example.org/w> {{ <http://example.org/w> a '{way}' }} }}")
    assert client.query().response.status == 204
    assert writing.holds(f"GRAPH <http://example.org/w> {{ ?s a '{way}' }}")


def test_rdflib_updates(writing: Writable) -> None:
    store = SPARQLUpdateStore(
        f"{writing.server.address}/sparql",
        f"{writing.server.address}/update",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    graph = Graph(store, URIRef("http://example.org/rdflib"))
    graph.add((URIRef("http://example.org/a"), URIRef("http://example.org/p"), Literal("é")))
    assert writing.holds("GRAPH <http://example.org/rdflib> { ?s ?p 'é' }")
    graph.remove((None, None, None))
    assert not writing.holds("GRAPH <http://example.org/rdflib> { ?s ?p ?o }")


# Harm

HARMFUL = {
    "LOAD": ("LOAD <http://127.0.0.1:{port}/x>", 403),
    "LOAD of a file": ("LOAD <file:///etc/passwd> INTO GRAPH <http://example.org/f>", 403),
    "LOAD glued to the next word": ("LOADSILENT<http://127.0.0.1:{port}/x>", 400),
    "LOAD glued to a prefix": ("PREFIX x: <http://127.0.0.1:{port}/> LOADx:y", 400),
    "SERVICE": ("INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}", 403),
    "SERVICE SILENT": (
        "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        403,
    ),
    "nesting": ("INSERT {{ ?s ?p ?o }} WHERE " + "{{" * 10_000 + "}}" * 10_000, 400),
    "operators": ("INSERT {{ ?s ?p ?o }} WHERE {{ FILTER(1" + "+1" * 10_000 + ") }}", 400),
}


@pytest.mark.parametrize("case", HARMFUL)
def test_an_update_reaches_nothing_outside_and_ends_nothing(writing: Writable, case: str) -> None:
    text, status = HARMFUL[case]
    before = writing.snapshot
    with socket.create_server(("127.0.0.1", 0)) as outside:
        outside.settimeout(0.05)
        assert writing.update(text.format(port=outside.getsockname()[1])).status == status
        with pytest.raises(TimeoutError):
            outside.accept()
    assert writing.snapshot == before


def test_a_load_that_may_fail_in_silence_does_nothing_and_reaches_nobody(writing: Writable) -> None:
    with socket.create_server(("127.0.0.1", 0)) as outside:
        outside.settimeout(0.05)
        graph = f"<http://127.0.0.1:{outside.getsockname()[1]}/silent>"
        update = f"LOAD SILENT {graph} ;\nLOAD SILENT <file:///etc/passwd> INTO GRAPH {graph} ; CREATE GRAPH <u:after>"
        assert writing.update(update).status == 204
        with pytest.raises(TimeoutError):
            outside.accept()
    assert not writing.holds(f"GRAPH {graph} {{}}")
    assert writing.holds("GRAPH <u:after> {}")


def test_a_script_iri_is_kept_as_data_and_never_becomes_a_link(writing: Writable) -> None:
    assert writing.update("INSERT DATA { GRAPH <javascript:alert(1)> { <javascript:alert(2)> a 1 } }").status == 204
    page = writing.server.ask("/graphs", Accept="text/html,*/*;q=0.8")
    assert page.headers["content-type"].startswith("application/trig")


def test_a_packed_update_is_read_up_to_its_limit(writing: Writable) -> None:
    reply = writing.send(
        "POST", "/update", gzip.compress(INSERT.encode()), Content_Type=UPDATE, Content_Encoding="gzip"
    )
    assert reply.status == 204
    bomb = gzip.compress(b" " * 60_000_000)
    assert writing.send("POST", "/update", bomb, Content_Type=UPDATE, Content_Encoding="gzip").status == 413


def test_a_huge_literal_is_written(writing: Writable) -> None:
    long = "x" * 3_000_000
    text = f"INSERT DATA {{ GRAPH <http://example.org/long> {{ <http://example.org/s> a '{long}' }} }}"
    assert writing.send("POST", "/update", text, Content_Type=UPDATE).status == 204
    assert writing.holds("GRAPH <http://example.org/long> { ?s a ?o FILTER(STRLEN(?o) = 3000000) }")


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A server that gives a change two seconds and 200 MB."""
    limits = {"write_seconds": "2", "write_memory": "200000000", "update_bytes": "100000"}
    data = tmp_path_factory.mktemp("hurried")
    fill(data)
    with writable(data, **limits) as running:
        yield running


def sent_in_vain(writing: Writable, text: str) -> Reply:
    before = writing.snapshot
    reply = writing.update(text)
    assert writing.snapshot == before
    assert writing.update(INSERT).status == 204, "the next change is made"
    return reply


def test_an_endless_update_is_ended(hurried: Writable) -> None:
    endless = (
        "INSERT { ?a a ?n } WHERE { { SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } } BIND(<a:b> AS ?a) }"
    )
    reply = sent_in_vain(hurried, endless)
    assert (reply.status, reply.headers["retry-after"]) == (503, "10")


def test_an_update_that_fills_the_memory_is_ended(hurried: Writable) -> None:
    heavy = "INSERT { ?a ?e ?f } WHERE { { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i } }"
    assert sent_in_vain(hurried, heavy).status in (503, 507)


def test_an_update_that_is_too_long_is_refused(hurried: Writable) -> None:
    assert hurried.send("POST", "/update", " " * 100_001, Content_Type=UPDATE).status == 413


# Crashes

NUMBER = (
    "INSERT DATA {{ GRAPH <http://example.org/k> {{ <http://example.org/{n}> <http://example.org/a> {n} }} }};"
    "INSERT DATA {{ GRAPH <http://example.org/k> {{ <http://example.org/{n}> <http://example.org/b> {n} }} }}"
)


def killed(pid: int) -> None:
    """End a process and all that it has started, at once."""
    children = list[str]()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            children += task.read_text("ascii").split()
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for child in children:
        killed(int(child))


def numbers(writing: Writable) -> set[int]:
    """What is there; each number is there by both of its statements, or not at all."""
    found = list[set[int]]()
    for predicate in ("a", "b"):
        query = f"SELECT ?n {{ GRAPH <http://example.org/k> {{ ?s <http://example.org/{predicate}> ?n }} }}"
        reply = writing.server.ask(f"/sparql?{form(query=query)}", Accept="application/json")
        found.append({int(row["n"]["value"]) for row in json.loads(reply.body)["results"]["bindings"]})
    assert found[0] == found[1], "a change is there by half"
    return found[0]


def written_until_killed(writing: Writable, first: int) -> int:
    """Write numbers, each in two statements, as long as anybody answers; returns the one that was not acknowledged."""
    number = first
    with suppress(OSError, HTTPException):
        while writing.update(NUMBER.format(n=number)).status == 204:
            number += 1
    return number


def a_round(data: Path, acknowledged: int, seconds: float) -> int:
    """Look for what was acknowledged, then write until everything is killed; returns how many are acknowledged now."""
    port = free_port()
    with start("--data", data, port=port, write_token=TOKEN) as process:
        writing = Writable(Server(process, port), data)
        wait_for(writing.server)
        found = numbers(writing)
        assert found >= set(range(acknowledged)), "an acknowledged change is lost"
        threading.Timer(seconds, killed, [process.pid]).start()
        return written_until_killed(writing, max(found, default=-1) + 1)


@pytest.mark.soak
def test_a_service_that_is_killed_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    fill(tmp_path)
    acknowledged = 0
    for _ in range(30):
        acknowledged = a_round(tmp_path, acknowledged, random.uniform(0.2, 4))  # noqa: S311 -- any moment will do
    assert acknowledged > 10


# Articles, and what follows from them

ARTICLES = "SELECT ?g ?a { GRAPH ?g { ?a a <https://w3id.org/etiograph/ontology#Article> } }"


@pytest.fixture(scope="module")
def article(writing: Writable) -> str:
    """The IRI of the built-in article."""
    reply = writing.server.ask(f"/sparql?{form(query=ARTICLES)}", Accept="application/json")
    found = json.loads(reply.body)["results"]["bindings"]
    return next(str(row["a"]["value"]) for row in found if "/id/article/" in row["g"]["value"])


def test_a_change_that_breaks_an_article_is_refused_with_every_fault(writing: Writable, article: str) -> None:
    before = writing.snapshot
    reply = writing.update(
        f"INSERT DATA {{ GRAPH <{article}/graph> {{ <http://example.org/1> a <{EG.Assertion}> ."
        f" <http://example.org/2> a <{EG.Assertion}> }} }}"
    )
    faults = reply.json["faults"]
    assert reply.status == 422
    assert isinstance(faults, list)
    assert all(any(f"example.org/{number}" in fault for fault in faults) for number in (1, 2))
    assert writing.snapshot == before


def test_what_an_article_says_is_in_the_default_graph_as_long_as_it_says_it(writing: Writable, article: str) -> None:
    triple = f"<{Iris().entity('hypocalcemia')}> <http://www.w3.org/2004/02/skos/core#altLabel> 'calcium lack'@en"
    assert writing.update(f"INSERT DATA {{ GRAPH <{article}/graph> {{ {triple} }} }}").status == 204
    assert writing.holds(triple)
    assert writing.update(f"DELETE DATA {{ GRAPH <{article}/graph> {{ {triple} }} }}").status == 204
    assert not writing.holds(triple)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> <urn:c> }} }}",
        "CLEAR GRAPH <{graph}>",
        "DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{graph}>) }}",
    ],
)
def test_what_follows_by_rule_is_written_by_rules_alone(writing: Writable, text: str) -> None:
    before = writing.snapshot
    assert writing.update(text.format(graph=Iris().thing("inferred/test-for"))).status == 403
    assert writing.snapshot == before


@pytest.mark.parametrize("text", ["DROP ALL", "CLEAR ALL"])
def test_an_emptied_store_serves_its_pages_and_takes_new_data(hurried: Writable, text: str) -> None:
    assert hurried.update(text).status == 204
    assert hurried.server.ask("/graphs", Accept="application/n-quads").body == b""
    for path in ("/", "/articles", "/search?q=calf", "/sparql", "/ontology", "/about"):
        assert hurried.server.ask(path, Accept="text/html").status == 200
    assert hurried.server.ask("/health").json["triples"] == 0
    assert hurried.update(INSERT).status == 204


# What is read from the tokens

READ: dict[str, set[str | None] | None] = {
    "INSERT DATA { <a:a> <a:b> <a:c> }": {None},
    "PREFIX e: <http://e/> DELETE DATA { GRAPH e:g { <a:a> e:b 1 } }": {"http://e/g"},
    "PREFIX e: <http://e/> CLEAR GRAPH e:a\\/b": {"http://e/a/b"},
    "WITH <a:w> DELETE { ?s ?p ?o . GRAPH <a:g> { ?s ?p ?o } } INSERT { } WHERE { GRAPH ?x { ?s ?p ?o } }": {
        "a:w",
        "a:g",
    },
    "INSERT { GRAPH <a:g> { ?s ?p [ <a:q> 1 ] } } USING <a:u> WHERE { ?s ?p ?o }": {"a:g"},
    "DELETE WHERE { GRAPH <a:g> { ?s ?p ?o } }": {"a:g"},
    "COPY <a:a> TO <a:b>; MOVE DEFAULT TO GRAPH <a:c>; ADD SILENT <a:d> TO DEFAULT": {"a:b", None, "a:c"},
    "CREATE SILENT GRAPH <a:g>; DROP SILENT GRAPH <a:h>": {"a:g", "a:h"},
    "# GRAPH <a:comment>\nCLEAR DEFAULT": {None},
    "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }": None,
    "CLEAR ALL": None,
    "DROP NAMED": None,
    "INSERTDATA { GRAPH <a:g> { <a:a> <a:b> 1 } }": None,
    "BASE <http://e/> CLEAR GRAPH <g>": None,
    "PREFIX e: <g/> CLEAR GRAPH e:http:a": None,
    "CLEAR GRAPH <http://e/a/../b>": None,
    "CLEAR GRAPH <http://e/\\u0061>": None,
    "INSERT": None,
}


@pytest.mark.parametrize("text", READ)
def test_the_graphs_an_update_writes_are_told_or_not_known(text: str) -> None:
    expected = READ[text]
    assert reading(text, LIMITS).writes == (None if expected is None else frozenset(expected))


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "DELETE { ?s ?p ?o } USING … WHERE { ?s ?p ?o }"),
        ("DELETE WHERE { ?s ?p 1 };", "DELETE { ?s ?p 1 } USING … WHERE { ?s ?p 1 };"),
        ("INSERT DATA { <a:where> <a:b> 'WHERE' }", "INSERT DATA { <a:where> <a:b> 'WHERE' }"),
        ("INSERT {} WHERE { { SELECT * WHERE {} } }", "INSERT {} USING … WHERE { { SELECT * WHERE {} } }"),
    ],
)
def test_the_dataset_of_a_request_is_written_into_the_update(text: str, rewritten: str) -> None:
    written = using(reading(text, LIMITS), ["a:1"], ["a:2"])
    assert written == rewritten.replace("USING …", "USING <a:1> USING NAMED <a:2>")
