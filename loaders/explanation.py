"""An inconsistent ontology in, a smallest contradiction in it out: axioms none of which can be taken away.

Axioms are added one after the other until they contradict each other; the last one belongs to the contradiction. What
was never added is let go, and it begins anew with fewer, until those that belong to it contradict each other alone.
"""

from collections.abc import Iterator
from time import monotonic

from rdflib import OWL, RDF, BNode, Graph
from rdflib.term import Node

from loaders import hermit
from loaders.errors import Inconsistent
from ontology.terms import PREFIXES

Triple = tuple[Node, Node, Node]
Axiom = tuple[Triple, ...]
"""A triple, with those that describe its blank nodes."""

_SECONDS = 45
_STEPS = 24
_DECLARATIONS = frozenset(
    {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual, OWL.Ontology}
)


def explained(ontology: Graph) -> Inconsistent:
    """The error for an inconsistent ontology, the contradiction narrowed down as far as the time allows."""
    declared, rest = _axioms(ontology)
    deadline = monotonic() + _SECONDS
    needed: list[Axiom] = []
    while rest and monotonic() < deadline:
        enough = _enough(declared, needed, rest)
        needed, rest = [*rest[enough - 1 : enough], *needed], rest[: max(0, enough - 1)]
    return Inconsistent(tuple(_shown(axiom) for axiom in (*needed, *rest)), smallest=not rest)


def _enough(declared: list[Triple], needed: list[Axiom], rest: list[Axiom]) -> int:
    """How many of the rest, from the first on, it takes for a contradiction. Coarse steps first, then finer ones."""
    low, high = -1, len(rest)
    while high - low > 1:
        step = max(1, (high - low) // _STEPS)
        sizes = list(range(low + 1, high, step))
        done = hermit.consistent([_graph(declared, [*needed, *rest[:size]]) for size in sizes])
        low, high = sizes[done - 1] if done else low, sizes[done] if done < len(sizes) else high
    return high


def _graph(declared: list[Triple], axioms: list[Axiom]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for triple in (*declared, *(triple for axiom in axioms for triple in axiom)):
        graph.add(triple)
    return graph


def _axioms(ontology: Graph) -> tuple[list[Triple], list[Axiom]]:
    """Declarations, which contradict nothing, and the axioms, in a lasting order: what is said of named things last."""
    declared: list[Triple] = []
    axioms: list[Axiom] = []
    inner = {node for node in ontology.objects() if isinstance(node, BNode)}
    for triple in ontology:
        if triple[1] == RDF.type and triple[2] in _DECLARATIONS and not isinstance(triple[0], BNode):
            declared.append(triple)
        elif not isinstance(triple[0], BNode):
            axioms.append((triple, *_described(ontology, triple[2])))
    axioms += [tuple(_described(ontology, node)) for node in {*ontology.subjects()} - inner if isinstance(node, BNode)]
    return declared, sorted(axioms, key=_shown)


def _described(ontology: Graph, node: Node) -> Iterator[Triple]:
    if isinstance(node, BNode):
        for triple in ontology.triples((node, None, None)):
            yield triple
            yield from _described(ontology, triple[2])


def _shown(axiom: Axiom) -> str:
    """An axiom on one line of Turtle."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triple in axiom:
        graph.add(triple)
    lines = graph.serialize(format="turtle").splitlines()
    return " ".join(" ".join(line.split()) for line in lines if line and not line.startswith("@prefix"))
