"""The words a query can be written with: prefixes, classes and properties of this graph with how often they occur."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import SKOS, VOID, Graph, URIRef

from ontology.iris import Iris
from service.description.dataset import default_graph
from service.pages.vocabulary import labels, text_of

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", re.ASCII)


@dataclass(frozen=True)
class Word:
    """A term as an editor offers it."""

    iri: str
    name: str
    """By its prefix, or in angle brackets."""

    label: str
    note: str
    count: int


def vocabulary(described: Graph, iris: Iris, prefixes: Mapping[str, str]) -> dict[str, Any]:
    """Prefixes, classes and properties, the most frequent first, from the description of the dataset."""
    whole = default_graph(iris)
    kinds = _counted(described, whole, (VOID.classPartition, VOID["class"], VOID.entities), prefixes)
    relations = _counted(described, whole, (VOID.propertyPartition, VOID.property, VOID.triples), prefixes)
    return {"prefixes": dict(prefixes), "classes": _sorted(kinds), "properties": _sorted(relations)}


def _counted(
    described: Graph, whole: URIRef, path: tuple[URIRef, URIRef, URIRef], prefixes: Mapping[str, str]
) -> Iterator[Word]:
    part_of, of, count = path
    for part in described.objects(whole, part_of):
        if (iri := described.value(part, of)) is not None:
            number = int(str(described.value(part, count) or 0))
            yield Word(
                str(iri),
                short(str(iri), prefixes),
                labels().get(iri, ""),
                text_of(URIRef(str(iri)), SKOS.definition),
                number,
            )


def _sorted(words: Iterator[Word]) -> list[dict[str, Any]]:
    return [vars(word) for word in sorted(words, key=lambda word: (-word.count, word.name))]


def short(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI as a query writes it.

    >>> short("http://a/b", {"x": "http://a/"}), short("http://a/b/c", {"x": "http://a/"})
    ('x:b', '<http://a/b/c>')
    """
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"
