"""`LOAD` in an update: what it names, and the documents, fetched before the process that writes sees the update."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import cast
from urllib.parse import urlsplit

import pyoxigraph as ox

from service.errors import FederationFailed, RefusedQuery
from service.federation.destination import Destination, allowed
from service.federation.transport import Fetched, Rules, fetch
from service.formats import GRAPHS, Format, by_media_type, by_name
from service.rewriting.edits import Edit, edited, end_of, meaningful
from service.writing.access import DEFAULT_GRAPH
from service.writing.change import Document
from service.writing.operation import Operation, split

MOST = 10
"""How many documents an update may fetch."""

_ACCEPT = (
    "text/turtle, application/n-triples, application/rdf+xml;q=0.9, application/ld+json;q=0.8, "
    "application/trig;q=0.5, application/n-quads;q=0.5"
)
_SAYS_NOTHING = ("text/plain", "application/octet-stream")
_NOTHING = "INSERT DATA {}"
_NOBODY = "urn:etiograph:nobody"


@dataclass(frozen=True)
class Load:
    """A LOAD with its IRIs as they are once they are resolved."""

    source: str
    silent: bool
    into: str | None
    """The graph; None is the default graph."""


def loads(text: str, base: str) -> list[Load]:
    """The LOADs of an update in their order. Raises SyntaxError for IRIs that are none."""
    return [load(operation, base) for operation in split(text, meaningful(text)) if operation.is_load]


def load(operation: Operation, base: str) -> Load:
    """What a LOAD says. Raises SyntaxError for IRIs that are none.

    >>> text = "BASE <http://a/> PREFIX e: <http://e/> LOAD SILENT e:data INTO GRAPH <g>"
    >>> load(next(split(text, meaningful(text))), "http://b/")
    Load(source='http://e/data', silent=True, into='http://a/g')
    """
    silent = operation.words[1:2] == ("SILENT",)
    source, *into_graph = (token.text for token in operation.found[1 + silent :])
    into = into_graph[-1] if into_graph else f"<{_NOBODY}>"
    # The engine resolves them, so that they are what they would be anywhere else in the update.
    scratch = ox.Store()
    scratch.update(f"{operation.prologue} INSERT DATA {{ GRAPH {into} {{ {source} a {source} }} }}", base_iri=base)
    (quad,) = scratch
    address, graph = cast(ox.NamedNode, quad.subject).value, cast(ox.NamedNode, quad.graph_name).value
    return Load(address, silent, DEFAULT_GRAPH if graph == _NOBODY else graph)


def without_loads(text: str, operations: Iterable[Operation]) -> str:
    """The update with nothing to do in the place of each LOAD, so that the rest can be read where it stands.

    >>> text = "LOAD SILENT <http://example.org/> ; CLEAR ALL"
    >>> without_loads(text, [next(split(text, meaningful(text)))])
    'INSERT DATA {}                    ; CLEAR ALL'
    """
    edits: list[Edit] = []
    for operation in operations:
        start, end = operation.found[0].start, end_of(operation.found[-1])
        clause = text[start:end]
        blank = "".join("\n" if character == "\n" else " " for character in clause)
        edits.append(Edit(start, end, _NOTHING + blank[len(_NOTHING) * ("\n" not in clause) :]))
    return edited(text, edits)


def fetched(asked: Iterable[Load], rules: Rules, until: float) -> Iterator[tuple[Document, bytes] | None]:
    """The document of each LOAD, None for one that fails in silence.

    Raises RefusedQuery for an address that is not on the list, before any is asked; FederationFailed.
    """
    asked = tuple(asked)
    if len(asked) > MOST:
        raise RefusedQuery(f"The update has {len(asked)} LOADs; the most that are fetched are {MOST}.")
    sources = [_allowed(each, rules) for each in asked]
    return (_fetched(source, each, rules, until) for source, each in zip(sources, asked, strict=True))


def _allowed(asked: Load, rules: Rules) -> Destination | None:
    try:
        return allowed(asked.source, rules.addresses)
    except RefusedQuery:
        if asked.silent:
            return None
        raise


def _fetched(source: Destination | None, asked: Load, rules: Rules, until: float) -> tuple[Document, bytes] | None:
    if source is None:
        return None
    try:
        found = fetch(source.url, rules, _ACCEPT, until)
        return Document(source.url, _format(source, found).media_type, len(found.body)), found.body
    except FederationFailed:
        if asked.silent:
            return None
        raise


def _format(source: Destination, found: Fetched) -> Format:
    """What the document is by its Content-Type, and by its ending where that says nothing. Raises FederationFailed."""
    ending = PurePosixPath(urlsplit(source.url).path).suffix[1:]
    by_ending = by_name(ending, GRAPHS) if found.media_type in _SAYS_NOTHING else None
    if form := by_ending or by_media_type(found.media_type, GRAPHS):
        return form
    raise FederationFailed(source.url, f"it answered in {found.media_type[:80]}, not in RDF")
