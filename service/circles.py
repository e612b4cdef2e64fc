"""Causal links in, those that close a circle and that no article states out.

A link lies on a circle if one can walk on from its end, by other links, and come back to where it begins: if both ends
are in the same strongly connected component. A vicious circle that articles spell out, link by link, is no fault.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rdflib.term import Node

from service.checks import Outcome, in_words
from service.lookups import Row, text_of
from service.store.local import LocalStore

NAME = "unstated-causal-cycles"


def circles_outcome(store: LocalStore) -> Outcome:
    """Each link on a circle that is read from the order of the text, concluded, or put in without an assertion."""
    links = store.rows(text_of("causal-links"))
    stated = {_key(row) for row in store.rows(text_of("stated-causal-links"))}
    part_of = components((row["from"], row["to"]) for row in links)
    closing = (row for row in links if part_of[row["from"]] == part_of[row["to"]])
    return Outcome(NAME, 1, tuple(in_words(row) for row in closing if _key(row) not in stated))


def _key(row: Row) -> tuple[Node, ...]:
    return row["from"], row["relation"], row["to"]


def components(links: Iterable[tuple[Node, Node]]) -> Mapping[Node, int]:
    """The number of the strongly connected component of each node, in time that grows with the links.

    Kosaraju's algorithm: walked against the links, beginning with the node that was left last when walking along them,
    each walk stays within one component.

    >>> from rdflib import URIRef
    >>> a, b, c = map(URIRef, "abc")
    >>> found = components([(a, b), (b, a), (b, c)])
    >>> found[a] == found[b], found[b] == found[c]
    (True, False)
    """
    along, against = defaultdict[Node, list[Node]](list), defaultdict[Node, list[Node]](list)
    for one, other in links:
        along[one].append(other)
        against[other].append(one)
    left, seen = list(_left(along, (*along, *against), set())), set[Node]()
    walks = enumerate(_left(against, [start], seen) for start in reversed(left))
    return {node: number for number, walk in walks for node in walk}


def _left(links: Mapping[Node, Sequence[Node]], starts: Iterable[Node], seen: set[Node]) -> Iterator[Node]:
    """The nodes that can be reached and were not seen, each when everything beyond it has been."""
    for start in starts:
        ways = [(start, iter(links.get(start, ())))] if start not in seen else []
        seen.add(start)
        while ways:
            node, ahead = ways[-1]
            if (following := next((each for each in ahead if each not in seen), None)) is None:
                ways.pop()
                yield node
            else:
                seen.add(following)
                ways.append((following, iter(links.get(following, ()))))
