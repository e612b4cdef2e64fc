"""Changed links in, the ends of all a rule may infer by way of them out: the few for which it has to be asked again.

Everything a rule reads is reached from its `from` by the relations it names. Where it has a `to` as well, everything
lies on a way from one to the other, so that whatever is inferred by way of a changed link begins among the starts from
which the link is reached, and ends among the ends that are reached from it. Either set will do; the one is taken about
which there is less to say.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle

import pyoxigraph as ox

from service.store.dataset import DEFAULT

_FARTHEST = 50_000
"""Links walked before the search is given up: by then a rule is applied to everything in less time."""

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Neighbours = Callable[[Node], Iterable[Node]]


@dataclass(frozen=True)
class Ends:
    """The things that have to be put for one parameter of a rule; only IRIs have a name to ask by."""

    parameter: str
    nodes: tuple[ox.NamedNode, ...]


@dataclass(frozen=True)
class _Links:
    """The links a rule reads, with those that were there until now: what was inferred followed from them."""

    store: ox.Store
    relations: Collection[str]
    left: Collection[ox.Triple]

    def after(self, node: Node) -> Iterator[Node]:
        if isinstance(node, ox.NamedNode | ox.BlankNode):
            for relation in self.relations:
                quads = self.store.quads_for_pattern(node, ox.NamedNode(relation), None, DEFAULT)
                yield from (quad.object for quad in quads)
        yield from (link.object for link in self.left if link.subject == node)

    def before(self, node: Node) -> Iterator[Node]:
        for relation in self.relations:
            quads = self.store.quads_for_pattern(None, ox.NamedNode(relation), node, DEFAULT)
            yield from (quad.subject for quad in quads)
        yield from (link.subject for link in self.left if link.object == node)


def affected(
    store: ox.Store,
    relations: Collection[str],
    changed: Collection[ox.Triple],
    left: Collection[ox.Triple],
    parameters: Collection[str],
) -> Ends | None:
    """The starts or the ends of all that may be inferred by way of changed links, or None if there are very many.

    `left` is what the default graph no longer says. A rule without a `to` is asked about its starts.
    """
    links = _Links(store, relations, left)
    before, after = partial(_spread, towards=links.before), partial(_spread, towards=links.after)
    searches = {"from": before({link.subject for link in changed}, around=links.after if "to" in parameters else None)}
    if "to" in parameters:
        searches["to"] = after({link.object for link in changed}, around=links.before)
    for walked, (parameter, search) in enumerate(cycle(searches.items())):
        if (found := next(search)) is not None:
            named = (node for node in found if isinstance(node, ox.NamedNode))
            return Ends(parameter, tuple(sorted(named, key=lambda node: node.value)))
        if walked > _FARTHEST:
            return None
    return None


def _spread(begin: Collection[Node], towards: Neighbours, around: Neighbours | None) -> Iterator[set[Node] | None]:
    """All that is reached from nodes, after None for each link walked.

    Walks once more the other way, if asked to: as far as a rule will have to be applied for what was found.
    """
    reached = set[Node](begin)
    yield from _walk(reached, towards)
    if around:
        yield from _walk(set(reached), around)
    yield reached


def _walk(reached: set[Node], towards: Neighbours) -> Iterator[None]:
    """Add to a set all that is reached from it."""
    waiting = list(reached)
    while waiting:
        for node in towards(waiting.pop()):
            yield None
            if node not in reached:
                reached.add(node)
                waiting.append(node)
