"""A causal circle that no article states is found by walking the links twice; a query for each path says the same."""

from itertools import pairwise

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from service.circles import components

NODES = [URIRef(f"x:{letter}") for letter in "abcdefg"]
RELATION = "https://w3id.org/etiograph/ontology#causes"
BY_PATHS = f"SELECT ?from ?to WHERE {{ ?from <{RELATION}> ?to . ?to <{RELATION}>* ?from }}"
Link = tuple[URIRef, URIRef]

links_of = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), unique=True, max_size=20)


def closing(links: list[Link]) -> set[Link]:
    part_of = components(links)
    return {link for link in links if part_of[link[0]] == part_of[link[1]]}


def closing_by_paths(links: list[Link]) -> set[Link]:
    relation = ox.NamedNode(RELATION)
    store = ox.Store()
    store.extend(ox.Quad(ox.NamedNode(one), relation, ox.NamedNode(other)) for one, other in links)
    found = store.query(BY_PATHS)
    assert isinstance(found, ox.QuerySolutions)
    return {(URIRef(row["from"].value), URIRef(row["to"].value)) for row in found}


@given(links_of)
def test_a_link_closes_a_circle_if_a_path_leads_back(links: list[Link]) -> None:
    assert closing(links) == closing_by_paths(links)


def test_a_thing_that_causes_itself_is_a_circle() -> None:
    assert closing([(NODES[0], NODES[0]), (NODES[0], NODES[1])]) == {(NODES[0], NODES[0])}


def test_a_circle_may_be_longer_than_python_may_nest() -> None:
    nodes = [URIRef(f"x:{number}") for number in range(20_000)]
    chain = list(pairwise(nodes))
    assert closing(chain) == set()
    assert closing([*chain, (nodes[-1], nodes[0])]) == {*chain, (nodes[-1], nodes[0])}


def test_a_dense_graph_is_walked_not_searched_for_every_pair() -> None:
    """Half a million ways to go; a search from each of 10,000 links would not end."""
    layers = [[URIRef(f"x:{layer}/{number}") for number in range(50)] for layer in range(5)]
    links = [(one, other) for layer, following in pairwise(layers) for one in layer for other in following]
    back = (layers[-1][0], layers[0][0])
    assert closing(links) == set()
    assert back in closing([*links, back])
