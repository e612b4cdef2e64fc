"""Graphs in, one graph out that does not change and has a table for what validation asks ten thousand times."""

from collections.abc import Generator
from functools import cached_property

from rdflib import RDF, Graph
from rdflib.graph import ReadOnlyGraphAggregate
from rdflib.term import Node

Ends = dict[Node, list[Node]]


class Indexed(ReadOnlyGraphAggregate):
    """Several graphs as one. Whatever no table answers is left to rdflib."""

    def __init__(self, graphs: list[Graph]) -> None:
        super().__init__(graphs)
        self._along: dict[Node, Ends] = {}
        triples = {triple for graph in graphs for triple in graph}
        self._size = len(triples)
        for subject, predicate, object_ in triples:
            self._along.setdefault(predicate, {}).setdefault(subject, []).append(object_)
        self._against: dict[Node, Ends] = {}

    def __len__(self) -> int:
        """How many triples there are; pyshacl asks it for every shape, and rdflib would count anew each time."""
        return self._size

    def along(self, predicate: Node) -> Ends:
        """The objects of a predicate by their subject."""
        return self._along.get(predicate, {})

    def against(self, predicate: Node) -> Ends:
        """The subjects of a predicate by their object."""
        if predicate not in self._against:
            found: Ends = {}
            for subject, objects in self.along(predicate).items():
                for object_ in objects:
                    found.setdefault(object_, []).append(subject)
            self._against[predicate] = found
        return self._against[predicate]

    @cached_property
    def kinds(self) -> dict[Node, frozenset[Node]]:
        """What is typed by each class."""
        return {class_: frozenset(nodes) for class_, nodes in self.against(RDF.type).items()}

    def objects(  # type: ignore[override]  # rdflib also takes lists and paths, which nobody asks for here
        self, subject: Node | None = None, predicate: Node | None = None, unique: bool = False
    ) -> Generator[Node, None, None]:
        """Look up the objects of a subject and predicate; leave any other question to rdflib."""
        if subject is None or predicate is None:
            yield from super().objects(subject, predicate, unique)
        else:
            yield from self.along(predicate).get(subject, ())
