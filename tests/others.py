"""Other services on the loopback, which redirect, stall, never end or lead elsewhere, and keep what they were asked."""

import http.server
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

JSON = "application/sparql-results+json"
ONE_ROW = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "x:far"}}]}})
PREFIX = "PREFIX : <x:> "
PATHS = (
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
)


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


class Endpoint(Hostile):
    """Answers queries over `server.store`, wherever they are sent."""

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.asked.append(query)  # type: ignore[attr-defined]  # the fixture puts both there
        found = self.server.store.query(query)  # type: ignore[attr-defined]  # the same
        self.answer(found.serialize(format=QueryResultsFormat.JSON))


class Other(http.server.ThreadingHTTPServer):
    """Another service, with what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[http.server.BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.asked: list[str] = []
        self.store = Store()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def listening(handler: type[http.server.BaseHTTPRequestHandler] = Hostile) -> Iterator[Other]:
    """Another service, as long as it is needed."""
    with Other(handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    """The values of a service's own answer."""
    reply = client.post("/sparql", data={"query": query}, headers={"Accept": JSON})
    assert reply.status_code == 200, reply.get_json()
    found = json.loads(reply.data)["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in found]


def store(turtle: str) -> Store:
    found = Store()
    found.load(f"@prefix : <x:> .{turtle}".encode(), format=RdfFormat.TURTLE)
    return found


def over(here: Store, text: str, seconds: float = 1) -> bytes:
    """What a store answers, as the service's workers do; a question that is no SPARQL fails the test."""
    found = here.query(text)
    assert isinstance(found, QuerySolutions)
    return found.serialize(format=QueryResultsFormat.JSON) or b""


def answers(here: Store, query: str) -> Counter[frozenset[tuple[str, str]]]:
    """The solutions of a query, with how often each is there."""
    found = here.query(query)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return Counter(frozenset((name, str(row[name])) for name in names if row[name] is not None) for row in found)


def many(count: int) -> Store:
    """As many IRIs as that, each with a label of its own in the other service."""
    return store(" ".join(f":a :same :m{number} . :m{number} :name '{number}' ." for number in range(count)))


def narrowed(query: str) -> set[str] | None:
    """The values that a query of one column is about, None where there are none in it."""
    found = re.search(r"VALUES \(\?\w+\) \{ (.*?) \} ", query)
    return {value.strip("()<>").replace("x:", ":") for value in found[1].split()} if found else None
