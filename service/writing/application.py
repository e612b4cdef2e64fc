"""A change, carried out on a store that nobody else sees yet. Runs in the writing process only."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from itertools import repeat
from operator import or_
from typing import BinaryIO

import pyoxigraph as ox

from service.errors import (
    FederationFailed,
    Forbidden,
    MalformedData,
    RefusedQuery,
    RefusedUpdate,
    SwitchedOff,
    UnknownThing,
)
from service.formats import GRAPHS, JSON_LD, N_QUADS, RDF_XML, TRIG, by_media_type
from service.malformed import malformed
from service.rewriting import rewritten
from service.tokens import Limits, disarmed
from service.writing.access import DEFAULT_GRAPH, Access
from service.writing.change import Change, Document, GraphWrite, Part, Update
from service.writing.loads import load, without_loads
from service.writing.operation import Graphs, Operation, operations_of
from service.writing.operations import Reading, reading, using
from service.writing.parts import Section, WatchedXML
from service.writing.prologues import pieces
from service.writing.traces import (
    ALL_ANEW,
    ANYTHING,
    DEFAULT_ANEW,
    Written,
    carried_out,
    everything_in,
    is_certain,
    told,
)

Add = Callable[..., None]
"""`load` or `bulk_load` of a store."""

LoadNext = Callable[[Operation, str], Written]
"""Carries out a LOAD, with the base of its IRIs."""

_LARGE = 4_000_000
"""From so many bytes on, data goes straight into files of the store instead of through memory."""


@dataclass(frozen=True)
class Rules:
    """What holds for every change of a deployment."""

    limits: Limits
    inferred: str
    """How the names of the graphs begin that only rules write."""

    rewrites: tuple[str, ...] = ()
    """What of the engine's faults is mended; see `service.rewriting`."""

    asking: int = 0
    """How many characters an update may have that asks others; 0 where none may."""


@dataclass(frozen=True)
class Applied:
    """What has been written."""

    written: Written
    created: bool = False
    operations: int = 1
    empties_many: bool = False
    """Whether graphs were emptied without being named."""


def applied(store: ox.Store, change: Change, body: BinaryIO, rules: Rules) -> Applied:
    """Carry out a change. Whatever it raises, the store is not to be used any more."""
    if isinstance(change.content, Update):
        return _updated(store, change.content, change.access, body, rules)
    return _written(store, change.content, change.access, body, rules)


def _updated(store: ox.Store, update: Update, access: Access, body: BinaryIO, rules: Rules) -> Applied:
    text = body.read(update.length).decode("utf-8")
    found = reading(text, rules.limits)
    access.refuse_other_graphs(found.writes)
    _refuse_inferred(found.writes, rules)
    asked = using(found, update.using, update.using_named)
    documents = _documents(found, update, text, rules)
    try:
        written = _done(store, asked, update, rules, found, partial(_load_next, store, documents, body))
    except SyntaxError as error:
        raise malformed(_original_error(found, update.base) or str(error), text, "update") from None
    except RuntimeError as error:
        raise RefusedUpdate(f"{error}; nothing was changed. With SILENT that would be no failure.") from None
    return Applied(written, operations=len(found.operations), empties_many=found.empties_many)


def _done(store: ox.Store, text: str, update: Update, rules: Rules, found: Reading, load_next: LoadNext) -> Written:
    """Carry out an update, one operation after the other where it would not be known otherwise what it has written."""
    operations, carry_out = operations_of(text), partial(_carry_out, store, base=update.base, rewrites=rules.rewrites)
    are_certain = all(map(is_certain, operations))
    if not are_certain and len(operations) > 1 and (message := _original_error(found, update.base)):
        raise SyntaxError(message)  # each may be right, and all together not
    written = reduce(or_, map(told, operations), Written()) if are_certain else Written()
    for step in pieces(text) if are_certain else operations:
        if isinstance(step, str):
            carry_out(step)
        elif step.is_load:
            written |= load_next(step, update.base)
        else:
            written |= carried_out(step, store, carry_out)
    return written


def _documents(found: Reading, update: Update, text: str, rules: Rules) -> Iterator[Document | None]:
    """What stands for each LOAD. Raises MalformedQuery where the rest is not SPARQL, SwitchedOff, RefusedQuery."""
    if not found.loads:
        return iter(())
    if message := _original_error(found, update.base):
        raise malformed(message, text, "update")
    if len(found.loads) == len(update.documents):
        return iter(update.documents)
    if all("SILENT" in operation.words for operation in found.loads):
        return repeat(None)
    if rules.asking:
        raise RefusedQuery(f"An update with a LOAD may have {rules.asking:,} characters; send long data by itself.")
    raise SwitchedOff("LOAD is switched off here; send the data itself, to this address or to /graphs.")


def _load_next(
    store: ox.Store, documents: Iterator[Document | None], body: BinaryIO, operation: Operation, base: str
) -> Written:
    """Add the next document to the graph that a LOAD names; one that failed in silence adds nothing.

    Raises FederationFailed where it cannot be read and that is not to be ignored.
    """
    asked, document = load(operation, base), next(documents)
    if document is None:
        return Written()
    section, part = Section(body, document.length), Part(document.media_type, document.length)
    read = ox.Store()  # of its own, so that a document that breaks off has added nothing
    try:
        _load(read, read.load, part, section, _engine_name(asked.into), document.source)
    except MalformedData as error:
        if not asked.silent:
            raise FederationFailed(document.source, f"it cannot be read. {error}".rstrip(".")) from None
    else:
        store.extend(read)
    section.drain()
    return everything_in(read)


