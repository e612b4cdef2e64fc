"""What changed between two snapshots, in words: labels for IRIs, quotes for assertions, one graph at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any, cast

import pyoxigraph as ox
from rdflib import RDF, RDFS, SKOS, URIRef
from rdflib.namespace import DCTERMS

from ontology.terms import EG, OA
from service.addresses import compact
from service.store.dataset import DEFAULT, is_inferred, quad
from service.store.departures import Departures
from service.store.difference import Change, GraphName, changes, graph_name, written
from service.store.lease import Lease
from service.store.manifest import Manifest
from service.store.snapshots import Snapshot, Snapshots
from service.store.sources import Sources
from service.store.terms import Term

_LONGEST = 200
"""Characters of a literal or a quote that are shown."""

_RECORDS = (EG.Assertion, EG.EvidenceItem, EG.Passage, OA.TextQuoteSelector, OA.TextPositionSelector)
"""Things whose many statements are one fact to a reader: they came or went as a whole."""


@dataclass(frozen=True)
class Named:
    """A term, and what a reader calls it."""

    term: str
    label: str


@dataclass(frozen=True)
class Sentence:
    """A statement that came or went; an assertion with its status and the words it rests on."""

    is_added: bool
    parts: tuple[Named, ...]
    """Subject, predicate and object; none of an assertion that could not be read."""

    status: str = ""
    quote: str = ""


@dataclass(frozen=True)
class GraphChanges:
    """What changed in one graph."""

    graph: str
    """Its IRI; empty for what is said in the default graph alone."""

    title: str
    added: int
    removed: int
    sentences: tuple[Sentence, ...]
    """As many as were asked for, assertions first."""

    more: int
    """How many sentences are not among these."""

    folded: int
    """How many statements are about passages, evidence and the parts of assertions, and so in no sentence."""


def between(snapshots: Snapshots, former: int, present: int, limit: int | None = None) -> Iterator[GraphChanges]:
    """The changes from one snapshot to another, graph by graph, each with at most `limit` sentences.

    Both stores are read side by side, and only the graphs whose sources differ, so neither is ever held in memory.
    Raises UnknownSnapshot and DamagedData.
    """
    older, newer = snapshots.numbered(former), snapshots.numbered(present)
    leases = Lease(older.path), Lease(newer.path)
    comparison = _Comparison(older.opened(), newer.opened())
    for name in sorted(_suspects(older, newer, comparison)):
        if found := comparison.of(graph_name(name), limit):
            yield found
    own = _own_of_default(older.manifest, newer.manifest, snapshots.sources)
    own |= set(_no_longer_followed(older.manifest, newer.manifest, comparison))
    if found := comparison.told(DEFAULT, comparison.differing(own), limit):
        yield found
    del leases


def lines(found: GraphChanges) -> Iterator[str]:
    """The changes of a graph for a reader."""
    title = f"{found.title} ({found.graph})" if found.title else found.graph or "the default graph itself"
    yield f"{title}: {found.added:,} added, {found.removed:,} removed"
    for sentence in found.sentences:
        yield f"  {'+' if sentence.is_added else '-'} {words(sentence)}"
    if found.more:
        yield f"  … and {found.more:,} more"
    if found.folded:
        yield f"  with {found.folded:,} statements on assertions, their evidence and passages"


def words(sentence: Sentence) -> str:
    """A sentence for a reader.

    >>> words(Sentence(True, (Named("", "cold"), Named("", "causes"), Named("", "cramp")), "denied", "It does not."))
    'cold causes cramp (denied): “It does not.”'
    """
    said = " ".join(each.label for each in sentence.parts) or "what could not be read"
    status = f" ({sentence.status})" if sentence.status else ""
    return f"{said}{status}" + (f": “{sentence.quote}”" if sentence.quote else "")


def document(found: GraphChanges) -> dict[str, Any]:
    """The changes of a graph as JSON."""
    return {
        "graph": found.graph,
        "title": found.title,
        "added": found.added,
        "removed": found.removed,
        "sentences": [_sentence_document(each) for each in found.sentences],
        "more": found.more,
        "folded": found.folded,
    }


def _sentence_document(each: Sentence) -> dict[str, Any]:
    roles = zip(("subject", "predicate", "object"), each.parts, strict=False)
    terms = {role: {"term": part.term, "label": part.label} for role, part in roles}
    return {"change": "added" if each.is_added else "removed", **terms, "status": each.status, "quote": each.quote}


def _suspects(older: Snapshot, newer: Snapshot, comparison: "_Comparison") -> set[str]:
    """The graphs whose sources differ, and the inferred ones, which have none."""
    before, after = older.manifest.graphs, newer.manifest.graphs
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    stores = (comparison.former, comparison.present)
    every = {written(graph) for store in stores for graph in store.named_graphs()}
    return differing | set(filter(is_inferred, every))


def _own_of_default(before: Manifest, after: Manifest, sources: Sources) -> set[ox.Triple]:
    """The statements by which the default graph of one of two snapshots is not the union of the graphs it follows."""
    pairs = ((before.beyond, after.beyond), (before.withheld, after.withheld))
    return {
        statement
        for one, other in (*pairs, *(pair[::-1] for pair in pairs))
        for statement in Departures(sources, one).mentioned(besides=other)
    }


def _no_longer_followed(before: Manifest, after: Manifest, comparison: "_Comparison") -> Iterator[ox.Triple]:
    """What graphs say that the default graph follows in one of two snapshots, and not in the other."""
    for name in before.apart ^ after.apart:
        graph = graph_name(name)
        if all(store.contains_named_graph(graph) for store in (comparison.former, comparison.present)):
            yield from (each.triple for each in comparison.former.quads_for_pattern(None, None, None, graph))


@dataclass(frozen=True)
class _Comparison:
    """Two stores, and the names that have been looked up in them."""

    former: ox.Store
    present: ox.Store
    _labels: dict[tuple[bool, str], str] = field(default_factory=dict)

    def of(self, graph: GraphName, limit: int | None) -> GraphChanges | None:
        sides = [is_added for is_added in (False, True) if self._side(is_added).contains_named_graph(graph)]
        if limit is not None and len(sides) == 1 and self._is_plain(graph):
            return self._at_once(graph, sides[0], limit)
        return self.told(graph, changes(self.former, self.present, graph), limit)

    def _is_plain(self, graph: GraphName) -> bool:
        """Whether each statement of a graph is a sentence of its own: so it is in those of ontologies."""
        patterns = ((RDF.subject, None), *((RDF.type, _node(each)) for each in _RECORDS))
        return not any(
            next(store.quads_for_pattern(None, _node(predicate), object_, graph), None)
            for store in (self.former, self.present)
            for predicate, object_ in patterns
        )

    def _at_once(self, graph: GraphName, is_added: bool, limit: int) -> GraphChanges | None:
        """A plain graph that came or went with all it says; of that no more is read than is shown."""
        store = self._side(is_added)
        count = _size(store, graph)
        first = islice(store.quads_for_pattern(None, None, None, graph), limit)
        shown = tuple(self._sentence(graph, Change(is_added, each.triple), False) for each in first)
        added, removed = (count, 0) if is_added else (0, count)
        return GraphChanges(
            written(graph), self._title(graph), added, removed, shown, count - len(shown), 0
        ) if count else None  # fmt: skip

    def differing(self, statements: set[ox.Triple]) -> Iterator[Change]:
        """Those statements that one default graph makes and the other does not."""
        for statement in sorted(statements, key=str):
            was, is_ = (quad(statement, DEFAULT) in store for store in (self.former, self.present))
            if was != is_:
                yield Change(is_, statement)

    def told(self, graph: GraphName, found: Iterator[Change], limit: int | None) -> GraphChanges | None:
        count, assertions, others, told = Counter[bool](), list[Sentence](), list[Sentence](), 0
        whole = dict[tuple[bool, object], bool]()
        for change in found:
            count[change.is_added] += 1
            key = change.is_added, change.statement.subject
            if key not in whole:
                whole[key] = self._is_whole(graph, change)
            if not self._is_told(graph, change, whole[key]):
                continue
            told += 1
            sentences = assertions if whole[key] else others
            if limit is None or len(sentences) < limit:
                sentences.append(self._sentence(graph, change, whole[key]))
        if not count:
            return None
        shown = tuple([*assertions, *others][:limit])
        return GraphChanges(
            written(graph), self._title(graph), count[True], count[False],
            shown, told - len(shown), count.total() - told,
        )  # fmt: skip

    def _side(self, is_added: bool) -> ox.Store:
        return self.present if is_added else self.former

    def _is_whole(self, graph: GraphName, change: Change) -> bool:
        """Whether the subject is a record that came or went with all its statements."""
        subject = change.statement.subject
        here, there = self._side(change.is_added), self._side(not change.is_added)
        types = [ox.Quad(subject, _node(RDF.type), _node(each), graph) for each in _RECORDS]
        return any(each in here for each in types) and not any(each in there for each in types)

    def _is_told(self, graph: GraphName, change: Change, is_whole: bool) -> bool:
        if is_whole:
            _, predicate, object_ = change.statement
            return (predicate, object_) == (_node(RDF.type), _node(EG.Assertion))
        return not self._is_asserted(graph, change)

    def _is_asserted(self, graph: GraphName, change: Change) -> bool:
        """Whether an assertion that came or went with the statement tells it already."""
        store, (subject, predicate, object_) = self._side(change.is_added), change.statement
        about = (each.subject for each in store.quads_for_pattern(None, _node(RDF.subject), subject, graph))
        return any(
            ox.Quad(node, _node(RDF.predicate), predicate, graph) in store
            and ox.Quad(node, _node(RDF.object), object_, graph) in store
            and ox.Quad(node, _node(RDF.type), _node(EG.Assertion), graph) not in self._side(not change.is_added)
            for node in about
        )

    def _sentence(self, graph: GraphName, change: Change, is_whole: bool) -> Sentence:
        store = self._side(change.is_added)
        if not is_whole:
            said = (self._named(change.is_added, each) for each in change.statement)
            return Sentence(change.is_added, tuple(said))
        node = change.statement.subject
        parts = (_one(store, node, role, graph) for role in (RDF.subject, RDF.predicate, RDF.object))
        named = tuple(self._named(change.is_added, each) for each in parts if each)
        status = _one(store, node, EG.status, graph)
        standing = compact(URIRef(status.value)).rpartition(":")[2].lower() if isinstance(status, ox.NamedNode) else ""
        return Sentence(change.is_added, named, standing, _quote(store, node, graph))

    def _named(self, is_added: bool, term: Term | ox.Triple) -> Named:
        key = is_added, str(term)
        if key not in self._labels:
            self._labels[key] = _label(self._side(is_added), term)
        return Named(term.value if isinstance(term, ox.NamedNode) else str(term), self._labels[key])

    def _title(self, graph: GraphName) -> str:
        """That of the article a graph is of, or of the ontology it is."""
        if not isinstance(graph, ox.NamedNode):
            return ""
        article = ox.NamedNode(graph.value.rpartition("/")[0] or graph.value)
        for store, titled in product((self.present, self.former), (article, graph)):
            if title := _one(store, titled, DCTERMS.title, None):
                return str(title.value) if isinstance(title, ox.Literal) else ""
        return ""


def _size(store: ox.Store, graph: GraphName) -> int:
    """How many statements a graph makes, counted by the engine."""
    counted = store.query("SELECT (COUNT(*) AS ?size) WHERE { ?s ?p ?o }", default_graph=graph)
    return int(next(cast(ox.QuerySolutions, counted))["size"].value)


def _node(iri: URIRef) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


def _one(store: ox.Store, subject: Any, predicate: URIRef, graph: GraphName | None) -> Any:  # noqa: ANN401 -- any term
    found = store.quads_for_pattern(subject, _node(predicate), None, graph)
    return min((each.object for each in found), key=str, default=None)


def _quote(store: ox.Store, assertion: Any, graph: GraphName) -> str:  # noqa: ANN401 -- a node of either kind
    """The words an assertion rests on."""
    for evidence in store.quads_for_pattern(assertion, _node(EG.evidence), None, graph):
        if isinstance(evidence.object, ox.Literal):
            continue
        for selector in store.quads_for_pattern(evidence.object, _node(OA.hasSelector), None, graph):
            if exact := _one(store, selector.object, OA.exact, graph):
                return _short(exact.value)
    return ""


def _label(store: ox.Store, term: Term | ox.Triple) -> str:
    if isinstance(term, ox.Literal):
        return f"“{_short(term.value)}”"
    if not isinstance(term, ox.NamedNode):
        return str(term)
    for predicate in (SKOS.prefLabel, RDFS.label, DCTERMS.title):
        if name := _one(store, term, predicate, DEFAULT):
            return str(name.value)
    return compact(URIRef(term.value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
