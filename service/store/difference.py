"""What one state of a graph says and another does not, found by reading both once, side by side."""

from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox

GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class Change(NamedTuple):
    """A statement that came or went."""

    is_added: bool
    statement: ox.Triple


def changes(former: ox.Store, present: ox.Store, graph: GraphName) -> Iterator[Change]:
    """What was added to a graph and removed from it, in the order of the engine.

    The engine goes through a graph in the same order in every store, so both are read in step and only where they
    differ is looked up what is missing on the other side; in another order the answer would be as right, but slower.
    """
    before = former.quads_for_pattern(None, None, None, graph)
    after = present.quads_for_pattern(None, None, None, graph)
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if old == new:
            old, new = next(before, None), next(after, None)
        elif old is not None and old not in present:
            yield Change(False, old.triple)
            old = next(before, None)
        elif new is not None:
            if new not in former:
                yield Change(True, new.triple)
            new = next(after, None)
        else:
            old = next(before, None)


def graph_name(text: str) -> ox.NamedNode | ox.BlankNode:
    """The name of a graph from how a manifest writes it.

    >>> graph_name("_:b0")
    <BlankNode value=b0>
    """
    return ox.BlankNode(text.removeprefix("_:")) if text.startswith("_:") else ox.NamedNode(text)


def written(graph: GraphName) -> str:
    """How a manifest writes the name of a graph; the default graph has none.

    >>> written(ox.NamedNode("urn:g"))
    'urn:g'
    """
    if isinstance(graph, ox.DefaultGraph):
        return ""
    return str(graph) if isinstance(graph, ox.BlankNode) else graph.value
