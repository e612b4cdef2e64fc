"""What the service takes: to start, for each kind of page, and for a request over one connection that is kept.

Each kind of page is made twice in a process without a cache of answers: for the first reader of a snapshot, and for
one who comes later. Over HTTP the cache is on, as it is where nothing is set.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from random import Random
from time import monotonic, perf_counter, sleep
from urllib.parse import quote, urlencode

from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS
from werkzeug.test import TestResponse

from benchmarks.results import US, Elapsed, Result, timed
from benchmarks.served import ETIOGRAPH, HELLO, Client, Server, serving
from service.app import create_app
from service.cli.load import built_in, loaded
from service.settings import Settings
from service.store.draft import Draft
from service.store.snapshots import Snapshots

_HTML = {"Accept": "text/html", "Accept-Encoding": "zstd"}
_POINT = "/sparql?" + urlencode({"query": "SELECT * { <https://w3id.org/etiograph/id/hypocalcemia> ?p ?o } LIMIT 5"})
_PAGES = {
    "home": "/",
    "entity": "/id/hypocalcemia",
    "symptom": "/id/nocturnal-calf-cramp",
    "test": "/id/serum-calcium-test",
    "articles": "/articles",
    "matrix": "/matrix",
    "compare": "/compare",
    "browse": "/browse",
    "search": "/search?q=calf",
    "vocabulary": "/ontology",
    "queries": "/queries",
    "query form": "/sparql",
    "answer": _POINT,
    "changes": "/changes",
    "status": "/status",
    "check": "/check",
    "void": "/void",
    "downloads": "/downloads",
    "completion": "/api/complete?q=cal",
}
_LINK = re.compile(r'href="(/(?!static/|q/)[^"#]*)')
_MOST_PAGES = 2000
_TERM = "/term?iri=HP:0002901"


def measured(folder: Path, ontology: Path | None, rounds: int = 20, seconds: float = 2.0) -> Iterator[Result]:
    """The seed alone, then with an ontology beside it."""
    data = folder / "pages"
    loaded(Settings(data=data), [built_in()])
    yield from _all(data, "seed", _PAGES, rounds, seconds)
    if ontology:
        loaded(Settings(data=data), [ontology])
        yield from _all(data, "with ontology", _PAGES | {"term": _TERM}, rounds, seconds)


def _all(data: Path, of: str, paths: dict[str, str], rounds: int, seconds: float) -> Iterator[Result]:
    yield from _made(data, of, paths, rounds)
    yield _walked(data, of)
    yield from _started(data, of)
    yield from _over_http(data, of, seconds)


def _made(data: Path, of: str, paths: dict[str, str], rounds: int) -> Iterator[Result]:
    """What it takes to make each kind of page."""
    app = create_app(Settings(data=data, cache_bytes=0))
    for template in app.jinja_env.list_templates():
        app.jinja_env.get_template(template)
    client = app.test_client()
    article = re.search(rb'href="(/id/article/[^"]+)"', client.get("/articles", headers={"Accept": "text/html"}).data)
    paths = paths | ({"article": article[1].decode()} if article else {})
    Snapshots(data).write(_note, "a note of the benchmark")
    app.extensions["etiograph.search"].prepare().join()
    for kind, path in paths.items():
        first = timed(lambda path=path: _shown(client, path))  # type: ignore[misc]  # bound now
        yield Result(f"first {kind}", 1, US, first.seconds, first.cpu, note=of)
        runs = [timed(lambda path=path: _shown(client, path)) for _ in range(rounds)]  # type: ignore[misc]  # the same
        yield _spread(f"make {kind}", runs, of)
    app.extensions["etiograph.workers"].close()
    app.extensions["etiograph"].close()


def _walked(data: Path, of: str) -> Result:
    """Every page that links lead to from the first, opened once: nobody has asked for it before."""
    app = create_app(Settings(data=data))
    client, ahead, known = app.test_client(), ["/"], {"/"}
    runs, read = list[Elapsed](), list[TestResponse]()
    while ahead and len(runs) < _MOST_PAGES:
        path = ahead.pop(0)
        run = timed(lambda path=path: read.append(client.get(path, headers={"Accept": "text/html"}, buffered=True)))  # type: ignore[misc]  # bound now
        if (reply := read.pop()).mimetype == "text/html":
            runs.append(run)
            found = {unescape(each) for each in _LINK.findall(reply.text)} - known
            known.update(found)
            ahead += sorted(found)
    app.extensions["etiograph.workers"].close()
    app.extensions["etiograph"].close()
    return _spread("every page once", runs, of)


def _shown(client: FlaskClient, path: str) -> None:
    status = client.get(path, headers=_HTML, buffered=True).status_code
    if status not in (200, 404):  # an ontology may lack the term
        raise ValueError(f"{path} was answered with {status}")


def _note(draft: Draft) -> None:
    graph = Graph()
    graph.add((URIRef("https://example.org/note"), RDFS.label, Literal("a note")))
    draft.put(URIRef("https://example.org/notes"), graph)


def _started(data: Path, of: str) -> Iterator[Result]:
    with serving((*ETIOGRAPH, "--data", str(data)), "/ready", processes="1") as server:
        seconds, taken = monotonic() - server.begun, server.taken()
        memory = ", ".join(f"{each.what} {each.memory / 1e6:.0f} MB" for each in taken)
        yield Result("start", 1, US, seconds, sum(each.cpu for each in taken), note=f"{of}; {memory}")


def _over_http(data: Path, of: str, seconds: float) -> Iterator[Result]:
    """The processors' time is that of the server's processes; the client has its own."""
    with serving((*ETIOGRAPH, "--data", str(data)), "/ready") as server, closing(Client(server.port)) as client:
        _rest(server)
        known = re.search(rb"(?i)etag: (\S+)", client.get("/matrix", "Accept: text/html")[1])
        tag = known[1].decode() if known else ""
        form = "Accept: text/html", "Accept-Encoding: zstd"
        yield _asked("GET kept page", server, lambda _: client.get("/matrix", *form), seconds, of)
        yield _asked("GET 304", server, lambda _: client.get("/matrix", form[0], f"If-None-Match: {tag}"), seconds, of)
        yield _asked("GET kept answer", server, lambda _: client.get(_POINT), seconds, of)
        yield _asked("GET new answer", server, lambda n: client.get(f"{_POINT}&n={n}"), seconds, of)
        typed = _typed(client)
        yield _asked(
            "GET completion",
            server,
            lambda n: client.get(f"/api/complete?q={quote(typed[n % len(typed)])}"),
            seconds,
            of,
        )
    with serving(HELLO, "/") as server, closing(Client(server.port)) as client:
        for task in ("GET kept page", "GET 304", "GET kept answer", "GET new answer"):
            yield _asked(task, server, lambda _: client.get("/"), seconds / 4, "Flask hello", "Flask hello")


def _rest(server: Server) -> None:
    """Wait until it has done what it does after its start, such as compiling templates; half a minute at most."""
    until, before = monotonic() + 30, -1.0
    while (now := server.cpu) > before and monotonic() < until:
        before = now
        sleep(1)


def _typed(client: Client) -> list[str]:
    """Labels as they are typed, letter by letter."""
    labels = [
        each.decode() for each in re.findall(rb'"label":\s*"([^"\\]+)"', client.get("/api/search?q=a&limit=100")[1])
    ]
    Random(1).shuffle(labels)  # noqa: S311 -- an order, not a secret
    return [label[:length] for label in labels for length in range(1, len(label) + 1)] or ["a"]


def _asked(
    task: str, server: Server, ask: Callable[[int], tuple[int, bytes]], seconds: float, of: str, system: str = US
) -> Result:
    """Ask one time after the other for some seconds."""
    waited, until, cpu = list[float](), monotonic() + seconds, server.cpu
    while not waited or monotonic() < until:
        begun = perf_counter()
        ask(len(waited))
        waited.append(perf_counter() - begun)
    return _spread(task, [Elapsed(each, 0.0) for each in waited], of, server.cpu - cpu, system)


def _spread(task: str, runs: list[Elapsed], of: str, cpu: float | None = None, system: str = US) -> Result:
    """Several runs; where `cpu` is given, it is what a server spent on all of them."""
    total = sum(each.seconds for each in runs)
    if cpu is None:
        spent, told = sum(each.cpu for each in runs), f"CPU {_shares([each.cpu for each in runs])}"
    else:
        spent, told = cpu, f"CPU {cpu / len(runs) * 1000:.2f} ms each, {len(runs) / total:,.0f}/s"
    note = f"{of}; {_shares([each.seconds for each in runs])}; {told}"
    return Result(task, 1, system, total, spent, len(runs), "answers", note)


def _shares(seconds: list[float]) -> str:
    ordered = sorted(each * 1000 for each in seconds)
    p50, p99 = (ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
    return f"p50 {p50:.2f} ms, p99 {p99:.2f} ms"
