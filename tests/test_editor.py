"""What the SPARQL page offers around a query: words, layout, code, questions with parameters, short addresses."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from queries.question import Question, questions
from service.app import create_app
from service.editor.formatting import formatted
from service.editor.links import Links
from service.editor.snippets import snippets
from service.errors import LinksFull, NoLinks, QueryTooLong, UnknownThing
from service.operations import limits
from service.settings import Settings
from service.tokens import tokens
from tests import odd
from tests.requirements import ROOT
from tests.website import HTML, OWN, Page, page, served, website

EG = "PREFIX eg: <https://w3id.org/etiograph/ontology#>\n"
CAUSES = f"{EG}SELECT ?cause ?symptom {{ ?cause eg:causes ?symptom }} ORDER BY ?cause"
PAIRS = f"{EG}SELECT ?test ?cause ?finding {{ ?test eg:hasFinding ?finding . ?finding eg:supports ?cause }}"
JSON = {"Accept": "application/sparql-results+json"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return website(tmp_path_factory.mktemp("editor"), [OWN], with_odd=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def shown(client: FlaskClient, query: str) -> Page:
    return page(client.get(f"/sparql?query={quote(query)}", headers=HTML))


# The words of the graph


def test_the_vocabulary_counts_what_this_graph_uses(client: FlaskClient) -> None:
    found = client.get("/api/vocabulary").get_json()
    kinds = {each["name"]: each for each in found["classes"]}
    assert kinds["eg:Symptom"]["label"] == "symptom"
    assert kinds["eg:Symptom"]["count"] > 1
    relations = [each["name"] for each in found["properties"]]
    assert {"eg:causes", "skos:prefLabel", "rdf:type"} <= set(relations)
    assert [each["count"] for each in found["properties"]] == sorted(
        (each["count"] for each in found["properties"]), reverse=True
    )
    assert found["prefixes"]["eg"] == "https://w3id.org/etiograph/ontology#"


def test_the_vocabulary_is_not_sent_twice(client: FlaskClient) -> None:
    tag = client.get("/api/vocabulary").headers["ETag"]
    assert client.get("/api/vocabulary", headers={"If-None-Match": tag}).status_code == 304


def test_things_are_found_by_what_they_are_called(client: FlaskClient) -> None:
    (first, *_) = client.get("/api/entities?q=hypocalc").get_json()
    assert first["name"] == "id:hypocalcemia"
    assert first["kind"] == "condition"


def test_labels_come_with_an_address_only_where_it_is_safe(client: FlaskClient) -> None:
    iris = [
        "https://w3id.org/etiograph/id/hypocalcemia",
        "javascript:alert(1)",
        "https://w3id.org/etiograph/id/odd-markup",
    ]
    found = client.post("/api/labels", json={"iris": iris}).get_json()
    assert found[iris[0]] == {"label": "hypocalcemia", "href": "/id/hypocalcemia", "name": "id:hypocalcemia"}
    assert found[iris[1]]["href"] is None
    assert found[iris[2]]["label"] == odd.SCRIPT


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"[1]",
        b"[" * 100_000,
        b'{"iris": "a"}',
        b'{"iris": [1]}',
        json.dumps({"iris": ["a:b"] * 1001}).encode(),
    ],
    ids=["cut", "list", "number in a list", "deep", "no list", "number", "too many"],
)
def test_other_bodies_get_no_labels(client: FlaskClient, body: bytes) -> None:
    assert client.post("/api/labels", data=body, content_type="application/json").status_code == 400


# Layout


def test_what_is_very_deep_or_long_is_not_laid_out(client: FlaskClient) -> None:
    deep = "ASK " + "{" * 20_000 + "}" * 20_000
    asked = {"Accept": "application/sparql-query"}
    assert client.post("/sparql/format", data={"query": deep}, headers=asked).get_data(as_text=True) == deep
    assert client.post("/sparql/format", data={"query": " " * 300_000}, headers=asked).status_code == 413


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_question_laid_out_gives_the_same_answer(client: FlaskClient, question: Question) -> None:
    squeezed = "\n".join(line for line in question.text.splitlines() if not line.startswith("#"))
    squeezed = " ".join(squeezed.split())
    better = client.post("/sparql/format", data={"query": squeezed}, headers={"Accept": "application/sparql-query"})
    text = better.get_data(as_text=True)
    assert len(text.splitlines()) > 3
    assert formatted(text) == text
    before, after = (client.post("/sparql", data={"query": each}, headers=JSON).get_json() for each in (squeezed, text))
    assert Counter(map(json.dumps, before["results"]["bindings"])) == Counter(
        map(json.dumps, after["results"]["bindings"])
    )


LAID_OUT = [
    (
        "prefix : <http://a/> select ?a{?a :p 1;:q [:r 'x . y']. filter not exists{?a :s/^:t* ?b}}",
        (
            "PREFIX : <http://a/>\nSELECT ?a {\n  ?a :p 1 ;\n    :q [:r 'x . y'] .\n"
            "  FILTER NOT EXISTS { ?a :s/^:t* ?b }\n}\n"
        ),
    ),
    ("ask{} # why", "ASK {} # why\n"),
    ("SELECT * { # one\n# two\n?s ?p ?o }", "SELECT * { # one\n  # two\n  ?s ?p ?o\n}\n"),
    (
        "SELECT (count(*) as ?n) { VALUES (?a) {(1) (UNDEF)} }",
        "SELECT (count(*) AS ?n) {\n  VALUES (?a) { (1) (UNDEF) }\n}\n",
    ),
    ("SELECT * { ?s ?p ?o {| ?q ?r |} }", "SELECT * { ?s ?p ?o {| ?q ?r |} }"),
]


@pytest.mark.parametrize(("text", "better"), LAID_OUT)
def test_a_query_is_laid_out(text: str, better: str) -> None:
    assert formatted(text) == better


PIECES = ["{", "}", "(", ")", "[", "]", ".", ";", "?a", "ex:b.c", "<http://a/#b>", '"x{"', "# c\n", "FILTER",
          "optional", "VALUES", "1.5", "a", "UNION", "{|", "|}", "<<", "^", "\n\n"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["", " "]))
def test_whatever_a_text_is_only_its_white_space_and_keywords_change(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    before, after = ([token.text.casefold().rstrip() for token in tokens(each)] for each in (text, formatted(text)))
    assert before == after


def test_the_layout_works_without_a_script(client: FlaskClient) -> None:
    found = page(client.post("/sparql/format", data={"query": "ask{?s ?p 1.5}"}, headers=HTML))
    assert found.one("query").text == "ASK { ?s ?p 1.5 }"


# Code

HOSTILE = 'SELECT ?x {\n  VALUES ?x { "it\'s \\"q\\" `${1}` $HOME \\\\n %s \'\'\' )---" }\n} # """'


