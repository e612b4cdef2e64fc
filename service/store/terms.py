"""RDF terms between rdflib, which the pages and loaders speak, and the engine."""

import json
from collections.abc import Iterator, Mapping

import pyoxigraph as ox
import rdflib
from rdflib import XSD
from rdflib.term import Node

_STRING = str(XSD.string)

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def to_engine(node: Node) -> Term:
    """The engine's form of an rdflib term.

    >>> to_engine(rdflib.Literal("calf", lang="en"))
    <Literal value=calf language=en>
    """
    match node:
        case rdflib.URIRef():
            return ox.NamedNode(str(node))
        case rdflib.BNode():
            return ox.BlankNode(str(node))
        case rdflib.Literal(language=str(language)):
            return ox.Literal(str(node), language=language)
        case rdflib.Literal(datatype=rdflib.URIRef() as datatype):
            return ox.Literal(str(node), datatype=ox.NamedNode(str(datatype)))
    return ox.Literal(str(node))


def is_name(text: str) -> bool:
    r"""Whether the engine takes a text for an IRI; one with bytes that are no Unicode it does not.

    >>> [is_name(each) for each in ("urn:a", "http://[", "relative", "urn:\udc80")]
    [True, False, False, False]
    """
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def triples(graph: rdflib.Graph) -> Iterator[ox.Triple]:
    """The triples of an rdflib graph in the engine's form; blank nodes keep their names."""
    for subject, predicate, object_ in graph:
        yield ox.Triple(to_resource(subject), ox.NamedNode(str(predicate)), to_engine(object_))


def to_resource(node: Node) -> ox.NamedNode | ox.BlankNode:
    """The engine's form of a subject."""
    return ox.BlankNode(str(node)) if isinstance(node, rdflib.BNode) else ox.NamedNode(str(node))


def from_json(value: Mapping[str, str]) -> Node:
    """An rdflib term from SPARQL JSON results.

    >>> from_json({"type": "uri", "value": "http://example.org/"})
    rdflib.term.URIRef('http://example.org/')
    """
    match value["type"]:
        case "uri":
            return rdflib.URIRef(value["value"])
        case "bnode":
            return rdflib.BNode(value["value"])
    if language := value.get("xml:lang"):
        return rdflib.Literal(value["value"], lang=language)
    datatype = value.get("datatype", _STRING)
    return rdflib.Literal(value["value"], datatype=None if datatype == _STRING else rdflib.URIRef(datatype))


def rows_from_json(answer: bytes) -> list[dict[str, Node]]:
    """The rows of SPARQL JSON results; what comes in many rows becomes a term once.

    >>> rows_from_json(b'{"results": {"bindings": [{"s": {"type": "bnode", "value": "a"}}]}}')
    [{'s': rdflib.term.BNode('a')}]
    """
    known: dict[tuple[tuple[str, str], ...], Node] = {}

    def term(value: dict[str, str]) -> Node:
        key = tuple(value.items())
        if (node := known.get(key)) is None:
            node = known[key] = from_json(value)
        return node

    bindings = json.loads(answer)["results"]["bindings"]
    return [{name: term(value) for name, value in row.items()} for row in bindings]


def to_json(node: Node) -> dict[str, str]:
    """A term as SPARQL JSON results write it.

    >>> to_json(rdflib.Literal("calf", lang="en"))
    {'type': 'literal', 'value': 'calf', 'xml:lang': 'en'}
    """
    match node:
        case rdflib.URIRef():
            return {"type": "uri", "value": str(node)}
        case rdflib.BNode():
            return {"type": "bnode", "value": str(node)}
        case rdflib.Literal(language=str(language)):
            return {"type": "literal", "value": str(node), "xml:lang": language}
        case rdflib.Literal(datatype=rdflib.URIRef() as datatype):
            return {"type": "literal", "value": str(node), "datatype": str(datatype)}
    return {"type": "literal", "value": str(node)}
