"""Symptoms side by side: what they share stands first and is marked, what one alone has is there too."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.requirements import ROOT
from tests.website import HTML, OWN, Element, Page, page, website

CORPUS = ROOT / "tests" / "corpus" / "development"
NAMES = ("palpitations", "hand-tremor", "dizziness-on-standing", "dry-mouth", "nosebleed", "night-sweats")
TWO = "/compare?symptom=palpitation&symptom=hand-tremor"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    articles = [OWN, *(CORPUS / f"{name}.txt" for name in NAMES)]
    return website(tmp_path_factory.mktemp("compare"), articles, with_odd=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


def shared(found: Page) -> list[Element]:
    return found.all("tr", "shared")


def test_shared_causes_stand_first_and_say_so(client: FlaskClient) -> None:
    lines = [each.text for each in got(client, TWO).all("tr")]
    causes = lines[1:6]
    assert [line.split(" by all")[0] for line in causes[:4]] == ["anxiety", "drug use", "hyperthyroidism", "salbutamol"]
    assert "by all" not in causes[4]


def test_what_is_shared_is_counted(client: FlaskClient) -> None:
    (sums,) = got(client, TWO).all("ul", "sums")
    assert sums.text == "4 shared causes2 shared tests1 shared risk group0 shared look-alikes"


def test_a_place_leads_to_its_statement(client: FlaskClient) -> None:
    found = got(client, TWO)
    (line,) = [each for each in shared(found) if each.text.startswith("hyperthyroidism")]
    assert line.text.count("stated: hyperthyroidism") == 2
    statements = [link for link in found.links if link.startswith("/id/assertion/")]
    assert statements
    assert all(client.get(link, headers=HTML).status_code == 200 for link in statements[:3])


def test_a_test_that_comes_through_a_cause_says_through_which(client: FlaskClient) -> None:
    (line,) = [each.text for each in got(client, TWO).all("tr") if each.text.startswith("serum potassium test")]
    assert "through hypokalemia" in line
    assert "inferred" in line


def test_a_group_at_risk_of_a_shared_cause_is_shared(client: FlaskClient) -> None:
    (line,) = [each.text for each in shared(got(client, TWO)) if each.text.startswith("women of 20")]
    assert line.count("through hyperthyroidism") == 2


def test_three_symptoms_tell_who_shares(client: FlaskClient) -> None:
    lines = [each.text for each in shared(got(client, f"{TWO}&symptom=dizziness-on-standing"))]
    assert any(line.startswith("drug use by all") for line in lines)
    assert any(line.startswith("anxiety by 2 of 3") for line in lines)


def test_six_fit_and_seven_do_not(client: FlaskClient) -> None:
    values = [
        each.attributes["value"]
        for each in got(client, "/compare").all("input")
        if each.attributes["name"] == "symptom"
    ]
    assert len(values) == 8
    six = "&".join(f"symptom={value}" for value in values[:6])
    assert client.get(f"/compare?{six}", headers=HTML).status_code == 200
    refused = client.get(f"/compare?{six}&symptom={values[6]}", headers=HTML)
    assert refused.status_code == 400
    assert "At most 6 symptoms" in page(refused).text


def test_the_choice_is_kept_in_the_form(client: FlaskClient) -> None:
    chosen = [each for each in got(client, TWO).all("input") if "checked" in each.attributes]
    assert {each.attributes["value"] for each in chosen} == {"palpitation", "hand-tremor"}


@pytest.mark.parametrize(
    "written", ["hand-tremor", "Hand%20tremor", "id:hand-tremor", "https://w3id.org/etiograph/id/hand-tremor"]
)
def test_a_symptom_is_known_by_each_of_its_names(client: FlaskClient, written: str) -> None:
    assert "Choose another symptom to compare hand tremor with" in got(client, f"/compare?symptom={written}").text


def test_the_same_symptom_twice_is_one(client: FlaskClient) -> None:
    assert "Choose another symptom" in got(client, "/compare?symptom=palpitation&symptom=Palpitation").text


def test_an_unknown_symptom_is_404(client: FlaskClient) -> None:
    response = client.get("/compare?symptom=palpitation&symptom=nothing", headers=HTML)
    assert response.status_code == 404
    assert "nothing" in page(response).text


def test_odd_names_are_only_text(client: FlaskClient) -> None:
    found = got(client, "/compare?symptom=odd-symptom&symptom=palpitation")
    assert "<script>alert('x')</script>" in found.text
    assert len(found.ids) == len(set(found.ids))
    labelled = {each.attributes["for"] for each in found.all("label")}
    assert {each.attributes["id"] for each in found.all("input") if "id" in each.attributes} <= labelled
