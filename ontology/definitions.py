"""Thresholds and risk groups of a graph in, defined OWL 2 DL classes out, one beside each finding and each group.

A measurement beyond a threshold is in the class of its finding; a person of a group is in the class of the group.
"""

from collections.abc import Iterable
from itertools import groupby

from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.decimals import written
from ontology.iris import Iris
from ontology.measurement import Limit, limits
from ontology.terms import EG, ONTOLOGY, PREFIXES

_FACETS = {
    "<": (XSD.maxExclusive,),
    "<=": (XSD.maxInclusive,),
    ">": (XSD.minExclusive,),
    ">=": (XSD.minInclusive,),
    "=": (XSD.minInclusive, XSD.maxInclusive),
    "range": (XSD.minInclusive, XSD.maxInclusive),
}


def definitions(graph: Graph, iris: Iris) -> Graph:
    """The module for all thresholds and risk groups of a graph.

    ``LowSerumCalcium ≡ Measurement and resultOf value SerumCalciumTest and ((unit value "mmol/L" and value some
    decimal[< 2]) or (unit value "mg/dL" and value some decimal[< 8.0156]))``
    """
    writer = _Writer(graph, iris)
    for finding, of_finding in groupby(limits(graph), key=lambda limit: limit.finding):
        writer.finding(finding, tuple(of_finding))
    for group in sorted(str(group) for group in graph.subjects(RDF.type, EG.RiskGroup)):
        writer.group(URIRef(group))
    return writer.module


class _Writer:
    """The module while it is written. Every class is defined in words, too, and leads to its individual."""

    def __init__(self, graph: Graph, iris: Iris) -> None:
        self.graph, self.iris = graph, iris
        self.module = Graph(bind_namespaces="none")
        for prefix, namespace in {**PREFIXES, "id": str(iris.thing(""))}.items():
            self.module.bind(prefix, namespace)
        header = iris.thing("class")
        self.module.add((header, RDF.type, OWL.Ontology))
        self.module.add((header, RDFS.label, Literal("classes defined by thresholds and risk groups", lang="en")))
        self.module.add((header, OWL.imports, ONTOLOGY))

    def finding(self, finding: URIRef, of_finding: tuple[Limit, ...]) -> None:
        """``Measurement and (result of a test, in a unit, beyond a limit)``; such a measurement shows the finding."""
        self._individual(finding, EG.Finding)
        branches = [
            self._results(test, tuple(each)) for test, each in groupby(of_finding, key=lambda limit: limit.test)
        ]
        class_ = self._class(finding, f"measurement that shows {self._label(finding)}", _in_words(of_finding))
        self.module.add((class_, OWL.equivalentClass, self._union(branches)))
        self.module.add((class_, RDFS.subClassOf, self._restriction(EG.shows, OWL.hasValue, finding)))

    def _results(self, test: URIRef, of_test: tuple[Limit, ...]) -> Node:
        self._individual(test, EG.DiagnosticTest)
        of = self._restriction(EG.resultOf, OWL.hasValue, test)
        return self._intersection([EG.Measurement, of, self._union([self._beyond(limit) for limit in of_test])])

    def _beyond(self, limit: Limit) -> Node:
        unit = self._restriction(EG.unit, OWL.hasValue, Literal(limit.unit, datatype=XSD.string))
        return self._intersection([unit, self._restriction(EG.value, OWL.someValuesFrom, self._range(limit))])

    def _range(self, limit: Limit) -> Node:
        ends = (limit.limit, limit.limit if limit.upper is None else limit.upper)
        facets: list[Node] = []
        for facet, end in zip(_FACETS[limit.comparator], ends, strict=False):
            node = BNode()
            self.module.add((node, facet, Literal(written(end), datatype=XSD.decimal)))
            facets.append(node)
        range_ = BNode()
        self.module.add((range_, RDF.type, RDFS.Datatype))
        self.module.add((range_, OWL.onDatatype, XSD.decimal))
        self.module.add((range_, OWL.withRestrictions, self._list(facets)))
        return range_

    def group(self, group: URIRef) -> None:
        """``Person and memberOf value`` the group."""
        self._individual(group, EG.RiskGroup)
        label = self._label(group)
        class_ = self._class(group, f"person in {label}", f"A person who belongs to the risk group {label}.")
        member = self._restriction(EG.memberOf, OWL.hasValue, group)
        self.module.add((class_, OWL.equivalentClass, self._intersection([EG.Person, member])))

    def _class(self, of: URIRef, label: str, words: str) -> URIRef:
        class_ = self.iris.class_of(of)
        self.module.add((class_, RDF.type, OWL.Class))
        self.module.add((class_, RDFS.label, Literal(label, lang="en")))
        self.module.add((class_, SKOS.definition, Literal(words, lang="en")))
        self.module.add((class_, RDFS.seeAlso, of))
        self.module.add((class_, RDFS.isDefinedBy, self.iris.thing("class")))
        return class_

    def _individual(self, node: URIRef, type_: URIRef) -> None:
        self.module.add((node, RDF.type, OWL.NamedIndividual))
        self.module.add((node, RDF.type, type_))

    def _label(self, node: URIRef) -> str:
        return str(self.graph.value(node, SKOS.prefLabel) or node)

    def _restriction(self, property_: URIRef, kind: URIRef, value: Node) -> BNode:
        node = BNode()
        self.module.add((node, RDF.type, OWL.Restriction))
        self.module.add((node, OWL.onProperty, property_))
        self.module.add((node, kind, value))
        return node

    def _intersection(self, parts: list[Node]) -> Node:
        return self._combined(OWL.intersectionOf, parts)

    def _union(self, parts: list[Node]) -> Node:
        return self._combined(OWL.unionOf, parts)

    def _combined(self, how: URIRef, parts: list[Node]) -> Node:
        if len(parts) == 1:
            return parts[0]
        node = BNode()
        self.module.add((node, RDF.type, OWL.Class))
        self.module.add((node, how, self._list(parts)))
        return node

    def _list(self, parts: list[Node]) -> Node:
        return Collection(self.module, BNode(), parts).uri


def _in_words(of_finding: tuple[Limit, ...]) -> str:
    by_test = groupby(of_finding, key=lambda limit: limit.test)
    return f"A result of {'; or of '.join(_of_test(test, each) for test, each in by_test)}."


def _of_test(test: URIRef, of_test: Iterable[Limit]) -> str:
    name = test.rsplit("/", 1)[-1].replace("-", " ")
    return f"the {name.removesuffix(' test')} test: {' or '.join(str(limit) for limit in of_test)}"
