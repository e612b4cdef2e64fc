"""Queries run in workers: each hostile one is answered in time, and ordinary ones go on."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef

from service.store.draft import Draft
from service.store.snapshots import Snapshots
from tests.serving import Reply, Server, serving
from tests.test_confinement import is_gone

THINGS = 20_000
DEADLINE = 2.0
SOON = 8.0
"""Seconds that nothing takes on a free machine, where two are many; the tests may run beside much else."""
FORM = "application/x-www-form-urlencoded"
MEMORY = 300 << 20


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("data")

    def change(draft: Draft) -> None:
        value, to = (URIRef(f"http://example.org/{name}") for name in ("value", "to"))
        things = [URIRef(f"http://example.org/thing/{number}") for number in range(THINGS)]
        graph, ring = Graph(), things[:400]
        for each in things:
            graph.add((each, value, Literal(f"the value of {each} is a text of some length")))
        for place, each in enumerate(ring):
            for step in (1, 3, 7):
                graph.add((each, to, ring[(place * step + 1) % 400]))
        draft.put(URIRef("http://example.org/things/graph"), graph)

    Snapshots(directory).write(change, "put one graph")
    return directory


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETIOGRAPH_QUERY_SECONDS", str(DEADLINE))
        patch.setenv("ETIOGRAPH_QUERY_MEMORY_BYTES", str(MEMORY))
        patch.setenv("ETIOGRAPH_WORKERS", "3")
        with serving(data) as running:
            yield running


def ask(server: Server, query: str, **parameters: str) -> Reply:
    accept = parameters.pop("accept", "text/csv")
    body = urlencode({"query": query} | {name.replace("_", "-"): value for name, value in parameters.items()})
    return server.ask("/sparql", "POST", body.encode(), Content_Type=FORM, Accept=accept)


def assert_answers(server: Server) -> None:
    """An ordinary query is answered soon: two seconds on a free machine, and several on one that others use."""
    began = time.monotonic()
    reply = ask(server, "SELECT (COUNT(*) AS ?n) { <http://example.org/thing/7> ?p ?o }")
    assert (reply.status, reply.text.split()[0]) == (200, "n")
    assert time.monotonic() - began < SOON


def children(process: int) -> list[int]:
    """The processes that a process has started, in any of its threads."""
    try:
        threads = list(Path(f"/proc/{process}/task").iterdir())
        return [int(child) for thread in threads for child in (thread / "children").read_text("ascii").split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def workers(server: Server) -> list[int]:
    """The workers, which are the children of the processes that answer requests."""
    found = [child for process in children(server.process.pid) for child in children(process)]
    return [process for process in found if not is_gone(process, patience=0)]


def kill_all(server: Server) -> None:
    for process in workers(server):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


# Harm

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
ANY = {200, 400, 503, 507}
# fmt: off
STATUSES: list[tuple[str, str, set[int]]] = [
    ("cross product", f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", {503}),
    ("cross product with a filter", f"SELECT * {{ {CROSS} FILTER(STRLEN(STR(?a)) + STRLEN(STR(?d)) < 1) }}", {503}),
    ("ordered cross product", f"SELECT * {{ {CROSS} }} ORDER BY ?a DESC(?i) LIMIT 10", {503, 507}),
    ("everything in one group", f"SELECT (GROUP_CONCAT(?c; separator='') AS ?x) {{ {CROSS} }}", {503, 507}),
    ("distinct cross product", f"SELECT DISTINCT * {{ {CROSS} }}", {503, 507, 200}),
    ("path bomb", "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>)*/(!<a:b>)*/(!<a:c>)* ?b . ?b (!<a:d>)* ?c }", {503, 507}),
    ("path of pluses", "SELECT (COUNT(*) AS ?n) { ?a (((((<http://example.org/to>)+)+)+)+)+ ?b }", {200, 503, 507}),
    (
        "regular expression",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(?c, CONCAT('(', ?f, '|.*.*.*.*.*x){1,50}'))) }",
        {503},
    ),
    ("repetition", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(REGEX(?o, '((a{1,500}){1,500}){1,500}')) }", {200, 503}),
    ("growing text", "SELECT ?z { BIND('xxxxxxxxxxxxxxxx' AS ?a) " + "".join(
        f"BIND(CONCAT({', '.join([f'?{chr(96 + n)}'] * 16)}) AS ?{chr(97 + n)}) " for n in range(1, 9)
    ) + "BIND(STRLEN(?i) AS ?z) }", {500, 507, 503}),
    ("400 patterns", "ASK { " + " ".join(f"?v{n} ?p{n} ?v{n + 1} ." for n in range(400)) + " }", {503, 507}),
    ("many values", "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 60_000 + "} }", {200, 503, 507}),
    ("values crossed", "ASK { VALUES ?x { " + "1 " * 20_000 + "} VALUES ?y { " + "2 " * 20_000 + "} FILTER(?x = ?y) }",
     {503, 507}),
    ("nested groups", "ASK " + "{" * 90 + "?s ?p ?o" + "}" * 90, {200, 400, 503}),
    ("nested subqueries", "SELECT * " + "{ SELECT * " * 45 + "{ ?s ?p ?o }" + "}" * 45 + " LIMIT 1", ANY),
    ("nested OPTIONAL", "ASK { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o " * 90 + "}" * 90 + " }", ANY),
    ("long chain of UNION", "SELECT (COUNT(*) AS ?n) { {?s ?p ?o} " + "UNION {?s ?p ?o} " * 2000 + "}", ANY),
    ("exclusive paths", "SELECT (COUNT(*) AS ?n) { ?a " + "/".join(["(<a:a>|!<a:b>)*"] * 20) + " ?b }", {503, 507}),
]
# fmt: on


@pytest.mark.parametrize(("query", "statuses"), [each[1:] for each in STATUSES], ids=[each[0] for each in STATUSES])
def test_a_hostile_query_is_answered_in_time_and_the_next_one_too(
    server: Server, query: str, statuses: set[int]
) -> None:
    began = time.monotonic()
    try:
        reply = ask(server, query)
        assert reply.status in statuses, reply.text[:300]
        assert not any(word in reply.text for word in ("Traceback", ".py", "/tmp", "gen-"))  # noqa: S108
        assert (reply.status == 503) == ("retry-after" in reply.headers)
    except (IncompleteRead, ConnectionError):  # after 200
        assert 200 in statuses
    assert time.monotonic() - began < DEADLINE + SOON
    assert_answers(server)


CALLS = [
    "ASK { SERVICE <{url}> {} }",
    "ASK { SERVICE SILENT <{url}> {} }",
    "ASK { FILTER(?a<?b&&'>'='x')SERVICE <{url}> {} #'\n}",
]


def test_no_worker_calls_anybody(data: Path) -> None:
    """What the tokens would let through stops at the kernel."""
    script = (
        "import os, sys, pyoxigraph as ox\n"
        "from service.workers.confinement import *\n"
        "confine(Confinement(os.getppid(), 1 << 30))\n"
        "print(ox.Store.read_only(sys.argv[1]).query(sys.argv[2]).serialize(format=ox.QueryResultsFormat.JSON))"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for template in CALLS:
            command = (
                sys.executable,
                "-c",
                script,
                str(Snapshots(data).current().path),
                template.replace("{url}", url),
            )
            subprocess.run(command, capture_output=True, timeout=20, check=False)
        with pytest.raises(TimeoutError):
            listener.accept()


# Limits


def test_a_client_may_allow_less_time(server: Server) -> None:
    began = time.monotonic()
    reply = ask(server, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }} # less", timeout="0.5")
    assert reply.status == 503
    assert "timeout=" in str(reply.json["detail"])
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize("name", ["timeout", "max-rows", "max-bytes"])
@pytest.mark.parametrize("value", ["0", "-1", "much", "1e9", "٣"])
def test_a_limit_is_a_number(server: Server, name: str, value: str) -> None:
    reply = ask(server, "ASK {}", **{name: value})
    assert (reply.status, name in str(reply.json["detail"])) == (400, True)


ALL = "SELECT ?s ?o { ?s <http://example.org/value> ?o }"
TYPES = ["text/csv", "text/tab-separated-values", "application/sparql-results+json", "application/sparql-results+xml"]


@pytest.mark.parametrize("accept", TYPES)
def test_rows_are_counted_in_every_format(server: Server, accept: str) -> None:
    few = f"{ALL} LIMIT 100"
    assert ask(server, few, accept=accept, max_rows="100").status == 200
    reply = ask(server, few, accept=accept, max_rows="98")
    assert (reply.status, "LIMIT" in str(reply.json["detail"])) == (413, True)


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_triples_are_counted_in_every_format(server: Server, accept: str) -> None:
    few = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 100"
    assert ask(server, few, accept=accept, max_rows="100").status == 200
    assert ask(server, few, accept=accept, max_rows="99").status == 413


def test_bytes_are_counted(server: Server) -> None:
    whole = ask(server, f"{ALL} LIMIT 10").body
    assert ask(server, f"{ALL} LIMIT 10", max_bytes=str(len(whole))).body == whole
    assert ask(server, f"{ALL} LIMIT 10", max_bytes=str(len(whole) - 1)).status == 413


def test_a_limit_met_early_is_a_status_and_one_met_late_breaks_the_answer_off(server: Server) -> None:
    assert ask(server, ALL, max_bytes="300000").status == 413
    connection = slowly(server, f"{ENDLESS} # late")
    response = connection.getresponse()
    assert response.status == 200
    with pytest.raises((IncompleteRead, ConnectionError)):
        response.read()
    response.close()
    connection.close()
    assert_answers(server)


# Answers


def test_a_large_answer_is_that_of_the_engine(server: Server, data: Path) -> None:
    query = "SELECT ?s ?p ?o ?x { ?s ?p ?o BIND(CONCAT(?o, ?o, ?o) AS ?x) }"
    store = ox.Store.read_only(str(Snapshots(data).current().path))
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    expected = results.serialize(format=ox.QueryResultsFormat.TSV)
    assert expected
    assert len(expected) > 5_000_000
    reply = ask(server, query, accept="text/tab-separated-values")
    assert hashlib.sha256(reply.body).digest() == hashlib.sha256(expected).digest()


def slowly(server: Server, query: str) -> HTTPConnection:
    """A connection on which a query has been sent."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    body = urlencode({"query": query})
    connection.request("POST", "/sparql", body, {"Content-Type": FORM, "Accept": "text/csv"})
    return connection


