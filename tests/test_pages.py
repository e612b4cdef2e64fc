"""Pages say what the graph says, the sentence behind each fact and how it was read; every link leads somewhere."""

import gzip
import re
import zlib
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.term import Node

from ontology.terms import ONTOLOGY
from service.store.local import LocalStore
from tests import odd
from tests.website import HTML, OWN, Page, local_links, page, website

SYMPTOM = "/id/nocturnal-calf-cramp"
NO_TEST = "No test in the source reveals this cause"
FORMS = ("ttl", "jsonld", "nt", "rdf", "trig", "nq")
FIXED = ["/", "/articles", "/search", "/search?q=calf", "/search?q=xyzzy", "/about", "/ontology", "/sparql", "/nowhere"]
ODD = [
    "/id/odd-markup",
    "/id/odd-link",
    "/id/odd-long",
    "/id/odd-none",
    "/id/odd-rlo",
    "/id/odd-symptom",
    "/id/article/odd-0",
    "/id/assertion/odd-1",
    "/id/assertion/odd-no",
    "/id/assertion/odd-aside",
    "/id/evidence/odd-1",
    "/id/evidence/odd-1/quote",
    "/id/correction/odd",
    "/id/article/odd-0/passage/2",
    "/search?q=%3Cscript%3E",
    "/search?q=odd",
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return website(tmp_path_factory.mktemp("own"), [OWN])


@pytest.fixture(scope="module")
def odd_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return website(tmp_path_factory.mktemp("odd"), [OWN], with_odd=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def odd_client(odd_app: Flask) -> FlaskClient:
    return odd_app.test_client()


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


@pytest.fixture(scope="module")
def everything(app: Flask) -> dict[str, Page]:
    """Every page that links lead to, from the first one on; a download of each form and kind of thing is tried once.

    The same pages in another language are left to tests/test_messages.py.
    """
    client, found, tried, waiting = app.test_client(), dict[str, Page](), set[str](), {"/"}
    while waiting:
        path = waiting.pop()
        if _kind(path) in tried:
            continue
        tried.add(_kind(path))
        response = client.get(path, headers=HTML, follow_redirects=True)
        assert response.status_code == 200, path
        if response.mimetype == "text/html":
            found[path] = page(response)
            links = {link for link, _ in local_links(found[path], path) if "lang=" not in link}
            waiting |= {link for link in links if _kind(link) not in tried}
    return found


_RECORD = re.compile(r"(/id/(?:assertion|evidence)/)[0-9a-f]{8,}")


def _kind(path: str) -> str:
    """A page is of its own kind; downloads are of one kind if they are of one form and their things of one sort.

    Lists and texts narrowed down in the same way, and citations, are of one kind; statements, evidence and queries are
    of some.
    """
    place, _, query = _RECORD.sub(r"\1", path).partition("?")
    if query and place != "/sparql":
        return f"{place} {sorted(parse_qs(query))}"
    stem, dot, form = place.rpartition(".")
    if dot and form in FORMS:
        return f"{stem.rpartition('/')[0]} {form}"
    return f"{place} {zlib.crc32(path.encode()) % (100 if query else 6)}" if query or place != path else path


# What the pages say


def test_home_answers_what_causes_the_symptom(client: FlaskClient) -> None:
    home = got(client, "/")
    assert "What causes nocturnal calf cramp?" in home.text
    cards = {card.text: card.attributes["href"] for card in home.all("a", "card")}
    assert cards["hypocalcemia 3 tests can reveal it"] == "/id/hypocalcemia"
    assert sum("no test in the source reveals it" in card for card in cards) == 3


def test_home_counts_link_to_what_they_count(client: FlaskClient) -> None:
    home = got(client, "/")
    counts = {link.text: link.attributes["href"] for link in home.all("a") if link.text[:1].isdigit()}
    assert counts["1 article"] == "/articles"
    assert "6 rows" in got(client, counts["6 tests"]).one("result").text
    assert "2 rows" in got(client, counts["2 thresholds"]).one("result").text


def test_home_offers_questions_that_run(client: FlaskClient) -> None:
    links = [link for link in got(client, "/").links if link.startswith("/sparql?query=")]
    assert len(links) > 3
    assert all(client.get(link, headers=HTML).status_code == 200 for link in links)


def test_a_symptom_shows_its_four_causes_first(client: FlaskClient) -> None:
    found = got(client, SYMPTOM)
    headings = [heading.text for heading in found.all("h2") + found.all("h3")]
    assert headings[0] == "May be caused by 4"
    assert {"fatigue", "cold exposure", "hypocalcemia", "blood flow factors"} <= set(headings)


def test_a_mechanism_is_a_chain_in_its_order(client: FlaskClient) -> None:
    chains = {chain.attributes["aria-label"]: chain.text for chain in got(client, SYMPTOM).all("ol", "chain")}
    steps = ("hypocalcemia", "excitability threshold", "subnormal stimulus", "abnormal", "nocturnal calf cramp")
    places = [chains["Mechanism: hypocalcemia"].index(step) for step in steps]
    assert places == sorted(places)


def test_causes_without_a_test_are_said_in_words(client: FlaskClient) -> None:
    matrix = got(client, SYMPTOM).all("table", "matrix")[0].text
    assert matrix.count(NO_TEST) == 3
    assert "low serum calcium inferred" in matrix


def test_thresholds_have_limit_unit_and_printed_form(client: FlaskClient) -> None:
    tests = got(client, SYMPTOM).one("tests").text
    assert "abnormal below 2 mmol/L" in tests
    assert "abnormal below 8.0156 mg/dL" in tests
    assert "printed “less than 0.75 mmol/L”".replace("“", "").replace("”", "") in tests


def test_look_alikes_are_compared(client: FlaskClient) -> None:
    compared = got(client, SYMPTOM).one("differentials").text
    assert "calf cramp" in compared
    assert "calf muscle spasm after walking" in compared
    assert "tells them apart" in compared
    assert "in common" in compared
    assert compared.count("No test that decides") == 2


def test_durations_stand_side_by_side(client: FlaskClient) -> None:
    lasts = got(client, SYMPTOM).one("lasts").text
    assert "seconds or tens of seconds" in lasts
    assert "within a few minutes" in lasts


def test_the_sentence_behind_a_fact_is_marked_within_its_passage(client: FlaskClient) -> None:
    quotes = got(client, "/id/hypocalcemia").all("figure", "quote")
    assert any("more common in pregnant women" in quote.text for quote in quotes)
    found = got(client, "/id/hypocalcemia")
    assert all(mark.text in OWN.read_text("utf-8") for mark in found.all("mark"))


def test_a_statement_is_listed_once_where_it_rests_on_two_quotes(odd_client: FlaskClient) -> None:
    listed = odd_client.get("/id/article/odd-0/passage/2", headers=HTML).text
    assert listed.count('href="/id/assertion/odd-4"') == 1


def test_facts_go_both_ways(client: FlaskClient) -> None:
    found = got(client, "/id/hypocalcemia")
    assert "nocturnal calf cramp" in found.one("may-cause").text
    assert "calcium-deficient elderly people" in found.one("more-common-in").text
    assert "serum calcium test" in found.one("revealed-by").text


def test_what_a_curator_inferred_is_never_called_stated(client: FlaskClient) -> None:
    revealed = got(client, "/id/hypocalcemia").one("revealed-by").text
    assert revealed.count("inferred by a curator") == 3
    assert "stated" not in revealed


def test_modality_is_shown_in_the_words_of_the_source(client: FlaskClient) -> None:
    assert "“can”" in got(client, "/id/hypocalcemia").one("may-cause").text


def test_a_denied_cause_is_said_to_be_denied(odd_client: FlaskClient) -> None:
    found = got(odd_client, "/id/odd-symptom")
    assert "coffee" not in found.one("causes").text
    assert "coffee" not in found.one("revealed").text
    assert "coffee denied" in found.one("denied-may-be-caused-by").text
    assert "is said not to be true" in got(odd_client, "/id/assertion/odd-no").text


def test_a_form_a_source_got_wrong_is_never_a_name(odd_client: FlaskClient) -> None:
    found = got(odd_client, "/id/odd-markup")
    assert "chrostek sign read as Chvostek sign" in found.one("as-written").text
    assert "chrostek" not in found.all("header", "title")[0].text


def test_a_sentence_that_was_set_aside_says_so(odd_client: FlaskClient) -> None:
    found = got(odd_client, "/id/assertion/odd-aside")
    assert "set aside" in found.text
    assert all(value.text for value in found.all("dd"))
    assert "makes no sense <here>" in got(odd_client, "/id/article/odd-0").one("quarantine").text


def test_every_page_carries_the_disclaimer(everything: dict[str, Page]) -> None:
    assert all("not medical advice" in found.all("footer")[0].text for found in everything.values())


def test_a_thing_can_be_taken_away_in_every_form(client: FlaskClient) -> None:
    links = got(client, "/id/hypocalcemia").links
    for form in FORMS:
        assert f"/id/hypocalcemia.{form}" in links
        assert client.get(f"/id/hypocalcemia.{form}").status_code == 200


# The article


def article_of(everything: dict[str, Page]) -> Page:
    (path,) = [
        path for path in everything if path.startswith("/id/article/") and path.count("/") == 3 and "?" not in path
    ]
    return everything[path]


def test_the_article_is_shown_without_loss(everything: dict[str, Page]) -> None:
    found = article_of(everything)
    lines = [element for element in found.elements if "line" in element.attributes.get("class", "").split()]
    wanted = [" ".join(line.split()) for line in OWN.read_text("utf-8").splitlines() if line.strip()]
    assert [line.text for line in lines] == wanted


def test_overlapping_quotes_cut_the_text_and_keep_it_whole(odd_client: FlaskClient) -> None:
    found = got(odd_client, "/id/article/odd-0")
    marks = [mark for mark in found.all("mark") if "data-notes" in mark.attributes]
    covered = [(mark.text, len(mark.attributes["data-notes"].split())) for mark in marks]
    assert covered[:5] == [("Deep", 2), ("", 1), ("causes", 2), ("hurt 😀", 3), ("a lot in", 2)]
    assert covered[5:7] == [("", 1), ("the end.", 2)]
    assert [line.text for line in found.all("p", "line")] == [line for line in odd.TEXT.splitlines() if line]


def test_every_mark_leads_to_its_statement_and_back(everything: dict[str, Page]) -> None:
    found = article_of(everything)
    forth = {link.removeprefix("#") for link in found.links if link.startswith("#note-")}
    back = {link.removeprefix("#") for link in found.links if link.startswith("#words-")}
    assert forth
    assert forth | back <= set(found.ids)
    assert len(forth) == len(back) == len(found.all("sup", "ref"))


def test_the_article_says_how_much_of_it_was_used(everything: dict[str, Page]) -> None:
    assert "Sentences used: " in article_of(everything).all("header", "title")[0].text


def test_the_legend_counts_every_statement(everything: dict[str, Page]) -> None:
    found = article_of(everything)
    words = " ".join(kinds.text for kinds in found.all("span", "kinds")).replace(",", "").split()
    counts = [int(word) for word in words if word.isdigit()]
    statements = [anchor for anchor in found.ids if anchor.startswith("assertion-")]
    assert sum(counts) == len(statements)


# Whole and well made


def test_every_link_leads_to_a_place_that_exists(everything: dict[str, Page]) -> None:
    for path, found in everything.items():
        for target, fragment in local_links(found, path):
            if fragment and target in everything:
                assert fragment in everything[target].ids, f"{path} -> {target}#{fragment}"


def test_the_crawl_reached_every_kind_of_page(everything: dict[str, Page]) -> None:
    kinds = {path.split("/")[2] for path in everything if path.startswith("/id/")}
    assert {"assertion", "evidence", "article", "threshold", "differential", "hypocalcemia"} <= kinds


def pages_of(client: FlaskClient, paths: list[str]) -> Iterator[tuple[str, Page]]:
    return ((path, got(client, path)) for path in paths)


def test_pages_are_well_made(everything: dict[str, Page], odd_client: FlaskClient) -> None:
    for path, found in [*everything.items(), *pages_of(odd_client, FIXED + ODD)]:
        assert len(found.ids) == len(set(found.ids)), path
        titles = [title for title in found.all("title") if "id" not in title.attributes]  # a picture's has an id
        assert len(found.all("h1")) == len(found.all("main")) == len(titles) == 1, path
        levels = [int(each.tag[1]) for each in found.elements if each.tag in ("h1", "h2", "h3", "h4")]
        assert levels[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        labelled = {each.attributes["for"] for each in found.all("label")}
        assert {each.attributes["id"] for each in found.all("input") + found.all("textarea")} <= labelled, path
        assert all("alt" in image.attributes for image in found.all("img")), path


def test_nothing_on_a_page_is_executed_in_place(everything: dict[str, Page], odd_client: FlaskClient) -> None:
    for path, found in [*everything.items(), *pages_of(odd_client, FIXED + ODD)]:
        for element in found.elements:
            assert not {name for name in element.attributes if name.startswith("on") or name == "style"}, path
        # A block of data is not executed, whatever it holds.
        scripts = [each for each in found.all("script") if not each.attributes.get("type", "").endswith("json")]
        assert all(script.attributes.get("src", "").startswith("/static/") for script in scripts), path
        assert not found.all("style"), path


def test_links_are_local_or_http(odd_client: FlaskClient) -> None:
    for path, found in pages_of(odd_client, FIXED + ODD):
        assert all(link.startswith(("/", "#", "https://", "http://")) for link in found.links), path
    assert "https://example.org/?a=1&b=2" in got(odd_client, "/id/odd-link").links


def test_markup_from_the_graph_is_only_text(odd_client: FlaskClient) -> None:
    found = got(odd_client, "/id/odd-markup")
    assert found.all("h1")[0].text == odd.SCRIPT
    assert "{{ 7 * 7 }}" in found.text
    assert not [image for image in found.all("img") if image.attributes.get("src") == "x"]


def test_a_turned_direction_ends_with_the_name(odd_client: FlaskClient) -> None:
    source = odd_client.get("/id/odd-rlo", headers=HTML).get_data(as_text=True)
    assert "<bdi>turned \u202earound</bdi>" in source


def test_an_endless_name_is_cut(odd_client: FlaskClient) -> None:
    assert len(got(odd_client, "/id/odd-long").all("h1")[0].text) < 400


def test_a_thing_without_a_name_has_its_iri(odd_client: FlaskClient) -> None:
    assert got(odd_client, "/id/odd-none").all("h1")[0].text == "id:odd-none"


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (SYMPTOM, 6),
        ("/id/hypocalcemia", 6),
        ("/id/article/odd-0", 4),
        ("/id/assertion/odd-1", 3),
        ("/", 3),
        ("/articles", 1),
        ("/search", 3),
        ("/search?q=hipocalcemia", 3),
        ("/id/serum-calcium-test", 6),
        ("/id/odd-symptom", 6),
        ("/matrix", 2),
        ("/matrix?symptom=nocturnal-calf-cramp", 2),
        ("/matrix.csv?symptom=nocturnal-calf-cramp", 2),
    ],
)
def test_a_page_asks_little_of_the_store(odd_app: Flask, monkeypatch: pytest.MonkeyPatch, path: str, most: int) -> None:
    asked: list[str] = []
    rows = LocalStore.rows

    def counted(self: LocalStore, query: str, **bindings: Node) -> list[dict[str, Node]]:
        asked.append(query)
        return rows(self, query, **bindings)

    monkeypatch.setattr(LocalStore, "rows", counted)
    assert odd_app.test_client().get(path, headers=HTML).status_code == 200
    assert 0 < len(asked) <= most


def test_the_first_page_is_light(client: FlaskClient) -> None:
    home = got(client, "/")
    waiting = ["/", *(each.attributes["href"] for each in home.all("link") if each.attributes["rel"] == "stylesheet")]
    waiting += [each.attributes["src"] for each in home.all("script")]
    sizes: dict[str, int] = {}
    while waiting:
        path = waiting.pop()
        with client.get(path, headers=HTML) as response:
            content = response.data
        sizes[path] = len(gzip.compress(content))
        if ".js" in path:
            waiting += [f"/static/{name}" for name in re.findall(r'from "\./([\w./-]+)"', content.decode())]
    assert len(sizes) > 4
    assert sum(sizes.values()) < 60_000, sizes


def test_an_unknown_thing_is_404_with_suggestions(client: FlaskClient) -> None:
    response = client.get("/id/hypocalcaemia-x", headers=HTML)
    assert response.status_code == 404
    assert "hypocalcemia" in page(response).text


# Search


def test_a_misspelt_form_is_found_and_the_page_says_why(odd_client: FlaskClient) -> None:
    hits = got(odd_client, "/search?q=chrostek%20sign").all("ol", "hits")[0].text
    assert "written as “chrostek sign”" in hits


def test_a_search_for_nothing_offers_symptoms(client: FlaskClient) -> None:
    assert SYMPTOM in got(client, "/search").links


def test_a_search_without_hits_offers_what_looks_alike(client: FlaskClient) -> None:
    found = got(client, "/search?q=hipocalcemia")
    assert "Did you mean" in found.text
    assert "/id/hypocalcemia" in found.links


# SPARQL and vocabulary


def test_an_answer_names_things_and_links_them(client: FlaskClient) -> None:
    query = "SELECT ?cause { ?cause <https://w3id.org/etiograph/ontology%23causes> ?s } ORDER BY ?cause"
    found = got(client, f"/sparql?query={query}")
    cells = {link.text: link.attributes["href"] for link in found.all("a")}
    assert cells["cold exposure"] == "/id/cold-exposure"
    assert cells["CSV"].endswith("format=csv")
    assert client.get(cells["CSV"], headers=HTML).mimetype == "text/csv"


def test_a_wrong_query_is_shown_at_its_place(client: FlaskClient) -> None:
    response = client.get("/sparql?query=SELECT%20*%20{%0A?s%20?p%20}", headers=HTML)
    assert response.status_code == 400
    found = page(response)
    assert "Line 2" in found.all("section", "trouble")[0].text
    assert found.all("span", "wrong")[0].text.startswith("2")
    assert found.one("query").text == "SELECT * { ?s ?p }"


def test_yes_and_no_are_answers(client: FlaskClient) -> None:
    assert got(client, "/sparql?query=ASK%20{}").all("p", "verdict")[0].text == "Yes"


def test_a_graph_can_be_downloaded_as_a_graph(client: FlaskClient) -> None:
    found = got(client, "/sparql?query=CONSTRUCT%20WHERE%20{%20?s%20a%20?c%20}")
    assert any(link.endswith("format=ttl") for link in found.links)


def test_every_term_of_the_vocabulary_has_its_anchor(client: FlaskClient) -> None:
    ids = set(got(client, "/ontology").ids)
    vocabulary = Graph().parse(data=(files("ontology") / "etiograph.ttl").read_text("utf-8"), format="turtle")
    names = {str(term).partition("#")[2] for term in vocabulary.subjects() if str(term).startswith(f"{ONTOLOGY}#")}
    assert len(names) > 100
    assert names <= ids


# The original article


def test_the_original_shows_its_corrections_and_what_was_set_aside(tmp_path: Path, seed_path: Path) -> None:
    client = website(tmp_path, [seed_path]).test_client()
    (path,) = [link for link in got(client, "/articles").links if link.startswith("/id/article/")]
    found = got(client, path)
    assert "seizuresattacks of cramp" in found.one("corrections").text
    assert "dynamic peak speed monitoring" in found.one("quarantine").text
    chvostek = got(client, "/id/chvostek-sign-test")
    assert chvostek.all("h1")[0].text == "Chvostek sign test"
    assert "sniper" in chvostek.one("as-written").text
    assert "sniper" not in chvostek.all("header", "title")[0].text
