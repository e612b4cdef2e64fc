"""A measured value in, findings, causes, groups, caveats and sentences out, in the terminal as on the web."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from rdflib import Literal, URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.app import create_app
from service.cli import main
from service.interpretation import DISCLAIMER, interpreted
from service.settings import Settings
from tests.requirements import ROOT

OWN = ROOT / "ontology/articles/calf-cramps-while-sleeping.txt"
BASE = "https://w3id.org/etiograph/id/"
ELDERLY, PREGNANT = "calcium-deficient elderly people", "calcium-deficient pregnant women"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("loaded") / "data"
    assert CliRunner().invoke(main, ["load", "--data", str(directory), str(OWN)]).exit_code == 0
    return directory


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data))
    yield app.test_client()
    app.extensions["etiograph"].close()


def interpret(data: Path, *words: str) -> Result:
    result = CliRunner().invoke(main, ["interpret", "--data", str(data), *words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def answered(client: FlaskClient, test: str, value: str, unit: str, **more: str) -> dict[str, Any]:
    response = client.get("/api/interpret", query_string={"test": test, "value": value, "unit": unit, **more})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.get_json()
    return found


@pytest.mark.parametrize(
    ("test", "value", "unit", "limit"),
    [("serum calcium", "1.9", "mmol/L", "2"), ("calcium", "7.6", "mg/dL", "8.0156")],
)
def test_a_low_value_says_finding_cause_basis_groups_caveat_and_sentence(
    client: FlaskClient, test: str, value: str, unit: str, limit: str
) -> None:
    found = answered(client, test, value, unit)
    (threshold,) = found["thresholds"]
    (cause,) = threshold["supports"]
    assert found["test"] == {"iri": f"{BASE}serum-calcium-test", "label": "serum calcium test"}
    assert (threshold["beyond"], threshold["direction"]) == (True, "below")
    assert (threshold["limit"], threshold["unit"], threshold["printed"]) == (limit, unit, "less than 2 mmol/L")
    assert threshold["finding"]["label"] == "low serum calcium"
    assert (cause["cause"]["label"], cause["bases"]) == ("hypocalcemia", ["curator inference"])
    assert [each["thing"]["label"] for each in cause["causes"]] == ["nocturnal calf cramp"]
    assert {each["group"]["label"] for each in cause["groups"]} == {ELDERLY, PREGNANT}
    assert "one measurement can mislead" in {each["caveat"]["label"] for each in found["caveats"]}
    assert "serum calcium is less than 2 mmol/L" in threshold["evidence"][0]["sentence"]


def test_every_sentence_is_cut_out_of_its_article_and_its_iri_resolves(client: FlaskClient) -> None:
    text = OWN.read_bytes().decode("utf-8-sig")
    sentences = list(evidence(answered(client, "serum calcium", "1.9", "mmol/L")))
    assert len(sentences) == 7
    for each in sentences:
        assert text[each["start"] : each["end"]] == each["sentence"]
        assert client.get(each["iri"].replace(BASE, "/id/"), headers={"Accept": "text/turtle"}).status_code == 200


def evidence(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- any part of a JSON document
    """All evidence in an answer, however deep."""
    if isinstance(part, list):
        for each in part:
            yield from evidence(each)
    elif isinstance(part, dict):
        if "sentence" in part:
            yield part
        for each in part.values():
            yield from evidence(each)


@pytest.mark.parametrize(
    ("test", "value", "unit", "crossed"),
    [
        ("serum calcium", "1.999999999999", "mmol/L", True),
        ("serum calcium", "2", "mmol/L", False),
        ("serum calcium", "2.0", "mmol/L", False),
        ("serum calcium", "2.000000000001", "mmol/L", False),
        ("serum calcium", "8.0155", "mg/dL", True),
        ("serum calcium", "8.0156", "mg/dL", False),
        ("serum calcium", "0", "mmol/L", True),
        ("serum magnesium", "0.74", "mmol/L", True),
        ("serum magnesium", "0.750", "mmol/L", False),
        ("magnesium", "1.4", "meq/L", True),
        ("magnesium", "1.822875", "mg/dL", False),
        ("serum calcium", "1900", "umol/L", True),
        ("serum calcium", "1999.999999999999", "µmol/L", True),
        ("serum calcium", "2000", "umol/L", False),
        ("serum calcium", "2000.000000000001", "umol/L", False),
        ("serum calcium", "0.080155999999", "g/L", True),
        ("serum calcium", "0.080156", "g/L", False),
        ("serum calcium", "80.1", "mg/L", True),
        ("serum calcium", "80.156", "ug/mL", False),
        ("serum calcium", "3.999", "meq/L", True),
        ("serum calcium", "4", "meq/L", False),
        ("magnesium", "749.999999999999", "umol/L", True),
        ("magnesium", "750", "umol/L", False),
        ("magnesium", "18.22875", "mg/L", False),
    ],
)
def test_a_limit_itself_is_not_beyond_it(data: Path, test: str, value: str, unit: str, crossed: bool) -> None:
    result = interpret(data, "--format", "json", test, value, unit)
    assert json.loads(result.stdout)["crossed"] is crossed


def test_a_limit_in_a_unit_the_graph_does_not_know_is_converted_and_shown_as_printed(data: Path) -> None:
    found = json.loads(interpret(data, "--format", "json", "serum calcium", "1900", "umol/L").stdout)
    (threshold,) = found["thresholds"]
    assert (threshold["limit"], threshold["unit"], threshold["printed"]) == ("2000", "umol/L", "less than 2 mmol/L")
    assert (found["value"], threshold["rounded"], found["incomparable"]) == ("1900", False, [])
    assert found["summary"] == "1900 umol/L is, by the limits of the articles: low serum calcium."


def test_low_magnesium_supports_hypomagnesemia(client: FlaskClient) -> None:
    (threshold,) = answered(client, "serum magnesium", "0.7", "mmol/L")["thresholds"]
    assert threshold["finding"]["label"] == "low serum magnesium"
    assert [each["cause"]["label"] for each in threshold["supports"]] == ["hypomagnesemia"]


def test_a_value_that_crosses_nothing_is_not_called_normal(data: Path) -> None:
    shown = interpret(data, "serum calcium", "2.4", "mmol/L").stdout
    assert "crosses no threshold of this test in the graph; the articles give no other limit" in shown
    assert "normal" not in shown


@pytest.mark.parametrize(
    "test",
    [
        "Serum  CALCIUM",
        "total calcium",
        "calcium",
        "serum-calcium-test",
        "id:serum-calcium-test",
        "LOINC:2000-8",
        "loinc:2000-8",
        "https://loinc.org/2000-8",
        f"{BASE}serum-calcium-test",
        f"<{BASE}serum-calcium-test>",
    ],
)
@pytest.mark.parametrize(
    "unit", ["mmol/L", "mmol / l", "MMOL/L", "mmol·L⁻¹", "mmol.L-1", "ｍｍｏｌ／Ｌ", "mmol per l", "mM"]
)
def test_a_test_and_a_unit_may_be_written_in_many_ways(client: FlaskClient, test: str, unit: str) -> None:
    assert answered(client, test, "1.9", unit) == answered(client, "serum calcium", "1.9", "mmol/L")


@pytest.mark.parametrize(("value", "concerned"), [("1.9", True), ("2.1", None)])
def test_a_group_is_concerned_by_a_finding_only(client: FlaskClient, value: str, concerned: bool | None) -> None:
    found = answered(client, "serum calcium", value, "mmol/L", group=PREGNANT)
    assert found["group"] == {
        "group": {"iri": f"{BASE}calcium-deficient-pregnant-women", "label": PREGNANT},
        "concerned": concerned,
    }
    asked = {each["group"]["label"]: each["asked"] for each in found["thresholds"][0]["supports"][0]["groups"]}
    assert asked == {ELDERLY: False, PREGNANT: True}


def test_a_group_that_is_at_risk_of_something_else_is_not_concerned(client: FlaskClient) -> None:
    found = answered(client, "serum magnesium", "0.7", "mmol/L", group=PREGNANT)
    assert found["group"]["concerned"] is False


CALCIUM = {"test": "serum calcium", "value": "1.9", "unit": "mmol/L"}
NUMBER = "is not a decimal number; write digits with a point, such as 7.6"
UNITS = "mg/dL and mmol/L"
ERRORS = [
    ({"test": "serum calcim"}, 404, 'no test called "serum calcim"; did you mean serum calcium'),
    ({"test": "id:nothing"}, 404, 'no test called "id:nothing"'),
    ({"test": "id:hypocalcemia"}, 404, 'no test called "id:hypocalcemia"'),
    ({"test": "blood"}, 404, 'no test called "blood"'),
    ({"test": " "}, 400, "there is no test"),
    ({"test": "EMG"}, 404, "holds no threshold for electromyography"),
    *(
        ({"value": value}, 400, NUMBER)
        for value in ("NaN", "1e400", "1e-13", "inf", "-Infinity", "1.9mmol/L", "١", "½", "1..9", "0x1F", "9" * 5000)
    ),
    *(
        ({"value": value}, 400, f'"{value}" is not a decimal number; write digits with a point, such as {meant}')
        for value, meant in (
            ("1,9", "1.9"),
            (".9", "0.9"),
            ("2.", "2"),
            ("1.9e0", "1.9"),
            ("19E-1", "1.9"),
            ("1,900,000", "1900000"),
            ("1 900", "1900"),
            ("1'900.5", "1900.5"),
            ("1.900,5", "1900.5"),
        )
    ),
    ({"value": "1,900"}, 400, '"1,900" may be 1900 or 1.900; write it with a point for decimals and no other mark'),
    *(({"value": value}, 400, "is a bound") for value in ("<2", "> 1.9", "≥2", "~1.9", "about 1.9", "1.9+")),
    *(({"value": value}, 400, "is a range; write the one number") for value in ("1.8-1.9", "1.8 to 1.9", "1.8–1.9")),
    ({"test": "calcium < 2 mmol/L", "value": "", "unit": ""}, 400, '"< 2" is a bound'),
    ({"value": "−1"}, 400, "serum calcium is never below zero"),
    (
        {"value": "999999"},
        400,
        "no liter of the body holds more than 1500 g of anything, so 999999 mmol/L is impossible",
    ),
    (
        {"test": "LOINC:2000-8", "unit": "mg/dL"},
        400,
        "the code for mg/dL is LOINC:17861-6 (Calcium [Mass/volume] in Se",
    ),
    ({"test": "LOINC:17861-6"}, 400, "is a mass concentration, which is never given in mmol/L; the code for mmol/L is"),
    ({"test": "http://loinc.org/2601-3", "unit": "mg/dL"}, 400, "LOINC:19123-9 (Magnesium [Mass/volume] in Serum or"),
    ({"test": "LOINC:1994-3"}, 404, "is not serum calcium test: Ionized calcium has limits of its own"),
    ({"test": "2000-8"}, 404, "did you mean LOINC:2000-8 (Calcium [Moles/volume] in Serum or Plasma)?"),
    ({"test": "low serum calcium"}, 404, "it is a finding that is looked for by: serum calcium test"),
    ({"test": "hypocalcemia"}, 404, 'no test called "hypocalcemia"; it is a condition'),
    ({"test": "cold exposure"}, 404, "it is an exposure"),
    ({"test": "Chvostek sign"}, 404, "can be compared; what it finds has no number: positive Chvostek sign"),
    ({"value": ""}, 400, "there is no value"),
    ({"value": "-1"}, 400, "serum calcium is never below zero, so -1 mmol/L is impossible; check number and unit"),
    ({"value": "1.9000000000001"}, 400, "has more than 12 decimal places; round it"),
    ({"test": "LOINC:1-0"}, 404, 'no test called "LOINC:1-0"'),
    ({"unit": ""}, 400, "there is no unit, and a number without one says nothing; the limits of this test"),
    ({"unit": ""}, 400, UNITS),
    ({"unit": "kg"}, 400, f"no limit of this test converts to kg; the limits of this test are known in {UNITS}"),
    ({"unit": "mmHg"}, 400, "no limit of this test converts to mm[Hg]; the limits of this test are known in"),
    ({"unit": "IU/L"}, 400, "no limit of this test converts to [IU]/L"),
    ({"test": "LOINC:2000-8", "unit": "mg/L"}, 400, "the code for mg/L is LOINC:17861-6"),
    ({"unit": "bushels"}, 400, UNITS),
    ({"unit": "\x00"}, 400, UNITS),
    ({"group": "nobody"}, 404, 'no risk group called "nobody"'),
    ({"group": "pregnant women"}, 404, f"or {PREGNANT}?"),
    ({"group": "id:hypocalcemia"}, 404, "no risk group"),
]


@pytest.mark.parametrize(("changed", "status", "sentence"), ERRORS)
def test_an_error_is_one_sentence_in_the_terminal_and_a_problem_on_the_web(
    data: Path, client: FlaskClient, changed: dict[str, str], status: int, sentence: str
) -> None:
    asked = {**CALCIUM, **changed}
    response = client.get("/api/interpret", query_string=asked)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    detail, disclaimer = response.get_json()["detail"], response.get_json()["disclaimer"]
    assert disclaimer == DISCLAIMER
    assert sentence in detail
    group = ["--group", asked["group"]] if "group" in asked else []
    result = interpret(data, *group, "--", asked["test"], asked["value"], asked["unit"])
    assert result.exit_code == (2 if status == 400 else 1)
    assert (result.stdout, result.stderr) == ("", f"Error: {detail}\n{DISCLAIMER}\n")


def test_a_unit_that_is_left_out_is_asked_for(data: Path, client: FlaskClient) -> None:
    result = interpret(data, "serum calcium", "1.9")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 2)
    assert UNITS in result.stderr
    assert client.get("/api/interpret?test=serum+calcium&value=1.9").status_code == 400


def test_a_parameter_that_comes_twice_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/interpret?test=EMG&test=serum+calcium&value=1.9&unit=mmol/L").status_code == 400


def test_without_data_the_service_says_so(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path / "empty"))
    assert app.test_client().get("/api/interpret", query_string=CALCIUM).status_code == 503
    assert interpret(tmp_path / "empty", *CALCIUM.values()).exit_code == 1


@pytest.mark.parametrize("value", ["1.9", "2.0"])
def test_the_command_line_and_the_web_say_the_same(data: Path, client: FlaskClient, value: str) -> None:
    result = interpret(data, "--format", "json", "--group", ELDERLY, "serum calcium", value, "mmol/L")
    assert json.loads(result.stdout) == answered(client, "serum calcium", value, "mmol/L", group=ELDERLY)


@pytest.mark.parametrize("value", ["1.9", "2.0"])
def test_the_disclaimer_is_part_of_every_answer(data: Path, client: FlaskClient, value: str) -> None:
    assert interpret(data, "serum calcium", value, "mmol/L").stdout.startswith(DISCLAIMER)
    assert answered(client, "serum calcium", value, "mmol/L")["disclaimer"] == DISCLAIMER


def test_the_text_says_everything_the_document_says(data: Path, client: FlaskClient) -> None:
    shown = interpret(data, "--group", PREGNANT, "serum calcium", "1.9", "mmol/L").stdout
    for each in evidence(answered(client, "serum calcium", "1.9", "mmol/L")):
        assert all(str(each[part]) in shown for part in ("sentence", "iri", "start", "end"))
    for words in ("supports hypocalcemia (curator inference)", "which causes nocturnal calf cramp", f"{PREGNANT}: at"):
        assert words in shown


def test_an_answer_can_be_kept_until_the_graph_changes(client: FlaskClient) -> None:
    first = client.get("/api/interpret", query_string=CALCIUM)
    again = client.get("/api/interpret", query_string=CALCIUM, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, first.headers["Access-Control-Allow-Origin"]) == (304, "*")
    assert "terms-of-service" in first.headers["Link"]


@pytest.mark.parametrize(
    "words",
    [("calcium 1.9 mmol/L",), ("serum calcium 1.9mmol/L",), ("calcium", "1.9mmol/L")],
)
def test_test_value_and_unit_may_come_in_one(data: Path, words: tuple[str, ...]) -> None:
    assert interpret(data, *words).stdout == interpret(data, "serum calcium", "1.9", "mmol/L").stdout


def test_without_anything_the_usage_and_the_disclaimer_are_shown(data: Path) -> None:
    result = interpret(data)
    assert result.exit_code == 2
    assert "Missing argument 'TEST'" in result.stderr
    assert DISCLAIMER in result.stderr


POTASSIUM = """Palpitations

