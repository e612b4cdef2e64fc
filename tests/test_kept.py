"""Answers are made once for each snapshot, and whoever asks again gets the same: its own form, rate and tag."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SKOS

from service.app import create_app
from service.operations.answers import Answer, Answers
from service.operations.kept import ROUTES
from service.operations.record import Record
from service.operations.watch import Watch
from service.settings import Settings
from service.store.snapshots import Snapshots
from service.writing.bearers import Bearers
from tests.test_operations import figures
from tests.website import HTML, OWN, website

THING = "/id/hypocalcemia"
QUERY = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 3"})
Asked = list[tuple[str, str, int]]
"""Of each request what the cache did, the route, and the status."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("kept")
    website(directory, [OWN]).extensions["etiograph"].close()
    return directory


def begun(data: Path, **settings: Any) -> tuple[Flask, Asked]:  # noqa: ANN401 -- settings are of many types
    app, asked = create_app(Settings(data=data, **settings)), Asked()
    watch: Watch = app.extensions["etiograph.watch"]

    def observe(record: Record) -> None:
        asked.append((record.cache, record.route, record.status))

    watch.observers.append(observe)
    app.extensions["etiograph.search"].prepare().join()
    return app, asked


def ended(app: Flask) -> None:
    for part in ("etiograph.workers", "etiograph"):
        app.extensions[part].close()


@pytest.fixture
def website_kept(data: Path) -> Iterator[tuple[FlaskClient, Asked]]:
    app, asked = begun(data)
    yield app.test_client(use_cookies=False), asked  # so that cookies are those a test sends
    ended(app)


@pytest.mark.parametrize("path", ["/", THING, f"{THING}.ttl", "/matrix", "/search?q=calf", "/api/complete?q=ca", QUERY])
def test_an_answer_is_made_once(website_kept: tuple[FlaskClient, Asked], path: str) -> None:
    client, asked = website_kept
    first, second = (client.get(path, buffered=True) for _ in range(2))
    assert [cache for cache, _, _ in asked] == ["miss", "hit"]
    assert asked[0][1:] == asked[1][1:]
    assert first.data == second.data
    differing = {name for name, value in first.headers if value != second.headers[name]}
    assert differing == {"X-Request-Id"}
    assert set(first.headers.keys()) == set(second.headers.keys())


FORMS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"Accept": "text/html"}, {"Content-Type": "text/html; charset=utf-8"}),
    ({"Accept": "text/turtle"}, {"Content-Type": "text/turtle; charset=utf-8"}),
    ({**HTML, "Accept-Language": "zh-CN"}, {"Content-Language": "zh-Hans"}),
    ({**HTML, "Cookie": "language=zh-Hans; other=1"}, {"Content-Language": "zh-Hans"}),
    ({**HTML, "Accept-Encoding": "gzip"}, {"Content-Encoding": "gzip"}),
    ({**HTML, "Accept-Encoding": "br"}, {"Content-Encoding": "br"}),
]


def test_every_form_of_an_answer_is_its_own(website_kept: tuple[FlaskClient, Asked]) -> None:
    client, asked = website_kept
    for _ in range(2):
        for headers, expected in FORMS:
            found = client.get(THING, headers=headers, buffered=True).headers
            assert {name: found[name] for name in expected} == expected
    assert [cache for cache, _, _ in asked[len(FORMS) :]] == ["hit"] * len(FORMS)


def test_addresses_in_an_answer_are_those_of_the_host_that_is_asked(website_kept: tuple[FlaskClient, Asked]) -> None:
    client, asked = website_kept
    for host in ("a.example", "b.example"):
        client.get(THING, headers={**HTML, "Host": host}, buffered=True)
    assert [cache for cache, _, _ in asked] == ["miss", "miss"]


OWN_ANSWERS: list[tuple[str, dict[str, str], str]] = [
    (THING, {"Authorization": "Bearer a"}, "who asks with a token may be somebody else"),
    ("/?lang=zh", HTML, "it sets a cookie"),
    ("/sparql", HTML, "its nonce is for one answer"),
    (QUERY, HTML, "the editor stands above the answer"),
    ("/sparql?" + urlencode({"query": "SELECT (NOW() AS ?x) {}"}), {}, "the time goes on"),
    ("/sparql?" + urlencode({"query": r"SELECT (\u004eOW() AS ?x) {}"}), {}, "the same, in disguise"),
    ("/sparql?" + urlencode({"query": "SELECT (rand() AS ?x) {}"}), {}, "chance"),
    ("/status", HTML, "it tells since when the service runs"),
    ("/health", {}, "it asks the process"),
    ("/id/no-such-thing", HTML, "it is an error"),
    ("/sparql?query=ASK", {}, "it is an error"),
]


