"""A change as it travels from the process that answers requests to the one that writes, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from service.writing.access import Access


@dataclass(frozen=True)
class Part:
    """A piece of the body, RDF of one media type."""

    media_type: str
    length: int


@dataclass(frozen=True)
class Document:
    """What a LOAD has fetched."""

    source: str
    media_type: str
    length: int


@dataclass(frozen=True)
class Update:
    """A SPARQL update; the body is its text, and then its documents, one after the other."""

    base: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    length: int = -1
    """How many bytes of the body are the text; -1 where all are."""

    documents: tuple[Document | None, ...] = ()
    """One for each LOAD, None where it has failed and may."""


@dataclass(frozen=True)
class GraphWrite:
    """An operation of the Graph Store Protocol; the body is its parts, one after the other."""

    method: Literal["PUT", "POST", "DELETE"]
    graph: str | None
    """The graph that is written; None is the default graph."""

    base: str
    """What relative IRIs are resolved against."""

    parts: tuple[Part, ...] = ()
    whole: bool = False
    """Whether the store as a whole is written, not `graph`."""


@dataclass(frozen=True)
class Condition:
    """What must hold for the change to be made."""

    snapshot: str | None = None
    """The name of the snapshot that is current."""

    absent: bool = False
    """Whether the graph must not exist yet."""


@dataclass(frozen=True)
class Change:
    """What is to be done, for whom."""

    content: Update | GraphWrite
    access: Access
    condition: Condition = field(default_factory=Condition)

    def document(self) -> dict[str, object]:
        """The change for JSON."""
        return {"kind": type(self.content).__name__, **asdict(self)}


def change(document: Mapping[str, Any]) -> Change:
    """The change of a document.

    >>> made = Change(Update("http://example.org/update"), Access("write"))
    >>> change(made.document()) == made
    True
    """
    access, content = document["access"], document["content"]
    return Change(
        _update(content) if document["kind"] == "Update" else _graph_write(content),
        Access(access["role"], tuple(access["graphs"])),
        Condition(**document["condition"]),
    )


def _update(content: Mapping[str, Any]) -> Update:
    documents = tuple(each and Document(**each) for each in content["documents"])
    using, using_named = tuple(content["using"]), tuple(content["using_named"])
    return Update(content["base"], using, using_named, content["length"], documents)


def _graph_write(content: Mapping[str, Any]) -> GraphWrite:
    return GraphWrite(**{**content, "parts": tuple(Part(**part) for part in content["parts"])})


@dataclass(frozen=True)
class Outcome:
    """What a change has come to."""

    snapshot: int
    """The number of the snapshot that holds it."""

    created: bool = False
    """Whether it made a graph that was not there."""

    operations: int = 1
    """How many operations it had."""