@pytest.mark.parametrize(
    "query", [CAUSES, HOSTILE, f"{EG}ASK {{ ?a eg:causes ?b }}", f"{EG}CONSTRUCT WHERE {{ ?a eg:causes ?b }}"]
)
def test_the_code_runs_and_asks_the_very_query(app: Flask, query: str, tmp_path: Path) -> None:
    with served(app) as host:
        code = {each.language: each.code for each in snippets(query, f"{host}/sparql")}
        curl = ran(["bash", "-c", code["curl"]])
        python = ran([sys.executable, "-c", code["Python"]])
    if query == CAUSES:
        assert len(json.loads(curl)["results"]["bindings"]) == len(python.splitlines()) == 5
    elif query == HOSTILE:
        (row,) = json.loads(curl)["results"]["bindings"]
        assert str({"x": row["x"]["value"]}) == python.strip()
    else:
        assert ("true" in curl and "True" in python) or ("causes" in curl and ":causes" in python)


@pytest.mark.requires("npm")
@pytest.mark.parametrize("query", [CAUSES, HOSTILE])
def test_the_javascript_runs(app: Flask, query: str) -> None:
    with served(app) as host:
        (code,) = [each.code for each in snippets(query, f"{host}/sparql") if each.language == "JavaScript"]
        assert "value:" in ran(["node", "--input-type=module", "-e", code])


