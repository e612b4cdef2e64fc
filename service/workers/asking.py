"""A query is put to the engine: as it was rewritten, or as it was written where the engine cannot read the other."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyoxigraph as ox

from service.workers.task import Task

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_UNKNOWN = re.compile(r"The custom function <(.+)> is not supported")
_MOST_FUNCTIONS = 100
_REMEMBERED = 1_000_000
"""Hashes of triples; beyond them the oldest are forgotten, so that a large answer keeps within its memory."""


def results(store: ox.Store, task: Task) -> Results:
    """The engine's answer. Raises SyntaxError with a place in the text as it was written."""
    text = task.text
    try:
        found = _asked(store, text, task)
    except SyntaxError:
        if task.original in (None, text):
            raise
        text = task.original or text
        found = _asked(store, text, task)
    if isinstance(found, ox.QuerySolutions) and task.star is not None and text == task.text:
        names = [variable.value for variable in found.variables]
        if (ordered := with_columns(text, task.star, task.columns, names)) != text:
            return _asked(store, ordered, task)
    return found


def with_columns(text: str, star: int, written: Sequence[str], names: Sequence[str]) -> str:
    """The text with its variables instead of the star at a place, in the order in which they are written.

    >>> with_columns("SELECT * { ?s ?p ?o }", 7, ("s", "p", "o"), ["o", "p", "s"])
    'SELECT ?s ?p ?o { ?s ?p ?o }'
    """
    ordered = [name for name in written if name in set(names)]
    if ordered == list(names) or len(ordered) != len(names):
        return text
    return text[:star] + " ".join(f"?{name}" for name in ordered) + text[star + 1 :]


def _asked(store: ox.Store, text: str, task: Task) -> Results:
    """The answer; a function nobody knows is an error of its expression, not of the query (section 17.6)."""
    unknown: dict[ox.NamedNode, Callable[..., Term | None]] = {}
    while True:
        try:
            return store.query(text, base_iri=task.base, custom_functions=unknown or None, **_dataset(task))
        except RuntimeError as error:
            match = _UNKNOWN.search(str(error))
            if not match or len(unknown) == _MOST_FUNCTIONS:
                raise
            unknown[ox.NamedNode(match[1])] = _nothing


def _nothing(*_arguments: object) -> None:
    return None


def distinct(triples: ox.QueryTriples) -> Iterator[ox.Triple]:
    """The triples of a graph, each once; the engine leaves those with blank nodes and triple terms doubled.

    See https://github.com/oxigraph/oxigraph/issues/525.
    """
    seen: dict[int, None] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode) or not isinstance(triple.object, ox.NamedNode | ox.Literal):
            if (key := hash(triple)) in seen:
                continue
            seen[key] = None
            if len(seen) > _REMEMBERED:
                del seen[next(iter(seen))]
        yield triple


def _dataset(task: Task) -> dict[str, Any]:
    """The protocol's dataset for the engine: where one of the two kinds is named, the other is empty."""
    if task.default_graphs is None and task.named_graphs is None:
        return {}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in task.default_graphs or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in task.named_graphs or ()],
    }
