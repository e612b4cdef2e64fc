"""What follows by rule from what the articles say: written at commit, into a trusted graph for each rule.

A rule is a CONSTRUCT query of `queries/rules`, and nothing else says what it infers: asked with its parameters left
open it answers for the whole store, asked about one `from` or one `to` it answers for that alone. It reads only the
relations it names, and nothing that another rule inferred, so the order of rules does not matter.
"""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

import pyoxigraph as ox
from rdflib import URIRef

from ontology.iris import Iris
from ontology.terms import PREFIXES
from queries.question import Question, rules
from service.store.affected import Ends, affected
from service.store.dataset import add, add_serialized, is_believed, is_trusted, take_back

_PREFIXED = re.compile(r"\b([a-z]+):([A-Za-z]\w*)")
_HEAD = re.compile(r"CONSTRUCT \{ \?from (\w+):(\w+) (\?\w+) \}")
_LINES = ox.RdfFormat.N_TRIPLES

_MANY_GRAPHS = 50
"""From this many changed graphs on, applying a rule to everything costs less than following each change."""

_MANY_LINKS = 5_000
"""The same, counted in changed links."""

Changes = Mapping[URIRef, set[ox.Triple]]
"""The graphs that were put into the store or changed in it, each with what left the default graph for it."""


def inferred_graph(rule: str, iris: Iris) -> URIRef:
    """The graph of what a rule has inferred.

    >>> inferred_graph("test-for", Iris())
    rdflib.term.URIRef('https://w3id.org/etiograph/id/inferred/test-for')
    """
    return iris.thing(f"inferred/{rule}")


def infer(store: ox.Store, iris: Iris, changes: Changes) -> set[ox.Triple]:
    """Bring what is inferred up to date with graphs that were changed, whatever they now say more or no longer say.

    Returns what a rule no longer infers. The cost is that of what can be affected, not of the store; a rule is applied
    anew to everything where very much is.
    """
    withdrawn = set[ox.Triple]()
    for rule in rules():
        if len(changes) > _MANY_GRAPHS:
            withdrawn |= rebuild(store, iris, rule)
        else:
            withdrawn |= _follow(store, iris, rule, changes)
    return withdrawn


def rebuild(store: ox.Store, iris: Iris, rule: Question) -> set[ox.Triple]:
    """Apply a rule to the whole store; writes only what differs from what it inferred before.

    Returns what it no longer infers.
    """
    name = ox.NamedNode(inferred_graph(rule.name, iris))
    former = set((store.dump(format=_LINES, from_graph=name) or b"").splitlines())
    present = set(everything(store, rule).splitlines())
    withdrawn = {quad.triple for quad in ox.parse(b"\n".join(former - present), _LINES)}
    take_back(store, name, withdrawn)
    add_serialized(store, name, present - former)
    return withdrawn


def everything(store: ox.Store, rule: Question) -> bytes:
    """All that a rule infers from a store, as N-Triples. What it reads is little, and gathered in memory first.

    Both are asked for as tables, which the engine makes in half the time it takes for the same triples.
    """
    ask = partial(_table, store)
    with ThreadPoolExecutor() as readers:  # the engine lets go of the interpreter's lock
        links = b"".join(
            readers.map(lambda relation: ask(f"SELECT ?s ?o WHERE {{ ?s <{relation}> ?o }}", relation), read_by(rule))
        )
    gathered = ox.Store()
    gathered.bulk_load(links, ox.RdfFormat.TURTLE, lenient=True)  # written by the engine: valid
    return _table(gathered, *_as_table(rule))


def _table(store: ox.Store, query: str, relation: str) -> bytes:
    r"""The rows of two columns as triples of a relation, in Turtle; as long as they hold IRIs only, that is N-Triples.

    >>> a, store = ox.NamedNode("urn:a"), ox.Store()
    >>> store.extend([ox.Quad(a, a, ox.Literal("two\ttabs\t")), ox.Quad(a, ox.NamedNode("urn:b"), a)])
    >>> _table(store, "SELECT ?s ?o WHERE { ?s <urn:a> ?o }", "urn:c")
    b'<urn:a> <urn:c> "two\\ttabs\\t" .\n'
    """
    found = store.query(query)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("a table is asked for by SELECT")
    _, _, rows = (found.serialize(format=ox.QueryResultsFormat.TSV) or b"").partition(b"\n")
    return rows.replace(b"\t", f" <{relation}> ".encode()).replace(b"\n", b" .\n")


