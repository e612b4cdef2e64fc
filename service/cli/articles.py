"""What `etiograph check` asks of every article in the store beyond queries, and of the mappings."""

from collections.abc import Iterator

from rdflib import Graph, URIRef

from loaders.agreement import agreement
from loaders.errors import ReasonerMissing, ReasoningError
from loaders.validation import validate
from ontology.iris import Iris
from ontology.mappings import MappingsRefused, mapping_set
from service.checks import Outcome
from service.formats import N_TRIPLES
from service.store.local import EVERYTHING, Dataset, LocalStore

_ARTICLES = """
PREFIX eg: <https://w3id.org/etiograph/ontology#>
SELECT DISTINCT ?graph ?article WHERE { GRAPH ?graph { ?article a eg:Article } }
"""
_TRIPLES = "CONSTRUCT WHERE { ?subject ?predicate ?object }"


def shapes_outcome(store: LocalStore) -> Outcome:
    """Validate every article as it is in the store; each fault is one."""
    done, failed = 0, list[str]()
    for article, graph in _article_graphs(store):
        quarantine = _graph(store, URIRef(f"{article}/quarantine"))
        failed += [f"{article}: {fault}" for fault in validate(graph, quarantine)]
        done += 1
    return Outcome("shapes", done, tuple(failed))


def mappings_outcome() -> Outcome:
    """Read the mapping file; every fault is named with line and column."""
    try:
        return Outcome("mappings", len(mapping_set().matches))
    except MappingsRefused as refused:
        return Outcome("mappings", 0, tuple(str(refused).splitlines()))


def reasoner_outcome(store: LocalStore, iris: Iris) -> Outcome:
    """HermiT over vocabulary, thresholds and boundary values of every article; without Java that is a skip."""
    try:
        found = agreement([graph for _, graph in _article_graphs(store)], iris)
    except ReasonerMissing as missing:
        return Outcome("reasoner", 0, skipped=(f"thresholds and consistency were not reasoned over: {missing}",))
    except ReasoningError as error:
        return Outcome("reasoner", 0, tuple(str(error).splitlines()))
    return Outcome("reasoner", found.tried, found.differences)


def _article_graphs(store: LocalStore) -> Iterator[tuple[URIRef, Graph]]:
    for row in store.rows(_ARTICLES):
        yield URIRef(str(row["article"])), _graph(store, URIRef(str(row["graph"])))


def _graph(store: LocalStore, name: URIRef) -> Graph:
    """A named graph of the store, as it is there."""
    named = Dataset(default=(str(name),), named=EVERYTHING.named)
    return Graph().parse(data=store.query(_TRIPLES, N_TRIPLES, named), format="nt")
