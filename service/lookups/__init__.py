"""What pages and search ask of the graph: `ask("thing", thing=iri)` runs `thing.rq` of this folder."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Protocol, cast

from flask import current_app
from rdflib import URIRef
from rdflib.term import Node

Row = Mapping[str, Node]


class Snapshot(Protocol):
    """A state of the data."""

    @property
    def name(self) -> str:
        """What no other state is called."""
        ...

    @property
    def number(self) -> int:
        """How many states there have been."""
        ...

    @property
    def made(self) -> datetime:
        """When it became the state of the data."""
        ...


class Store(Protocol):
    """What a page needs of a store."""

    @property
    def snapshot(self) -> Snapshot:
        """The state that is answered from now."""
        ...

    def rows(self, query: str, **bindings: Node) -> list[dict[str, Node]]:
        """The solutions of a SELECT query."""
        ...

    def triples(self) -> int:
        """How many triples the default graph holds."""
        ...


def store() -> Store:
    """The store of the running app."""
    return cast(Store, current_app.extensions["etiograph"])


def ask(question: str, **bindings: Node) -> list[dict[str, Node]]:
    """The rows that answer a question; a binding fixes the variable of its name."""
    return store().rows(text_of(question), **bindings)


@cache
def text_of(question: str) -> str:
    """The text of one of the queries of this folder.

    >>> text_of("counts").startswith("#+ summary:")
    True
    """
    return (files("service") / "lookups" / f"{question}.rq").read_text("utf-8")


def text(row: Row, variable: str) -> str:
    """A value as text; nothing where it is unbound."""
    return str(row.get(variable, ""))


def iri(row: Row, variable: str) -> URIRef:
    """A value as IRI; the empty one where it is unbound."""
    return URIRef(text(row, variable))


def whole(row: Row, variable: str) -> int | None:
    """A whole number, where the variable holds one."""
    digits = text(row, variable)
    return int(digits) if digits.isdecimal() else None
