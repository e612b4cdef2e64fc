"""Search: an index for each snapshot, built beside the data and asked by pages and `/api`."""

from collections.abc import Iterable
from typing import cast

from flask import current_app, has_request_context
from rdflib.term import Node

from service.lookups import store
from service.operations.record import record
from service.search.hits import Hit
from service.search.index import Index
from service.search.shelf import Shelf

PATIENCE = 2.0
"""Seconds a page waits for an index that is being built."""


def index(patience: float = PATIENCE) -> Index | None:
    """The index of the running app, or None while the first one is being built."""
    found = cast(Shelf, current_app.extensions["etiograph.search"]).index(patience)
    if has_request_context() and (found is None or found.snapshot != store().snapshot.name):
        record().keep = False  # soon it will be another one
    return found


def suggestions(words: str, limit: int = 5) -> tuple[Hit, ...]:
    """Things whose names look like some words, or hold some of them."""
    known = index()
    if known is None:
        return ()
    found = {hit.iri: hit for hit in known.complete(words, limit)}
    for word in sorted(words.split(), key=len, reverse=True):
        if len(found) < limit and len(word) > 2:
            found |= {hit.iri: hit for hit in known.complete(word, limit) if hit.iri not in found}
    return tuple(found.values())[:limit]


def labels(of: Iterable[Node]) -> dict[str, str]:
    """The labels of things, by their IRIs."""
    known = index()
    return known.labels(map(str, of)) if known else {}