Diagnosis

Serum potassium lower than 3.0 mmol/L is low. The normal range of serum potassium is 3.5-5.5 mmol/L.
Fasting blood glucose higher than 126 mg/dL supports diabetes.
The normal value of ESR is less than 20 mm/h, more than 50 mm/h suggests inflammation.
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of an article with a reference range and a limit without an end."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "palpitations.txt").write_text(POTASSIUM, encoding="utf-8")
    loaded = CliRunner().invoke(main, ["load", "--data", str(folder / "data"), str(folder / "palpitations.txt")])
    assert loaded.exit_code == 0, loaded.stderr
    return folder / "data"


@pytest.mark.parametrize(
    ("value", "unit", "position", "findings"),
    [
        ("2.9", "mmol/L", "below", ["low serum potassium"]),
        ("3.49", "mmol/L", "below", []),
        ("3.5", "mmol/L", "within", []),
        ("5.5", "meq/L", "within", []),
        ("5.51", "mmol/L", "above", []),
        ("2999.9", "umol/L", "below", ["low serum potassium"]),
        ("5500", "umol/L", "within", []),
        ("5500.000000000001", "umol/L", "above", []),
    ],
)
def test_a_reference_range_is_no_threshold_to_cross(
    other: Path, value: str, unit: str, position: str, findings: list[str]
) -> None:
    found = json.loads(interpret(other, "--format", "json", "potassium", value, unit).stdout)
    (reference,) = found["references"]
    assert reference["position"] == position
    assert [each["finding"]["label"] for each in found["thresholds"] if each["beyond"]] == findings
    assert found["crossed"] is bool(findings)
    assert (reference["finding"] is not None) is (position == "within")
    assert "normal range of serum potassium is 3.5-5.5" in reference["evidence"][0]["sentence"]
    where = "is within the reference range" if position == "within" else "is outside of the reference range"
    assert where in found["summary"]
    ends = "3500 to 5500" if unit == "umol/L" else "3.5 to 5.5"
    assert f"the reference range {ends} {unit}" in interpret(other, "potassium", value, unit).stdout


