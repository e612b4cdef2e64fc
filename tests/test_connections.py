"""Connections as they should not be: slow, half-open, ambiguous, too many; and what becomes of them at the end."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serving import PATIENCE, Server, free_port, serving, start, wait_for
from tests.test_workers import children
from tests.website import OWN, website

LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 12000"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(STR(?a), STR(?d))) < 0) }"
_RESET = b"\x01\x00\x00\x00\x00\x00\x00\x00"
"""The option (on, 0 seconds) by which a connection ends without a farewell."""

END = b"\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("connections")
    website(directory, [OWN]).extensions["etiograph"].close()
    return directory


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    with serving(data, log="off") as running:
        yield running


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)


def said(connection: socket.socket) -> bytes:
    """What comes until the connection ends; it may be cut."""
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except OSError:
        return found
    return found


def answer_to(server: Server, request: bytes) -> bytes:
    with connected(server) as connection:
        connection.sendall(request)
        return connection.recv(65536)


def get(query: str, close: bool = True) -> bytes:
    ending = "Connection: close\r\n" if close else ""
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n{ending}\r\n".encode()


def assert_answers(server: Server) -> None:
    assert server.ask("/sparql?query=ASK%7B%7D", Accept="text/csv").status == 200


# Bodies that nobody reads

POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
GET = b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n"


def test_a_refused_body_is_received_so_that_the_answer_is_read(server: Server) -> None:
    length = 30_000_000
    with connected(server) as connection:
        connection.sendall(POST + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % length)
        connection.sendall(b" " * length)
        assert said(connection).startswith(b"HTTP/1.1 413 ")


def test_who_asks_before_it_sends_is_refused_before_it_sends(server: Server) -> None:
    asking = POST + b"Content-Length: 30000000\r\nExpect: 100-continue\r\n\r\n"
    assert answer_to(server, asking).startswith(b"HTTP/1.1 413 ")


# Requests that two readers could understand differently

AMBIGUOUS = {
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{} ",
    "a negative length": POST + b"Content-Length: -5\r\n\r\nASK{}",
    "chunked is not the last coding": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a bare CR in a header": GET + b"X-A: a\rX-B: b\r\n\r\n",
    "a header that is continued": GET + b"X-A: a\r\n b\r\n\r\n",
    "NUL in a header": GET + b"X-A: a\x00b\r\n\r\n",
    "no host": b"GET /robots.txt HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n",
    "a length that is no number": POST + b"Content-Length: 5e0\r\n\r\nASK{}",
}


@pytest.mark.parametrize("request_", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_an_ambiguous_request_is_refused(server: Server, request_: bytes) -> None:
    assert answer_to(server, request_).startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))


def test_a_client_of_before_hosts_is_answered(server: Server) -> None:
    assert b" 200 " in answer_to(server, b"GET /robots.txt HTTP/1.0\r\n\r\n").partition(b"\r\n")[0]


@pytest.mark.parametrize(
    "lengths",
    [
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    ],
    ids=["chunked", "a length after it", "a length before it"],
)
def test_nothing_can_be_smuggled_in_behind_a_chunked_request(server: Server, lengths: bytes) -> None:
    chunked = POST + lengths + b"\r\n5\r\nASK{}\r\n0\r\n\r\n"
    with connected(server) as connection:
        connection.sendall(chunked + GET + b"\r\n")
        answers = said(connection)
    assert answers.startswith(b"HTTP/1.1 200")
    assert answers.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "headers",
    [b"X-A: " + b"a" * 500_000 + b"\r\n", b"".join(b"X-%d: a\r\n" % number for number in range(500))],
    ids=["long", "many"],
)
def test_oversized_headers_are_refused(server: Server, headers: bytes) -> None:
    with connected(server) as connection:
        with suppress(OSError):  # it may have refused and hung up before the end
            connection.sendall(GET + headers + b"\r\n")
        assert said(connection)[:12] in (b"HTTP/1.1 431", b"")
    assert_answers(server)


@pytest.mark.parametrize(
    "path", ["/id/a%0d%0aSet-Cookie:%20b=c", "/%0d%0a%0d%0a", "/sparql?query=%0d%0aX:%20y", "/id/a.ttl%0d%0aX:y"]
)
def test_a_line_break_in_an_address_never_becomes_a_header(server: Server, path: str) -> None:
    head = answer_to(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Request-Id: a%0d%0ab\r\n\r\n".encode())
    names = [line.partition(b":")[0].lower() for line in head.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]]
    assert not {b"set-cookie", b"x"} & set(names)


# Slow and idle clients


def test_slow_and_idle_clients_keep_nobody_out(server: Server) -> None:
    with ExitStack() as kept:
        for beginning in (b"", b"GET /rob", GET, POST + b"Content-Length: 1000\r\n\r\nASK", get(LONG)):
            for _ in range(10):
                connection = kept.enter_context(connected(server))
                connection.sendall(beginning)
        assert_answers(server)
        assert server.ask("/").status == 200


def test_a_thousand_idle_connections_keep_nobody_out(server: Server) -> None:
    with ExitStack() as kept:
        for _ in range(1000):
            kept.enter_context(connected(server))
        assert_answers(server)


def test_half_open_clients_leave_nothing_behind(server: Server) -> None:
    for _ in range(30):
        with connected(server) as connection:
            connection.sendall(get(ENDLESS))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    until = time.monotonic() + PATIENCE
    while server.ask("/sparql?query=ASK%7B%7D", Accept="text/csv").status != 200:  # until it has heard of the ends
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.soak
def test_who_does_not_end_its_headers_is_cut_off(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(GET)
        assert said(connection)[:12] in (b"HTTP/1.1 408", b"")


# The end


def streams(server: Server, count: int) -> tuple[ThreadPoolExecutor, list[bytes]]:
    """Clients that read slowly, once each of them has got something."""
    begun, answers = threading.Barrier(count + 1), list[bytes]()

    def read() -> None:
        with connected(server) as connection:
            connection.sendall(get(LONG, close=False))
            found = connection.recv(4096)
            begun.wait(PATIENCE)
            while not found.endswith(END) and (piece := connection.recv(65536)):
                found += piece
                time.sleep(0.005)
            answers.append(found)

    pool = ThreadPoolExecutor(count)
    for _ in range(count):
        pool.submit(read)
    begun.wait(PATIENCE)
    return pool, answers


@pytest.mark.parametrize(
    "whole_group",
    [pytest.param(False, id="the server", marks=pytest.mark.soak), pytest.param(True, id="its children too")],
)
def test_what_has_begun_is_finished_when_the_server_is_told_to_stop(data: Path, whole_group: bool) -> None:
    with serving(data, waiting_per_client="40", log="off") as server:
        pool, answers = streams(server, 20)
        told = descendants(server.process.pid) if whole_group else []
        for process in [server.process.pid, *told]:
            os.kill(process, signal.SIGTERM)
        with pool:
            pass
        assert server.process.wait(PATIENCE) == 0
    assert len(answers) == 20
    assert all(answer.startswith(b"HTTP/1.1 200") and answer.endswith(END) for answer in answers)
    with pytest.raises(ConnectionRefusedError):
        connected(server)


def descendants(process: int) -> list[int]:
    found = children(process)
    return found + [each for child in found for each in descendants(child)]


def test_an_idle_connection_does_not_delay_the_end(data: Path) -> None:
    with serving(data, log="off") as server, connected(server) as idle:
        idle.sendall(GET + b"\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200")
        server.process.terminate()
        assert idle.recv(65536) == b""
        assert server.process.wait(PATIENCE) == 0


def test_the_second_signal_ends_at_once_what_the_first_lets_finish(data: Path) -> None:
    with serving(data, query_seconds="300", drain_seconds="300", log="off") as server, connected(server) as connection:
        connection.sendall(get(ENDLESS))
        while not server.ask("/metrics").text.count('etiograph_workers{state="busy"} 1.0'):
            time.sleep(0.05)
        for _ in range(2):
            server.process.terminate()
            time.sleep(0.3)
        assert said(connection) == b""
        server.process.wait(PATIENCE)


# Places


@pytest.mark.parametrize(
    ("zone", "locale"),
    [
        ("Pacific/Kiritimati", "tr_TR.UTF-8"),
        pytest.param("America/St_Johns", "C", marks=pytest.mark.soak),
        pytest.param("No/Such_Zone", "POSIX", marks=pytest.mark.soak),
    ],
)
def test_odd_time_zones_and_locales_change_nothing(
    data: Path, server: Server, zone: str, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setenv("LC_ALL", locale)
    port = free_port()
    with start("--data", data, port=port) as process:
        there = Server(process, port)
        wait_for(there)
        for path in ("/id/hypocalcemia.ttl", "/sparql?query=SELECT*%7B%3Fs+%3Fp+%22%C3%A9%22%7D", "/health"):
            mine, theirs = server.ask(path, Accept="*/*"), there.ask(path, Accept="*/*")
            assert (mine.status, mine.body) == (theirs.status, theirs.body)
            assert mine.headers.get("last-modified") == theirs.headers.get("last-modified")
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert process.stderr
        last = process.stderr.read().splitlines()[-1]
    assert f'"time":"{time.strftime("%Y-%m-%dT", time.gmtime())}' in last
