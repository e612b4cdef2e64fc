"""Vocabulary, defined classes and measurements in; which measurement is in which class out, or why that makes no sense.

Every ontology is checked for ill-typed values before it is reasoned over: one would make all of it inconsistent.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from loaders import hermit
from loaders.errors import IllTyped, Inconsistent
from loaders.explanation import explained
from ontology.decimals import measurable, number
from ontology.errors import NotANumber, TooFine
from ontology.terms import EG

_FACETS = (XSD.minInclusive, XSD.minExclusive, XSD.maxInclusive, XSD.maxExclusive)


def vocabulary() -> Graph:
    """The T-Box."""
    return Graph().parse(data=files("ontology").joinpath("etiograph.ttl").read_bytes(), format="turtle")


def members(vocabulary: Graph) -> Graph:
    """One individual for each class, so that a class which can have none is a contradiction, too."""
    graph = Graph(bind_namespaces="none")
    for class_ in sorted(str(each) for each in vocabulary.subjects(RDF.type, OWL.Class) if isinstance(each, URIRef)):
        graph.add((BNode(), RDF.type, URIRef(class_)))
    return graph


def classified(vocabulary: Graph, cases: Sequence[Graph]) -> dict[URIRef, frozenset[URIRef]]:
    """The classes every individual of the cases is in, by a description-logic reasoner.

    A case is a small ontology, such as the definitions and measurements of one article; each is read with the
    vocabulary and apart from the others. Raises IllTyped, Inconsistent, ReasonerMissing, ReasonerFailed.
    """
    ontologies = _ontologies(vocabulary, cases)
    types = hermit.types(ontologies)
    if types is None:
        raise _inconsistent(ontologies)
    found: dict[URIRef, set[URIRef]] = {}
    for individual, class_ in types:
        found.setdefault(individual, set()).add(class_)
    return {individual: frozenset(classes) for individual, classes in found.items()}


def check_consistency(vocabulary: Graph, cases: Sequence[Graph]) -> None:
    """Raise Inconsistent, with the smallest explanation found, if vocabulary and a case contradict each other.

    Raises IllTyped, ReasonerMissing, ReasonerFailed as well.
    """
    ontologies = _ontologies(vocabulary, cases)
    if hermit.consistent(ontologies) < len(ontologies):
        raise _inconsistent(ontologies)


def _ontologies(vocabulary: Graph, cases: Sequence[Graph]) -> list[Graph]:
    faults = tuple(fault for case in (vocabulary, *cases) for fault in ill_typed(vocabulary, case))
    if faults:
        raise IllTyped(faults)
    notes = {*vocabulary.subjects(RDF.type, OWL.AnnotationProperty), RDFS.label, RDFS.comment, RDFS.seeAlso}
    left_out = {*notes, OWL.imports, RDFS.isDefinedBy}  # an import is never fetched
    return [_without(left_out, (vocabulary, case)) for case in cases or (Graph(),)]


def _without(left_out: set[Node], graphs: Iterable[Graph]) -> Graph:
    ontology = Graph(bind_namespaces="none")
    for triple in (triple for graph in graphs for triple in graph):
        if triple[1] not in left_out:
            ontology.add(triple)
    return ontology


def _inconsistent(ontologies: Sequence[Graph]) -> Inconsistent:
    first = hermit.consistent(ontologies)
    return explained(ontologies[first])


def ill_typed(vocabulary: Graph, graph: Graph) -> Iterator[str]:
    """What is wrong with the values of a graph: not of the datatype its property demands, or no number at all."""
    ranges: dict[Node, Node] = dict.fromkeys(_FACETS, XSD.decimal)
    ranges |= {
        property_: range_
        for property_ in vocabulary.subjects(RDF.type, OWL.DatatypeProperty)
        for range_ in vocabulary.objects(property_, RDFS.range)
    }
    for subject, predicate, value in graph:
        wanted = ranges.get(predicate)
        of = "a value" if isinstance(subject, BNode) else subject.n3()
        if wanted is not None and not _is(value, wanted):
            yield f"{of}: {_shown(value)} is not written as {wanted.n3()}, as {predicate.n3()} demands"
        elif wanted is not None and predicate == EG.value and (fault := _too_fine(value)):
            yield f"{of}: {fault}"


def _too_fine(value: Node) -> str:
    """What is wrong with a measured value of too many places; nothing if it has not."""
    try:
        measurable(number(str(value)))
    except TooFine as error:
        return str(error)
    return ""


def _shown(value: Node) -> str:
    """A value as it is written; rdflib's own n3() rewrites or warns about numbers that are none."""
    if not isinstance(value, Literal):
        return value.n3()
    tag = f"@{value.language}" if value.language else f"^^<{value.datatype}>" if value.datatype else ""
    return f'"{value}"{tag}'


def _is(value: Node, datatype: Node) -> bool:
    if not isinstance(value, Literal):
        return False
    if datatype == RDF.PlainLiteral:
        return value.datatype in (None, XSD.string, RDF.langString)
    if (value.datatype or XSD.string) != datatype or value.language:
        return False
    if datatype != XSD.decimal:
        return not value.ill_typed
    try:
        number(str(value))
    except NotANumber:
        return False
    return True