def until(condition: object, patience: float = 5.0) -> bool:
    """Whether something becomes true within some seconds."""
    assert callable(condition)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def busy(process: int) -> bool:
    """Whether a process computes."""

    def ticks() -> int:
        fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    try:
        before = ticks()
        time.sleep(0.1)
        return ticks() - before > 0
    except (FileNotFoundError, ProcessLookupError):
        return False


ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


def test_a_worker_killed_in_the_middle_breaks_the_answer_off(server: Server) -> None:
    connection = slowly(server, ENDLESS + " # killed")
    response = connection.getresponse()
    assert response.status == 200
    assert response.read(1000)
    kill_all(server)
    with pytest.raises((IncompleteRead, ConnectionError)):
        response.read()
    response.close()
    connection.close()
    assert_answers(server)
    assert until(lambda: len(workers(server)) == 3)


def test_a_worker_killed_before_its_answer_is_replaced_once(server: Server) -> None:
    """The query is asked again; who kills that worker too is told that the service has failed."""
    with ThreadPoolExecutor(1) as client:
        running = client.submit(ask, server, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }} # hit")
        for _ in range(2):
            assert until(lambda: any(busy(process) for process in workers(server)))
            former = set(workers(server))
            kill_all(server)
            assert until(lambda former=former: former.isdisjoint(workers(server)))
        assert running.result().status == 500
    assert_answers(server)


