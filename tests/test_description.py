"""The service describes itself: as the W3C tests it, as the SIB editor asks for it, and with counts that are true."""

import gzip
import json
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, RDF, SDO, SH, VOID, Graph, Literal, URIRef
from rdflib.namespace import SDO as SCHEMA
from rdflib.term import Node
from werkzeug.test import TestResponse

from ontology.iris import Iris
from ontology.terms import EG, FORMATS, PREFIXES, SD
from queries.question import questions
from service.app import create_app
from service.cli.load import load_built_in
from service.description import census as census_module
from service.description.census import PARTED, census
from service.description.dataset import dataset, default_graph
from service.formats import GRAPHS, TABLES
from service.settings import Settings, settings_of
from service.store.dataset import replace_graph
from service.store.described import describe, description_graph
from service.store.local import LocalStore
from service.store.snapshots import Snapshots
from service.store.terms import from_json

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
IRIS = Iris()
WHOLE, DEFAULT = dataset(IRIS), default_graph(IRIS)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("described")
    load_built_in(Settings(data=directory))
    return directory


@pytest.fixture(scope="module")
def client(data: Path) -> FlaskClient:
    return create_app(Settings(data=data)).test_client()


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> Graph:
    return Graph().parse(data=client.get("/sparql").data, format="turtle")


def ask(client: FlaskClient, query: str) -> list[dict[str, str]]:
    """The rows of an answer, as the SIB editor asks for them."""
    reply = client.get("/sparql", query_string={"ac": "1", "query": query}, headers={"Accept": TABLES[0].media_type})
    assert reply.status_code == 200, reply.get_json()
    rows = json.loads(reply.data)["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in rows]


# The Service Description


@pytest.mark.parametrize("accept", [None, "*/*", *(each.media_type for each in GRAPHS)])
def test_without_a_query_the_service_describes_itself(client: FlaskClient, accept: str | None) -> None:
    reply = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert reply.status_code == 200
    wanted = accept if accept not in (None, "*/*") else "text/turtle"
    assert reply.mimetype == wanted
    quads = ox.parse(reply.data, format=ox.RdfFormat.from_media_type(wanted))
    graph = Graph().parse(data=ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.TURTLE))
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint) == URIRef("http://localhost/sparql")


def test_a_browser_gets_the_form_and_who_accepts_tables_is_asked_for_a_query(client: FlaskClient) -> None:
    assert "<form" in client.get("/sparql", headers={"Accept": BROWSER}).text
    for accept in (TABLES[0].media_type, "text/csv", "image/png"):
        reply = client.get("/sparql", headers={"Accept": accept})
        assert reply.status_code == 400
        assert "exactly one" in reply.get_json()["detail"]
    assert client.get("/sparql", query_string={"default-graph-uri": "x:y"}).status_code == 400


