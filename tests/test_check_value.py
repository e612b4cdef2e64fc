"""A value against the limits of the articles: drawn and quoted, errors at their field, the disclaimer always."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.requirements import ROOT
from tests.website import HTML, OWN, Page, page, website

CORPUS = ROOT / "tests" / "corpus" / "development"
LOW = "/check?test=serum%20calcium&value=7.6&unit=mg/dL"
ADVICE = ("you have", "you are", "you should", "your ", "consult", "treat it", "take this")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return website(tmp_path_factory.mktemp("check"), [OWN, CORPUS / "palpitations.txt"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


def main(found: Page) -> str:
    return found.all("main")[0].text


def test_the_finding_stands_first(client: FlaskClient) -> None:
    found = got(client, LOW)
    assert found.one("answer").text == "serum calcium test: 7.6 mg/dL By the limits of the articles: low serum calcium"
    assert "7.6 mg/dL is below 8.0156 mg/dL." in main(found)
    assert "printed less than 2 mmol/L" in main(found)


def test_the_value_is_drawn_on_the_limit(client: FlaskClient) -> None:
    (drawn,) = got(client, LOW).all("svg", "range")
    assert drawn.attributes["aria-label"] == "abnormal below 8.0156 mg/dL; the value is 7.6 mg/dL"


def test_causes_say_how_they_are_known_and_where(client: FlaskClient) -> None:
    (section,) = got(client, LOW).all("section", "finding-of")
    assert "hypocalcemia inferred" in section.text
    assert "named as a cause of nocturnal calf cramp" in section.text
    assert "serum calcium is less than 2 mmol/L" in section.text
    assert "In “Calf cramps while sleeping”" in section.text


def test_a_sentence_leads_to_its_place(client: FlaskClient) -> None:
    places = [link for link in got(client, LOW).links if link.startswith("/id/article/")]
    assert places
    for place in set(places):
        path, _, fragment = place.partition("#")
        assert fragment in got(client, path).ids


def test_a_group_is_told_whether_it_is_named(client: FlaskClient) -> None:
    found = got(client, f"{LOW}&group=calcium-deficient%20pregnant%20women")
    assert "the group that was asked about" in main(found)
    assert "Articles name this group as more at risk" in found.one("asked-group").text
    other = got(client, f"{LOW}&group=young%20people")
    assert "No article names this group" in other.one("asked-group").text


def test_caveats_come_with_the_answer(client: FlaskClient) -> None:
    assert "one measurement can mislead" in got(client, LOW).one("caveats").text


@pytest.mark.parametrize("value", ["8.0156", "9", "14"])
def test_a_limit_that_is_not_crossed_says_no_more_than_that(client: FlaskClient, value: str) -> None:
    found = got(client, f"/check?test=serum%20calcium&value={value}&unit=mg/dL")
    assert "No limit that an article prints is crossed." in found.one("answer").text
    assert f"{value} mg/dL is not below 8.0156 mg/dL: by this limit not low serum calcium." in found.one("others").text


def test_a_reference_range_is_not_a_finding_outside(client: FlaskClient) -> None:
    found = got(client, "/check?q=potassium%206.6%20mmol/L")
    assert "6.6 mmol/L is above the reference range; no article names a finding for that" in found.one("answer").text
    assert any(
        each.attributes["aria-label"] == "normal from 3.5 to 5.5 mmol/L; the value is 6.6 mmol/L"
        for each in found.all("svg", "range")
    )


def test_one_box_takes_all_three(client: FlaskClient) -> None:
    assert got(client, "/check?q=calcium%207.6%20mg/dL").one("answer").text == got(client, LOW).one("answer").text


@pytest.mark.parametrize(
    ("query", "status", "field", "words"),
    [
        ("test=serum%20calcium&value=abc&unit=mg/dL", 400, "value", "not a decimal number"),
        ("test=serum%20calcium&unit=mg/dL", 400, "value", "no value"),
        ("test=serum%20calcium&value=-3&unit=mg/dL", 400, "value", ""),
        ("test=serum%20calcium&value=7.6&unit=stone", 400, "unit", "no unit that is known"),
        ("test=serum%20calcium&value=7.6", 400, "unit", "no unit"),
        ("test=serum%20calcium&value=7.6&unit=mm", 400, "unit", "mg/dL"),
        ("test=tea%20leaves&value=7.6&unit=mg/dL", 404, "test", "tea leaves"),
        ("value=7.6&unit=mg/dL", 400, "test", "no test"),
        ("test=serum%20calcium&value=7.6&unit=mg/dL&group=martians", 404, "group", "martians"),
        ("q=tea%20leaves%203%20mg/dL", 404, "q", "tea leaves"),
        ("q=calcium", 400, "q", "no value"),
        ("q=calcium%207.6%20mg/dL&group=martians", 404, "group", "martians"),
        ("q=%3Cscript%3Ealert(1)%3C/script%3E", 404, "q", "<script>"),
    ],
)
def test_an_error_stands_at_its_field(client: FlaskClient, query: str, status: int, field: str, words: str) -> None:
    response = client.get(f"/check?{query}", headers=HTML)
    found = page(response)
    assert response.status_code == status
    assert [each.attributes["id"] for each in found.all("input") if "aria-invalid" in each.attributes] == [
        f"check-{field}"
    ]
    assert words in found.one(f"error-{field}").text
    assert found.one(f"check-{field}").attributes["aria-describedby"] == f"error-{field}"
    assert f"#check-{field}" in found.links
    assert "not medical advice" in found.one("disclaimer").text


@pytest.mark.parametrize("path", ["/check", LOW, "/check?q=potassium%206.6%20mmol/L", "/check?q=nothing"])
def test_the_disclaimer_is_always_there_and_advice_never(client: FlaskClient, path: str) -> None:
    found = got(client, path)
    assert "not medical advice" in found.one("disclaimer").text
    assert not [words for words in ADVICE if words in main(found).lower()]


def test_the_form_offers_tests_their_units_and_groups(client: FlaskClient) -> None:
    found = got(client, "/check")
    options = {each.attributes["value"]: each.attributes for each in found.all("option")}
    assert options["serum calcium test"]["data-units"] == "mg/dL mmol/L"
    assert "calcium-deficient pregnant women" in options
    of_test = got(client, "/check?test=serum%20calcium%20test")
    assert "Limits are known in mg/dL, mmol/L" in of_test.one("hint-unit").text
    assert not of_test.all("section", "trouble")


def test_what_was_typed_is_kept(client: FlaskClient) -> None:
    found = got(client, f"{LOW}x")
    kept = {each.attributes["name"]: each.attributes["value"] for each in found.all("input", "")}
    assert (kept["test"], kept["value"], kept["unit"]) == ("serum calcium", "7.6", "mg/dLx")


def test_the_page_and_the_data_say_the_same(client: FlaskClient) -> None:
    (data,) = [link for link in got(client, LOW).links if link.startswith("/api/interpret")]
    answer = client.get(data).get_json()
    assert answer["thresholds"][0]["finding"]["label"] == "low serum calcium"
    assert answer["crossed"] is True


def test_the_api_names_the_parameter_at_fault(client: FlaskClient) -> None:
    problem = client.get("/api/interpret?test=serum%20calcium&value=7.6&unit=stone").get_json()
    assert problem["parameter"] == "unit"


def test_a_graph_without_limits_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    client = website(tmp_path_factory.mktemp("none"), []).test_client()
    assert "No test in the graph has a limit." in main(got(client, "/check"))
    assert client.get("/check?q=calcium%207.6%20mg/dL", headers=HTML).status_code == 404