def test_killed_workers_cost_no_answer(server: Server) -> None:
    for _ in range(5):
        kill_all(server)
        assert_answers(server)


@pytest.mark.parametrize("query", [ENDLESS, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"], ids=["sending", "computing"])
def test_a_client_that_hangs_up_frees_its_worker(server: Server, query: str) -> None:
    connection = slowly(server, f"{query} # hangs up")
    response = connection.getresponse() if query == ENDLESS else connection
    assert until(lambda: any(busy(process) for process in workers(server)))
    response.close()
    connection.close()
    assert until(lambda: not any(busy(process) for process in workers(server)), SOON)


def test_a_query_that_needed_too_much_memory_is_refused_from_memory(server: Server) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a DESC(?f) LIMIT 10 # memory"
    began = time.monotonic()
    assert ask(server, query).status == 507
    took = time.monotonic() - began
    began = time.monotonic()
    assert ask(server, query).status == 507
    assert time.monotonic() - began < max(SOON, took / 2)
    assert ask(server, query.replace("memory", "another"), timeout="0.2").status == 503


def test_small_queries_are_answered_while_heavy_ones_wait(server: Server) -> None:
    heavy = [f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }} # flood {number}" for number in range(10)]
    with ThreadPoolExecutor(10) as clients:
        running = [clients.submit(ask, server, query) for query in heavy]
        time.sleep(1.5)
        for _ in range(3):
            assert_answers(server)
        assert server.ask("/").status == 200
        assert {each.result().status for each in running} == {503}
    assert_answers(server)


def test_a_line_has_an_end(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETIOGRAPH_WORKERS", "2")
    monkeypatch.setenv("ETIOGRAPH_WAITING_PER_CLIENT", "2")
    monkeypatch.setenv("ETIOGRAPH_QUERY_SECONDS", "2")
    with serving(data) as server, ThreadPoolExecutor(8) as clients:
        heavy = [f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }} # {number}" for number in range(8)]
        replies = list(clients.map(lambda query: ask(server, query), heavy))
        assert {reply.status for reply in replies} == {503}
        assert sum("Too many of your queries" in reply.text for reply in replies) >= 2
        assert all(reply.headers["retry-after"] for reply in replies)


def test_no_worker_outlives_its_server(data: Path) -> None:
    with serving(data) as server:
        assert_answers(server)
        with ThreadPoolExecutor(1) as client:
            running = client.submit(ask, server, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}")
            assert until(lambda: any(busy(process) for process in workers(server)))
            orphans = workers(server)
            for process in (server.process.pid, *children(server.process.pid)):
                os.kill(process, signal.SIGKILL)
            assert running.exception()
    assert orphans
    assert all(is_gone(process) for process in orphans)


def test_what_runs_is_finished_before_the_service_stops(data: Path) -> None:
    long = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1000000 }"
    with serving(data) as server, ThreadPoolExecutor(1) as client:
        running = client.submit(ask, server, long)
        assert until(lambda: any(busy(process) for process in workers(server)))
        left = workers(server)
        server.process.send_signal(signal.SIGTERM)
        assert running.result().status == 200
    assert all(is_gone(process) for process in left)
