"""A server that takes changes, and those who send them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from service.store.draft import Draft
from service.store.snapshots import Snapshots
from tests.serving import Reply, Server, serving

TOKEN = "a-token-for-tests"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
TURTLE = "text/turtle"


@dataclass(frozen=True)
class Writable:
    """A server, and the token that may write."""

    server: Server
    data: Path
    token: str = TOKEN

    def send(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Reply:
        """A request with the token; a header that is empty is not sent."""
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        raw = body.encode() if isinstance(body, str) else body
        return self.server.ask(path, method, raw, **{name: value for name, value in sent.items() if value})

    def update(self, text: str, **parameters: str | list[str]) -> Reply:
        """An update in a form."""
        body = urlencode({"update": text, **parameters}, doseq=True)
        return self.send("POST", "/update", body, Content_Type=FORM)

    def put(self, graph: str, turtle: str) -> Reply:
        return self.send("PUT", graph_path(graph), turtle, Content_Type=TURTLE)

    def holds(self, pattern: str) -> bool:
        """Whether the default graph, and what GRAPH names, has a pattern."""
        reply = self.server.ask(f"/sparql?query={quote(f'ASK {{ {pattern} }}')}", Accept="application/json")
        return bool(reply.json["boolean"])

    @property
    def snapshot(self) -> str:
        return Snapshots(self.data).current().name


def graph_path(graph: str) -> str:
    return f"/graphs?graph={quote(graph, safe='')}"


def fill(data: Path) -> None:
    """Some hundred triples in the default graph, so that nothing has to be loaded first."""

    def change(draft: Draft) -> None:
        predicate = ox.NamedNode("http://example.org/p")
        draft.store.extend(
            ox.Quad(ox.NamedNode(f"http://example.org/{n}"), predicate, ox.Literal(n)) for n in range(700)
        )

    Snapshots(data).write(change)


@contextmanager
def writable(data: Path, **settings: str) -> Iterator[Writable]:
    with serving(data, write_token=TOKEN, **settings) as server:
        yield Writable(server, data)
