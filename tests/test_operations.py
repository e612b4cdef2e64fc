"""What those who run the service rely on: probes, metrics, the log, limits of rates, and proxies."""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from service.app import create_app
from service.operations.journal import Journal
from service.operations.log import Log
from service.operations.record import Record
from service.operations.watch import Watch
from service.settings import Secret, Settings, WrongSettings, read_settings, settings_of, told
from service.workers.job import Outcome
from tests.requirements import ROOT
from tests.serving import Server, serving
from tests.website import OWN, website

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
ASK = "/sparql?query=ASK%7B%7D"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("operations")
    website(directory, [OWN]).extensions["etiograph"].close()
    return directory


def app_with(data: Path, **settings: Any) -> Flask:  # noqa: ANN401 -- settings are of many types
    return create_app(Settings(data=data, **settings))


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[FlaskClient]:
    app = app_with(data)
    yield app.test_client()
    app.extensions["etiograph.workers"].close()
    app.extensions["etiograph"].close()


def figures(text: str) -> dict[tuple[str, ...], float]:
    """The figures of /metrics by name and labels."""
    families = text_string_to_metric_families(text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


# Probes


def test_a_service_without_data_lives_and_is_not_ready(tmp_path: Path) -> None:
    client = app_with(tmp_path / "none").test_client()
    assert client.get("/health").get_json()["snapshot"] is None
    reply = client.get("/ready")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    assert "Nothing has been loaded yet." in reply.get_json()["reasons"]


def test_a_service_without_workers_is_not_ready(data: Path) -> None:
    assert app_with(data).test_client().get("/ready").get_json()["reasons"] == ["No query worker is running."]


def test_a_service_with_data_and_workers_is_ready(client: FlaskClient) -> None:
    assert client.get(ASK).status_code == 200
    reply = client.get("/ready")
    assert (reply.status_code, reply.get_json()) == (200, {"status": "ready", "reasons": []})
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_plan_is_not_made_up(client: FlaskClient) -> None:
    reply = client.get("/sparql/explain?query=ASK%7B%7D")
    assert reply.status_code == 501
    assert "does not tell" in reply.get_json()["detail"]


# Metrics


def test_metrics_count_what_happens(data: Path) -> None:
    app = app_with(data)
    client = app.test_client()
    tag = client.get("/sparql?query=SELECT*%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+7", buffered=True).headers["ETag"]
    client.get("/sparql?query=SELECT*%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+7", headers={"If-None-Match": tag}, buffered=True)
    client.get("/sparql?query=ASK%7B", buffered=True)
    client.get("/id/no-such-thing", buffered=True)
    client.post("/update", data="INSERT DATA {}", content_type="application/sparql-update", buffered=True)
    found = figures(client.get("/metrics").text)
    app.extensions["etiograph.workers"].close()
    assert found["etiograph_requests_total", "GET", "/sparql", "200"] == 1
    assert found["etiograph_requests_total", "GET", "/sparql", "304"] == 1
    assert found["etiograph_not_modified_total",] == 1
    assert found["etiograph_queries_total", "answered"] == 1
    assert found["etiograph_queries_total", "refused"] == 1
    assert found["etiograph_query_rows_total",] == 7
    assert found["etiograph_query_seconds_count",] == 2
    assert found["etiograph_refused_total", "MalformedQuery"] == 1
    assert found["etiograph_refused_total", "UnknownThing"] == 1
    assert found["etiograph_writes_total", "WritingOff"] == 1
    assert found["etiograph_snapshot",] == 1
    assert found["etiograph_workers", "idle"] >= 1
    assert found["etiograph_queries_waiting",] == 0


@pytest.mark.parametrize(
    ("outcome", "ended"),
    [
        (Outcome("slow", 0.0, 3.0, 0, heavy=True), "timeout"),
        (Outcome("memory", 0.0, 1.0, 0, heavy=True), "memory"),
        (Outcome("crash", 0.0, 1.0, 0, heavy=False), "crash"),
        (Outcome("gone", 0.0, 1.0, 99, heavy=False), "client"),
    ],
    ids=lambda value: value.end if isinstance(value, Outcome) else value,
)
def test_metrics_say_why_workers_were_ended(data: Path, outcome: Outcome, ended: str) -> None:
    app = app_with(data)
    app.extensions["etiograph.metrics"].query(outcome)
    found = figures(app.test_client().get("/metrics").text)
    assert found["etiograph_workers_ended_total", ended] == 1
    assert found["etiograph_queries_total", outcome.end] == 1


READERS = [
    ({}, {}, {}, 200),
    ({}, ELSEWHERE, {}, 404),
    ({}, {}, {"X-Forwarded-For": "192.0.2.7"}, 404),
    ({"metrics": "all"}, ELSEWHERE, {}, 200),
    ({"metrics": "off"}, {}, {}, 404),
    ({"metrics_token": "secret"}, ELSEWHERE, {"Authorization": "Bearer secret"}, 200),
    ({"metrics_token": "secret"}, ELSEWHERE, {"Authorization": "Bearer other"}, 404),
    ({"metrics_token": "secret", "metrics": "off"}, {}, {"Authorization": "Bearer secret"}, 404),
    ({"metrics_token": "secret", "private_reads": True}, ELSEWHERE, {"Authorization": "Bearer secret"}, 200),
]


@pytest.mark.parametrize(("settings", "environ", "headers", "status"), READERS)
def test_metrics_are_for_this_machine_or_for_a_token(
    data: Path, settings: dict[str, Any], environ: dict[str, str], headers: dict[str, str], status: int
) -> None:
    reply = app_with(data, **settings).test_client().get("/metrics", headers=headers, environ_base=environ)
    assert reply.status_code == status


def test_several_processes_answer_with_the_figures_of_all(data: Path) -> None:
    with serving(data, processes="2", log="off") as server:
        for _ in range(30):  # every request opens a connection of its own, so that both processes get some
            assert server.ask(ASK, Accept="text/csv").status == 200
        assert {_asked(server) for _ in range(8)} == {30.0}
        assert figures(server.ask("/metrics").text)["etiograph_snapshot",] == 1


def _asked(server: Server) -> float:
    return figures(server.ask("/metrics").text)["etiograph_requests_total", "GET", "/sparql", "200"]


# The request log


class Lines:
    """Stands in for the journal, and keeps what is written."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, line: str) -> None:
        self.written.append(line)


def logged(data: Path, path: str, queries: bool = False, **headers: str) -> dict[str, Any]:
    """What is logged of a request."""
    app, lines = app_with(data), Lines()
    watch: Watch = app.extensions["etiograph.watch"]
    watch.observers.append(Log(lines, "json", 5.0, queries=queries).request)  # type: ignore[arg-type]  # stands in
    app.test_client().get(path, headers=headers, buffered=True)
    app.extensions["etiograph.workers"].close()
    (line,) = lines.written
    assert line.isascii()
    assert line.isprintable()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_request_is_one_line_of_json(data: Path) -> None:
    line = logged(data, ASK, X_Request_Id="of-the-proxy")
    assert line["time"].endswith("Z")
    expected = {"id": "of-the-proxy", "client": "127.0.0.1", "method": "GET", "path": "/sparql", "route": "/sparql"}
    assert line.items() >= {**expected, "status": 200, "outcome": "answered", "snapshot": 1}.items()
    assert line["bytes"] > 0
    assert len(line["query_hash"]) == 16
    assert "query" not in line


def test_the_text_of_queries_is_logged_where_that_is_wanted(data: Path) -> None:
    assert logged(data, ASK, queries=True)["query"] == "ASK{}"


def test_secrets_are_not_logged(data: Path) -> None:
    line = logged(data, "/about?access_token=s3cret", Authorization="Bearer s3cret")
    assert "s3cret" not in json.dumps(line)


@pytest.mark.parametrize("path", ["/a%0d%0a%7B%22event%22", "/%1b%5B2J", "/%e2%80%a8", "/%ff", "/%00", '/"%5C'])
def test_nothing_in_a_path_leaves_its_line(data: Path, path: str) -> None:
    assert logged(data, path)["status"] == (400 if path == "/%ff" else 404)


def test_a_request_id_of_a_client_is_plain_or_replaced(client: FlaskClient) -> None:
    def answered_id(given: str) -> str:
        return client.get("/robots.txt", headers={"X-Request-Id": given}).headers["X-Request-Id"]

    assert answered_id("a.b-C_9") == "a.b-C_9"
    for given in ("", "x" * 65, "a b", 'a"b', "-a", "é"):
        assert answered_id(given) != given


@pytest.mark.parametrize(("seconds", "is_slow"), [(0.1, False), (6.0, True)])
def test_a_slow_query_is_logged_with_its_text(seconds: float, is_slow: bool) -> None:
    lines = Lines()
    record = Record(query="SELECT * { ?slow ?p ?o }", first_seconds=seconds, seconds=100)
    Log(lines, "json", 5.0, queries=False).request(record)  # type: ignore[arg-type]  # stands in
    line = json.loads(lines.written[0])
    assert ("slow" in line, "query" in line) == (is_slow, is_slow)


def test_a_journal_that_nobody_reads_holds_nobody_up() -> None:
    lost: list[int] = []
    reading, writing = os.pipe()
    journal = Journal(writing, lambda: lost.append(1))
    for _ in range(12_000):
        journal.write("x" * 200)
    journal.close(0.1)
    assert lost
    os.close(reading)


def test_lines_that_cannot_be_written_are_counted_and_the_service_goes_on(data: Path) -> None:
    with Path("/dev/full").open("w") as full:
        with serving(data, full) as server:
            for _ in range(5):
                assert server.ask(ASK, Accept="text/csv").status == 200
            until = time.monotonic() + 20  # a thread of its own writes them
            while figures(server.ask("/metrics").text)["etiograph_log_lines_lost_total",] < 5:
                assert time.monotonic() < until
        assert server.process.returncode == 0


# Rates and proxies


def asked(client: FlaskClient, path: str, method: str = "GET", **environ: str) -> TestResponse:
    return client.open(path, method=method, environ_base={"REMOTE_ADDR": "192.0.2.7", **environ})


KINDS = [
    ("pages_per_minute", "/about", "GET"),
    ("queries_per_minute", ASK, "GET"),
    ("queries_per_minute", "/graphs?default", "HEAD"),
    ("writes_per_minute", "/update", "POST"),
    ("writes_per_minute", "/graphs?default", "PUT"),
    ("writes_per_minute", "/graphs/a", "DELETE"),
]


@pytest.mark.parametrize(("setting", "path", "method"), KINDS)
def test_who_asks_too_often_is_told_when_to_come_back(data: Path, setting: str, path: str, method: str) -> None:
    app = app_with(data, **{setting: 2})
    client = app.test_client()
    first, _, third = (asked(client, path, method) for _ in range(3))
    assert first.status_code != 429
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("2", "1")
    assert third.status_code == 429
    assert 1 <= int(third.headers["Retry-After"]) <= 30
    assert third.content_type == "application/problem+json"
    assert asked(client, "/health").status_code == 200
    assert asked(client, path, method, REMOTE_ADDR="192.0.2.8").status_code != 429
    app.extensions["etiograph.workers"].close()


def test_without_a_setting_there_are_limits_for_other_machines_only(client: FlaskClient) -> None:
    assert asked(client, "/about").headers["RateLimit-Limit"] == "3000"
    assert "RateLimit-Limit" not in asked(client, "/about", REMOTE_ADDR="127.0.0.1").headers
    assert "RateLimit-Limit" not in asked(client, "/about", REMOTE_ADDR="::1").headers


def test_a_network_of_ipv6_is_one_client(data: Path) -> None:
    client = app_with(data, pages_per_minute=1).test_client()
    assert asked(client, "/about", REMOTE_ADDR="2001:db8::1").status_code == 200
    assert asked(client, "/about", REMOTE_ADDR="2001:db8::2").status_code == 429
    assert asked(client, "/about", REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


PROXIES = [
    ((), "10.0.0.1", "192.0.2.7", "10.0.0.1"),
    (("10.0.0.1",), "10.0.0.1", "192.0.2.7", "192.0.2.7"),
    (("10.0.0.1",), "10.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"),
    (("10.0.0.0/8",), "10.0.0.1", "192.0.2.7, 10.9.9.9", "192.0.2.7"),
    (("10.0.0.1",), "10.0.0.2", "192.0.2.7", "10.0.0.2"),
    (("10.0.0.1",), "10.0.0.1", "nonsense", "10.0.0.1"),
    (("::1",), "::1", "2001:db8::7", "2001:db8::7"),
]


@pytest.mark.parametrize(("trusted", "peer", "said", "client"), PROXIES)
def test_only_a_trusted_proxy_is_believed(
    data: Path, trusted: tuple[str, ...], peer: str, said: str, client: str
) -> None:
    app = app_with(data, trusted_proxies=trusted)
    seen: list[str] = []
    watch: Watch = app.extensions["etiograph.watch"]
    watch.observers.append(lambda record: seen.append(record.client))
    asking = app.test_client()
    asking.get("/robots.txt", headers={"X-Forwarded-For": said}, environ_base={"REMOTE_ADDR": peer}).close()
    assert seen == [client]


DOCUMENTS = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "deploy").iterdir()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_settings_that_there_are(document: Path) -> None:
    named = {name.lower() for name in re.findall(r"ETIOGRAPH_([A-Z_]+[A-Z])", document.read_text("utf-8"))}
    assert named <= told(Settings()).keys() | {"write_token", "metrics_token", "require", "seed"}


def test_every_figure_is_documented(client: FlaskClient) -> None:
    families = {family.name for family in text_string_to_metric_families(client.get("/metrics").text)}
    documented = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert not [name for name in families if name.removeprefix("etiograph") not in documented]


def test_a_proxy_is_an_address_or_a_network() -> None:
    assert settings_of({"trusted_proxies": "10.0.0.0/8 ::1"}).trusted_proxies == ("10.0.0.0/8", "::1")
    with pytest.raises(WrongSettings, match="proxy"):
        settings_of({"trusted_proxies": ("proxy.example",)})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "8080", 8080),
        ("query_seconds", "2.5", 2.5),
        ("log_queries", "true", True),
        ("private_reads", "0", False),
        ("pages_per_minute", "0", 0),
        ("log", "text", "text"),
        ("data", "some/where", Path("some/where")),
        ("address", "https://health.example/graph/", "https://health.example/graph"),
        ("rewrites", "", ()),
        ("write_token", "abc-def", "abc-def"),
    ],
)
def test_the_environment_gives_settings(monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object) -> None:
    monkeypatch.setenv(f"ETIOGRAPH_{name.upper()}", text)
    assert getattr(read_settings(), name) == value
    assert getattr(settings_of(told(read_settings())), name) == (None if name == "write_token" else value)


def test_an_option_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETIOGRAPH_PORT", "8080")
    assert read_settings({"port": 9000, "host": None}).port == 9000


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("port", "99999", "<= 65535"),
        ("port", "http", "int"),
        ("query_seconds", "0", "> 0"),
        ("query_seconds", "nan", "> 0"),
        ("log", "xml", "xml"),
        ("private_reads", "perhaps", "bool"),
        ("rewrites", "paths-end", "there is no rewrite paths-end"),
        ("base", "https://example.org", "end with / or #"),
        ("address", "example.org", "begin with http"),
        ("write_token", "a b", "letters, digits"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, text: str, words: str) -> None:
    monkeypatch.setenv(f"ETIOGRAPH_{name.upper()}", text)
    with pytest.raises(WrongSettings, match=f"^{name}: .*{re.escape(words)}"):
        read_settings()


def test_every_wrong_setting_is_named() -> None:
    with pytest.raises(WrongSettings, match=r"port: .*; workers: "):
        settings_of({"port": "x", "workers": 1})


def test_a_secret_is_not_shown() -> None:
    assert "abc" not in repr(Settings(write_token=Secret("abc")))
