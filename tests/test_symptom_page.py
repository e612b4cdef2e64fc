"""A symptom's page draws every limit with words for it, in each unit, and says what no article tells apart."""

from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from rdflib import Literal, URIRef

from service.pages.bars import WIDTH, Bar
from service.pages.diagnostics import thresholds
from tests.requirements import ROOT
from tests.website import HTML, OWN, Page, page, website

CORPUS = ROOT / "tests" / "corpus" / "development"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    articles = [OWN, CORPUS / "palpitations.txt", CORPUS / "nosebleed.txt"]
    return website(tmp_path_factory.mktemp("symptoms"), articles)


def got(app: Flask, slug: str) -> Page:
    return page(app.test_client().get(f"/id/{slug}", headers=HTML))


def alternatives(found: Page) -> list[str]:
    return [each.attributes["aria-label"] for each in found.all("svg", "range")]


def test_every_limit_has_words_for_those_who_do_not_see_it(app: Flask) -> None:
    assert {
        "abnormal below 2 mmol/L",
        "abnormal below 8.0156 mg/dL",
        "abnormal below 1.5 meq/L",
    } <= set(alternatives(got(app, "nocturnal-calf-cramp")))


def test_a_unit_is_chosen_without_a_script(app: Flask) -> None:
    found = got(app, "nocturnal-calf-cramp")
    switches = [each for each in found.all("input") if each.attributes.get("type") == "radio"]
    groups = {each.attributes["name"] for each in switches}
    assert len(switches) == 5
    assert len(groups) == sum("checked" in each.attributes for each in switches) == 2


def test_a_reference_range_is_called_one(app: Flask) -> None:
    found = got(app, "palpitation")
    assert "normal from 3.5 to 5.5 mmol/L" in alternatives(found)
    assert "reference range" in found.one("tests").text


def test_a_finding_with_several_limits_shows_them_all(app: Flask) -> None:
    words = alternatives(got(app, "palpitation"))
    assert "abnormal above 100 /min" in words
    assert "abnormal below 60 /min" in words


def test_printed_forms_of_two_articles_stand_side_by_side(app: Flask) -> None:
    tests = got(app, "palpitation").one("tests").text
    assert "printed < 90 g / L, lower than 90g/L" in tests


def test_risk_groups_of_the_causes_stand_together(app: Flask) -> None:
    risks = got(app, "nocturnal-calf-cramp").one("risks").text
    assert "calcium-deficient pregnant women at higher risk of hypocalcemia stated" in risks


def test_look_alikes_are_told_apart_feature_by_feature(app: Flask) -> None:
    (table,) = got(app, "nocturnal-calf-cramp").all("table", "differentials")
    assert "overwork of the lower limb muscles by walking or running stated" in table.text
    assert "leg muscle spasm inferred" in table.text


def test_a_symptom_leads_to_its_matrix_a_comparison_and_a_check(app: Flask) -> None:
    links = got(app, "nocturnal-calf-cramp").links
    assert {"/matrix?symptom=nocturnal-calf-cramp", "/compare?symptom=nocturnal-calf-cramp", "/check"} <= set(links)


def bar(comparator: str, limit: str, upper: str | None = None, **more: object) -> Bar:
    return Bar(comparator, Decimal(limit), Decimal(upper) if upper else None, "mmol/L", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drawn", "kinds", "words"),
    [
        (bar("<", "2"), ["finding", "normal"], "abnormal below 2 mmol/L"),
        (bar(">=", "7.0"), ["normal", "finding"], "abnormal at or above 7.0 mmol/L"),
        (bar("range", "1", "2"), ["normal", "finding", "normal"], "abnormal from 1 to 2 mmol/L"),
        (bar("=", "0"), ["normal", "finding", "normal"], "abnormal at exactly 0 mmol/L"),
        (bar("range", "3.5", "5.5", is_reference=True), ["open", "normal", "open"], "normal from 3.5 to 5.5 mmol/L"),
        (bar("<", "5", is_reference=True), ["normal", "open"], "normal below 5 mmol/L"),
        (bar("<", "-2"), ["finding", "normal"], "abnormal below -2 mmol/L"),
        (bar("<", "6.993938586559", is_rounded=True), ["finding", "normal"], "abnormal below ≈ 6.9939 mmol/L"),
    ],
)
def test_a_bar_shows_the_side_of_the_finding(drawn: Bar, kinds: list[str], words: str) -> None:
    assert [zone.kind for zone in drawn.zones] == kinds
    assert drawn.words == words
    assert all(0 <= zone.start < zone.end <= WIDTH for zone in drawn.zones)


@pytest.mark.parametrize(("value", "off"), [("1.9", False), ("2", False), ("0", False), ("1000000", True)])
def test_a_value_lies_on_its_side_of_the_limit(value: str, off: bool) -> None:
    drawn = bar("<", "2", value=Decimal(value))
    (tick,) = drawn.ticks
    assert drawn.pointer is not None
    assert (drawn.pointer < tick.place) == (Decimal(value) < 2)
    assert drawn.is_off == off
    assert drawn.alternative == f"abnormal below 2 mmol/L; the value is {value} mmol/L"


def test_an_unreadable_limit_leaves_the_page_readable(tmp_path: Path) -> None:
    row = {"threshold": URIRef("x:t"), "comparator": Literal("<"), "inLimit": Literal("NaN"), "inUnit": Literal("g")}
    with website(tmp_path, []).test_request_context():
        (found,) = thresholds([row])
    assert found.bars == ()
