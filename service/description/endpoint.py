"""The service in the words of the SPARQL Service Description, and where its dataset can be had, for one deployment."""

from dataclasses import dataclass
from datetime import datetime

from rdflib import DCAT, DCTERMS, FOAF, OWL, RDF, SDO, SH, VOID, XSD, Graph, Literal, URIRef

from ontology.iris import Iris
from ontology.terms import FORMATS, SD
from service.description.dataset import LICENSE, dataset
from service.formats import GRAPHS, N_QUADS, TABLES, TRIG, Format

DUMPS = (N_QUADS, TRIG)
"""What the whole dataset can be had in: the formats that keep named graphs."""

_FORMAT_IRIS = {
    "SPARQL JSON": FORMATS.SPARQL_Results_JSON,
    "SPARQL XML": FORMATS.SPARQL_Results_XML,
    "CSV": FORMATS.SPARQL_Results_CSV,
    "TSV": FORMATS.SPARQL_Results_TSV,
    "RDF/XML": FORMATS.RDF_XML,
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Deployment:
    """One running service, as the world sees it."""

    address: str
    """What its addresses begin with, without a slash at the end."""

    snapshot: int
    changed: datetime
    federates: bool
    updates: bool

    @property
    def endpoint(self) -> URIRef:
        """Where queries are answered."""
        return URIRef(f"{self.address}/sparql")

    def at(self, path: str) -> URIRef:
        """One of its addresses."""
        return URIRef(f"{self.address}{path}")


def add_service(graph: Graph, iris: Iris, deployment: Deployment) -> None:
    """What can be asked, how, and in which forms the answers come."""
    service = URIRef(f"{deployment.endpoint}#service")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, deployment.endpoint))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((service, SD.defaultDataset, dataset(iris)))
    graph.add((service, SD.defaultEntailmentRegime, URIRef("http://www.w3.org/ns/entailment/Simple")))
    for format_ in (*TABLES, *GRAPHS):
        graph.add((service, SD.resultFormat, format_iri(format_)))
    if deployment.federates:
        graph.add((service, SD.feature, SD.BasicFederatedQuery))
    if deployment.updates:
        graph.add((service, SD.supportedLanguage, SD.SPARQL11Update))
        for format_ in GRAPHS:
            graph.add((service, SD.inputFormat, format_iri(format_)))
    for example in list(graph.subjects(RDF.type, SH.SPARQLExecutable)):
        graph.add((example, SDO.target, deployment.endpoint))


def add_access(graph: Graph, iris: Iris, deployment: Deployment) -> None:
    """Which snapshot of the dataset this is, and where it can be had."""
    whole, changed = dataset(iris), Literal(deployment.changed.isoformat(), datatype=XSD.dateTime)
    page = deployment.at("/void")
    graph.add((page, RDF.type, VOID.DatasetDescription))
    graph.add((page, FOAF.primaryTopic, whole))
    graph.add((whole, FOAF.homepage, deployment.at("/")))
    graph.add((whole, SDO.url, deployment.at("/")))
    graph.add((whole, VOID.sparqlEndpoint, deployment.endpoint))
    for relation in (OWL.versionInfo, SDO.version):
        graph.add((whole, relation, Literal(f"snapshot {deployment.snapshot}")))
    for relation in (DCTERMS.modified, SDO.dateModified):
        graph.add((whole, relation, changed))
    for format_ in GRAPHS:
        graph.add((whole, VOID.feature, format_iri(format_)))
    for format_ in DUMPS:
        _add_dump(graph, whole, deployment, format_, changed)


def _add_dump(graph: Graph, whole: URIRef, deployment: Deployment, format_: Format, issued: Literal) -> None:
    download = deployment.at(f"/downloads/etiograph.{format_.suffix}.gz")
    for relation in (VOID.dataDump, DCAT.distribution, SDO.distribution):
        graph.add((whole, relation, download))
    graph.add((download, RDF.type, DCAT.Distribution))
    graph.add((download, RDF.type, SDO.DataDownload))
    for relation in (DCAT.downloadURL, SDO.contentUrl):
        graph.add((download, relation, download))
    graph.add((download, DCAT.mediaType, URIRef(f"{_MEDIA_TYPES}{format_.media_type}")))
    graph.add((download, DCAT.compressFormat, URIRef(f"{_MEDIA_TYPES}application/gzip")))
    graph.add((download, SDO.encodingFormat, Literal(format_.media_type)))
    graph.add((download, DCTERMS.license, LICENSE))
    graph.add((download, DCTERMS.issued, issued))


def format_iri(format_: Format) -> URIRef:
    """The W3C's IRI of a format.

    >>> format_iri(GRAPHS[1])
    rdflib.term.URIRef('http://www.w3.org/ns/formats/N-Triples')
    """
    return _FORMAT_IRIS.get(format_.name) or FORMATS[format_.name]
