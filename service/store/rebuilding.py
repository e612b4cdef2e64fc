"""The store made anew from its canonical sources, and compared with the one there is."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pyoxigraph as ox

from ontology.iris import Iris
from queries.question import rules
from service.errors import DamagedData
from service.store.dataset import DEFAULT, is_believed, is_made, quad
from service.store.departures import Departures
from service.store.difference import Change, changes, graph_name, written
from service.store.draft import Draft
from service.store.inference import rebuild as apply
from service.store.manifest import Manifest
from service.store.snapshots import Snapshot, Snapshots
from service.store.sources import Sources, statements_of


class _Compared(Exception):
    """The rebuilt store was only wanted for comparison, so it is taken back."""


@dataclass(frozen=True)
class Rebuilt:
    """What became of a rebuild."""

    snapshot: Snapshot
    """The generation from whose sources it was made."""

    graphs: int
    statements: int
    differences: Mapping[str, tuple[Change, ...]] | None
    """What the rebuilt store says (added) or lacks (removed), by graph, that of the default graph being empty.

    None where there was nothing sound to compare with.
    """


def rebuild(snapshots: Snapshots, iris: Iris, replace: bool) -> Rebuilt:
    """Make a store from the sources of the current generation, and compare the two; with `replace` it becomes current.

    Raises DamagedData where the manifest or a source is not what was written.
    """
    with snapshots.writing():
        snapshot = snapshots.current()
        known = _whole(snapshot, snapshots.sources)
        found = list[Rebuilt]()

        def change(draft: Draft) -> None:
            _fill(draft, known, iris)
            found.append(Rebuilt(snapshot, len(known.graphs), known.statements, _differences(snapshot, draft.store)))
            draft.touched(())
            if not replace:
                raise _Compared

        with suppress(_Compared):
            snapshots.built(None, change, f"rebuild of {snapshot.number} from its sources", known)
    return found[0]


def _whole(snapshot: Snapshot, sources: Sources) -> Manifest:
    try:
        known = snapshot.manifest
    except DamagedData as error:
        raise DamagedData(f"{error}, so it is not known which sources to rebuild from; roll back or restore") from None
    if faults := sources.faults(known.sources):
        raise DamagedData(f"{'; '.join(faults)}: the store cannot be rebuilt; restore a backup")
    return known


def _fill(draft: Draft, known: Manifest, iris: Iris) -> None:
    draft.store.bulk_extend(_quads(draft.sources, known))
    for name in known.graphs:
        draft.store.add_graph(graph_name(name))  # one without a statement is a graph all the same
    for rule in rules():
        apply(draft.store, iris, rule)
    beyond = Departures(draft.sources, known.beyond).statements
    _leave_out(draft.store, known.apart, beyond)
    for statement in Departures(draft.sources, known.withheld).statements:
        draft.store.remove(quad(statement, DEFAULT))


def _leave_out(store: ox.Store, apart: frozenset[str], beyond: set[ox.Triple]) -> None:
    """Take out of the default graph what is said only by graphs that it does not follow."""
    for name in apart:
        for each in store.quads_for_pattern(None, None, None, graph_name(name)):
            if each.triple not in beyond and not is_made(store, each.triple, apart):
                store.remove(quad(each.triple, DEFAULT))


def _quads(sources: Sources, known: Manifest) -> Iterator[ox.Quad]:
    for name, source in known.graphs.items():
        graph = graph_name(name)
        for statement in statements_of(sources.read(source.sha256)):
            yield quad(statement, graph)
            if isinstance(graph, ox.NamedNode) and is_believed(name):
                yield quad(statement, DEFAULT)
    yield from (quad(statement, DEFAULT) for statement in Departures(sources, known.beyond).statements)


def _differences(snapshot: Snapshot, rebuilt: ox.Store) -> dict[str, tuple[Change, ...]] | None:
    if snapshot.faults():
        return None
    former = snapshot.opened()
    graphs = {*former.named_graphs(), *rebuilt.named_graphs(), DEFAULT}
    compared = {written(graph): tuple(changes(former, rebuilt, graph)) for graph in graphs}
    return {name: found for name, found in sorted(compared.items()) if found}
