"""Ontologies of others: their files become graphs, their terms have pages, and a bad file changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from loaders.errors import NotAnOntology
from loaders.obo import read_ontology
from ontology.terms import OBO, OBO_IN_OWL
from service.cli import main
from service.store.snapshots import Snapshots
from tests.requirements import ROOT
from tests.website import HTML, OWN, Page, page, website

ODD = ROOT / "tests/data/odd.obo"
EX = "http://purl.obolibrary.org/obo/EX_"
HEAD = "format-version: 1.2\nontology: ex\n\n"
PAIN, CRAMP, HORSE = (URIRef(f"{EX}000000{number}") for number in (1, 2, 3))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return read_ontology(ODD).graph


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    data = tmp_path_factory.mktemp("ontologies")
    app = website(data, [OWN])
    found = read_ontology(ODD)
    mapped = Graph().add((URIRef("https://w3id.org/etiograph/id/calf-cramp"), SKOS.broadMatch, CRAMP))
    snapshots = Snapshots(data)
    snapshots.write(lambda draft: draft.put(found.name, found.graph))
    snapshots.write(lambda draft: draft.put(URIRef("https://example.org/mapped"), mapped))
    yield app.test_client()
    app.extensions["etiograph"].close()


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


# The file


def test_a_term_is_a_class_with_its_names_and_parents(graph: Graph) -> None:
    assert (CRAMP, RDF.type, OWL.Class) in graph
    assert (CRAMP, RDFS.subClassOf, PAIN) in graph
    assert (CRAMP, RDFS.isDefinedBy, OBO["ex.owl"]) in graph
    assert graph.value(PAIN, RDFS.label) == Literal("Limb pain")
    assert graph.value(PAIN, SKOS.definition) == Literal("Pain of a limb.")
    assert graph.value(PAIN, OBO_IN_OWL.id) == Literal("EX:0000001")
    assert graph.value(PAIN, OBO_IN_OWL.hasAlternativeId) == Literal("EX:0000099")
    assert graph.value(PAIN, OBO_IN_OWL.hasDbXref) == Literal("MESH:D010146")


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (SKOS.altLabel, "Painful limb"),
        (OBO_IN_OWL.hasBroadSynonym, "Ache"),
        (OBO_IN_OWL.hasNarrowSynonym, "Elbow pain"),
        (OBO_IN_OWL.hasRelatedSynonym, "Sore muscles"),
    ],
)
def test_a_synonym_keeps_its_scope(graph: Graph, relation: URIRef, words: str) -> None:
    assert set(graph.objects(PAIN, relation)) == {Literal(words)}


def test_an_obsolete_term_names_what_replaces_it(graph: Graph) -> None:
    assert (HORSE, OWL.deprecated, Literal(True)) in graph
    assert graph.value(HORSE, DCTERMS.isReplacedBy) == graph.value(HORSE, OBO.IAO_0100001) == CRAMP
    assert graph.value(HORSE, OBO_IN_OWL.consider) == PAIN


def test_an_ontology_says_its_title_version_and_licence(graph: Graph) -> None:
    name = OBO["ex.owl"]
    assert graph.value(name, DCTERMS.title) == Literal("Example of odd names")
    assert graph.value(name, OWL.versionInfo) == Literal("2026-01-31")
    assert graph.value(name, DCTERMS.license) == URIRef("https://www.apache.org/licenses/LICENSE-2.0")


def test_owl_in_rdf_xml_is_read_alike_and_nothing_is_fetched(tmp_path: Path) -> None:
    path = tmp_path / "ex.owl"
    path.write_text(
        f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="{RDF}" xmlns:rdfs="{RDFS}" xmlns:owl="{OWL}" xmlns:oboInOwl="{OBO_IN_OWL}">
  <owl:Ontology rdf:about="http://purl.obolibrary.org/obo/ex.owl">
    <owl:imports rdf:resource="http://127.0.0.1:9/never.owl"/>
  </owl:Ontology>
  <owl:Class rdf:about="{EX}0000001"><rdfs:label>Limb pain</rdfs:label></owl:Class>
  <owl:Class rdf:about="{EX}0000002"><rdfs:label>Cramp</rdfs:label><rdfs:subClassOf rdf:resource="{EX}0000001"/>
    <oboInOwl:hasExactSynonym>Spasm</oboInOwl:hasExactSynonym></owl:Class>
</rdf:RDF>""",
        "utf-8",
    )
    found = read_ontology(path)
    assert found.name == OBO["ex.owl"]
    assert (CRAMP, RDFS.subClassOf, PAIN) in found.graph
    assert (CRAMP, SKOS.altLabel, Literal("Spasm")) in found.graph


