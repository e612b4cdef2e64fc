"""Linked Data: every IRI of the graph answers, in every form, and what is in doubt says so."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, Graph, URIRef

from ontology.terms import EG, OA, ONTOLOGY, VERSION
from service.app import create_app
from service.formats import GRAPHS, N_TRIPLES, RDF_XML, Format, by_name
from service.settings import Settings
from service.store.local import LocalStore
from tests import odd
from tests.website import OWN, website

BASE = "https://w3id.org/etiograph/"
CRAMP = URIRef(f"{BASE}id/nocturnal-calf-cramp")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = website(tmp_path_factory.mktemp("data"), [OWN], with_odd=True)
    yield app.test_client()
    app.extensions["etiograph"].close()


@pytest.fixture(scope="module")
def store(client: FlaskClient) -> LocalStore:
    found: LocalStore = client.application.extensions["etiograph"]
    return found


def turtle(client: FlaskClient, iri: URIRef | str) -> Graph:
    response = client.get(path(iri), headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    return Graph().parse(data=response.data, format="turtle")


def path(iri: URIRef | str) -> str:
    return str(iri).replace(BASE, "/")


@pytest.mark.parametrize("format_", GRAPHS, ids=lambda format_: format_.name)
@pytest.mark.parametrize("address", ["/id/nocturnal-calf-cramp", "/ontology"])
def test_a_thing_has_the_same_triples_in_every_format(client: FlaskClient, address: str, format_: object) -> None:
    chosen = next(each for each in GRAPHS if each is format_)
    by_accept = client.get(address, headers={"Accept": chosen.media_type})
    by_suffix = client.get(f"{address}.{chosen.suffix}")
    assert by_accept.data == by_suffix.data
    assert by_accept.mimetype == chosen.media_type
    assert canonical(by_accept.data, chosen) == canonical(client.get(f"{address}.nt").data, N_TRIPLES)


def canonical(data: bytes, format_: Format) -> set[ox.Triple]:
    """The triples, blank nodes under names that depend on nothing but the graph."""
    quads = ox.parse(data, format=ox.RdfFormat.from_media_type(format_.media_type))
    dataset = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}


def test_json_is_json_ld(client: FlaskClient) -> None:
    assert client.get("/id/nocturnal-calf-cramp.json").data == client.get("/id/nocturnal-calf-cramp.jsonld").data


def test_an_entity_brings_its_relations_and_their_evidence(client: FlaskClient) -> None:
    found = turtle(client, CRAMP)
    causes = set(found.subjects(EG.causes, CRAMP))
    assert len(causes) == 4
    assert all(found.value(cause, RDFS.label) for cause in causes)
    assertions = list(found.subjects(RDF.type, EG.Assertion))
    assert assertions
    for assertion in assertions:
        for evidence in found.objects(assertion, EG.evidence):
            assert any(found.value(selector, OA.exact) for selector in found.objects(evidence, OA.hasSelector))


KINDS = [EG.Entity, EG.Article, EG.Passage, EG.Assertion, EG.EvidenceItem, EG.Correction]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.rpartition("#")[2])
def test_every_kind_of_thing_answers_as_page_and_as_rdf(client: FlaskClient, store: LocalStore, kind: URIRef) -> None:
    query = "SELECT ?thing ?kind WHERE { GRAPH ?graph { ?thing a ?kind } }"
    things = {URIRef(str(row["thing"])) for row in store.rows(query, kind=kind)}
    things = {thing for thing in things if thing.startswith(f"{BASE}id/")}
    assert things
    for thing in sorted(things)[:8]:
        page = client.get(path(thing), headers={"Accept": BROWSER})
        assert (page.status_code, page.mimetype) == (200, "text/html")
        assert (thing, None, None) in turtle(client, thing)


def test_a_named_graph_answers_with_its_triples(client: FlaskClient) -> None:
    name = odd.IRIS.graph(odd.ARTICLE)
    assert len(turtle(client, name)) == len(odd.graph())
    page = client.get(path(name), headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["Location"]) == (303, path(odd.ARTICLE))


def test_what_is_quarantined_says_so_and_describes_nothing_else(client: FlaskClient, store: LocalStore) -> None:
    query = "SELECT ?assertion ?p ?status WHERE { GRAPH ?graph { ?assertion ?p ?status } }"
    doubtful = store.rows(query, p=EG.status, status=EG.Quarantined)
    assert doubtful
    for row in doubtful:
        assertion = URIRef(str(row["assertion"]))
        found = turtle(client, assertion)
        assert (assertion, EG.status, EG.Quarantined) in found
        for thing in found.objects(assertion, RDF.subject):
            if (thing, RDF.type, None) in turtle(client, URIRef(str(thing))):
                assert (assertion, None, None) not in turtle(client, URIRef(str(thing)))


UNKNOWN = [
    "nothing",
    "nothing.ttl",
    "a b",
    "<script>",
    "%00",
    "%0d%0aX-Header:%20x",
    "..%2f..%2fapp.py",
    "é",
    "x" * 5000,
    ".ttl",
]


@pytest.mark.parametrize("name", UNKNOWN, ids=lambda name: name[:20])
@pytest.mark.parametrize("accept", [BROWSER, "text/turtle", "*/*"])
def test_an_unknown_thing_is_404_in_the_form_that_is_accepted(client: FlaskClient, name: str, accept: str) -> None:
    response = client.get(f"/id/{name}", headers={"Accept": accept})
    assert response.status_code == 404
    assert response.mimetype == ("text/html" if accept == BROWSER and ".ttl" not in name else response.mimetype)
    assert "<script>" not in response.text.replace('<script type="module"', "")
    assert "X-Header" not in response.headers


RESOLVED = [
    ("id:hypocalcemia", "/id/hypocalcemia"),
    (f"{BASE}id/hypocalcemia", "/id/hypocalcemia"),
    (f"<{BASE}id/article/x>", "/id/article/x"),
    ("hypocalcemia", "/id/hypocalcemia"),
    ("eg:causes", "/ontology#causes"),
    (str(ONTOLOGY), "/ontology"),
]


@pytest.mark.parametrize(("written", "address"), RESOLVED)
def test_an_iri_or_curie_leads_to_its_address_here(client: FlaskClient, written: str, address: str) -> None:
    response = client.get("/resolve", query_string={"iri": written})
    assert (response.status_code, response.headers["Location"]) == (303, address)


@pytest.mark.parametrize(
    "written", ["https://example.org/", "//example.org/", "javascript:alert(1)", "a b", "skos:broader"]
)
def test_resolve_never_leads_elsewhere(client: FlaskClient, written: str) -> None:
    assert client.get("/resolve", query_string={"iri": written}).status_code == 404


def test_resolve_without_an_iri_says_how(client: FlaskClient) -> None:
    response = client.get("/resolve")
    assert response.status_code == 400
    assert "/resolve?iri=" in response.get_json()["detail"]


def test_a_known_description_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/id/hypocalcemia.ttl").headers["ETag"]
    assert client.get("/id/hypocalcemia.ttl", headers={"If-None-Match": tag}).status_code == 304


def test_health_says_which_data_is_served(client: FlaskClient) -> None:
    found = client.get("/health").get_json()
    assert found["status"] == "ok"
    assert found["snapshot"] == 1
    assert found["triples"] > 1000


def test_every_answer_is_safe_to_show(client: FlaskClient) -> None:
    for address in ("/", "/health", "/robots.txt", "/nothing", "/id/hypocalcemia.ttl"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"]


def test_too_large_a_body_is_413(client: FlaskClient) -> None:
    response = client.post("/sparql", data=b"x" * 3_000_000, content_type="application/sparql-query")
    assert response.status_code == 413


def test_without_data_everything_says_so(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path / "none"))
    for address in ("/ready", "/", "/id/hypocalcemia", "/sparql?query=ASK%7B%7D"):
        for accept in ("*/*", BROWSER):
            response = app.test_client().get(address, headers={"Accept": accept})
            assert response.status_code == 503
            assert str(tmp_path) not in response.text
    app.extensions["etiograph"].close()


def test_an_unforeseen_fault_is_500_with_an_id_and_nothing_else(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("/secret/place")

    monkeypatch.setattr(LocalStore, "rows", broken)
    response = client.get("/id/hypocalcemia.ttl")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.get_json()["id"] in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_formats_are_found_by_what_people_call_them() -> None:
    assert by_name("RDFXML", GRAPHS) is RDF_XML
    assert by_name("no such", GRAPHS) is None


def test_the_version_of_the_vocabulary_is_an_address_of_its_own(client: FlaskClient) -> None:
    accept = {"Accept": "application/n-triples"}
    assert client.get(f"/ontology/{VERSION}", headers=accept).data == client.get("/ontology", headers=accept).data
    missing = client.get("/ontology/0.0.0", headers=accept)
    assert missing.status_code == 404
    assert VERSION in missing.get_json()["detail"]