def _carry_out(store: ox.Store, text: str, base: str, rewrites: tuple[str, ...]) -> None:
    """Operations as they are mended, or as they are where the engine cannot read the other. Raises SyntaxError."""
    mended = rewritten(text, rewrites)
    try:
        store.update(disarmed(mended), base_iri=base)
    except SyntaxError:
        if mended == text:
            raise
        store.update(disarmed(text), base_iri=base)


def _original_error(found: Reading, base: str) -> str | None:
    """What the engine says about the update before clauses were put into it, which moved its columns."""
    try:
        for operation in found.loads:
            load(operation, base)
        for piece in pieces(without_loads(found.text, found.loads)):
            if isinstance(piece, str):
                ox.Store().update(disarmed(piece), base_iri=base)
    except SyntaxError as error:
        return str(error)
    except RuntimeError:  # the graphs it speaks of are not in an empty store
        return None
    return None


def _written(store: ox.Store, write: GraphWrite, access: Access, body: BinaryIO, rules: Rules) -> Applied:
    graphs: Graphs | None = None if write.whole else frozenset([write.graph])
    access.refuse_other_graphs(graphs)
    _refuse_inferred(graphs, rules)
    name = _engine_name(write.graph)
    created = not write.whole and not exists(store, write.graph)
    if write.method == "DELETE" and created:
        raise UnknownThing("There is no graph of that name.")
    if write.method != "POST":
        _empty(store, name, whole=write.whole)
    if write.method == "DELETE":
        return Applied(_reached(write))
    if not write.whole and isinstance(name, ox.NamedNode):
        store.add_graph(name)
    return Applied(_sent(store, write, body), created, empties_many=write.whole and write.method == "PUT")


def _reached(write: GraphWrite) -> Written:
    """What may have been written, as far as the request tells."""
    if write.whole:
        return ALL_ANEW if write.method == "PUT" else ANYTHING
    if write.graph is not DEFAULT_GRAPH:
        return Written(frozenset([write.graph]))
    return Written(default=None) if write.method == "POST" else DEFAULT_ANEW


def _sent(store: ox.Store, write: GraphWrite, body: BinaryIO) -> Written:
    """Add what is sent; returns what may have been written.

    What is added to the default graph or to many graphs is read into a store of its own first, if it is not too much:
    so it is known what has been added, however much was there.
    """
    is_added = write.method == "POST" and (write.whole or write.graph is DEFAULT_GRAPH)
    is_alone = is_added and sum(part.length for part in write.parts) <= _LARGE
    read = ox.Store() if is_alone else store
    for part in write.parts:
        section = Section(body, part.length)
        add = read.bulk_load if part.length > _LARGE else read.load
        _load(read, add, part, section, None if write.whole else _engine_name(write.graph), write.base)
        section.drain()
    if not is_alone:
        return _reached(write)
    store.extend(read)
    return everything_in(read)


def exists(store: ox.Store, graph: str | None) -> bool:
    """Whether a store has a graph; the default graph is always there."""
    return graph is DEFAULT_GRAPH or store.contains_named_graph(ox.NamedNode(graph))


def _empty(store: ox.Store, name: ox.NamedNode | ox.DefaultGraph, *, whole: bool) -> None:
    if whole:
        store.clear()
    elif isinstance(name, ox.DefaultGraph):
        store.clear_graph(name)
    else:
        store.remove_graph(name)


def _load(
    store: ox.Store, add: Add, part: Part, body: Section, into: ox.NamedNode | ox.DefaultGraph | None, base: str
) -> None:
    """Add the statements of a part, to one graph or each to its own. Raises MalformedData."""
    form = by_media_type(part.media_type, GRAPHS)
    syntax = ox.RdfFormat.from_media_type(form.media_type if form else part.media_type)
    watched = WatchedXML(body) if form is RDF_XML else None
    source = io.BufferedReader(watched or body)
    try:
        if into is None:
            add(input=source, format=syntax, base_iri=base)
        elif form in (JSON_LD, TRIG, N_QUADS):
            _load_one_graph(store, source, syntax, into, base)
        else:
            add(input=source, format=syntax, base_iri=base, to_graph=into)
    except SyntaxError as error:
        raise _unreadable(error, watched.place if watched else None) from None


def _load_one_graph(
    store: ox.Store, source: BinaryIO, syntax: ox.RdfFormat | None, into: ox.NamedNode | ox.DefaultGraph, base: str
) -> None:
    """These may hold named graphs, which the engine would put beside the graph that is written: they are refused."""
    quads = ox.parse(source, format=syntax, base_iri=base, without_named_graphs=True, rename_blank_nodes=True)
    store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, into) for quad in quads)


_PLACE = re.compile(r"^Parser error at line \d+[^:]*: (.*?)(?: \(line \d+\))?$", re.DOTALL)
_REMOTE = (
    "the JSON-LD names a context at another address, and nothing is fetched from there; put the context itself into it"
)


def _unreadable(error: SyntaxError, place: tuple[int, int] | None) -> MalformedData:
    """What the parser says, with the place; the line itself is filled in by who still has the body."""
    message = str(error.args[0]) if error.args else "it cannot be read"
    match = _PLACE.match(message)
    detail = match[1] if match else message
    if "LoadDocumentCallback" in detail:
        detail = _REMOTE
    line, column = place or (error.lineno or 0, error.offset or 0)
    where = f"Line {line}, column {column}: " if line else ""
    detail = f"{where}{detail[:300]}".rstrip(".") + "."
    return MalformedData(detail[0].upper() + detail[1:], "", line, column)


def _refuse_inferred(graphs: Graphs | None, rules: Rules) -> None:
    for graph in graphs or ():
        if graph and graph.startswith(rules.inferred):
            raise Forbidden(f"<{graph}> holds what follows by rule; change what it follows from.")


def _engine_name(graph: str | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if graph is DEFAULT_GRAPH else ox.NamedNode(graph)
