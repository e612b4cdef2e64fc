"""Questions, downloads, status and changes have pages, and what they say holds."""

import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from queries.question import questions
from tests.loaded import loaded
from tests.website import HTML, Page, page


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return loaded(tmp_path_factory.mktemp("state"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


def test_every_question_has_its_words_its_query_and_a_form(client: FlaskClient) -> None:
    found = got(client, "/queries")
    for question in questions():
        section = found.one(question.name).text
        assert question.summary in section
        assert question.description in section
        for parameter in question.parameters:
            assert f"{question.name}-{parameter.name}" in found.ids


@pytest.mark.parametrize(
    ("written", "bound"),
    [
        ("hypocalcemia", "<https://w3id.org/etiograph/id/hypocalcemia>"),
        ("id:fatigue", "<https://w3id.org/etiograph/id/fatigue>"),
        ("Nocturnal  Calf CRAMP", "<https://w3id.org/etiograph/id/nocturnal-calf-cramp>"),
        ("https://example.org/x", "<https://example.org/x>"),
        ("", "UNDEF"),
    ],
)
def test_a_form_runs_its_question_about_what_is_written(client: FlaskClient, written: str, bound: str) -> None:
    answer = client.get("/queries/causes-of-a-symptom", query_string={"symptom": written})
    assert answer.status_code == 303
    (query,) = parse_qs(urlsplit(answer.location).query)["query"]
    assert f"VALUES ?symptom {{ {bound} }}" in query
    assert client.get(answer.location, headers=HTML).status_code == 200


def test_a_form_refuses_what_cannot_stand_in_a_query(client: FlaskClient) -> None:
    assert client.get("/queries/causes-of-a-symptom?symptom=a } b", headers=HTML).status_code == 400
    assert client.get("/queries/no-such-question", headers=HTML).status_code == 404


def test_every_download_is_there_and_is_what_its_checksum_says(client: FlaskClient) -> None:
    found = got(client, "/downloads")
    names = {each.text: each for each in found.all("a") if each.attributes["href"].count(".")}
    rows = [row for row in found.all("tr") if not row.text.startswith("File")]
    assert len(rows) == 8
    for row in rows:
        link = names[max((name for name in names if name and row.text.startswith(name)), key=len)]
        answer = client.get(link.attributes["href"])
        assert answer.status_code == 200, link.attributes
        if not link.text.startswith("etiograph"):
            assert row.text.endswith(hashlib.sha256(answer.data).hexdigest())
    assert "mappings.sssom.tsv" in found.text
    assert client.get("/downloads/etiograph.py", headers=HTML).status_code == 404


def test_status_says_what_health_says(client: FlaskClient) -> None:
    health, found = client.get("/health").get_json(), got(client, "/status").text
    for name in ("snapshot", "triples", "version"):
        value = health[name]
        assert (f"{value:,}" if isinstance(value, int) else value) in found
    assert "Writing over the web off" in found.replace("webo", "web o")


def test_the_snapshots_are_listed_with_what_made_them(client: FlaskClient) -> None:
    found = got(client, "/status").text
    assert "load signs.obo" in found
    assert "load crowd.txt" in found


def test_the_last_change_is_told_in_words(client: FlaskClient) -> None:
    found = got(client, "/changes")
    assert "From snapshot 2 to snapshot 3." in found.text
    said = [each.text for each in found.all("li", "added")]
    assert "added crowd-0 may cause busy" in " ".join(said).replace("id:", "")
    assert not found.all("li", "removed")
    assert "more sentences" in found.text


def test_changes_go_both_ways(client: FlaskClient) -> None:
    for path, word in (("/changes?from=1&to=2", "added"), ("/changes?from=2&to=1", "removed")):
        found = got(client, path)
        assert f"{word} leg pain is a owl:Class" in [each.text for each in found.all("li", word)]


def test_a_snapshot_against_itself_and_unknown_ones(client: FlaskClient) -> None:
    assert "nothing to compare" in got(client, "/changes?from=3&to=3").text
    assert client.get("/changes?from=77", headers=HTML).status_code == 404
    assert client.get("/changes?from=x", headers=HTML).status_code == 400


def test_home_tells_the_latest_snapshot_and_three_questions(client: FlaskClient) -> None:
    found = got(client, "/")
    assert "Snapshot 3, 20" in found.text
    assert "/changes" in found.links
    assert len([link for link in found.links if link.startswith("/sparql?query=%23")]) == 3


def test_about_names_sources_licence_method_limits_and_disclaimer(client: FlaskClient) -> None:
    found = got(client, "/about")
    assert {"sources", "licence", "method", "limits", "signs", "addresses"} <= set(found.ids)
    assert "not medical advice" in found.text
    assert {"/downloads/mappings.sssom.tsv", "/status", "/changes", "/downloads"} <= set(found.links)
