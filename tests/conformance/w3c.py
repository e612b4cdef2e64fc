"""The tests of the W3C's SPARQL working groups, read from their manifests, which come inside a pinned package."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox

from tests.requirements import w3c_suites

BASE = "http://w3c.example/"
"""Where the files of the suites stand, as far as IRIs go."""

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
DAWGT = "http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

SUITES = ("sparql11", "dawg-data-r2")
"""The folders of the tests of SPARQL 1.1 and 1.0."""

OUT_OF_SCOPE = {
    "entailment": "entailment regimes are not offered",
    "service": "the tests ask endpoints of the web",
    "syntax-fed": "SERVICE is off unless endpoints are listed",
    "protocol": "no data, only words: tests/conformance/test_protocol.py",
    "service-description": "the same: tests/test_description.py",
}
"""Folders that are left out, and why."""

Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True)
class Data:
    """What a store holds: files of the default graph, and files of named graphs with their names."""

    default: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """One test."""

    id: str
    kind: str
    """The local name of its class, such as `QueryEvaluationTest`."""

    text: str
    """The IRI of the query or update."""

    before: Data
    names_dataset: bool
    """Whether the query says itself, by FROM, what it is about; `before` is then what it says."""

    result: str | None
    """The IRI of the expected result of a query."""

    after: Data
    is_lax: bool
    """Whether duplicates do not matter."""


def path_of(iri: str) -> Path:
    """The file of an IRI."""
    suites = w3c_suites()
    assert suites, "the suites are there"
    return suites / iri.removeprefix(BASE)


def cases() -> list[Case]:
    """Every approved test that is in scope; none where the suites are not there."""
    suites = w3c_suites()
    if suites is None:
        return []
    manifests = (path for suite in SUITES for path in sorted(suites.glob(f"{suite}/*/manifest.ttl")))
    return [case for path in manifests if path.parent.name not in OUT_OF_SCOPE for case in _of_manifest(path)]


def _of_manifest(path: Path) -> Iterator[Case]:
    folder = f"{path.parts[-3]}/{path.parts[-2]}"
    graph = _Graph(path, f"{BASE}{folder}/manifest.ttl")
    for entry in graph.entries():
        if graph.value(entry, DAWGT + "approval") not in (None, ox.NamedNode(DAWGT + "Approved")):
            continue
        yield _case(graph, entry, folder)


def _case(graph: "_Graph", entry: Node, folder: str) -> Case:
    action, result = graph.value(entry, MF + "action"), graph.value(entry, MF + "result")
    kind = graph.value(entry, RDF + "type")
    is_update = isinstance(action, ox.BlankNode) and graph.value(action, UT + "request") is not None
    text = (
        action
        if isinstance(action, ox.NamedNode)
        else graph.value(action, UT + "request" if is_update else QT + "query")
    )
    before = graph.data(action, UT if is_update else QT)
    said = _said(text.value) if isinstance(text, ox.NamedNode) and not is_update and before == Data() else Data()
    return Case(
        id=f"{folder}/{str(entry).strip('<>').rpartition('#')[2]}",
        kind=kind.value.rpartition("#")[2] if isinstance(kind, ox.NamedNode) else "QueryEvaluationTest",
        text=text.value if isinstance(text, ox.NamedNode) else "",
        before=before if said == Data() else said,
        names_dataset=said != Data(),
        result=result.value if isinstance(result, ox.NamedNode) else None,
        after=graph.data(result, UT) if is_update else Data(),
        is_lax=graph.value(entry, MF + "resultCardinality") == ox.NamedNode(MF + "LaxCardinality"),
    )


def _said(query: str) -> Data:
    """The files that the FROM clauses of a query name."""
    text = path_of(query).read_text("utf-8")
    return Data(tuple(urljoin(query, name) for name in re.findall(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", text)))


class _Graph:
    """A manifest."""

    def __init__(self, path: Path, base: str) -> None:
        self._store = ox.Store()
        self._store.load(path=path, format=ox.RdfFormat.TURTLE, base_iri=base)

    def values(self, subject: object, relation: str) -> list[object]:
        if not isinstance(subject, (ox.NamedNode, ox.BlankNode)):
            return []
        return [quad.object for quad in self._store.quads_for_pattern(subject, ox.NamedNode(relation), None)]

    def value(self, subject: object, relation: str) -> object:
        return next(iter(self.values(subject, relation)), None)

    def entries(self) -> Iterator[Node]:
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None):
            rest: object = quad.object
            while isinstance(rest, ox.BlankNode):
                first = self.value(rest, RDF + "first")
                if isinstance(first, (ox.NamedNode, ox.BlankNode)):
                    yield first
                rest = self.value(rest, RDF + "rest")

    def data(self, of: object, words: str) -> Data:
        default = tuple(
            sorted(each.value for each in self.values(of, words + "data") if isinstance(each, ox.NamedNode))
        )
        return Data(default, tuple(sorted(map(self._named, self.values(of, words + "graphData")))))

    def _named(self, graph: object) -> tuple[str, str]:
        """The name of a named graph and its file; the file is the name where none is given."""
        if isinstance(graph, ox.NamedNode):
            return graph.value, graph.value
        label, file = self.value(graph, LABEL), self.value(graph, UT + "graph")
        assert isinstance(file, ox.NamedNode)
        return (label.value if isinstance(label, ox.Literal) else file.value), file.value


@cache
def triples(iri: str) -> tuple[ox.Quad, ...]:
    """The statements of a file; blank nodes have names of their own."""
    syntax = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}[
        path_of(iri).suffix
    ]
    return tuple(ox.parse(path_of(iri).read_bytes(), format=syntax, base_iri=iri, rename_blank_nodes=True))


def quads(data: Data) -> Iterator[ox.Quad]:
    """All that a store holds."""
    for file in data.default:
        yield from triples(file)
    for name, file in data.named:
        for quad in triples(file):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name))
