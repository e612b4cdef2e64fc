"""What follows by rule from what the articles say: written at commit, into a trusted graph for each rule.

A rule is a CONSTRUCT query of `queries/rules` whose parameters `from` and `to` are the ends of one new link. It reads
only relations it names between things, and nothing that another rule inferred, so the order of rules does not matter.
"""

import re
from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox
from rdflib import URIRef

from ontology.iris import Iris
from ontology.terms import PREFIXES
from queries.question import Question, rules
from service.store.dataset import add, is_quarantine, take_back, triples_of

_PREFIXED = re.compile(r"\b([a-z]+):([A-Za-z]\w*)")

_MANY = 50
"""From this many graphs on, applying a rule anew in memory costs less than following each change on disk."""

Changes = Mapping[URIRef, set[ox.Triple]]
"""The graphs that were put into the store, each with what left the default graph for it."""


def commit_rules() -> tuple[Question, ...]:
    """The rules that are applied when articles are loaded: those that are asked about one new link."""
    return tuple(rule for rule in rules() if {each.name for each in rule.parameters} == {"from", "to"})


def inferred_graph(rule: str, iris: Iris) -> URIRef:
    """The graph of what a rule has inferred.

    >>> inferred_graph("test-for", Iris())
    rdflib.term.URIRef('https://w3id.org/etiograph/id/inferred/test-for')
    """
    return iris.thing(f"inferred/{rule}")


def infer(store: ox.Store, iris: Iris, changes: Changes) -> None:
    """Bring what is inferred up to date with graphs that have been put into the store.

    Where they only say more, the cost is that of what follows from them; a rule is applied anew to everything when
    something it may have read is no longer said.
    """
    withdrawn = {triple.predicate.value for left in changes.values() for triple in left}
    for rule in commit_rules():
        if len(changes) > _MANY or withdrawn & read_by(rule):
            rebuild(store, iris, rule)
        else:
            for name in changes:
                _infer_from(store, iris, rule, name)


def rebuild(store: ox.Store, iris: Iris, rule: Question) -> None:
    """Apply a rule to every graph as if for the first time; writes only what differs from what it inferred before."""
    name = ox.NamedNode(inferred_graph(rule.name, iris))
    scratch = ox.Store()  # in memory: links of all articles are few beside their sentences
    graphs = [
        graph
        for graph in store.named_graphs()
        if isinstance(graph, ox.NamedNode) and graph != name and not is_quarantine(graph.value)
    ]
    for graph in graphs:
        for relation in read_by(rule):
            quads = store.quads_for_pattern(None, ox.NamedNode(relation), None, graph)
            add(scratch, graph, [quad.triple for quad in quads])
    for graph in graphs:
        _infer_from(scratch, iris, rule, URIRef(graph.value))
    former, present = triples_of(store, name), triples_of(scratch, name)
    take_back(store, name, former - present)
    add(store, name, present - former)


def _infer_from(store: ox.Store, iris: Iris, rule: Question, graph: URIRef) -> None:
    """Apply a rule to each link of a graph in turn: what follows from one is there when the next is looked at."""
    if is_quarantine(graph):
        return
    inferred = ox.NamedNode(inferred_graph(rule.name, iris))
    for start, end in sorted(_links(store, rule, graph)):
        found = store.query(rule.bound(**{"from": URIRef(start), "to": URIRef(end)}))
        if isinstance(found, ox.QueryTriples) and (new := set(found)):
            add(store, inferred, new)


def _links(store: ox.Store, rule: Question, graph: URIRef) -> set[tuple[str, str]]:
    """The ends of the links by which a graph may have made something follow; only IRIs have a name to ask by."""
    name = ox.NamedNode(graph)
    found = (
        (quad.subject, quad.object)
        for relation in read_by(rule)
        for quad in store.quads_for_pattern(None, ox.NamedNode(relation), None, name)
    )
    return {
        (start.value, end.value)
        for start, end in found
        if isinstance(start, ox.NamedNode) and isinstance(end, ox.NamedNode)
    }


@cache
def read_by(rule: Question) -> frozenset[str]:
    """The IRIs a rule names, which include every predicate it reads.

    >>> "https://w3id.org/etiograph/ontology#supports" in read_by(rules()[-1])
    True
    """
    named = _PREFIXED.findall(rule.text)
    return frozenset(f"{PREFIXES[prefix]}{name}" for prefix, name in named if prefix in PREFIXES)
