"""The read-only store over the current generation: it answers queries, and moves on when the pointer does."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

import pyoxigraph as ox
from rdflib.term import Node

from service.errors import NotAcceptable, RefusedQuery, Stopping, WrongRequest
from service.formats import JSON, TABLES, Format
from service.malformed import malformed
from service.store.lease import Lease
from service.store.snapshots import Snapshot, Snapshots
from service.store.terms import rows_from_json, to_engine
from service.tokens import disarmed

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
_STACK = 256 * 1024 * 1024
"""Bytes of stack for each engine thread. Only what is used is ever taken; 2 MiB overflowed at 1,000 OPTIONALs."""


@dataclass(frozen=True)
class Dataset:
    """The graphs a query is about, as the protocol's parameters name them; None leaves it to the query."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    def checked(self) -> "Dataset":
        """The same. Raises WrongRequest where a name is none."""
        for iri in (*(self.default or ()), *(self.named or ())):
            _graph_name(iri)
        return self


EVERYTHING = Dataset()


@dataclass(frozen=True)
class Opened:
    """A generation with its open database; freed when the last query on it is done."""

    snapshot: Snapshot
    store: ox.Store
    lease: Lease


class LocalStore:
    """Our own queries over a data directory of this machine, from any number of threads.

    The engine's results may only be touched by the thread that asked for them, and its parser needs more stack than
    a web server's thread has, so both evaluation and serialisation happen in the threads of a small pool. Nothing
    ends such a query: what clients of the web send goes to `service/workers` instead.
    """

    def __init__(self, snapshots: Snapshots, threads: int = 4) -> None:
        self._snapshots = snapshots
        self._opened: Opened | None = None
        self._opening = threading.Lock()
        self._threads = _pool_with_stack(threads, "own query")

    @property
    def snapshot(self) -> Snapshot:
        """The current generation. Raises NoData where there is none."""
        return self._snapshots.current()

    def held(self) -> Opened:
        """The current generation, which is not removed as long as this value lives. Raises as `snapshot` does."""
        return self._current()

    def query(self, text: str, format_: Format, dataset: Dataset = EVERYTHING) -> bytes:
        """Answer a query in a format that suits its form.

        Raises MalformedQuery, and RefusedQuery where the format is for the other kind of answer.
        """
        try:
            return self._evaluated(text, format_, _dataset_arguments(dataset))
        except SyntaxError as error:
            raise malformed(str(error), text) from None

    def rows(self, query: str, **bindings: Node) -> list[dict[str, Node]]:
        """The rows of a SELECT query as rdflib terms, unbound variables left out.

        A binding fixes a variable, which the query has to project.
        """
        substitutions = {ox.Variable(name): to_engine(node) for name, node in bindings.items()}
        answer = self._evaluated(query, JSON, {"substitutions": substitutions})
        return rows_from_json(answer)

    def triples(self) -> int:
        """How many triples the default graph holds, counted once for each generation. Raises StoreError."""
        return _triples(self, self.snapshot.name)

    def has_graph(self, name: str | None) -> bool:
        """Whether there is a graph of that name, be it empty; the default graph, None, is always there."""
        return name is None or self._current().store.contains_named_graph(ox.NamedNode(name))

    def dump(self, into: BinaryIO, format_: Format, graph: str | None, *, whole: bool = False) -> None:
        """Write a graph, None being the default graph, or the whole store to a file."""
        syntax = ox.RdfFormat.from_media_type(format_.media_type)
        if whole:
            self._current().store.dump(into, format=syntax)
        else:
            name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
            self._current().store.dump(into, format=syntax, from_graph=name)

    def close(self) -> None:
        """Let go of the database and the threads."""
        self._threads.shutdown()
        self._opened = None

    def _evaluated(self, text: str, format_: Format, arguments: dict[str, Any]) -> bytes:
        safe = disarmed(text)

        def evaluated() -> bytes | Exception:
            try:
                opened = self._current()  # held by its name until the end, so that its lease lives as long
                return _serialized(opened.store.query(safe, **arguments), format_)
            except Exception as error:  # noqa: BLE001 -- raised again below
                # Not from here: its traceback would carry the engine's results to a thread that must not free them.
                error.__context__ = None
                return error.with_traceback(None)

        try:
            outcome = self._threads.submit(evaluated).result()
        except RuntimeError:  # the pool is closed
            raise Stopping("the service is stopping") from None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _current(self) -> Opened:
        """The current generation, opened anew when the pointer has moved."""
        snapshot, opened = self._snapshots.current(), self._opened
        if opened and opened.snapshot == snapshot:
            return opened
        with self._opening:
            snapshot = self._snapshots.current()
            if not self._opened or self._opened.snapshot != snapshot:
                snapshot, lease = self._snapshots.hold()
                self._opened = Opened(snapshot, snapshot.opened(), lease)
            return self._opened


@lru_cache(maxsize=8)
def _triples(store: LocalStore, _: str) -> int:
    (row,) = store.rows("SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }")
    return int(str(row["triples"]))


def _pool_with_stack(threads: int, name: str) -> ThreadPoolExecutor:
    """A pool whose threads have a large stack; the size of a stack is set for the whole process, so it is put back."""
    before = threading.stack_size(_STACK)
    try:
        pool = ThreadPoolExecutor(threads, name)
        everyone = threading.Barrier(threads + 1)
        for _ in range(threads):
            pool.submit(everyone.wait)
        everyone.wait()
        return pool
    finally:
        threading.stack_size(before)


def _dataset_arguments(dataset: Dataset) -> dict[str, Any]:
    """The protocol's dataset for the engine: where one of the two kinds is named, the other is empty."""
    if dataset == EVERYTHING:
        return {}
    return {
        "default_graph": [_graph_name(iri) for iri in dataset.default or ()],
        "named_graphs": [_graph_name(iri) for iri in dataset.named or ()],
    }


def _graph_name(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise WrongRequest(f"{iri[:200]} is not an absolute IRI, so it names no graph.") from None


def _serialized(results: Results, format_: Format) -> bytes:
    is_graph = isinstance(results, ox.QueryTriples)
    if is_graph == (format_ in TABLES):
        raise RefusedQuery(f"{format_.name} is not a form for the answer to this kind of query.")
    if isinstance(results, ox.QueryTriples):
        try:
            answer = results.serialize(format=ox.RdfFormat.from_media_type(format_.media_type))
        except OSError as error:
            if "does not support RDF 1.2" not in str(error):
                raise
            raise NotAcceptable(
                f"{format_.name} cannot carry the triple terms of the answer; ask for Turtle."
            ) from None
    else:
        answer = results.serialize(format=ox.QueryResultsFormat.from_media_type(format_.media_type))
    return answer or b""
