"""The next generation while it is written: its store, and the sources it will stand on."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox
import rdflib

from service.store.dataset import DEFAULT, is_inferred, is_made, quad, replace_statements
from service.store.difference import Change, changes, graph_name, written
from service.store.manifest import Manifest, Source
from service.store.sources import Sources, canonical, statements_of, with_stable_names
from service.store.terms import triples


@dataclass
class _Touched:
    """What a change has said about itself; None stands for anything."""

    said: bool = False
    graphs: set[str] | None = field(default_factory=set)
    default: set[ox.Triple] | None = field(default_factory=set)


@dataclass(frozen=True)
class Draft:
    """What a change writes to.

    Whole graphs are `put`. What is done to `store` in any other way is to be declared with `touched`; a change that
    declares nothing is taken to have touched anything, which is right but reads the whole store.
    """

    store: ox.Store
    base: ox.Store
    """The generation it began from, empty for the first."""

    manifest: Manifest
    """That of the generation it began from."""

    sources: Sources
    new: list[str] = field(default_factory=list)
    """The hashes of sources that nothing stood on before."""

    graphs: dict[str, Source] = field(init=False)
    """The sources of the graphs as far as they are settled."""

    _touched: _Touched = field(default_factory=_Touched)

    def __post_init__(self) -> None:
        """Begin with the sources of the generation before."""
        object.__setattr__(self, "graphs", dict(self.manifest.graphs))

    def put(self, name: rdflib.URIRef, graph: rdflib.Graph) -> set[ox.Triple]:
        """Put a graph in the place of the one of that name, as `replace_graph` does; returns what left the default."""
        statements = with_stable_names(set(triples(graph)), str(name))
        self.keep(str(name), statements)
        return replace_statements(self.store, ox.NamedNode(str(name)), statements)

    def keep(self, name: str, statements: Collection[ox.Triple]) -> None:
        """Keep what was put into a graph, in the exact forms of the writer; nothing keeps nothing."""
        self._touched.said = True
        if statements:
            self.graphs[name] = self._kept(statements)
        else:
            self.drop(name)

    def drop(self, name: str) -> None:
        """Keep nothing of a graph that has been removed."""
        self._touched.said = True
        self.graphs.pop(name, None)

    def touched(self, graphs: Collection[str] | None, default: Iterable[ox.Triple] | None = ()) -> None:
        """Declare what has been done to the store other than by putting whole graphs.

        `graphs` are the names of those that may have changed, and `default` the statements that may have come to the
        default graph or left it; None stands for any, which costs reading all of them.
        """
        self._touched.said = True
        own = self._touched
        own.graphs = None if graphs is None or own.graphs is None else own.graphs | set(graphs)
        own.default = None if default is None or own.default is None else own.default | set(default)

    def finished(self) -> Manifest:
        """The sources of everything that is in the store now."""
        if not self._touched.said:
            self.touched(None, None)
        suspects = {*self._own(self.manifest.beyond), *self._own(self.manifest.withheld), *self._default_changes()}
        for name in sorted(self._suspected_graphs()):
            changed = list(changes(self.base, self.store, graph_name(name)))
            suspects.update(each.statement for each in changed)
            if not is_inferred(name):
                self._settle(name, changed)
        beyond, withheld = set(), set()
        for statement in suspects:
            is_said, made = quad(statement, DEFAULT) in self.store, is_made(self.store, statement)
            if is_said and not made:
                beyond.add(statement)
            elif made and not is_said:
                withheld.add(statement)
        return Manifest(self.graphs, *(self._kept(each) if each else None for each in (beyond, withheld)))

    def _kept(self, statements: Iterable[ox.Triple]) -> Source:
        text = canonical(statements)
        digest, is_new = self.sources.keep(text)
        if is_new:
            self.new.append(digest)
        return Source(digest, text.count(b"\n"))

    def _own(self, source: Source | None) -> Iterator[ox.Triple]:
        return statements_of(self.sources.read(source.sha256)) if source else iter(())

    def _default_changes(self) -> Iterable[ox.Triple]:
        if self._touched.default is None:
            return (each.statement for each in changes(self.base, self.store, DEFAULT))
        return self._touched.default

    def _suspected_graphs(self) -> set[str]:
        if self._touched.graphs is None:
            return {written(name) for store in (self.base, self.store) for name in store.named_graphs()}
        return self._touched.graphs

    def _settle(self, name: str, changed: Collection[Change]) -> None:
        """Bring the source of a graph up to date; what has not changed keeps the form it was written in."""
        graph = graph_name(name)
        if not self.store.contains_named_graph(graph):
            self.drop(name)
        elif changed or name not in self.graphs:
            self.graphs[name] = self._kept(self._as_written(name))

    def _as_written(self, name: str) -> Iterator[ox.Triple]:
        graph, scratch = graph_name(name), ox.Store()
        former = {*self._own(self.graphs.get(name))}
        quads = [quad(statement, graph) for statement in former]
        scratch.extend(quads)
        yield from (each.triple for each in quads if each in self.store)
        yield from (
            each.triple for each in self.store.quads_for_pattern(None, None, None, graph) if each not in scratch
        )