TERM = "[Term]\nid: EX:1\nname: one\n"
BAD = [
    ("bad.obo", f"{HEAD}{TERM}nonsense\n".encode(), "bad.obo, line 7: expected"),
    ("bad.obo", f"{HEAD}{TERM}is_a: EX:9 ! nine\n".encode(), "bad.obo, line 7: EX:9 is named as a parent"),
    ("bad.obo", f"{HEAD}[Term]\nid: EX:1\nname: caf".encode() + b"\xe9\n", "line 6: a character is not UTF-8"),
    ("bad.obo", f"format-version: 1.2\n\n{TERM}".encode(), "does not say which ontology it is"),
    ("bad.obo", HEAD.encode(), "no term in it has a name"),
    ("bad.obo", b"", "there is no text in it"),
    ("bad.obo", b"\x00\x01\x02", "bad.obo: there is no text in it"),
    ("bad.obo", b"Once upon a time", "could not find a parser"),
    ("bad.owl", b"<?xml version='1.0'?>\n<rdf:RDF\n", "bad.owl, line "),
    ("bad.owl", b"<?xml version='1.0'?>\n<a/>\n", "bad.owl: it cannot be read"),
]


@pytest.mark.parametrize(("name", "content", "said"), BAD, ids=[said for *_, said in BAD])
def test_a_bad_file_is_refused_at_its_place(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NotAnOntology) as refused:
        read_ontology(path)
    assert said in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_a_missing_file_is_never_asked_of_the_web() -> None:
    with pytest.raises(NotAnOntology, match="cannot be read"):
        read_ontology(Path("http://127.0.0.1:9/hp.obo"))


# Loading


def test_a_bad_ontology_changes_nothing_and_a_good_one_replaces_itself(tmp_path: Path) -> None:
    data, good, bad = tmp_path / "data", tmp_path / "ex.obo", tmp_path / "bad.obo"
    good.write_text(HEAD + TERM, "utf-8")
    bad.write_text(f"{HEAD}{TERM}nonsense\n", "utf-8")
    ran = CliRunner().invoke(main, ["load", "--data", str(data), str(bad), str(good)])
    assert ran.exit_code == 1
    assert "bad.obo, line 7" in ran.stderr
    assert ran.stdout == "http://purl.obolibrary.org/obo/ex.owl\n"
    ran = CliRunner().invoke(main, ["load", "--data", str(data), str(bad)])
    assert ran.exit_code == 1
    assert Snapshots(data).current().number == 1
    good.write_text(f"{HEAD}[Term]\nid: EX:2\nname: two\n", "utf-8")
    assert CliRunner().invoke(main, ["load", "--data", str(data), str(good)]).exit_code == 0
    names = (
        "SELECT ?name { ?s a owl:Class ; rdfs:label ?name ; rdfs:isDefinedBy <http://purl.obolibrary.org/obo/ex.owl> }"
    )
    prefixes = f"PREFIX owl: <{OWL}> PREFIX rdfs: <{RDFS}>"
    query = tmp_path / "names.rq"
    query.write_text(f"{prefixes} {names}", "utf-8")
    asked = CliRunner().invoke(main, ["ask", "--data", str(data), str(query)])
    assert "two" in asked.stdout
    assert "one" not in asked.stdout


