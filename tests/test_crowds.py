"""What is too much for one page is shown in parts that say so, lead to the rest, and claim nothing that is not so."""

import csv
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from rdflib import RDF, SKOS, Graph, Literal
from rdflib.term import Node

from ontology.iris import Iris
from ontology.terms import EG
from service.app import create_app
from service.pages import portion, register
from service.settings import Settings
from service.store.local import LocalStore
from service.store.snapshots import Snapshots
from tests import axe, odd
from tests.looking import FITS, settings
from tests.test_matrix import statement, wide
from tests.website import HTML, Page, page, served

IRIS = Iris()
GROUP, IDLE, TESTED = (IRIS.entity(name) for name in ("wide-group", "idle-test", "tested-symptom"))
CAUSES = 45


def crowd() -> Graph:
    """45 causes of a symptom: 24 are revealed by a finding of one of eight tests, one by a ninth without a finding."""
    found = wide(CAUSES, 8, 15)
    for triple in statement("idle", IDLE, EG.investigates, IRIS.entity("wide-symptom")):
        found.add(triple)
    for triple in statement("may", IRIS.entity("may-test"), EG.testFor, IRIS.entity("cause-8")):
        found.add(triple)
    for triple in statement("tested", IRIS.entity("cause-44"), EG.causes, TESTED):
        found.add(triple)
    for number in range(21):
        for triple in statement(f"tested-{number}", IRIS.entity(f"vain-{number}"), EG.investigates, TESTED):
            found.add(triple)
    found.add((odd.ARTICLE, RDF.type, EG.Article))
    found.add((IDLE, SKOS.prefLabel, Literal("idle test", lang="en")))
    found.add((GROUP, SKOS.prefLabel, Literal("People of a wide group", lang="en")))
    for number in (3, 14, 44):
        found.add((GROUP, EG.atRiskOf, IRIS.entity(f"cause-{number}")))
    return found


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    data = tmp_path_factory.mktemp("crowd")
    Snapshots(data).write(lambda draft: draft.put(IRIS.graph(odd.ARTICLE), crowd()), "a crowd")
    return create_app(Settings(data=data, cache_bytes=0))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def small_parts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(portion, "MOST", 20)
    monkeypatch.setattr(portion, "HALF", 10)
    app.extensions.pop("etiograph.matrix", None)
    yield
    app.extensions.pop("etiograph.matrix", None)


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


def rows(client: FlaskClient, path: str) -> list[tuple[str, ...]]:
    response = client.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return [tuple(row) for row in csv.reader(io.StringIO(response.get_data(as_text=True)))][1:]


@pytest.fixture
def whole(client: FlaskClient) -> dict[str, list[tuple[str, ...]]]:
    """The rows of the whole matrix, read before parts are made small."""
    return {query: rows(client, f"/matrix.csv{query}") for query in ("", "?symptom=wide-symptom")}


@pytest.mark.parametrize("query", ["", "?symptom=wide-symptom"])
def test_the_parts_of_a_matrix_hold_what_the_whole_holds(
    client: FlaskClient, whole: dict[str, list[tuple[str, ...]]], small_parts: None, query: str
) -> None:
    joint = "&" if query else "?"
    parts = [rows(client, f"/matrix.csv{query}{joint}part={number}") for number in (1, 2, 3)]
    told = [row for part in parts for row in part if row[0]]
    assert sorted(told) == sorted(row for row in whole[query] if row[0])
    assert [row[6] for row in told if row[4].endswith("/may-test")] == [""]
    idle = {row for row in whole[query] if not row[0]}
    assert [{row for row in part if not row[0]} for part in parts] == [idle] * 3
    assert [len({row[0] for row in part if row[0]}) for part in parts] == [20, 20, 5]


def test_a_part_says_that_it_is_one_and_counts_the_whole(client: FlaskClient, small_parts: None) -> None:
    found = got(client, "/matrix?symptom=wide-symptom&part=2")
    said = " ".join(each.text for each in found.all("p", "note"))
    assert "45 causes × 10 tests; 20 causes are revealed by no test, 1 test reveals none of these causes." in said
    assert "part 2 of 3" in found.all("p", "part")[0].text
    links = {"/matrix?symptom=wide-symptom&part=1", "/matrix?symptom=wide-symptom&part=3"}
    assert links <= set(found.links)
    assert "/matrix.csv?symptom=wide-symptom&part=2" in found.links


def test_a_part_that_is_not_there_is_the_last(client: FlaskClient, small_parts: None) -> None:
    assert "part 3 of 3" in got(client, "/matrix?part=99").all("p", "part")[0].text


