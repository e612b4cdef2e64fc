"""What else changes with a graph: articles stay valid, the default graph stays their union, and rules are applied.

Graphs of clients are left alone, and so is the default graph as long as only they change.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox
import rdflib
from rdflib import URIRef

from ontology.iris import Iris
from ontology.terms import EG, ONTOLOGY
from service.errors import Forbidden, RefusedGraph
from service.formats import N_TRIPLES
from service.store.dataset import is_believed, take_back, triples_of
from service.store.draft import Draft
from service.store.inference import infer
from service.store.mapped import mappings_graph
from service.writing.application import Applied
from service.writing.traces import Written

Validate = Callable[[rdflib.Graph, rdflib.Graph], Iterable[object]]
"""The graph and the quarantine of an article in, every fault in them out."""

_DEFAULT = ox.DefaultGraph()
_TYPE, _MEASUREMENT = ox.NamedNode(str(rdflib.RDF.type)), ox.NamedNode(str(EG.Measurement))
_FOUNDATIONS = (str(ONTOLOGY), f"{ONTOLOGY}/alignments")


@dataclass(frozen=True)
class Own:
    """Which graphs are those of a deployment."""

    iris: Iris

    @property
    def inferred(self) -> str:
        """How the names of inferred graphs begin."""
        return str(self.iris.thing("inferred/"))

    def is_inferred(self, graph: str) -> bool:
        """Whether only rules write a graph."""
        return graph.startswith(self.inferred)

    def article_of(self, graph: str) -> str | None:
        """The article whose graph or quarantine this is.

        >>> Own(Iris()).article_of("https://w3id.org/etiograph/id/article/cramps-0/quarantine")
        'https://w3id.org/etiograph/id/article/cramps-0'
        """
        match = re.fullmatch(rf"({re.escape(self.iris.thing('article/'))}.+)/(?:graph|quarantine)", graph)
        return match[1] if match else None

    def has(self, graph: str) -> bool:
        """Whether a graph is one of the deployment's own."""
        own = (*_FOUNDATIONS, str(mappings_graph(self.iris)))
        return graph in own or self.is_inferred(graph) or self.article_of(graph) is not None

    def may_concern_entities(self, written: Written) -> bool:
        """Whether the default graph may say of other things than before that they are entities."""
        return written.graphs is None or written.default != frozenset() or any(map(self.has, written.graphs))


@dataclass(frozen=True)
class Difference:
    """What a graph no longer says, and what it says now."""

    removed: set[ox.Triple]
    added: set[ox.Triple]


def keep_up(store: ox.Store, former: ox.Store, applied: Applied, own: Own, valid: Validate) -> set[ox.Triple] | None:
    """Bring a changed store in order, which `former` still has as it was.

    Returns the statements in which the default graph may have followed, None where it had nothing to follow.
    Raises RefusedGraph for an article with faults, Forbidden where inferred graphs were written.
    """
    former = ox.Store() if applied.written.is_all_anew else former
    if not _concerns((store, former), applied, own):
        return None
    differences = _differences(store, applied, former, own)
    if not applied.empties_many and any(map(own.is_inferred, differences)):
        raise Forbidden("The update writes graphs of what follows by rule; change what it follows from.")
    _refuse_faults(store, filter(None, map(own.article_of, differences)), valid)
    withdrawn = {URIRef(name): _withdrawn(store, name, difference, own) for name, difference in differences.items()}
    if not differences:
        return None
    followed = (each.added | each.removed for name, each in differences.items() if own.has(name))
    return infer(store, own.iris, withdrawn).union(*followed)


def declare(draft: Draft, written: Written, followed: Collection[ox.Triple] | None) -> None:
    """Tell the draft what has been written, and what has followed from it."""
    draft.touched(written.graphs, () if written.is_default_anew else written.default)
    if written.is_default_anew:
        draft.anew()
    if followed is not None:
        draft.followed(followed)


def _concerns(stores: Collection[ox.Store], applied: Applied, own: Own) -> bool:
    """Whether graphs may have changed that anything depends on, or did before."""
    if applied.written.graphs is None:
        return True
    return any(own.has(graph) or any(_measures(each, graph) for each in stores) for graph in applied.written.graphs)


def _measures(store: ox.Store, graph: str) -> bool:
    return any(store.quads_for_pattern(None, _TYPE, _MEASUREMENT, ox.NamedNode(graph)))


def _differences(store: ox.Store, applied: Applied, before: ox.Store, own: Own) -> dict[str, Difference]:
    """How each graph differs on which anything depends."""
    names = applied.written.graphs if applied.written.graphs is not None else {*_named(before), *_named(store)}
    found = dict[str, Difference]()
    for name in names:
        if own.has(name) or _measures(store, name) or _measures(before, name):
            then, now = (triples_of(each, ox.NamedNode(name)) for each in (before, store))
            if then != now:
                found[name] = Difference(then - now, now - then)
    return found


def _named(store: ox.Store) -> Iterator[str]:
    return (graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))


def _refuse_faults(store: ox.Store, articles: Iterable[str], valid: Validate) -> None:
    """Raise RefusedGraph with every fault of every article."""
    faults: list[str] = []
    for article in sorted(set(articles)):
        graph, quarantine = (_graph(store, f"{article}/{part}") for part in ("graph", "quarantine"))
        if len(graph) or len(quarantine):
            faults += map(str, valid(graph, quarantine))
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise RefusedGraph(
            f"The change would leave {count} in the graph of an article; nothing was changed.", tuple(faults)
        )


def _graph(store: ox.Store, name: str) -> rdflib.Graph:
    written = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(name)) or b""
    return rdflib.Graph().parse(data=written, format=N_TRIPLES.suffix)


def _withdrawn(store: ox.Store, name: str, difference: Difference, own: Own) -> set[ox.Triple]:
    """Let the default graph follow a graph of our own; returns what is no longer said for rules to read."""
    if not is_believed(name):
        return set()
    if own.has(name):
        store.extend(_in_default(triple) for triple in difference.added)
        take_back(store, ox.NamedNode(name), difference.removed)
    return {triple for triple in difference.removed if _in_default(triple) not in store}


def _in_default(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, _DEFAULT)
