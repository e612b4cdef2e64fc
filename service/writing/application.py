"""A change, carried out on a store that nobody else sees yet. Runs in the writing process only."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
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
from service.writing.loads import Load, load, without_loads
from service.writing.operation import Graphs, Operation
from service.writing.operations import Reading, reading, using
from service.writing.parts import Section, WatchedXML
from service.writing.prologues import pieces

Add = Callable[..., None]
"""`load` or `bulk_load` of a store."""

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

    graphs: Graphs | None
    """None where it may be any."""

    created: bool = False
    operations: int = 1
    empties_many: bool = False
    """Whether graphs were emptied without being named."""

    @property
    def named(self) -> frozenset[str] | None:
        """The named graphs among them."""
        return None if self.graphs is None else frozenset(graph for graph in self.graphs if graph is not DEFAULT_GRAPH)

    @property
    def may_touch_default(self) -> bool:
        """Whether the default graph may have been written to."""
        return self.graphs is None or DEFAULT_GRAPH in self.graphs


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
        for piece in pieces(asked):
            if isinstance(piece, Operation):
                _load_document(store, load(piece, update.base), next(documents), body)
            else:
                _carry_out(store, piece, update.base, rules.rewrites)
    except SyntaxError as error:
        raise malformed(_original_error(found, update.base) or str(error), text, "update") from None
    except RuntimeError as error:
        raise RefusedUpdate(f"{error}; nothing was changed.") from None
    return Applied(found.writes, operations=len(found.operations), empties_many=found.empties_many)


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


def _load_document(store: ox.Store, asked: Load, document: Document | None, body: BinaryIO) -> None:
    """Add a document to its graph. Raises FederationFailed where it cannot be read and that is not to be ignored."""
    if document is None:
        return
    section, part = Section(body, document.length), Part(document.media_type, document.length)
    try:
        # Not in bulk, so that a document that breaks off has added nothing.
        _load(store, store.load, part, section, _engine_name(asked.into), document.source)
    except MalformedData as error:
        if not asked.silent:
            raise FederationFailed(document.source, f"it cannot be read. {error}".rstrip(".")) from None
    section.drain()


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
        return Applied(graphs)
    if not write.whole and isinstance(name, ox.NamedNode):
        store.add_graph(name)
    for part in write.parts:
        section = Section(body, part.length)
        add = store.bulk_load if part.length > _LARGE else store.load
        _load(store, add, part, section, None if write.whole else name, write.base)
        section.drain()
    return Applied(graphs, created, empties_many=write.whole and write.method == "PUT")


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