def ran(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_query_that_ends_a_raw_string_of_r_is_escaped() -> None:
    (code,) = [each.code for each in snippets('SELECT (")---" AS ?x) {}', "http://h/sparql") if each.language == "R"]
    assert 'query <- "SELECT (\\")---\\" AS ?x) {}"' in code


def test_the_page_shows_the_code_without_a_script(client: FlaskClient) -> None:
    found = shown(client, "ASK { ?s ?p '</pre><script>' }")
    assert [each.text for each in found.all("h3") if each.text in ("curl", "Python", "R", "JavaScript")]
    assert any("</pre><script>" in each.text for each in found.all("pre"))


# Questions


def test_every_question_runs_from_the_gallery(client: FlaskClient) -> None:
    found = page(client.get("/sparql", headers=HTML))
    links = [link for link in found.links if link.startswith("/sparql/examples/")]
    assert len(links) == len(questions())
    for link in links:
        assert client.get(link, headers=HTML, follow_redirects=True).status_code == 200


def test_a_question_is_asked_about_something_else_by_its_label(client: FlaskClient) -> None:
    text = client.get("/sparql/examples/causes-of-a-symptom?symptom=odd%20symptom").get_data(as_text=True)
    assert "<https://w3id.org/etiograph/id/odd-symptom>" in text
    found = page(client.get("/sparql/examples/causes-of-a-symptom?symptom=any", headers=HTML, follow_redirects=True))
    assert "hypocalcemia" in found.one("result").text


@pytest.mark.parametrize(
    ("path", "words"),
    [("causes-of-a-symptom?symptom=calf%20crmp", "calf cramp"), ("causes-of-a-sympton", "causes-of-a-symptom")],
)
def test_what_is_misspelt_is_404_with_what_was_meant(client: FlaskClient, path: str, words: str) -> None:
    response = client.get(f"/sparql/examples/{path}")
    assert response.status_code == 404
    assert words in response.get_json()["detail"]


def test_the_fields_hold_the_example_by_its_label(client: FlaskClient) -> None:
    found = page(client.get("/sparql", headers=HTML))
    assert found.one("causes-of-a-symptom-symptom").attributes["value"] == "nocturnal calf cramp"
    assert found.one("all-about-a-threshold-threshold").attributes["value"] == "any"


# Views


def test_a_matrix_needs_no_script(client: FlaskClient) -> None:
    (table,) = shown(client, f"#defaultView:Matrix\n{PAIRS}").all("table", "pivot")
    assert table.text.startswith("test / causehypocalcemia")
    assert "serum calcium testlow serum calcium" in table.text


def test_scripts_get_the_answer_with_its_names_as_data(client: FlaskClient) -> None:
    source = client.get(f"/sparql?query={quote(CAUSES)}", headers=HTML).get_data(as_text=True)
    assert "</script><" not in source.split('id="data">')[1].split("</script>")[0]
    found = json.loads(source.split('id="data">')[1].split("</script>")[0])
    assert found["columns"] == ["cause", "symptom"]
    assert found["total"] == len(found["rows"]) == 5
    assert found["names"]["https://w3id.org/etiograph/id/odd-markup"]["label"] == odd.SCRIPT


def test_the_first_page_loads_no_editor(client: FlaskClient) -> None:
    source = client.get("/", headers=HTML).get_data(as_text=True)
    assert "sparql.js" not in source
    assert "vendor" not in source


def test_the_form_is_there_before_there_is_data(tmp_path: Path) -> None:
    client = create_app(Settings(data=tmp_path)).test_client()
    assert page(client.get("/sparql", headers=HTML)).one("query").text.startswith("PREFIX")
    assert client.get("/sparql?query=ASK%20{}", headers=HTML).status_code == 503


def test_only_the_sparql_page_has_a_nonce_and_a_new_one_each_time(client: FlaskClient) -> None:
    policies = [
        client.get(path, headers=HTML).headers["Content-Security-Policy"] for path in ("/sparql", "/sparql", "/about")
    ]
    assert policies[0] != policies[1]
    assert "style-src 'self' 'nonce-" in policies[0]
    assert "nonce" not in policies[2]
    assert not any("unsafe" in policy for policy in policies)


# Short addresses


def kept(client: FlaskClient, query: str) -> str:
    response = client.post("/api/links", data={"query": query})
    assert response.status_code == 200
    assert response.get_json()["address"] == f"http://localhost{response.headers['Location']}"
    return response.headers["Location"]


def test_a_short_address_shows_and_answers_the_query(client: FlaskClient) -> None:
    path = kept(client, CAUSES)
    assert len(path) < 20
    found = page(client.get(path, headers=HTML))
    assert found.one("query").text == " ".join(CAUSES.split())
    assert "cold exposure" in found.one("result").text
    assert len(client.get(path, headers={"Accept": "text/csv"}).get_data(as_text=True).splitlines()) == 6
    assert client.get(f"{path}?format=json", headers={"Accept": "*/*"}).get_json()["head"]["vars"] == [
        "cause",
        "symptom",
    ]


def test_a_short_address_counts_as_a_query() -> None:
    assert limits._kind({"PATH_INFO": "/q/cyrrfqu7k3", "REQUEST_METHOD": "GET"}) == "queries"


def test_the_same_query_has_the_same_address(client: FlaskClient) -> None:
    assert kept(client, CAUSES) == kept(client, CAUSES) != kept(client, f"{CAUSES} ")


def test_a_short_address_outlives_the_server_and_the_snapshot(app: Flask) -> None:
    path = kept(app.test_client(), "ASK { 'outlives' ?p ?o }")
    again = create_app(Settings(data=app.config["SETTINGS"].data)).test_client()
    assert "outlives" in page(again.get(path, headers=HTML)).one("query").text


@pytest.mark.parametrize(
    "text", ["</textarea><script>alert(1)</script>", "\u202eASK", "SELECT * { ?s ?p", "😀\x00\x1f", ""]
)
def test_any_text_can_be_kept_and_is_only_text(client: FlaskClient, text: str) -> None:
    found = page(client.get(kept(client, text), headers=HTML))
    assert not [
        each
        for each in found.all("script")
        if not each.attributes.get("src") and each.attributes.get("type") != "application/json"
    ]
    assert found.all("textarea")


@pytest.mark.parametrize("name", ["aaaaaaaaaa", "A", "..%2f..%2fcurrent", "a" * 500, "%00", ".aaaaaaaaaa.rq"])
def test_what_was_never_kept_is_404(client: FlaskClient, name: str) -> None:
    assert client.get(f"/q/{name}", headers=HTML).status_code == 404


def test_a_wrong_query_behind_a_short_address_is_shown_at_its_place(client: FlaskClient) -> None:
    response = client.get(kept(client, "SELECT * {\n?s ?p }"), headers=HTML)
    assert response.status_code == 400
    assert page(response).all("section", "trouble")[0].attributes["data-line"] == "2"


def test_short_addresses_are_bounded(tmp_path: Path) -> None:
    links = Links(tmp_path / "links", most=2, most_characters=10, per_minute=5)
    with pytest.raises(QueryTooLong):
        links.keep("a" * 11)
    assert links.keep("a") != links.keep("b")
    with pytest.raises(LinksFull):
        links.keep("c")
    assert links.text(links.keep("a")) == "a"
    hasty = Links(tmp_path / "other", most=100, most_characters=10, per_minute=1)
    hasty.keep("a")
    with pytest.raises(LinksFull, match="minute"):
        hasty.keep("b")


def test_texts_whose_hashes_begin_alike_get_different_addresses(tmp_path: Path) -> None:
    links = Links(tmp_path, 10, 100, 10)
    name = links.keep("ASK {}")
    (tmp_path / f"{name}.rq").write_text("another", "utf-8")
    longer = links.keep("ASK {}")
    assert longer.startswith(name)
    assert (len(longer), links.text(longer), links.text(name)) == (len(name) + 1, "ASK {}", "another")


def test_a_directory_that_cannot_be_written_is_said_and_not_named(app: Flask, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    with pytest.raises(NoLinks):
        Links(blocked / "links", 10, 100, 10).keep("ASK {}")
    links, app.extensions["etiograph.links"] = app.extensions["etiograph.links"], Links(blocked / "links", 10, 100, 10)
    response = app.test_client().post("/api/links", data={"query": "ASK {}"})
    app.extensions["etiograph.links"] = links
    assert response.status_code == 503
    assert str(tmp_path) not in response.get_data(as_text=True)


def test_an_unknown_name_is_not_looked_up_as_a_path(tmp_path: Path) -> None:
    (tmp_path / "secret.rq").write_text("x", "utf-8")
    with pytest.raises(UnknownThing):
        Links(tmp_path / "links", 10, 10, 10).text("../secret")


def test_the_page_stays_small(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={**HTML, "Accept-Encoding": "gzip"})
    assert len(answer.get_data()) < 12_000
    assert (ROOT / "service/static/sparql.css").stat().st_size < 12_000