def test_the_description_names_what_the_service_can_do(described: Graph) -> None:
    (service,) = described.subjects(RDF.type, SD.Service)
    assert set(described.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert not set(described.objects(service, SD.feature))
    results = set(described.objects(service, SD.resultFormat))
    assert {FORMATS.SPARQL_Results_JSON, FORMATS.SPARQL_Results_TSV, FORMATS.Turtle, FORMATS.RDF_XML} <= results
    assert len(results) == len(TABLES) + len(GRAPHS)
    assert described.value(service, SD.defaultDataset) == WHOLE
    assert (WHOLE, RDF.type, SD.Dataset) in described
    assert (described.value(WHOLE, SD.defaultGraph), RDF.type, SD.Graph) in described


def test_federation_is_a_feature_where_it_is_allowed(data: Path) -> None:
    client = create_app(Settings(data=data, federation=("https://example.org/sparql",))).test_client()
    graph = Graph().parse(data=client.get("/sparql").data, format="turtle")
    assert set(graph.objects(None, SD.feature)) == {SD.BasicFederatedQuery}


def told(described: Graph, query: str) -> list[dict[str, str]]:
    return [{str(name): str(value) for name, value in row.items()} for row in described.query(query).bindings]


# The SIB editor: its queries, word for word in what they match, asked of the description it reads


def test_the_sib_editor_finds_the_prefixes(described: Graph) -> None:
    rows = told(
        described,
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT DISTINCT ?prefix ?namespace "
        "WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix} ORDER BY ?prefix",
    )
    assert {row["prefix"]: row["namespace"] for row in rows} == dict(PREFIXES)


def test_the_sib_editor_finds_the_examples_and_each_runs(client: FlaskClient, described: Graph) -> None:
    rows = told(
        described,
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT DISTINCT ?sq ?comment ?query WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; "
        "sh:select|sh:ask|sh:construct|sh:describe ?query . } ORDER BY ?sq",
    )
    assert [row["comment"] for row in rows] == [question.summary for question in questions()]
    for row in rows:
        assert client.get("/sparql", query_string={"query": row["query"]}).status_code == 200
        assert "#+" not in row["query"]


VOID_QUERY = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype ?triples ?subjectClassLabel
WHERE {
  {
    OPTIONAL { ?graph sd:graph ?graphDesc . ?graphDesc void:classPartition ?cp }
    ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
    OPTIONAL { ?subjectClass rdfs:label ?subjectClassLabel }
    ?pp void:property ?prop .
    OPTIONAL { ?pp void:triples ?triples }
    OPTIONAL {
      { ?pp void:classPartition [ void:class ?objectClass ] }
      UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
    }
  } UNION {
    ?linkset void:subjectsTarget [ void:class ?subjectClass ] ; void:linkPredicate ?prop ;
             void:objectsTarget [ void:class ?objectClass ] .
  }
}"""


def test_the_sib_editor_finds_what_is_said_of_each_class(described: Graph) -> None:
    rows = told(described, VOID_QUERY)
    found = {(row["subjectClass"], row["prop"], row.get("objectClass") or row.get("objectDatatype")) for row in rows}
    assert (str(EG.DiagnosticTest), str(EG.hasFinding), str(EG.Finding)) in found
    assert (str(EG.Threshold), str(EG.limit), "http://www.w3.org/2001/XMLSchema#decimal") in found


# VoID, DCAT and schema.org


def test_every_count_is_that_of_the_store(client: FlaskClient, described: Graph) -> None:
    tests = ask(client, "PREFIX eg: <https://w3id.org/etiograph/ontology#> SELECT ?t { ?t a eg:DiagnosticTest }")
    (part,) = [
        p for p in described.objects(DEFAULT, VOID.classPartition) if (p, VOID["class"], EG.DiagnosticTest) in described
    ]
    assert described.value(part, VOID.entities) == Literal(len(tests))
    (row,) = ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert described.value(WHOLE, VOID.triples) == Literal(int(row["n"]))
    named = {row["g"] for row in ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert {str(name) for name in described.objects(None, SD.name)} == named - {str(description_graph(IRIS))}


def test_the_parts_of_named_graphs_are_those_of_the_store(client: FlaskClient, described: Graph) -> None:
    for named in described.objects(WHOLE, SD.namedGraph):
        name, held = described.value(named, SD.name), described.value(named, SD.graph)
        rows = ask(client, f"SELECT ?p (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }} GROUP BY ?p")
        assert parts(described, held) == {row["p"]: row["n"] for row in rows}


def parts(described: Graph, held: Node | None) -> dict[str, str]:
    """Each property with its triples."""
    found = described.objects(held, VOID.propertyPartition)
    return {str(described.value(part, VOID.property)): str(described.value(part, VOID.triples)) for part in found}


def test_of_many_named_graphs_the_largest_are_parted() -> None:
    store = ox.Store()
    a = ox.NamedNode("x:a")
    for size in range(1, PARTED + 6):
        graph = ox.NamedNode(f"x:g{size:03}")
        store.extend(ox.Quad(ox.NamedNode(f"x:s{number}"), a, a, graph) for number in range(size))
    found = {graph.iri: graph for graph in census(lambda query: solutions(store, query)).graphs}
    parted = [str(iri) for iri, graph in found.items() if graph.properties]
    assert parted == [f"x:g{size:03}" for size in range(6, PARTED + 6)]
    assert found[URIRef("x:g001")].triples == 1


def test_for_a_page_the_graphs_of_very_many_triples_are_named_and_not_counted(
    bare: tuple[Path, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs = [f"x:h{number:02}" for number in range(70)]
    more = Graph().add((URIRef("x:b"), RDF.type, EG.Symptom))
    Snapshots(bare[0]).write(lambda draft: [draft.put(URIRef(name), more) for name in graphs])
    page = bare[1].get("/void", headers={"Accept": BROWSER}).text
    assert "The 60 largest" in page
    assert "2 triples" in " ".join(page.split())
    monkeypatch.setattr(census_module, "SIZED", 2)
    Snapshots(bare[0]).write(lambda draft: draft.put(URIRef("x:h00"), more), "once more")
    page = bare[1].get("/void", headers={"Accept": BROWSER}).text
    assert "The first 60 by name: there are too many triples" in page
    assert "x:h58" in page
    assert "x:h59" not in page


def solutions(store: ox.Store, query: str) -> list[dict[str, Node]]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    rows = json.loads(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")["results"]["bindings"]
    return [{name: from_json(value) for name, value in row.items()} for row in rows]


def test_the_dataset_says_licence_version_date_and_downloads(described: Graph) -> None:
    for relation in (DCTERMS.license, DCTERMS.rights, DCTERMS.title, DCTERMS.modified, SDO.version, SDO.license):
        assert described.value(WHOLE, relation, any=True), relation
    assert {VOID.Dataset, DCAT.Dataset, SCHEMA.Dataset} <= set(described.objects(WHOLE, RDF.type))
    dumps = set(described.objects(WHOLE, VOID.dataDump))
    assert URIRef("http://localhost/downloads/etiograph.nq.gz") in dumps
    assert all((dump, RDF.type, DCAT.Distribution) in described for dump in dumps)
    for example in described.subjects(RDF.type, SH.SPARQLExecutable):
        assert described.value(example, SDO.target) == URIRef("http://localhost/sparql")


def test_void_is_at_its_well_known_address_and_as_a_file(client: FlaskClient) -> None:
    turtle = client.get("/void.ttl")
    assert client.get("/.well-known/void", headers={"Accept": "text/turtle"}).data == turtle.data
    assert client.get("/void").mimetype == "text/turtle"
    assert client.get("/void.doc").status_code == 404
    again = client.get("/void.ttl", headers={"If-None-Match": turtle.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_setting_names_the_address_of_the_world(data: Path) -> None:
    client = create_app(settings_of({"data": data, "address": "https://health.example/graph/"})).test_client()
    assert b"<https://health.example/graph/sparql>" in client.get("/void.nt").data


def test_a_host_that_is_none_is_refused(client: FlaskClient) -> None:
    assert client.get("/void.ttl", headers={"Host": "a b"}).status_code == 400


class Scripts(HTMLParser):
    """Collects the data blocks of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.found = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script" and ("type", "application/ld+json") in attrs

    def handle_data(self, text: str) -> None:
        self.found += text if self.inside else ""


def test_the_page_shows_counts_and_holds_the_dataset_for_search_engines(client: FlaskClient) -> None:
    reply = client.get("/void", headers={"Accept": BROWSER})
    page = Scripts()
    page.feed(reply.text)
    found = json.loads(page.found)
    assert (found["@type"], found["name"]) == ("Dataset", "etiograph")
    assert len(found["distribution"]) == 2
    assert "diagnostic test" in reply.text
    assert "/downloads/etiograph.nq.gz" in reply.text


# A store that does not describe itself, and one that grows


@pytest.fixture
def bare(tmp_path: Path) -> tuple[Path, FlaskClient]:
    graph = Graph().add((URIRef("x:a"), RDF.type, EG.Symptom)).add((URIRef("x:a"), URIRef("x:p"), Literal(1)))
    Snapshots(tmp_path).write(lambda draft: draft.put(URIRef("x:g"), graph))
    return tmp_path, create_app(Settings(data=tmp_path)).test_client()


def test_a_store_without_a_description_is_counted_when_it_is_asked(bare: tuple[Path, FlaskClient]) -> None:
    graph = Graph().parse(data=bare[1].get("/void").data, format="turtle")
    assert graph.value(WHOLE, VOID.triples) == Literal(2)
    assert list(graph.objects(None, SD.name)) == [URIRef("x:g")]


def test_pages_do_not_wait_for_what_they_do_not_tell(
    bare: tuple[Path, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = LocalStore.rows

    def counted(self: LocalStore, query: str, **bindings: Node) -> list[dict[str, Node]]:
        asked.append(query)
        return rows(self, query, **bindings)

    monkeypatch.setattr(LocalStore, "rows", counted)
    assert "1 triple" not in bare[1].get("/void", headers={"Accept": BROWSER}).text
    assert len(bare[1].get("/api/vocabulary").get_json()["properties"]) == 2
    assert not [query for query in asked if "?c" in query]
    assert bare[1].get("/void.ttl").status_code == 200
    assert len([query for query in asked if "?c" in query]) == 2


def test_a_new_snapshot_is_counted_anew(bare: tuple[Path, FlaskClient]) -> None:
    before = bare[1].get("/void").headers["ETag"]
    more = Graph().add((URIRef("x:b"), RDF.type, EG.Symptom))
    Snapshots(bare[0]).write(lambda draft: draft.put(URIRef("x:h"), more))
    reply = bare[1].get("/void")
    assert reply.headers["ETag"] != before
    assert Graph().parse(data=reply.data, format="turtle").value(WHOLE, VOID.triples) == Literal(3)


def test_describing_twice_changes_nothing_and_a_change_leaves_the_numbers_out() -> None:
    store = ox.Store()
    replace_graph(store, URIRef("x:g"), Graph().add((URIRef("x:a"), RDF.type, EG.Symptom)))
    plain = set(store)
    describe(store, IRIS)
    once = set(store)
    describe(store, IRIS)
    assert set(store) == once > plain
    describe(store, IRIS, counted=False)
    assert plain < set(store) < once
    assert not any(quad.predicate.value.startswith(str(VOID.triples)) for quad in store)


# Downloads


def is_named(quad: ox.Quad) -> bool:
    """Whether it holds no blank node, whose name another reading need not keep."""
    return not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode)


@pytest.mark.parametrize("name", ["etiograph.nq", "etiograph.trig", "etiograph.nq.gz", "etiograph.trig.gz"])
def test_a_download_holds_every_quad_and_has_a_tag(client: FlaskClient, data: Path, name: str) -> None:
    reply = client.get(f"/downloads/{name}")
    body = gzip.decompress(reply.data) if name.endswith(".gz") else reply.data
    syntax = ox.RdfFormat.TRIG if "trig" in name else ox.RdfFormat.N_QUADS
    found = set(ox.parse(body, format=syntax))
    stored = set(ox.Store.read_only(str(Snapshots(data).current().path)))
    assert len(found) == len(stored) > 10_000
    assert {quad for quad in found if is_named(quad)} == {quad for quad in stored if is_named(quad)}
    again = client.get(f"/downloads/{name}", headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304
    assert told_by(client.head(f"/downloads/{name}")) == told_by(reply)


def told_by(reply: TestResponse) -> dict[str, str]:
    """What the headers say, but for the name of the request."""
    return {name: value for name, value in reply.headers.items() if name != "X-Request-Id"}


def test_there_are_no_other_downloads(client: FlaskClient) -> None:
    for name in ("etiograph.ttl", "etiograph.nq.zip", "other.nq"):
        assert client.get(f"/downloads/{name}").status_code == 404


def test_a_client_that_leaves_a_download_leaves_no_thread(client: FlaskClient) -> None:
    reply = client.get("/downloads/etiograph.nq", buffered=False)
    next(iter(reply.response))
    reply.close()
    assert client.get("/downloads/etiograph.nq").status_code == 200