@pytest.mark.parametrize(
    ("path", "headers", "_why"), OWN_ANSWERS, ids=[f"{path[:30]} {why}" for path, _, why in OWN_ANSWERS]
)
def test_an_answer_for_one_request_is_not_kept(
    website_kept: tuple[FlaskClient, Asked], path: str, headers: dict[str, str], _why: str
) -> None:
    client, asked = website_kept
    policies = {client.get(path, headers=headers, buffered=True).headers["Content-Security-Policy"] for _ in range(2)}
    assert [cache for cache, _, _ in asked] == ["", ""]
    assert all("nonce" not in policy for policy in policies) or len(policies) == 2


def test_a_new_snapshot_is_seen_at_once(tmp_path: Path) -> None:
    website(tmp_path, [OWN]).extensions["etiograph"].close()
    app, asked = begun(tmp_path)
    client = app.test_client()
    thing, graph = URIRef("https://w3id.org/etiograph/id/hypocalcemia"), Graph()
    graph.add((thing, SKOS.altLabel, Literal("a name that is new", lang="en")))
    for is_there in (False, False, True, True):
        if is_there and b"a name that is new" not in client.get(THING, headers=HTML, buffered=True).data:
            Snapshots(tmp_path).write(lambda draft: draft.put(URIRef("https://example.org/new"), graph))
        assert (b"a name that is new" in client.get(THING, headers=HTML, buffered=True).data) is is_there
    ended(app)
    assert {"miss", "hit"} <= {cache for cache, _, _ in asked}


@pytest.mark.parametrize("coding", ["identity", "zstd"])
@pytest.mark.parametrize("path", ["/matrix", QUERY])
def test_who_has_an_answer_is_told_so(website_kept: tuple[FlaskClient, Asked], path: str, coding: str) -> None:
    client, _ = website_kept
    headers = {"Accept-Encoding": coding}
    tag = client.get(path, headers=headers, buffered=True).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', tag.replace(f"-{coding}", ""), "*"):
        again = client.get(path, headers={**headers, "If-None-Match": known}, buffered=True)
        assert (again.status_code, again.data, again.headers.get("Content-Type")) == (304, b"", None)
        assert again.headers["ETag"] == tag
    assert client.get(path, headers={**headers, "If-None-Match": '"other"'}, buffered=True).status_code == 200


def test_head_is_get_without_the_body(website_kept: tuple[FlaskClient, Asked]) -> None:
    client, asked = website_kept
    whole, head = client.get("/about", buffered=True), client.head("/about", buffered=True)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(whole.data)))
    assert [cache for cache, _, _ in asked] == ["miss", "hit"]


def test_a_kept_answer_counts_against_the_rate_of_its_client(data: Path) -> None:
    app, asked = begun(data, pages_per_minute=3)
    client = app.test_client()
    replies = [client.get("/about", buffered=True, environ_base={"REMOTE_ADDR": "192.0.2.7"}) for _ in range(4)]
    ended(app)
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert [reply.headers["RateLimit-Remaining"] for reply in replies] == ["2", "1", "0", "0"]
    assert [cache for cache, _, _ in asked] == ["miss", "hit", "hit", ""]


def test_where_reading_is_private_nothing_is_kept_for_strangers(data: Path) -> None:
    token, _ = Bearers(data).create("read")
    app, asked = begun(data, private_reads=True)
    client = app.test_client()
    assert client.get("/about", headers={"Authorization": f"Bearer {token}"}, buffered=True).status_code == 200
    assert client.get("/about", buffered=True).status_code == 401
    ended(app)
    assert [cache for cache, _, _ in asked] == ["", ""]


def test_hits_and_misses_are_counted(website_kept: tuple[FlaskClient, Asked]) -> None:
    client, _ = website_kept
    for _ in range(3):
        client.get("/about", buffered=True)
    found = figures(client.get("/metrics").text)
    assert (found["etiograph_cache_misses_total",], found["etiograph_cache_hits_total",]) == (1, 2)
    assert found["etiograph_cache_bytes",] > 1000
    assert found["etiograph_requests_total", "GET", "/about", "200"] == 3


def test_without_room_nothing_is_kept(data: Path) -> None:
    app, asked = begun(data, cache_bytes=0)
    for _ in range(2):
        assert app.test_client().get("/about", buffered=True).status_code == 200
    ended(app)
    assert [cache for cache, _, _ in asked] == ["", ""]


def test_answers_take_no_more_room_than_there_is() -> None:
    answers = Answers(50_000)
    for number in range(1000):
        answers.get("1", (str(number),))
        answers.put("1", (str(number),), Answer((), b"x" * 1000, ("/", None, 1)))
        assert answers.bytes <= 50_000
    assert answers.get("1", ("999",))
    assert answers.get("1", ("0",)) is None


def test_an_answer_of_a_snapshot_that_is_gone_is_not_kept() -> None:
    answers = Answers(50_000)
    answers.get("1", ("/",))
    answers.get("2", ("/",))
    answers.put("1", ("/",), Answer((), b"old", ("/", None, 1)))
    assert answers.get("2", ("/",)) is None


def test_routes_whose_answers_are_kept_are_there(data: Path) -> None:
    app = create_app(Settings(data=data))
    assert {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} >= ROUTES
