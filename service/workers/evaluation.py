"""A query, evaluated in a worker: its answer leaves through a pipe while it is being written."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO, cast

import pyoxigraph as ox

from service.wellformed import IllFormed, XmlPieces
from service.workers.asking import Results, distinct, results
from service.workers.rows import row_counter
from service.workers.task import Failure, Task

PIECE = 64 * 1024
"""Bytes that are sent at a time."""

_XML = ("application/sparql-results+xml", "application/rdf+xml")


class Refused(Exception):
    """There is no answer, or no more of it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Outlet:
    """Where the engine writes: it counts what passes, and hands it on in pieces of a size that suits a pipe."""

    def __init__(self, task: Task, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._kept = bytearray()
        self._bytes_left = task.size
        self._is_headed = not task.is_graph and task.media_type.startswith("text/")  # the head is a line
        self._most_rows = self._rows_left = task.rows + self._is_headed
        self._rows = None if task.is_graph else row_counter(task.media_type)
        self._xml = XmlPieces() if task.media_type in _XML else None

    def write(self, piece: bytes) -> int:
        """Take the next piece. Raises Refused."""
        if self._rows:
            self.count(self._rows(piece))
        self._take(self._xml.carried(piece) if self._xml else piece)
        return len(piece)

    def flush(self) -> None:
        """The engine calls this; pieces go when they are large enough."""

    def count(self, rows: int) -> None:
        """Count rows. Raises Refused when there are too many."""
        self._rows_left -= rows
        if self._rows_left < 0:
            raise Refused(Failure("rows"))

    def rows(self) -> int:
        """How many rows or triples have passed."""
        return max(0, self._most_rows - self._rows_left - self._is_headed)

    def finish(self) -> None:
        """Send what is left."""
        if self._xml:
            self._take(self._xml.end())
        if self._kept:
            self._send(bytes(self._kept))

    def _take(self, piece: bytes) -> None:
        self._bytes_left -= len(piece)
        if self._bytes_left < 0:
            raise Refused(Failure("bytes"))
        self._kept += piece
        if len(self._kept) >= PIECE:
            self._send(bytes(self._kept))
            self._kept.clear()


def evaluate(store: ox.Store, task: Task, send: Callable[[bytes], None]) -> int:
    """Answer a task piece by piece; returns how many rows or triples it has. Raises Refused wherever it ends early."""
    outlet = Outlet(task, send)
    try:
        _serialize(results(store, task), task, outlet)
        outlet.finish()
        return outlet.rows()
    except SyntaxError as error:
        raise Refused(Failure("syntax", str(error))) from None
    except MemoryError:
        raise Refused(Failure("memory")) from None
    except IllFormed as error:
        raise Refused(Failure("xml", str(error))) from None
    except OSError as error:
        if "does not support RDF 1.2" not in str(error):
            raise
        raise Refused(Failure("terms")) from None


def _serialize(found: Results, task: Task, outlet: Outlet) -> None:
    if isinstance(found, ox.QueryTriples) != task.is_graph:
        raise Refused(Failure("form"))
    output = cast(IO[bytes], outlet)  # the engine calls write and flush only
    if isinstance(found, ox.QueryTriples):
        triples = distinct(found) if "distinct-triples" in task.rewrites else found
        ox.serialize(_counted(triples, outlet), output, format=ox.RdfFormat.from_media_type(task.media_type))
    else:
        found.serialize(output, format=ox.QueryResultsFormat.from_media_type(task.media_type))


def _counted(triples: Iterable[ox.Triple], outlet: Outlet) -> Iterator[ox.Triple]:
    for triple in triples:
        outlet.count(1)
        yield triple
