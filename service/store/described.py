"""The description of the data, written into the store beside it, so that tools find it by asking the endpoint."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import cast

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.term import Node

from ontology.iris import Iris
from service.description.census import census
from service.description.dataset import description
from service.store.dataset import replace_graph
from service.store.terms import from_json


def description_graph(iris: Iris) -> URIRef:
    """The graph of the description. The default graph does not say it: it is about the data, and not of it."""
    return iris.thing("description")


def describe(store: ox.Store, iris: Iris, *, counted: bool = True) -> None:
    """Write down what a store that is being written holds; the description itself is not counted.

    Counting takes about 7 s for a million triples. A change that must not wait leaves the numbers out, and the service
    counts when it is first asked, so a description never tells of an older state.
    """
    name = description_graph(iris)
    numbers = census(partial(_rows, store), besides=name) if counted else None
    replace_graph(store, name, description(iris, numbers))


def _rows(store: ox.Store, query: str) -> Iterator[Mapping[str, Node]]:
    found = cast(ox.QuerySolutions, store.query(query)).serialize(format=ox.QueryResultsFormat.JSON)
    for row in json.loads(found or b"")["results"]["bindings"]:
        yield {variable: from_json(value) for variable, value in row.items()}