@pytest.mark.parametrize(
    ("query", "causes"),
    [
        ("group=wide-group", {3, 14, 44}),
        ("group=People%20of%20a%20wide%20group", {3, 14, 44}),
        ("cause=cause-44", {44}),
        ("cause=Cause%2044", {44}),
        ("group=wide-group&show=gaps", {14, 44}),
        ("group=wide-group&show=revealed", {3}),
        ("test=test-7&show=revealed&part=1", {7, 22, 37}),
        ("test=idle%20test&cause=cause-1", {1}),
    ],
)
def test_what_is_asked_for_of_a_crowd_is_whole(
    client: FlaskClient, small_parts: None, query: str, causes: set[int]
) -> None:
    found = rows(client, f"/matrix.csv?symptom=wide-symptom&{query}")
    assert {row[0] for row in found if row[0]} == {f"cause {number}" for number in causes}


def test_an_article_of_a_crowd_has_all_its_causes(client: FlaskClient, small_parts: None) -> None:
    assert "part 1 of 3" in got(client, f"/matrix?article={odd.ARTICLE}").all("p", "part")[0].text


def test_a_table_of_a_crowd_is_refused_with_the_ways_to_have_it(client: FlaskClient, small_parts: None) -> None:
    response = client.get("/matrix.csv?symptom=wide-symptom")
    assert response.status_code == 413
    assert "There are 45 causes; one table holds 20. Ask for a part of them, from part=1 to part=3" in response.text


def test_of_very_many_tests_some_are_shown_and_all_are_counted(
    client: FlaskClient, small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portion, "IDLE", 5)
    found = got(client, "/matrix?symptom=tested-symptom&test=vain-20")
    assert "1 cause × 21 tests; 1 cause is revealed by no test, 21 tests reveal none" in found.text
    assert [each.text for each in found.all("th", "idle")] == ["id:vain-20 not classified reveals none of these causes"]
    found = got(client, "/matrix?symptom=tested-symptom")
    assert len(found.all("th", "idle")) == 5
    assert "Of 21 tests that reveal none of all these causes, 5 were looked at here." in found.text
    assert len([row for row in rows(client, "/matrix.csv?symptom=tested-symptom") if not row[0]]) == 21


def test_a_symptom_beyond_the_choices_may_be_written_as_its_name(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portion, "CHOICES", 0)
    assert rows(client, "/matrix.csv?symptom=wide%20symptom") == rows(client, "/matrix.csv?symptom=wide-symptom")


def test_where_more_is_said_than_is_read_no_gap_is_claimed(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portion, "STATEMENTS", 10)
    app.extensions.pop("etiograph.matrix", None)
    found = got(client, "/matrix?symptom=wide-symptom")
    assert "a place may be empty here and not in the source" in found.text
    assert "No test in the source reveals this cause" not in found.text
    assert client.get("/matrix.csv?symptom=wide-symptom").status_code == 413
    app.extensions.pop("etiograph.matrix", None)


@pytest.mark.parametrize(
    "path",
    ["/matrix", "/matrix?symptom=wide-symptom&part=2", "/matrix?group=wide-group", "/matrix?symptom=tested-symptom"],
)
def test_a_part_takes_two_queries(
    client: FlaskClient, small_parts: None, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    asked: list[str] = []
    rows_of = LocalStore.rows

    def counted(self: LocalStore, query: str, **bindings: Node) -> list[dict[str, Node]]:
        asked.append(query)
        return rows_of(self, query, **bindings)

    monkeypatch.setattr(LocalStore, "rows", counted)
    assert client.get(path, headers=HTML).status_code == 200
    assert len(asked) == 2


def test_a_matrix_of_few_says_nothing_of_parts(client: FlaskClient) -> None:
    found = got(client, "/matrix?symptom=wide-symptom")
    assert not found.all("p", "part")
    assert "45 causes × 10 tests; in 25 places" in found.all("p", "note")[0].text


# As it is seen


@pytest.mark.requires("chromium")
def test_pages_of_a_crowd_are_sound_in_a_browser_and_work_without_javascript(
    app: Flask, small_parts: None, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MANY", 1)
    with served(app) as host:
        scripted = browser.new_context()
        scripted.add_init_script(axe.SCRIPT)
        shown = scripted.new_page()
        for path in ("/matrix?part=2", "/browse"):
            shown.goto(f"{host}{path}")
            for setting in settings(shown):
                assert axe.violations(shown, setting) == []
                assert shown.evaluate(FITS)
        plain = browser.new_context(java_script_enabled=False, viewport={"width": 400, "height": 900}).new_page()
        plain.goto(f"{host}/matrix")
        plain.get_by_role("navigation", name="Parts").get_by_role("link", name="3").click()
        assert "part 3 of 3" in (plain.locator("p.part").text_content() or "")
        plain.get_by_label("Cause", exact=True).fill("cause 44")
        plain.get_by_role("button", name="Show").click()
        assert plain.locator("tbody th").all_text_contents()[0].strip().startswith("cause 44")
        scripted.close()
        plain.context.close()
