"""Rules at commit: over all articles at once, and for one article put in, replaced, or taken away."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pyoxigraph as ox
from rdflib import Graph

from benchmarks.corpus import IRIS, Synthetic, plain_statements, synthetic
from benchmarks.results import Result, middle
from ontology.terms import EG
from queries.question import rules
from service.store.dataset import DEFAULT, replace_graph
from service.store.inference import everything, infer, inferred_graph, rebuild

_REPEATS = 20
_SEED = 1


def stored(count: int, folder: Path) -> ox.Store:
    """A store on disk with so many articles in their graphs, and nothing inferred yet."""
    store = ox.Store(str(folder / f"store-{count}"))
    articles = list(plain_statements(count, _SEED))
    lines = "".join(article.lines() for article in articles)
    quads = "".join(article.lines().replace(" .\n", f" <{article.name}> .\n") for article in articles)
    store.bulk_load(lines.encode(), ox.RdfFormat.N_TRIPLES)
    store.bulk_load(quads.encode(), ox.RdfFormat.N_QUADS)
    return store


def measured(count: int, folder: Path) -> Iterator[Result]:
    """Apply the rules to so many articles, then to one of them at a time."""
    store = stored(count, folder)
    yield from _bulk(store, count)
    for task, change in (
        ("one article more", lambda number: synthetic(count + number, count, _SEED)),
        ("one article, a cause withdrawn", lambda number: _without_a_cause(synthetic(number, count, _SEED))),
        ("one article taken away", lambda number: replace(synthetic(count + number, count, _SEED), triples=())),
    ):
        yield middle(task, count, [_commit(store, change(number)) for number in range(_REPEATS)])


def _bulk(store: ox.Store, count: int) -> Iterator[Result]:
    for rule in rules():
        begin = perf_counter()
        inferred = everything(store, rule)
        yield Result(f"infer {rule.name}", count, "etiograph", perf_counter() - begin, len(set(inferred.splitlines())), "inferred")
    begin = perf_counter()
    for rule in rules():
        rebuild(store, IRIS, rule)
    seconds = perf_counter() - begin
    graphs = [ox.NamedNode(inferred_graph(rule.name, IRIS)) for rule in rules()]
    written = sum(len(list(store.quads_for_pattern(None, None, None, graph))) for graph in graphs)
    yield Result("infer and store all rules", count, "etiograph", seconds, written, "inferred")


def _commit(store: ox.Store, article: Synthetic) -> float:
    """Seconds for the rules when one article takes the place of the one of its name."""
    graph = Graph()
    for triple in article.triples:
        graph.add(triple)
    left = replace_graph(store, article.name, graph)
    begin = perf_counter()
    infer(store, IRIS, {article.name: left})
    return perf_counter() - begin


def _without_a_cause(article: Synthetic) -> Synthetic:
    first = next(triple for triple in article.triples if triple[1] in (EG.causes, EG.leadsTo))
    return replace(article, triples=tuple(triple for triple in article.triples if triple != first))
