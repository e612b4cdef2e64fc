"""A query of a client, from its text to the pieces of its answer: a worker is asked, refusals get their words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.errors import AnswerTooLarge, NotAcceptable, RefusedQuery, ServiceError, UnusableDirectory
from service.formats import GRAPHS, JSON, JSON_LD, RDF_XML, TURTLE, Format
from service.malformed import malformed
from service.rewriting import rewritten
from service.rewriting.columns import star
from service.store.local import Dataset, Opened
from service.tokens import Query, disarmed
from service.workers.job import WorkerRefused
from service.workers.pool import Answering, Pool
from service.workers.task import Failure, Task


@dataclass(frozen=True)
class Allowance:
    """What one query may take."""

    seconds: float
    rows: int
    bytes: int


@dataclass(frozen=True)
class Client:
    """Who asks."""

    address: str
    is_gone: Callable[[], bool] = lambda: False


class Evaluated:
    """The pieces of an answer; `whole` is there where they have all come already."""

    def __init__(self, answering: Answering, query: Query, format_: Format, held: Opened) -> None:
        self._answering, self._query, self._format = answering, query, format_
        self._held = held  # so that the generation stays on disk until the answer has been read
        self.whole = answering.whole

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._answering)
        except WorkerRefused as refused:
            raise in_words(refused.failure, self._query.text, self._format) from None

    def close(self) -> None:
        """Want no more of it; the worker is free at once."""
        self._answering.close()


def evaluated(
    pool: Pool, held: Opened, query: Query, format_: Format, dataset: Dataset, allowance: Allowance, client: Client
) -> Evaluated:
    """Have a query answered; returns when the first piece is there. Raises whatever stands in the way of it."""
    text, original = prepared(query), disarmed(query.text)
    found = star(text, original) if query.form == "SELECT" and "columns" in query.rewrites else None
    task = Task(
        generation=str(held.snapshot.path),
        text=text,
        original=original,
        rewrites=query.rewrites,
        star=found.place if found else None,
        columns=found.variables if found else (),
        base=query.base,
        media_type=format_.media_type,
        is_graph=format_ in GRAPHS,
        default_graphs=dataset.default,
        named_graphs=dataset.named,
        seconds=allowance.seconds,
        rows=allowance.rows,
        size=allowance.bytes,
    )
    try:
        return Evaluated(pool.answer(task, allowance.seconds, client.address, client.is_gone), query, format_, held)
    except WorkerRefused as refused:
        raise in_words(refused.failure, query.text, format_) from None


def prepared(query: Query) -> str:
    r"""The text as the engine gets it: rewritten where that mends the engine.

    >>> prepared(Query("ASK { ?s ?p 'service' }", "ASK"))
    "ASK { ?s ?p '\\u0073ervice' }"
    """
    return disarmed(rewritten(query.text, query.rewrites))


def in_words(failure: Failure, text: str, format_: Format) -> ServiceError:
    """What a worker says, for the client; nothing of the engine's own words but the place of a syntax error."""
    match failure.reason:
        case "syntax":
            return malformed(failure.message, text)
        case "form":
            return RefusedQuery(f"{format_.name} is not a form for the answer to this kind of query.")
        case "rows" | "bytes":
            return AnswerTooLarge(
                f"The answer has more {failure.reason} than are sent. Add a LIMIT and take it in parts with OFFSET."
            )
        case "terms":
            return NotAcceptable(f"{format_.name} cannot carry the triple terms of the answer; ask for Turtle.")
        case "xml":
            others = f"{JSON_LD.media_type} or {TURTLE.media_type}" if format_ is RDF_XML else JSON.media_type
            return NotAcceptable(f"The answer holds {failure.message}; ask for {others}.")
    return UnusableDirectory(f"the data cannot be opened: {failure.message}")
