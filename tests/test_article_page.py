"""An article's page shows all marks or some: by kind, by the rule that read them; what it counts stays whole."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.website import HTML, OWN, Page, page, website

ODD = "/id/article/odd-0"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return website(tmp_path_factory.mktemp("article"), [OWN], with_odd=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def article(client: FlaskClient) -> str:
    (found,) = (link for link in got(client, "/articles").links if "calf-cramps" in link)
    return found


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


def test_the_rules_that_fired_are_counted_and_lead_to_what_they_read(client: FlaskClient, article: str) -> None:
    whole = got(client, article)
    assert "cause.item 4" in whole.one("rules").text
    (link,) = (each.attributes["href"] for each in whole.all("a") if each.text == "cause.item")
    chosen = got(client, link.partition("#")[0])
    kinds = [each.text for each in chosen.all("span", "kind")]
    assert kinds == ["cause"] * 4
    assert "4 places, read by the rule cause.item." in chosen.text


def test_every_statement_is_read_by_a_rule_that_is_listed(client: FlaskClient, article: str) -> None:
    whole = got(client, article)
    rules = {each.text for each in whole.all("a") if "?rule=" in each.attributes["href"]}
    listed = [each.text.split() for each in whole.all("li") if each.text.partition(" ")[0] in rules]
    counts = sum(int(count) for _, count in listed)
    said = whole.all("header", "title")[0].text
    assert f"Statements: {counts}," in said


def test_one_kind_of_mark_can_be_seen_alone(client: FlaskClient, article: str) -> None:
    whole, tests = got(client, article), got(client, f"{article}?family=test")
    assert {each.attributes["class"] for each in tests.all("mark")} == {"f-test"}
    assert 0 < len(tests.all("mark")) < len(whole.all("mark"))
    (chosen,) = [each for each in tests.all("a", "sample") if each.attributes.get("aria-current")]
    assert chosen.text == "Tests and thresholds"


def test_the_text_and_the_counts_stay_whole(client: FlaskClient, article: str) -> None:
    whole, tests = got(client, article), got(client, f"{article}?family=test")
    assert [each.text for each in whole.all("p", "line")] == [each.text for each in tests.all("p", "line")]
    assert whole.all("header", "title")[0].text == tests.all("header", "title")[0].text


def test_corrections_denials_and_what_was_set_aside_stay_listed(client: FlaskClient) -> None:
    for path in (ODD, f"{ODD}?family=correction", f"{ODD}?rule=none"):
        assert {"corrections", "denied", "quarantine"} <= set(got(client, path).ids), path


def test_a_choice_of_nothing_says_so_and_leads_back(client: FlaskClient) -> None:
    found = got(client, f"{ODD}?family=%3Cscript%3E")
    assert "0 places of the kind you chose. Show every mark" in found.text
    assert not [each for each in found.all("mark") if "class" in each.attributes]
    assert f"{ODD}#text" in found.links
