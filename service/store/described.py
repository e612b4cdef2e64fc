"""The description of the data, written into the store beside it, so that tools find it by asking the endpoint."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import cast

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.term import Node

from ontology.iris import Iris
from service.description.census import census
from service.description.dataset import description
from service.store.dataset import replace_graph
from service.store.terms import from_json


def description_graph(iris: Iris) -> URIRef:
    """The graph of the description. The default graph does not say it: it is about the data, and not of it."""
    return iris.thing("description")


def describe(store: ox.Store, iris: Iris, at_most: int | None = None) -> None:
    """Count a store that is being written and write down what it holds; the description itself is not counted.

    A store of more than `at_most` quads is left without, for a change that must not wait: counting takes about 5 s for
    a million triples. The service then counts when it is first asked; a description never tells of an older state.
    """
    name = description_graph(iris)
    replace_graph(store, name, Graph())
    if at_most is None or len(store) <= at_most:
        replace_graph(store, name, description(iris, census(partial(_rows, store))))


def _rows(store: ox.Store, query: str) -> Iterator[Mapping[str, Node]]:
    found = cast(ox.QuerySolutions, store.query(query)).serialize(format=ox.QueryResultsFormat.JSON)
    for row in json.loads(found or b"")["results"]["bindings"]:
        yield {variable: from_json(value) for variable, value in row.items()}