def _as_table(rule: Question) -> tuple[str, str]:
    """A rule that asks for the ends of what it infers, and the relation between them.

    >>> query, relation = _as_table(rules()[0])
    >>> relation, query[query.index("SELECT") :].partition("{")[0]
    ('https://w3id.org/etiograph/ontology#causallyUpstreamOf', 'SELECT ?from ?to WHERE ')
    """
    asked = _asked(rule)
    head = _HEAD.search(asked)
    if head is None:
        raise ValueError(f"{rule.name}.rq does not construct one triple of its parameter from")
    return _HEAD.sub(r"SELECT ?from \3", asked, count=1), f"{PREFIXES[head[1]]}{head[2]}"


def _follow(store: ox.Store, iris: Iris, rule: Question, changes: Changes) -> set[ox.Triple]:
    """Apply a rule anew to the ends of all it infers by way of a changed link."""
    left = {triple for triples in changes.values() for triple in triples if triple.predicate.value in read_by(rule)}
    links = left | set(_new_links(store, rule, changes))
    ends = affected(store, read_by(rule), links, left, _parameters(rule)) if len(links) < _MANY_LINKS else None
    return rebuild(store, iris, rule) if ends is None else _renew(store, iris, rule, ends)


def _new_links(store: ox.Store, rule: Question, changes: Changes) -> Iterator[ox.Triple]:
    """What the changed graphs say that no other trusted graph says; an unchanged one said it before them."""
    changed = {graph.toPython() for graph in changes}
    for name in changes:
        if not is_believed(name):
            continue
        for relation in read_by(rule):
            for link in store.quads_for_pattern(None, ox.NamedNode(relation), None, ox.NamedNode(name)):
                said = (quad.graph_name for quad in store.quads_for_pattern(*link.triple))
                if not any(is_trusted(graph) and graph.value not in changed for graph in said):
                    yield link.triple


def _renew(store: ox.Store, iris: Iris, rule: Question, ends: Ends) -> set[ox.Triple]:
    """Put what a rule infers about some of its ends in the place of what it inferred about them."""
    name = ox.NamedNode(inferred_graph(rule.name, iris))
    former, present = set[ox.Triple](), set[ox.Triple]()
    for node in ends.nodes:
        subject, object_ = (node, None) if ends.parameter == "from" else (None, node)
        former |= {quad.triple for quad in store.quads_for_pattern(subject, None, object_, name)}
        present |= set(_constructed(store, _asked(rule, **{ends.parameter: URIRef(node.value)})))
    take_back(store, name, former - present)
    add(store, name, present - former)
    return former - present


def _asked(rule: Question, **ends: URIRef) -> str:
    """A rule about one end, or about none; what is left open may be anything."""
    return rule.bound(**dict.fromkeys(_parameters(rule)) | ends)


def _parameters(rule: Question) -> tuple[str, ...]:
    return tuple(each.name for each in rule.parameters)


def _constructed(store: ox.Store, query: str) -> ox.QueryTriples:
    found = store.query(query)
    if isinstance(found, ox.QueryTriples):
        return found
    raise TypeError("a rule is a CONSTRUCT query")


@cache
def read_by(rule: Question) -> frozenset[str]:
    """The IRIs a rule names, which include every predicate it reads.

    >>> "https://w3id.org/etiograph/ontology#supports" in read_by(rules()[-1])
    True
    """
    body = rule.text.partition("WHERE")[2]
    named = _PREFIXED.findall(body)
    return frozenset(f"{PREFIXES[prefix]}{name}" for prefix, name in named if prefix in PREFIXES)
