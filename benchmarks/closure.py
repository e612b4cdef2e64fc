"""The same data, the same entailments: our rules, owlrl, `reasonable` and HermiT, each in a process of its own.

What is inferred is counted the same way for all: the pairs of `eg:causallyUpstreamOf` and of `eg:testFor`. HermiT has
no command for relations, so it is asked for classes: whatever is upstream of a thing is in a class of that thing. It
prints only the most specific classes of each, so its count is lower although it has worked out as much.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.collection import Collection

from benchmarks.corpus import IRIS, ROOT, plain_statements
from benchmarks.results import US, Result
from loaders import hermit
from ontology.terms import EG
from queries.question import rules
from service.store.dataset import triples_of
from service.store.inference import everything, inferred_graph, rebuild

TASK = "closure"
_READ = (EG.causes, EG.leadsTo, EG.hasFinding, EG.supports)
_INFERRED = (EG.causallyUpstreamOf, EG.testFor)
_COUNTED = ("causally-upstream", "test-for")


def measured(articles: int, systems: tuple[str, ...], seconds: float, folder: Path) -> Iterator[Result]:
    """Each system on the links of so many articles; one that needs longer than `seconds` is ended."""
    data = folder / f"links-{articles}.nt"
    links = {triple for article in plain_statements(articles) for triple in article.triples if triple[1] in _READ}
    data.write_text("".join(sorted(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in links)), encoding="utf-8")
    for system in systems:
        yield _in_process(system, articles, data, seconds)


def _in_process(system: str, articles: int, data: Path, seconds: float) -> Result:
    command = [sys.executable, "-m", "benchmarks.closure", system, str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        answer, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # HermiT's Java is a child of the child
        process.communicate()
        return Result(TASK, articles, system, None, note=f"no answer in {seconds:g} s")
    if process.returncode:
        return Result(TASK, articles, system, None, note=f"ended with status {process.returncode}")
    return Result(TASK, articles, system, **json.loads(answer))


@dataclass(frozen=True)
class Timed:
    """What is left to do when all has been made ready; only this is timed."""

    work: Callable[[], int]


def ours(data: Path) -> int:
    """Our rules, as a bulk load applies them."""
    return _inferred(_loaded(data))


def ours_in_the_store(data: Path) -> Timed:
    """The same without the time it takes to read the file, which a store that is served has behind it."""
    store = _loaded(data)
    return Timed(partial(_inferred, store))


def _loaded(data: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=data, format=ox.RdfFormat.N_TRIPLES)
    return store


def _inferred(store: ox.Store) -> int:
    asked = (rule for rule in rules() if rule.name in _COUNTED)
    return sum(len(set(everything(store, rule).splitlines())) for rule in asked)


def ours_stored(data: Path) -> int:
    """Our rules, with what they infer written to disk: into the graph of each rule and into the default graph."""
    with TemporaryDirectory() as folder:
        store = ox.Store(folder)
        store.bulk_load(path=data, format=ox.RdfFormat.N_TRIPLES)
        asked = [rule for rule in rules() if rule.name in _COUNTED]
        for rule in asked:
            rebuild(store, IRIS, rule)
        graphs = (ox.NamedNode(inferred_graph(rule.name, IRIS)) for rule in asked)
        return sum(len(triples_of(store, graph)) for graph in graphs)


def by_owlrl(data: Path) -> int:
    """OWL RL with owlrl."""
    import owlrl

    graph = axioms().parse(data)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return counted(graph)


def by_reasonable(data: Path) -> int:
    """OWL RL with `reasonable`, which knows no property chains and so infers no `eg:testFor`."""
    import reasonable

    graph = axioms().parse(data)
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(graph)
    inferred = Graph()
    for triple in reasoner.reason():
        inferred.add(triple)
    return counted(inferred)


def by_hermit(data: Path) -> int:
    """OWL 2 DL with HermiT, told one class for each thing: what is upstream of it, and what tests for it."""
    graph = axioms().parse(data)
    things = {node for link in _READ for ends in graph.subject_objects(link) for node in ends}
    for node in things:
        graph.add((node, RDF.type, OWL.NamedIndividual))
    for number, (thing, relation) in enumerate(
        (thing, each) for thing in sorted(things, key=str) for each in _INFERRED
    ):
        restriction, class_ = BNode(), URIRef(f"urn:class:{number}")
        graph.add((class_, RDF.type, OWL.Class))
        graph.add((class_, OWL.equivalentClass, restriction))
        graph.add((restriction, RDF.type, OWL.Restriction))
        graph.add((restriction, OWL.onProperty, relation))
        graph.add((restriction, OWL.hasValue, thing))
    types = hermit.types([graph]) or frozenset()
    return sum(class_.startswith("urn:class:") for _, class_ in types)


def axioms() -> Graph:
    """What the rules mean, in OWL: from the vocabulary, the axioms about the relations the rules read and infer."""
    graph = Graph()
    for relation in (*_READ, *_INFERRED):
        graph.add((relation, RDF.type, OWL.ObjectProperty))
    for step in (EG.causes, EG.leadsTo):
        graph.add((step, RDFS.subPropertyOf, EG.causallyUpstreamOf))
    graph.add((EG.causallyUpstreamOf, RDF.type, OWL.TransitiveProperty))
    chain = BNode()
    Collection(graph, chain, [EG.hasFinding, EG.supports])
    graph.add((EG.testFor, OWL.propertyChainAxiom, chain))
    return graph


def counted(graph: Graph) -> int:
    """How many of the triples that rules infer are in a graph."""
    return sum(1 for relation in _INFERRED for _ in graph.subject_objects(relation))


SYSTEMS: dict[str, Callable[[Path], int | Timed]] = {
    US: ours,
    f"{US}, in the store": ours_in_the_store,
    f"{US}, stored": ours_stored,
    "owlrl": by_owlrl,
    "reasonable": by_reasonable,
    "HermiT": by_hermit,
}


def _cpu() -> float:
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    begin, cpu = perf_counter(), _cpu()
    amount = SYSTEMS[sys.argv[1]](Path(sys.argv[2]))
    if isinstance(amount, Timed):
        begin, cpu = perf_counter(), _cpu()
        amount = amount.work()
    print(json.dumps({"seconds": perf_counter() - begin, "cpu": _cpu() - cpu, "amount": amount, "of": "inferred"}))  # noqa: T201 -- to the parent