# Pages


def test_the_page_of_a_term_shows_names_and_place(client: FlaskClient) -> None:
    found = got(client, "/term?iri=EX:0000001")
    assert found.all("h1")[0].text == "Limb pain"
    assert "Painful limb" in found.all("header", "title")[0].text
    assert "Pain of a limb." in found.text
    assert "Cramp of the limb" in found.one("children").text
    details = found.one("details").text
    assert all(
        words in details for words in ("Broader namesAche", "MESH:D010146", "Example of odd names", "2026-01-31")
    )
    assert f"/term?iri={EX}0000002" in found.links


def test_a_term_links_the_things_that_are_mapped_to_it(client: FlaskClient) -> None:
    found = got(client, f"/term?iri={EX}0000002")
    assert "calf cramp narrower than it" in found.one("ours").text
    assert "/id/calf-cramp" in found.links
    assert "Limb pain" in found.one("parents").text


def test_an_obsolete_term_says_so_and_what_to_use(client: FlaskClient) -> None:
    found = got(client, "/term?iri=EX:0000003")
    banner = found.all("aside", "trouble")[0].text
    assert (
        banner == "Obsolete The ontology no longer uses this term. Use instead: Cramp of the limb. Consider: Limb pain."
    )
    assert f"/term?iri={CRAMP}" in found.links


def test_a_term_answers_as_rdf(client: FlaskClient) -> None:
    for address in (f"/term?iri={CRAMP}", f"/term?iri={CRAMP}&format=ttl"):
        response = client.get(address, headers={"Accept": "text/turtle"})
        assert (CRAMP, RDFS.subClassOf, PAIN) in Graph().parse(data=response.data, format="turtle")


@pytest.mark.parametrize("written", ["EX:0000002", str(CRAMP), f"<{CRAMP}>"])
def test_resolve_leads_to_a_term_however_it_is_written(client: FlaskClient, written: str) -> None:
    response = client.get("/resolve", query_string={"iri": written})
    assert (response.status_code, response.headers["Location"]) == (303, f"/term?iri={CRAMP}")


def test_a_thing_of_ours_has_its_own_page(client: FlaskClient) -> None:
    response = client.get("/term", query_string={"iri": "id:hypocalcemia"})
    assert (response.status_code, response.headers["Location"]) == (303, "/id/hypocalcemia")


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("", 400),
        ("EX:0000999", 404),
        ("HP:0002901", 404),
        ("javascript:alert(1)", 404),
        ("a b", 404),
        ("x" * 5000, 404),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_what_is_no_term_is_not_found(client: FlaskClient, written: str, status: int, accept: str) -> None:
    response = client.get("/term", query_string={"iri": written}, headers={"Accept": accept})
    assert response.status_code == status


def test_markup_in_a_term_is_only_text(client: FlaskClient) -> None:
    found = got(client, "/term?iri=EX:0000018")
    assert found.all("h1")[0].text == "<script>alert('x')</script>"
    assert all(script.attributes["src"].startswith("/static/") for script in found.all("script"))


def test_a_match_that_is_loaded_leads_to_its_page_here_and_on_the_web(client: FlaskClient) -> None:
    found = page(client.get("/id/calf-cramp", headers=HTML))
    assert {str(CRAMP), f"/term?iri={CRAMP}"} <= set(found.links)
    assert "on the web" in found.one("elsewhere").text


def test_a_term_and_what_is_matched_to_it_lead_to_each_other_and_to_the_tree(client: FlaskClient) -> None:
    term = page(client.get(f"/term?iri={CRAMP}", headers=HTML))
    assert "calf cramp" in term.one("ours").text
    (tree,) = [link for link in term.links if link.startswith("/browse?under=")]
    place = page(client.get(tree, headers=HTML))
    assert {"/id/calf-cramp", f"/term?iri={CRAMP}"} <= set(place.links)
