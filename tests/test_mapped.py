"""Mappings are in the graph for what is loaded and for nothing else, however it came and however it went."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rdflib import SKOS, Graph, URIRef

from loaders.graph import ArticleGraphs, article_graphs
from loaders.reading import read_article
from ontology.iris import Iris
from ontology.mappings import PREDICATES, mapping_set
from ontology.terms import EG
from service.cli.load import built_in, loaded
from service.settings import Settings
from service.store.draft import Draft
from service.store.local import LocalStore
from service.store.mapped import follow_loaded, mappings_graph
from service.store.rebuilding import rebuild
from service.store.snapshots import Snapshots
from tests.requirements import ROOT
from tests.writers import Writable

DIZZINESS = ROOT / "tests/corpus/development/dizziness-on-standing.txt"
IRIS = Iris()
HYPOCALCEMIA = IRIS.entity("hypocalcemia")
TRIPLES = f"SELECT ?s ?p ?o {{ GRAPH <{mappings_graph(IRIS)}> {{ ?s ?p ?o }} }}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    assert loaded(Settings(data=tmp_path), [built_in()]).loaded
    return tmp_path


def article(path: Path) -> ArticleGraphs:
    return article_graphs(read_article(path), IRIS, datetime(2026, 11, 22, tzinfo=UTC))


def written(data: Path, change: Callable[[Draft], object]) -> None:
    """A change over the web, as far as mappings go."""

    def followed(draft: Draft) -> None:
        change(draft)
        follow_loaded(draft, IRIS)

    Snapshots(data).write(followed)


def said(data: Path) -> Graph:
    """What the graph of mappings says."""
    graph = Graph()
    for row in LocalStore(Snapshots(data)).rows(TRIPLES):
        graph.add((row["s"], row["p"], row["o"]))
    return graph


def mapped(data: Path) -> set[URIRef]:
    graph = said(data)
    return {URIRef(str(each)) for match in PREDICATES.values() for each in graph.subjects(match)}


def with_mappings(graph: Graph) -> set[URIRef]:
    """The entities of a graph that the mapping file has a match for."""
    known = {mapping_set().subject(match, IRIS) for match in mapping_set().matches if match.holds}
    return {each for each in known if (each, None, EG.Entity) in graph}


def test_a_loaded_article_brings_the_mappings_of_what_it_speaks_of(data: Path) -> None:
    assert mapped(data) == with_mappings(article(built_in()).graph)
    assert HYPOCALCEMIA in mapped(data)


def test_another_article_brings_its_own_and_no_more(tmp_path: Path) -> None:
    loaded(Settings(data=tmp_path), [DIZZINESS])
    assert mapped(tmp_path) == with_mappings(article(DIZZINESS).graph)
    assert HYPOCALCEMIA not in mapped(tmp_path)


def test_mappings_go_with_the_last_article_that_speaks_of_a_thing(data: Path) -> None:
    one, other = article(built_in()), article(DIZZINESS)
    written(data, lambda draft: draft.put(other.graph_name, other.graph))
    assert mapped(data) == with_mappings(one.graph + other.graph)
    written(data, lambda draft: draft.put(one.graph_name, Graph()))
    assert mapped(data) == with_mappings(other.graph)
    written(data, lambda draft: draft.put(other.graph_name, Graph()))
    assert len(said(data)) == 0


def test_a_term_keeps_its_name_as_long_as_a_mapping_needs_it(data: Path) -> None:
    """The cramp and the spasm are both matched to the same term."""
    term = mapping_set().iri("HP:0003394")
    only_spasm = Graph()
    for triple in article(built_in()).graph.triples((IRIS.entity("muscle-spasm"), None, None)):
        only_spasm.add(triple)
    written(data, lambda draft: draft.put(article(built_in()).graph_name, only_spasm))
    assert set(said(data).subjects(None, term)) == {IRIS.entity("muscle-spasm")}
    assert list(said(data).objects(term, SKOS.notation))


def test_what_a_client_has_written_beside_them_stays(data: Path) -> None:
    own = Graph().add((URIRef("x:a"), SKOS.exactMatch, URIRef("x:b"))) + said(data)
    written(data, lambda draft: draft.put(mappings_graph(IRIS), own))
    written(data, lambda draft: draft.put(article(built_in()).graph_name, Graph()))
    assert [*said(data)] == [(URIRef("x:a"), SKOS.exactMatch, URIRef("x:b"))]


def test_a_store_made_anew_from_its_sources_has_the_same_mappings(data: Path) -> None:
    other = article(DIZZINESS)
    written(data, lambda draft: draft.put(other.graph_name, other.graph))
    differences = rebuild(Snapshots(data), IRIS, replace=False).differences
    assert differences is not None
    assert str(mappings_graph(IRIS)) not in differences


def test_a_change_over_the_web_takes_and_brings_mappings(writing: Writable) -> None:
    thing = f"<{IRIS.entity('toe')}>"
    match, is_entity = f"{thing} ?match ?term . ?term <{SKOS.notation}> ?code", f"{thing} a <{EG.Entity}>"
    assert writing.holds(match)
    assert writing.update(f"DELETE DATA {{ {is_entity} }}").status == 204
    assert not writing.holds(match)
    assert writing.update(f"INSERT DATA {{ {is_entity} }}").status == 204
    assert writing.holds(match)
