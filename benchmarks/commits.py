"""Rules at commit: over all articles at once, and for one article put in, replaced, or taken away."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from benchmarks.corpus import IRIS, Synthetic, plain_statements, synthetic
from benchmarks.results import US, Elapsed, Result, middle, timed
from ontology.terms import EG
from queries.question import Question, rules
from service.store.dataset import replace_graph, triples_of
from service.store.inference import everything, infer, inferred_graph, rebuild

_REPEATS = 20
_SEED = 1


def stored(count: int, folder: Path) -> ox.Store:
    """A store on disk with so many articles in their graphs, and nothing inferred yet."""
    store = ox.Store(str(folder / f"store-{count}"))
    fill(store, count)
    return store


def fill(store: ox.Store, count: int) -> None:
    """Put what so many articles say into their graphs and into the default graph."""
    articles = list(plain_statements(count, _SEED))
    lines = "".join(article.lines() for article in articles)
    quads = "".join(article.lines().replace(" .\n", f" <{article.name}> .\n") for article in articles)
    store.bulk_load(lines.encode(), ox.RdfFormat.N_TRIPLES)
    store.bulk_load(quads.encode(), ox.RdfFormat.N_QUADS)


def measured(count: int, folder: Path) -> Iterator[Result]:
    """Apply the rules to so many articles, then to one of them at a time."""
    store = stored(count, folder)
    yield from _bulk(store, count)
    more = [synthetic(count + number, count, _SEED) for number in range(_REPEATS)]
    fewer = [_without_a_cause(synthetic(number, count, _SEED)) for number in range(_REPEATS)]
    gone = [replace(article, triples=()) for article in more]
    changes = (("one article more", more), ("one article, a cause withdrawn", fewer), ("one article taken away", gone))
    for task, articles in changes:
        yield middle(task, count, [_commit(store, article) for article in articles])


def _bulk(store: ox.Store, count: int) -> Iterator[Result]:
    for rule in rules():
        inferred = list[bytes]()
        run = timed(partial(_gather, store, rule, inferred))
        triples = len(set(inferred[0].splitlines()))
        yield Result(f"infer {rule.name}", count, US, run.seconds, run.cpu, triples, "inferred")
    run = timed(partial(_rebuild_all, store))
    graphs = [ox.NamedNode(inferred_graph(rule.name, IRIS)) for rule in rules()]
    written = sum(len(triples_of(store, graph)) for graph in graphs)
    yield Result("infer and store all rules", count, US, run.seconds, run.cpu, written, "inferred")


def _gather(store: ox.Store, rule: Question, inferred: list[bytes]) -> None:
    inferred.append(everything(store, rule))


def _rebuild_all(store: ox.Store) -> None:
    for rule in rules():
        rebuild(store, IRIS, rule)


def _commit(store: ox.Store, article: Synthetic) -> Elapsed:
    """What the rules take when one article is put in the place of the one of its name."""
    graph = Graph()
    for triple in article.triples:
        graph.add(triple)
    left = replace_graph(store, article.name, graph)
    return timed(partial(infer, store, IRIS, {article.name: left}))


def _without_a_cause(article: Synthetic) -> Synthetic:
    first = next(triple for triple in article.triples if triple[1] in (EG.causes, EG.leadsTo))
    return replace(article, triples=tuple(triple for triple in article.triples if triple != first))
