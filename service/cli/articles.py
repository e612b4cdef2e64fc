"""What `etiograph check` asks of every article in the store beyond queries, and of the mappings."""

from functools import cached_property

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


class Articles:
    """The articles of a store, each read once for all checks."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    @cached_property
    def graphs(self) -> dict[URIRef, Graph]:
        """The graph of each article, as it is in the store."""
        return {
            URIRef(str(row["article"])): _graph(self._store, URIRef(str(row["graph"])))
            for row in self._store.rows(_ARTICLES)
        }

    def shapes_outcome(self) -> Outcome:
        """Validate every article; each fault is one."""
        failed = [
            f"{article}: {fault}"
            for article, graph in self.graphs.items()
            for fault in validate(graph, _graph(self._store, URIRef(f"{article}/quarantine")))
        ]
        return Outcome("shapes", len(self.graphs), tuple(failed))

    def reasoner_outcome(self, iris: Iris, words: Graph) -> Outcome:
        """HermiT over vocabulary, thresholds and boundary values of every article; without Java that is a skip."""
        try:
            found = agreement(list(self.graphs.values()), iris, words)
        except ReasonerMissing as missing:
            return Outcome("reasoner", 0, skipped=(f"thresholds and consistency were not reasoned over: {missing}",))
        except ReasoningError as error:
            return Outcome("reasoner", 0, tuple(str(error).splitlines()))
        return Outcome("reasoner", found.tried, found.differences)


def mappings_outcome() -> Outcome:
    """Read the mapping file; every fault is named with line and column."""
    try:
        return Outcome("mappings", len(mapping_set().matches))
    except MappingsRefused as refused:
        return Outcome("mappings", 0, tuple(str(refused).splitlines()))


def _graph(store: LocalStore, name: URIRef) -> Graph:
    """A named graph of the store, as it is there."""
    named = Dataset(default=(str(name),), named=EVERYTHING.named)
    return Graph().parse(data=store.query(_TRIPLES, N_TRIPLES, named), format="nt")
