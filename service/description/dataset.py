"""The dataset in VoID, DCAT and the words of the Service Description: what it holds, under which licence, where."""

import hashlib

from rdflib import DCAT, DCTERMS, RDF, RDFS, SDO, SH, VOID, XSD, Graph, Literal, URIRef

from ontology.iris import Iris
from ontology.terms import ONTOLOGY, PREFIXES, SD, VOID_EXT
from service.description.census import Census, Class, Held, Property
from service.description.examples import add_examples, add_prefixes
from service.marking import marked

LICENSE = URIRef("https://www.apache.org/licenses/LICENSE-2.0")
TITLE = "etiograph"
SUMMARY = marked(
    "What symptom articles say of causes, mechanisms, tests, thresholds, risk groups and look-alikes, "
    "each statement with the sentence that says it."
)
DISCLAIMER = "General information, not medical advice. It records what articles say; it does not diagnose."
KEYWORDS = ("symptoms", "causes", "diagnostic tests", "thresholds", "evidence", "health")


def dataset(iris: Iris) -> URIRef:
    """What the description describes."""
    return iris.thing("dataset")


def default_graph(iris: Iris) -> URIRef:
    """What stands for the default graph in the description; in a query it has no name."""
    return iris.thing("dataset/default-graph")


def description(iris: Iris, counted: Census | None) -> Graph:
    """All that is true of the data wherever it is served, so that it can stand in the store itself.

    Without a census it has words, prefixes and examples, and no numbers.

    The partitions have IRIs, not blank nodes, so that two snapshots differ only where their numbers do.
    """
    graph = Graph()
    _add_words(graph, iris)
    add_prefixes(graph, iris)
    add_examples(graph, iris)
    if counted:
        _add_census(graph, iris, counted)
    return graph


def is_counted(described: Graph, iris: Iris) -> bool:
    """Whether a description has numbers."""
    return (dataset(iris), VOID.triples, None) in described


def _add_census(graph: Graph, iris: Iris, counted: Census) -> None:
    _add_counts(graph, iris, counted)
    for each in counted.classes:
        _add_class(graph, default_graph(iris), each)
    for property_ in counted.properties:
        part = _part(default_graph(iris), "property", property_.iri)
        _add(graph, default_graph(iris), (VOID.propertyPartition, part))
        _add(graph, part, (VOID.property, property_.iri), (VOID.triples, _whole(property_.triples)))
    for held in counted.graphs:
        _add_graph(graph, iris, held)


def _add_words(graph: Graph, iris: Iris) -> None:
    whole = dataset(iris)
    kinds = ((RDF.type, kind) for kind in (VOID.Dataset, DCAT.Dataset, SDO.Dataset, SD.Dataset))
    _add(graph, whole, *kinds)
    for title, summary, keyword in (
        (DCTERMS.title, DCTERMS.description, DCAT.keyword),
        (SDO.name, SDO.description, SDO.keywords),
    ):
        _add(graph, whole, (title, Literal(TITLE, lang="en")), (summary, Literal(SUMMARY, lang="en")))
        _add(graph, whole, *((keyword, Literal(word, lang="en")) for word in KEYWORDS))
    _add(
        graph,
        whole,
        (DCTERMS.license, LICENSE),
        (SDO.license, LICENSE),
        (DCTERMS.rights, Literal(DISCLAIMER, lang="en")),
    )
    _add(
        graph,
        whole,
        (VOID.uriSpace, Literal(iris.thing(""))),
        (VOID.vocabulary, ONTOLOGY),
        (DCTERMS.conformsTo, ONTOLOGY),
    )
    _add(graph, whole, (SH.prefixes, iris.thing("prefixes")))


def _add_counts(graph: Graph, iris: Iris, counted: Census) -> None:
    whole, default = dataset(iris), default_graph(iris)
    _add(graph, whole, (SD.defaultGraph, default), (VOID.subset, default))
    _add(graph, default, (RDF.type, SD.Graph), (RDF.type, VOID.Dataset))
    _add(graph, default, (RDFS.label, Literal("the default graph: all graphs that are believed", lang="en")))
    numbers = {
        VOID.triples: counted.triples,
        VOID.classes: len(counted.classes),
        VOID.properties: len(counted.properties),
    }
    if counted.ends:
        numbers |= {VOID.distinctSubjects: counted.ends[0], VOID.distinctObjects: counted.ends[1]}
    for subject in (whole, default):
        _add(graph, subject, *((relation, _whole(number)) for relation, number in numbers.items()))


def _add_class(graph: Graph, within: URIRef, each: Class) -> None:
    part = _part(within, "class", each.iri)
    _add(graph, within, (VOID.classPartition, part))
    _add(graph, part, (VOID["class"], each.iri), (VOID.entities, _whole(each.entities)))
    for property_ in each.properties:
        _add_property(graph, part, property_)


def _add_property(graph: Graph, of: URIRef, property_: Property) -> None:
    part = _part(of, "property", property_.iri)
    _add(graph, of, (VOID.propertyPartition, part))
    _add(graph, part, (VOID.property, property_.iri), (VOID.triples, _whole(property_.triples)))
    for iri, triples in property_.classes:
        end = _part(part, "class", iri)
        _add(graph, part, (VOID.classPartition, end))
        _add(graph, end, (VOID["class"], iri), (VOID.triples, _whole(triples)))
    for iri, triples in property_.datatypes:
        end = _part(part, "datatype", iri)
        _add(graph, part, (VOID_EXT.datatypePartition, end))
        _add(graph, end, (VOID_EXT.datatype, iri), (VOID.triples, _whole(triples)))


def _add_graph(graph: Graph, iris: Iris, each: Held) -> None:
    named = _part(dataset(iris), "graph", each.iri)
    held = _part(named, "holds", each.iri)
    _add(graph, dataset(iris), (SD.namedGraph, named))
    _add(graph, named, (RDF.type, SD.NamedGraph), (SD.name, each.iri), (SD.graph, held))
    _add(graph, held, (RDF.type, SD.Graph), (RDF.type, VOID.Dataset))
    if each.triples is not None:
        _add(graph, held, (VOID.triples, _whole(each.triples)))
    for iri, number in each.properties:
        part = _part(held, "property", iri)
        _add(graph, held, (VOID.propertyPartition, part))
        _add(graph, part, (VOID.property, iri), (VOID.triples, _whole(number)))


def _add(graph: Graph, subject: URIRef, *said: tuple[URIRef, URIRef | Literal]) -> None:
    for relation, value in said:
        graph.add((subject, relation, value))


def _part(whole: URIRef, kind: str, of: URIRef) -> URIRef:
    """The IRI of a part: short, and the same in every snapshot."""
    return URIRef(f"{whole}{'.' if '#' in whole else '#'}{kind}.{_short(of)}")


def _short(iri: URIRef) -> str:
    """The name of a term by its prefix, or a hash.

    >>> _short(URIRef("http://www.w3.org/2004/02/skos/core#prefLabel"))
    'skos.prefLabel'
    """
    for prefix, namespace in PREFIXES.items():
        name = iri.removeprefix(namespace)
        if name != iri and name.isidentifier():
            return f"{prefix}.{name}"
    return hashlib.sha256(iri.encode()).hexdigest()[:12]


def _whole(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