@pytest.mark.parametrize(("value", "position"), [("19.9", "within"), ("20", "above"), ("50", "above"), ("51", "above")])
def test_what_is_normal_on_one_side_is_a_reference_range(other: Path, value: str, position: str) -> None:
    found = json.loads(interpret(other, "--format", "json", "ESR", value, "mm/h").stdout)
    (reference,) = found["references"]
    assert (reference["position"], reference["comparator"], reference["limit"]) == (position, "<", "20")
    assert found["crossed"] is (Decimal(value) > 50)
    assert "the reference range that an article states, < 20 mm/h" in found["summary"]
    assert "the reference range < 20 mm/h" in interpret(other, "ESR", value, "mm/h").stdout


@pytest.mark.parametrize(("value", "crossed"), [("6.993938586558", False), ("6.993938586559", True), ("7", True)])
def test_a_limit_without_an_end_is_compared_and_called_rounded(other: Path, value: str, crossed: bool) -> None:
    found = json.loads(interpret(other, "--format", "json", "fasting blood glucose", value, "mmol/L").stdout)
    assert found["crossed"] is crossed
    assert [each["rounded"] for each in found["thresholds"]] == [True]
    assert "6.993938586558 mmol/L (rounded)" in interpret(other, "fasting blood glucose", value, "mmol/L").stdout


