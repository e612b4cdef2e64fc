"""The next generation while it is written: its store, and the sources it will stand on."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import pyoxigraph as ox
import rdflib

from service.store.dataset import DEFAULT, is_inferred, is_made, is_trusted, quad, replace_statements
from service.store.departures import Departures, Step
from service.store.difference import changes, graph_name, written
from service.store.manifest import Manifest, Source
from service.store.sources import Sources, canonical, statements_of, with_stable_names
from service.store.terms import triples

_SAMPLE = 100
"""How many statements of a new graph tell whether the default graph follows it."""


@dataclass
class _Touched:
    """What a change has said about itself; None stands for anything."""

    said: bool = False
    graphs: set[str] | None = field(default_factory=set)
    default: set[ox.Triple] | None = field(default_factory=set)
    put: set[str] = field(default_factory=set)
    is_inferred: bool = False
    is_anew: bool = False


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
        self._touched.put.add(name)
        if statements:
            self.graphs[name] = self._kept(statements)
        else:
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

    def followed(self, statements: Iterable[ox.Triple]) -> None:
        """Declare that rules have been applied, what they no longer infer, and what else came to the default graph."""
        self._touched.is_inferred = True
        self.touched((), statements)

    def anew(self) -> None:
        """Declare that little may be left of the default graph: it is read as it is now, not compared with before."""
        self._touched.said = self._touched.is_anew = True

    def finished(self) -> Manifest:
        """The sources of everything that is in the store now."""
        if not self._touched.said:
            self.touched(None, None)
        if self._touched.is_anew:
            return self._finished_anew()
        suspects, apart = set(self._default_changes()), self._apart()
        for name in sorted(self._suspected_graphs()):
            changed = changes(self.base, self.store, graph_name(name))
            if name in apart or name in self.manifest.apart:
                is_changed = any(changed)  # the default graph does not depart from what it does not follow
            else:
                found = {each.statement for each in changed}
                suspects |= found
                is_changed = bool(found)
            self._settle(name, is_changed=is_changed)
        suspects.update(self._departures())
        return self._manifest(self.manifest, *self._departing(suspects, apart), apart)

    def _finished_anew(self) -> Manifest:
        """The same with every statement of the default graph, and of the graphs it follows, looked at once."""
        for name in sorted(self._suspected_graphs()):
            self._settle(name, is_changed=any(changes(self.base, self.store, graph_name(name))))
        names = {name.value for name in self.store.named_graphs() if is_trusted(name)}
        apart = frozenset(filter(self._is_apart, names))
        said = self._said_by(DEFAULT)
        made = set[ox.Triple]().union(*(self._said_by(ox.NamedNode(name)) for name in names - apart))
        return self._manifest(Manifest(), Step(said - made, set()), Step(made - said, set()), apart)

    def _said_by(self, graph: ox.NamedNode | ox.DefaultGraph) -> set[ox.Triple]:
        return {quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph)}

    def _departing(self, suspects: Iterable[ox.Triple], apart: frozenset[str]) -> tuple[Step, Step]:
        """What is said beyond the union and what is withheld from it, other than before, among some statements."""
        came, went = (set[ox.Triple](), set[ox.Triple]()), (set[ox.Triple](), set[ox.Triple]())
        for statement in suspects:
            was = _departure(self.base, statement, self.manifest.apart)
            now = _departure(self.store, statement, apart)
            if was is not now:
                if now is not None:
                    came[now].add(statement)
                if was is not None:
                    went[was].add(statement)
        withheld, beyond = map(Step, came, went)
        return beyond, withheld

    def _manifest(self, before: Manifest, beyond: Step, withheld: Step, apart: frozenset[str]) -> Manifest:
        return Manifest(
            self.graphs,
            Departures(self.sources, before.beyond).followed_by(beyond, self._kept),
            Departures(self.sources, before.withheld).followed_by(withheld, self._kept),
            apart,
        )

    def _kept(self, statements: Iterable[ox.Triple]) -> Source:
        text = canonical(statements)
        digest, is_new = self.sources.keep(text)
        if is_new:
            self.new.append(digest)
        return Source(digest, text.count(b"\n"))

    def _default_changes(self) -> Iterable[ox.Triple]:
        if self._touched.default is None:
            return (each.statement for each in changes(self.base, self.store, DEFAULT))
        return self._touched.default

    def _suspected_graphs(self) -> set[str]:
        if self._touched.graphs is None:
            return {written(name) for store in (self.base, self.store) for name in store.named_graphs()}
        return self._touched.graphs

    def _departures(self) -> Iterator[ox.Triple]:
        """What may depart otherwise because graphs were put or rules applied, which the default graph followed."""
        if not self._touched.put and not self._touched.is_inferred:
            return
        for parts in (self.manifest.beyond, self.manifest.withheld):
            yield from Departures(self.sources, parts).statements
        if self.manifest.apart:
            for name in self._touched.put | set(filter(is_inferred, self.manifest.apart)):
                yield from (each.statement for each in changes(self.base, self.store, graph_name(name)))

    def _apart(self) -> frozenset[str]:
        """The graphs the default graph does not follow: those it did not before, and new ones it does not say."""
        new = self._suspected_graphs() - self.manifest.graphs.keys() - self.manifest.apart - self._touched.put
        of_before = {name for name in self.manifest.apart if self.store.contains_named_graph(graph_name(name))}
        return frozenset(of_before | {name for name in new if not is_inferred(name) and self._is_apart(name)})

    def _is_apart(self, name: str) -> bool:
        """Whether the default graph does not say most of what a trusted graph says, as far as a sample shows."""
        graph = graph_name(name)
        if not is_trusted(graph) or not self.store.contains_named_graph(graph):
            return False
        sample = [*islice(self.store.quads_for_pattern(None, None, None, graph), _SAMPLE)]
        return sum(quad(each.triple, DEFAULT) in self.store for each in sample) * 2 <= len(sample)

    def _settle(self, name: str, *, is_changed: bool) -> None:
        """Bring the source of a graph up to date; what has not changed keeps the form it was written in."""
        if is_inferred(name):
            return
        if not self.store.contains_named_graph(graph_name(name)):
            self.graphs.pop(name, None)
        elif is_changed or name not in self.graphs:
            self.graphs[name] = self._kept(self._as_written(name))

    def _as_written(self, name: str) -> Iterator[ox.Triple]:
        graph, scratch, source = graph_name(name), ox.Store(), self.graphs.get(name)
        if not source or not any(self.store.quads_for_pattern(None, None, None, graph)):
            yield from (each.triple for each in self.store.quads_for_pattern(None, None, None, graph))
            return
        quads = [quad(statement, graph) for statement in {*statements_of(self.sources.read(source.sha256))}]
        scratch.extend(quads)
        yield from (each.triple for each in quads if each in self.store)
        yield from (
            each.triple for each in self.store.quads_for_pattern(None, None, None, graph) if each not in scratch
        )


def _departure(store: ox.Store, statement: ox.Triple, apart: frozenset[str]) -> bool | None:
    """True where only the default graph says a statement, False where only graphs that it follows say it."""
    is_said, made = quad(statement, DEFAULT) in store, is_made(store, statement, apart)
    return None if is_said == made else is_said
