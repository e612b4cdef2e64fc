"""What an update has written, told by the update itself: each operation leaves a trace, which is read and removed.

The default graph is large, and comparing all of it before and after takes seconds. So beside what it writes, an
operation is made to write down once more, in two graphs of their own, the statements it puts into the default graph
or takes out of it, and the names of the graphs it writes to. The engine evaluates its pattern once for all of them, so
the trace is right whatever the pattern says. Where an operation cannot leave one, it may have written anything.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple, TypeVar
from uuid import uuid4

import pyoxigraph as ox

from service.writing.access import DEFAULT_GRAPH
from service.writing.operation import Operation, Uncertain, end_of_braces

T = TypeVar("T")

_STATEMENTS, _NAMES = (ox.NamedNode(f"urn:uuid:{uuid4()}") for _ in range(2))
"""Names nobody can guess, so that no data has them."""

_MOST = 50_000
"""A trace of more statements is not read: they would take more memory than comparing takes time."""


@dataclass(frozen=True)
class Written:
    """What may have been written. It may be more than was, never less."""

    graphs: frozenset[str] | None = frozenset()
    """The named graphs; None where they may be any."""

    default: frozenset[ox.Triple] | None = frozenset()
    """The statements of the default graph; None where they may be any."""

    is_default_anew: bool = False
    """Whether the default graph was emptied, so that it is better read as it is now than compared with before."""

    is_all_anew: bool = False
    """Whether every graph was emptied."""

    def __or__(self, other: "Written") -> "Written":
        """One, and then the other."""
        return Written(
            _both(self.graphs, other.graphs),
            _both(self.default, other.default),
            self.is_default_anew or other.is_default_anew,
            self.is_all_anew or other.is_all_anew,
        )


ANYTHING = Written(None, None)
DEFAULT_ANEW = Written(frozenset(), None, is_default_anew=True)
ALL_ANEW = Written(None, None, is_default_anew=True, is_all_anew=True)

CarryOut = Callable[[str], None]
"""Carries out the text of an update. Raises SyntaxError before it changes anything."""


def is_certain(operation: Operation) -> bool:
    """Whether it is known without a trace what an operation writes: graphs that are named, and nothing else."""
    return operation.writes is not None and DEFAULT_GRAPH not in operation.writes


def carried_out(operation: Operation, store: ox.Store, carry_out: CarryOut) -> Written:
    """Carry out one operation; returns what it may have written. Raises as `carry_out` does."""
    if is_certain(operation):
        carry_out(f"{operation.prologue} {operation.text}")
        return told(operation)
    if empties_default(operation):
        carry_out(f"{operation.prologue} {operation.text}")
        return ALL_ANEW if operation.aim == ("ALL",) else told(operation) | DEFAULT_ANEW
    text = with_trace(operation, _STATEMENTS, _NAMES)
    if text is not None:
        try:
            carry_out(f"{operation.prologue} {text}")
        except SyntaxError:  # the fault of the operation, which is then told, or ours
            pass
        else:
            return _taken_from(store)
    carry_out(f"{operation.prologue} {operation.text}")
    return Written(told(operation).graphs, None)


def empties_default(operation: Operation) -> bool:
    """Whether an operation begins with emptying the default graph.

    >>> from service.writing.operation import operations_of
    >>> [*map(empties_default, operations_of("CLEAR DEFAULT ; COPY <a:b> TO DEFAULT ; ADD <a:b> TO DEFAULT"))]
    [True, True, False]
    """
    match operation.words[0], operation.aim:
        case "CLEAR" | "DROP", ("DEFAULT",) | ("ALL",):
            return True
        case "COPY" | "MOVE", (*_, "DEFAULT"):
            return True
        case "MOVE", ("DEFAULT", *_):
            return True
    return False


def told(operation: Operation) -> Written:
    """The named graphs that an operation says it writes; nothing is told of the default graph."""
    graphs = operation.writes
    return ANYTHING if graphs is None else Written(frozenset(graph for graph in graphs if graph is not DEFAULT_GRAPH))


def everything_in(store: ox.Store) -> Written:
    """What has been written where all of a store was added to another."""
    return Written(_named(store.named_graphs()), _statements(store, ox.DefaultGraph()))


def _taken_from(store: ox.Store) -> Written:
    """What the trace says; it is removed, so that no later operation can see it."""
    names = (quad.object for quad in store.quads_for_pattern(None, None, None, _NAMES))
    written = Written(_named(names), _statements(store, _STATEMENTS))
    store.remove_graph(_STATEMENTS)
    store.remove_graph(_NAMES)
    return written


def _named(names: Iterable[object]) -> frozenset[str] | None:
    """The IRIs among the names of graphs. A literal names none, so nothing was written there."""
    found = set(names)
    if any(isinstance(name, ox.BlankNode) for name in found):
        return None  # its name is not known outside of the store
    return frozenset(name.value for name in found if isinstance(name, ox.NamedNode))


def _statements(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> frozenset[ox.Triple] | None:
    found = store.quads_for_pattern(None, None, None, graph)
    statements = frozenset(quad.triple for quad in islice(found, _MOST + 1))
    return None if len(statements) > _MOST else statements


def _both(one: frozenset[T] | None, other: frozenset[T] | None) -> frozenset[T] | None:
    return None if one is None or other is None else one | other


def with_trace(operation: Operation, statements: ox.NamedNode, names: ox.NamedNode) -> str | None:
    """The text of an operation that leaves a trace in two graphs; None where it cannot leave one.

    >>> from service.writing.operation import operations_of
    >>> def traced(text): return with_trace(operations_of(text)[0], ox.NamedNode("urn:s"), ox.NamedNode("urn:n"))
    >>> traced("INSERT DATA { <urn:a> a <urn:b> }")
    'INSERT DATA { <urn:a> a <urn:b> GRAPH <urn:s> { <urn:a> a <urn:b> } }'
    >>> traced("DELETE WHERE { GRAPH ?g { ?s ?p 1 } }")
    'DELETE { GRAPH ?g { ?s ?p 1 } } INSERT { GRAPH <urn:n> { <urn:n> <urn:n> ?g } } WHERE { GRAPH ?g { ?s ?p 1 } }'
    >>> traced("ADD <urn:g> TO DEFAULT")
    'INSERT { ?s ?p ?o GRAPH <urn:s> { ?s ?p ?o } } WHERE { GRAPH <urn:g> { ?s ?p ?o } }'
    >>> traced("ADD <urn:g> TO <h>"), traced("CLEAR NAMED")
    (None, None)
    """
    if operation.words[:1] == ("ADD",):
        return _added(operation, statements)
    try:
        places = tuple(_templates(operation))
        trace = _trace(map(partial(_quads_at, operation), places), statements, names)
    except (Uncertain, IndexError):  # it is none, or ends too early
        return None
    if operation.words[:2] == ("DELETE", "DATA"):
        return f"{operation.text} ; INSERT DATA {{ {trace} }}"
    last = end_of_braces(operation.found, places[-1])
    if operation.words[:2] == ("DELETE", "WHERE"):
        return f"DELETE {operation.between(2, last)} INSERT {{ {trace} }} {operation.between(1, last)}"
    before, after = operation.between(0, last), operation.between(last - 1, len(operation.found))[1:]
    if operation.found[places[-1] - 1].text.upper() == "DELETE":
        return f"{before} INSERT {{ {trace} }}{after}"
    return f"{before[:-1].rstrip()} {trace} }}{after}"


def _added(operation: Operation, statements: ox.NamedNode) -> str | None:
    """The INSERT that does what ADD to the default graph does (SPARQL 1.1 Update, section 3.2.5), with its trace."""
    words = [token.text for token in operation.found if token.text.upper() not in ("ADD", "SILENT", "GRAPH")]
    if [word.upper() for word in words[1:]] != ["TO", "DEFAULT"] or words[0].upper() == "DEFAULT":
        return None
    return f"INSERT {{ ?s ?p ?o GRAPH {statements} {{ ?s ?p ?o }} }} WHERE {{ GRAPH {words[0]} {{ ?s ?p ?o }} }}"


def _templates(operation: Operation) -> Iterator[int]:
    """The places of the braces in which the quads stand that an operation writes. Raises Uncertain."""
    if operation.words[1:2] == ("DATA",) or operation.words[:2] == ("DELETE", "WHERE"):
        yield 2
        return
    place = 2 if operation.words[0] == "WITH" else 0
    while operation.found[place].text.upper() in ("DELETE", "INSERT"):
        yield place + 1
        place = end_of_braces(operation.found, place + 1)
    if operation.found[place].text.upper() not in ("USING", "WHERE"):
        raise Uncertain


class _Quads(NamedTuple):
    """What stands in the braces of a template."""

    triples: tuple[str, ...]
    """Those outside of GRAPH, where they are for the default graph."""

    graphs: tuple[str, ...]
    """The names of the graphs of the others, variables among them."""


def _quads_at(operation: Operation, start: int) -> _Quads:
    """Read the quads in the braces that open at a place. Raises Uncertain where a copy would mean something else."""
    found, end = operation.found, end_of_braces(operation.found, start) - 1
    triples, graphs = list[str](), list[str]()
    place = begun = start + 1
    while place < end:
        if found[place].text.upper() == "GRAPH":
            triples += _triples(operation, begun, place)
            graphs.append(found[place + 1].text)
            place = begun = end_of_braces(found, place + 2)
            if found[place - 2].text == "{" and operation.words[:2] == ("DELETE", "WHERE"):
                raise Uncertain  # as a pattern, GRAPH <g> {} asks whether there is such a graph
        else:
            place += 1
    triples += _triples(operation, begun, end)
    if triples and operation.words[0] == "WITH":
        return _Quads((), (*graphs, found[1].text))
    return _Quads(tuple(triples), tuple(graphs))


def _triples(operation: Operation, start: int, end: int) -> Iterator[str]:
    """The triples between two places, without the full stops around them."""
    found = operation.found
    while start < end and found[start].text == ".":
        start += 1
    while start < end and found[end - 1].text == ".":
        end -= 1
    if any(token.kind == "open" or token.text == "~" for token in found[start:end]):
        raise Uncertain  # what has no name is another one each time it is written
    if start < end:
        yield operation.between(start, end)


def _trace(quads: Iterable[_Quads], statements: ox.NamedNode, names: ox.NamedNode) -> str:
    written = tuple(quads)
    triples = " . ".join(each for block in written for each in block.triples)
    graphs = " . ".join(
        f"{names} {names} {name}" for name in dict.fromkeys(n for block in written for n in block.graphs)
    )
    pieces = ((statements, triples), (names, graphs))
    return " ".join(f"GRAPH {graph} {{ {text} }}" for graph, text in pieces if text)