@pytest.mark.parametrize(
    ("value", "unit", "crossed"),
    [("1.26", "g/L", False), ("1.260000000001", "g/L", True), ("1260", "mg/L", False), ("1261", "ug/mL", True)],
)
def test_what_is_converted_begins_with_the_printed_limit(other: Path, value: str, unit: str, crossed: bool) -> None:
    """126 mg/dL is 1.26 g/L, though the limit that the graph knows in mmol/L is rounded."""
    found = json.loads(interpret(other, "--format", "json", "fasting blood glucose", value, unit).stdout)
    assert (found["crossed"], found["thresholds"][0]["rounded"]) == (crossed, False)


def limit(comparator: str, unit: str | None, lower: str, upper: str | None = None) -> dict[str, Node]:
    """A row of the limits of a test."""
    numbers = {"unit": unit, "limit": lower, "upperLimit": upper}
    return {
        "test": EG.DiagnosticTest,
        "threshold": URIRef(f"x:{comparator}"),
        "finding": EG.Finding,
        "comparator": Literal(comparator),
        **{name: Literal(value) for name, value in numbers.items() if value and unit},
    }


@pytest.mark.parametrize(
    ("comparator", "direction", "beyond"),
    [
        ("<", "below", "1"),
        ("<=", "below", "12"),
        (">", "above", "45"),
        (">=", "above", "2345"),
        ("=", "within", "2"),
        ("range", "within", "234"),
    ],
)
def test_each_comparator_has_a_direction_and_ends(comparator: str, direction: str, beyond: str) -> None:
    lower = "3" if comparator == ">" else "2"
    row = limit(comparator, "%", lower, "4" if comparator == "range" else None)
    found = {value: interpreted(Decimal(value), "%", [row], []).thresholds[0] for value in "12345"}
    assert "".join(value for value, each in found.items() if each.beyond) == beyond
    assert {each.direction for each in found.values()} == {direction}


def test_a_threshold_without_a_limit_in_the_unit_is_named_as_not_compared() -> None:
    found = interpreted(Decimal(5), "%", [limit("<", "%", "2"), limit(">", None, "")], [])
    assert [each.iri for each in found.incomparable] == [URIRef("x:>")]
    assert "1 of this test cannot" in found.summary
