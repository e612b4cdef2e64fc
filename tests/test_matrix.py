"""The matrix of causes and tests says what the graph says, what is empty, and by whose words."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef

from ontology.iris import Iris
from ontology.terms import EG, OA
from service.app import create_app
from service.pages.spreadsheet import harmless
from service.settings import Settings
from service.store.snapshots import Snapshots
from tests import odd
from tests.requirements import ROOT
from tests.website import HTML, OWN, Page, page, website

CORPUS = ROOT / "tests" / "corpus" / "development"
IRIS = Iris()
NO_TEST = "No test in the source reveals this cause"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    articles = [OWN, CORPUS / "palpitations.txt", CORPUS / "hand-tremor.txt", CORPUS / "nosebleed.txt"]
    return website(tmp_path_factory.mktemp("matrix"), articles, with_odd=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).get_data(as_text=True))))


def row_names(found: Page) -> list[str]:
    """The causes of the table, by their links."""
    table = found.all("table", "cross")[0]
    heads = [each.text for each in found.all("th") if each.attributes.get("scope") == "row"]
    assert all(head in table.text for head in heads)
    return heads


def test_a_place_names_the_finding_and_how_it_was_read(client: FlaskClient) -> None:
    found = got(client, "/matrix?symptom=nocturnal-calf-cramp")
    cells = [each.text for each in found.all("a", "read") if "data-opens" in each.attributes]
    assert cells == [
        "positive Chvostek sign inferred",
        "low serum calcium inferred",
        "positive Trousseau sign inferred",
    ]


def test_what_is_empty_is_said(client: FlaskClient) -> None:
    found = got(client, "/matrix?symptom=nocturnal-calf-cramp")
    assert found.all("table", "cross")[0].text.count(NO_TEST) == 3
    assert [each.text.count("reveals none of these causes") for each in found.all("th", "idle")] == [1, 1, 1]
    assert "3 causes that no test shown reveals" in found.one("gaps").text
    assert "leg-raise test" in found.one("gaps").text


def test_counts_are_said_in_words(client: FlaskClient) -> None:
    said = got(client, "/matrix?symptom=nocturnal-calf-cramp").all("p", "note")[0].text
    assert said.startswith("4 causes × 6 tests; in 3 places a finding speaks for a cause.")
    assert "3 causes are revealed by no test" in said


def test_every_place_leads_to_its_limit_and_sentence(client: FlaskClient) -> None:
    found = got(client, "/matrix?symptom=nocturnal-calf-cramp")
    (target,) = [
        each.attributes["href"].removeprefix("#") for each in found.all("a", "read") if "low serum" in each.text
    ]
    behind = found.one(target).text
    assert "abnormal below 8.0156 mg/dL" in behind
    assert "serum calcium is less than 2 mmol/L" in behind
    assert "In “Calf cramps while sleeping”" in behind


def test_the_matrix_of_all_names_the_symptoms_of_a_cause(client: FlaskClient) -> None:
    found = got(client, "/matrix")
    assert "hypocalcemia nocturnal calf cramp" in row_names(found)
    assert "anemia palpitation" in row_names(found)


@pytest.mark.parametrize(
    ("order", "first"), [("", "hypocalcemia"), ("tests", "hypocalcemia"), ("name", "blood flow factors")]
)
def test_rows_are_in_the_order_asked_for(client: FlaskClient, order: str, first: str) -> None:
    names = row_names(got(client, f"/matrix?symptom=nocturnal-calf-cramp&sort={order}"))
    assert names[0] == first
    assert len(names) == 4


def test_the_gaps_can_stand_first(client: FlaskClient) -> None:
    assert row_names(got(client, "/matrix?symptom=nocturnal-calf-cramp&sort=gaps"))[-1] == "hypocalcemia"


@pytest.mark.parametrize(
    ("query", "tests"),
    [
        ("kind=physical-sign&show=revealed", {"Chvostek sign test", "Trousseau sign test"}),
        ("kind=laboratory&show=revealed", {"serum calcium test"}),
        ("basis=stated&show=revealed", set[str]()),
        ("basis=inferred&show=revealed", {"Chvostek sign test", "Trousseau sign test", "serum calcium test"}),
        ("group=calcium-deficient-pregnant-women&show=revealed&kind=laboratory", {"serum calcium test"}),
        ("group=calcium-deficient%20pregnant%20women&kind=imaging&show=revealed", set[str]()),
        ("test=serum-calcium-test&cause=hypocalcemia", {"serum calcium test"}),
    ],
)
def test_what_is_asked_for_is_left(client: FlaskClient, query: str, tests: set[str]) -> None:
    found = rows(client, f"/matrix.csv?symptom=nocturnal-calf-cramp&{query}")
    assert {row["test"] for row in found if row["cause"] and row["test"]} == tests


def test_only_what_one_article_says_is_left(client: FlaskClient) -> None:
    (article,) = {each.attributes["value"] for each in got(client, "/matrix").all("option") if each.text == "Nosebleed"}
    found = rows(client, f"/matrix.csv?article={article}")
    assert {row["symptoms"] for row in found if row["cause"]} >= {"nosebleed"}
    assert {row["article"] for row in found if row["article"]} <= {"Nosebleed"}
    assert "thrombocytopenia" in {row["cause"] for row in found if row["test"]}


def test_a_row_emptied_by_a_filter_is_not_called_a_gap(client: FlaskClient) -> None:
    found = got(client, "/matrix?symptom=nocturnal-calf-cramp&kind=electrophysiology")
    assert "None of the tests shown reveals this cause" in found.all("table", "cross")[0].text


def test_only_the_gaps(client: FlaskClient) -> None:
    found = got(client, "/matrix?symptom=nocturnal-calf-cramp&show=gaps")
    assert "hypocalcemia" not in row_names(found)
    assert len(row_names(found)) == 3


def test_the_download_holds_every_finding_and_every_gap(client: FlaskClient) -> None:
    response = client.get("/matrix.csv?symptom=nocturnal-calf-cramp")
    assert response.content_type == "text/csv; charset=utf-8"
    found = rows(client, "/matrix.csv?symptom=nocturnal-calf-cramp")
    (calcium,) = [row for row in found if row["finding"] == "low serum calcium"]
    assert calcium["basis"] == "inferred"
    assert calcium["limits"] == "< 2 mmol/L; < 8.0156 mg/dL"
    assert calcium["printed"] == "less than 2 mmol/L"
    assert sum(row["gap"] == "no test in the source reveals this cause" for row in found) == 3
    assert sum(row["gap"] == "reveals none of these causes" for row in found) == 3


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(start: str) -> None:
    assert harmless(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"


@pytest.mark.parametrize(
    ("query", "named"),
    [("symptom=nothing", "nothing"), ("symptom=%3Cb%3E", "<b>"), ("symptom=palpitation&group=martians", "martians")],
)
def test_an_unknown_name_is_404_and_names_it(client: FlaskClient, query: str, named: str) -> None:
    response = client.get(f"/matrix?{query}", headers=HTML)
    assert response.status_code == 404
    assert named in page(response).text


def test_a_symptom_may_be_written_as_its_name(client: FlaskClient) -> None:
    assert rows(client, "/matrix.csv?symptom=Hand%20Tremor") == rows(client, "/matrix.csv?symptom=hand-tremor")


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=99999999999", "page=x", "sort=x", "show=x", "kind=x"])
def test_a_senseless_parameter_leaves_the_page_readable(client: FlaskClient, query: str) -> None:
    assert client.get(f"/matrix?{query}", headers=HTML).status_code == 200


def test_odd_names_stay_text(client: FlaskClient) -> None:
    found = got(client, "/matrix?symptom=odd-symptom")
    assert odd.SCRIPT in found.all("table", "cross")[0].text
    assert len(found.ids) == len(set(found.ids))


def test_the_matrix_of_all_follows_the_data(tmp_path: Path) -> None:
    client = website(tmp_path, [OWN]).test_client()
    before = row_names(got(client, "/matrix"))
    assert row_names(got(client, "/matrix")) == before
    website(tmp_path, [CORPUS / "hand-tremor.txt"])
    assert row_names(got(client, "/matrix")) != before


def statement(
    name: str, subject: URIRef, predicate: URIRef, object_: URIRef
) -> Iterator[tuple[URIRef, URIRef, URIRef | Literal]]:
    assertion, evidence = IRIS.thing(f"assertion/{name}"), IRIS.thing(f"evidence/{name}")
    yield subject, predicate, object_
    yield assertion, RDF.subject, subject
    yield assertion, RDF.predicate, predicate
    yield assertion, RDF.object, object_
    yield assertion, EG.status, EG.Affirmed
    yield assertion, EG.basis, EG.StatedInText
    yield assertion, DCTERMS.isPartOf, odd.ARTICLE
    yield assertion, EG.evidence, evidence
    yield evidence, OA.hasSelector, URIRef(f"{evidence}/quote")
    yield evidence, OA.hasSelector, URIRef(f"{evidence}/position")
    yield URIRef(f"{evidence}/quote"), OA.exact, Literal("Deep")
    yield URIRef(f"{evidence}/position"), OA.start, Literal(0)
    yield URIRef(f"{evidence}/position"), OA.end, Literal(4)


def wide(causes: int, tests: int, filled: int) -> Graph:
    """Many causes of one symptom, many tests; one place in so many is filled."""
    found, symptom = Graph(), IRIS.entity("wide-symptom")
    found.add((odd.ARTICLE, EG.about, symptom))
    found.add((symptom, SKOS.prefLabel, Literal("wide symptom")))
    for cause in range(causes):
        node = IRIS.entity(f"cause-{cause}")
        found.add((node, SKOS.prefLabel, Literal(f"cause {cause}")))
        for triple in statement(f"c{cause}", node, EG.causes, symptom):
            found.add(triple)
    for test in range(tests):
        node, finding = IRIS.entity(f"test-{test}"), IRIS.entity(f"finding-{test}")
        found.add((node, SKOS.prefLabel, Literal(f"=test {test}")))
        found.add((node, EG.hasFinding, finding))
        for triple in statement(f"t{test}", node, EG.investigates, symptom):
            found.add(triple)
        for cause in range(test % filled, causes, filled):
            for triple in statement(f"s{test}-{cause}", finding, EG.supports, IRIS.entity(f"cause-{cause}")):
                found.add(triple)
    return found


def test_two_hundred_causes_by_a_hundred_tests_are_a_page(tmp_path: Path) -> None:
    Snapshots(tmp_path).write(lambda draft: draft.put(IRIS.graph(odd.ARTICLE), wide(210, 101, 20)), "a wide matrix")
    client = create_app(Settings(data=tmp_path)).test_client()
    response = client.get("/matrix?symptom=wide-symptom", headers={**HTML, "Accept-Encoding": "gzip"})
    assert len(response.data) < 60_000
    found = got(client, "/matrix?symptom=wide-symptom")
    assert len(row_names(found)) == 200
    assert "The first 100 of 101 tests are shown" in found.text
    assert len(found.all("section", "opened")) == 300
    beyond = [link for link in found.links if link.startswith("/matrix?symptom=wide-symptom&cause=")]
    assert len(got(client, beyond[0]).all("section", "opened")) == 1
    assert len(row_names(got(client, "/matrix?symptom=wide-symptom&page=2"))) == 10
    downloaded = rows(client, "/matrix.csv?symptom=wide-symptom")
    assert {row["test"][:6] for row in downloaded} == {"'=test"}
    assert {row["basis"] for row in downloaded} == {"stated"}
