"""Search: an exact label is first whatever it is made of, slips are forgiven, and nothing typed is ever a query."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from werkzeug.test import TestResponse

from loaders.obo import read_ontology
from ontology.terms import EG
from service.app import create_app
from service.search import index
from service.search.folding import LONGEST, key
from service.search.hits import Found, Rank
from service.search.index import Index
from service.search.shelf import Shelf
from service.settings import Settings
from service.store.snapshots import Snapshots
from tests import odd
from tests.requirements import ROOT
from tests.website import HTML, OWN, Page, page, website

ODD = ROOT / "tests/data/odd.obo"
CRAMP = "http://purl.obolibrary.org/obo/EX_0000002"
PATIENCE = 30.0
"""Seconds to wait for an index."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    data = tmp_path_factory.mktemp("search")
    made = website(data, [OWN], with_odd=True)
    found = read_ontology(ODD)
    Snapshots(data).write(lambda draft: draft.put(found.name, found.graph))
    with made.app_context():
        assert index(PATIENCE)
    yield made
    made.extensions["etiograph"].close()


@pytest.fixture(scope="module")
def known(app: Flask) -> Index:
    return opened(app)


def opened(app: Flask) -> Index:
    shelf: Shelf = app.extensions["etiograph.search"]
    found = shelf.index(PATIENCE)
    assert found
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


def labels(found: Found) -> list[str]:
    return [hit.label for hit in found.hits]


def names(app: Flask) -> list[str]:
    """Every label of a thing of our classes or of a term of an ontology."""
    query = f"""SELECT DISTINCT ?label {{ ?thing <{SKOS.prefLabel}>|<{RDFS.label}> ?label ; a ?class .
        FILTER (STRSTARTS(STR(?class), "{EG}") || ?class = <{OWL.Class}>)
        FILTER (!STRSTARTS(STR(?thing), "{EG}")) }}"""
    return [str(row["label"]) for row in app.extensions["etiograph"].rows(query)]


# What is first


def test_every_label_finds_its_thing_first(app: Flask, known: Index) -> None:
    every = names(app)
    assert len(every) > 80
    for label in every:
        first = next(iter(known.search(label).hits), None)
        assert first, label
        assert key(first.label) == key(label) or first.text == label, label
        again = known.complete(label.upper())[0]
        assert key(again.label) == key(label) or key(again.text) == key(label), label


@pytest.mark.parametrize("label", ["C", "C++", "Ca2+", "+", "偏头痛", "😀", "脚の痛み", 'Ménière’s (left) "ear" -- *'])
def test_a_label_of_odd_characters_is_first_among_all(known: Index, label: str) -> None:
    first = known.search(label).hits[0]
    assert (first.label, first.rank) == (label, Rank.LABEL)
    assert known.complete(label)[0].label == label


def test_both_things_of_one_label_come_before_all_others(known: Index) -> None:
    found = known.search("twice")
    assert labels(found) == ["Twice", "Twice", "Twice upon a limb"]
    assert [hit.rank for hit in found.hits] == [Rank.LABEL, Rank.LABEL, Rank.BEGINNING]


@pytest.mark.parametrize(
    ("words", "label", "rank"),
    [
        ("hypocalcemia", "hypocalcemia", Rank.LABEL),
        ("HypoCalcémia", "hypocalcemia", Rank.LABEL),
        ("leg belly twist", "calf cramp", Rank.SYNONYM),
        ("id:hypocalcemia", "hypocalcemia", Rank.LABEL),
        (f"{EG.Affirmed}", "affirmed", Rank.LABEL),
        ("EX:0000002", "Cramp of the limb", Rank.LABEL),
        ("ex:0000002", "Cramp of the limb", Rank.LABEL),
        (CRAMP, "Cramp of the limb", Rank.LABEL),
        ("EX:0000099", "Limb pain", Rank.CODE),
        ("menieres left ear", 'Ménière’s (left) "ear" -- *', Rank.LABEL),
        ("sore muscles", "Limb pain", Rank.RELATED),
        ("chrostek sign", odd.SCRIPT, Rank.AS_WRITTEN),
        ("hypocalc", "hypocalcemia", Rank.BEGINNING),
        ("neuromuscular threshold", "lower excitability threshold of the neuromuscular junction", Rank.WORD),
        ("头痛", "偏头痛", Rank.WORD),
    ],
)
def test_the_best_hit_comes_first(known: Index, words: str, label: str, rank: Rank) -> None:
    best = known.search(words).hits[0]
    assert (best.label, best.rank) == (label, rank)


def test_a_label_comes_before_a_synonym(known: Index) -> None:
    assert labels(known.search("c"))[:2] == ["C", "C++"]
    ranks = [hit.rank for hit in known.search("c").hits if hit.label == "Abnormality"]
    assert ranks == [Rank.SYNONYM]


def test_things_of_articles_come_before_terms_of_ontologies(known: Index) -> None:
    assert labels(known.search("hypo"))[:1] == ["hypocalcemia"]
    assert "Hypokalemia" in labels(known.search("hypo"))


def test_sentences_come_after_names(known: Index) -> None:
    ranks = [hit.rank for hit in known.search("calf", limit=100).hits if not hit.obsolete]
    assert ranks == sorted(ranks)
    assert ranks[-1] == Rank.SENTENCE


def test_what_is_obsolete_is_marked_and_last_unless_it_is_called_exactly_that(known: Index) -> None:
    last = known.search("horse").hits[-1]
    assert (last.label, last.obsolete, last.instead) == ("obsolete Charley horse", True, URIRef(CRAMP))
    assert known.search("obsolete charley horse").hits[0].obsolete


def test_a_thing_is_found_by_its_code_elsewhere(tmp_path: Path) -> None:
    app = website(tmp_path, [OWN])
    mapped = Graph().add(
        (odd.IRIS.entity("hypocalcemia"), SKOS.exactMatch, URIRef("http://id.nlm.nih.gov/mesh/D006996"))
    )
    Snapshots(tmp_path).write(lambda draft: draft.put(odd.IRIS.thing("mappings"), mapped))
    found = opened(app).search("mesh:d006996")
    assert [(hit.label, hit.rank) for hit in found.hits] == [("hypocalcemia", Rank.CODE)]
    app.extensions["etiograph"].close()


# Slips


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("hipocalcemia", "hypocalcemia"), ("serum clacium", "serum calcium"), ("nocturnl calf", "nocturnal calf")],
)
def test_a_slip_is_put_right(known: Index, typed: str, meant: str) -> None:
    assert known.meant(typed) == meant
    assert known.complete(typed)[0].label.startswith(meant)


@pytest.mark.parametrize("typed", ["hypocalcemia", "calf", "xq", "zzzzzzzzz", "", "+", "7777"])
def test_what_is_right_or_beyond_help_is_left_alone(known: Index, typed: str) -> None:
    assert known.meant(typed) is None


# What is typed is data


@pytest.mark.parametrize(
    "typed",
    [
        *('"', "'", "*", "^", "(", "%", "_", "a*b", "a+b", "NEAR(a b)", "label: x", "x AND", "OR", "NOT", "-calf"),
        *("{a b}: c", "\x00", "'; DROP TABLE thing; --", '" OR 1=1', "\ud7ff", "a " * 100, "(" * 200, "😀😀", "\u202e"),
    ],
)
def test_nothing_that_is_typed_is_part_of_a_query(known: Index, typed: str) -> None:
    known.search(typed)
    known.complete(typed)
    known.meant(typed)


def test_operators_are_words(known: Index) -> None:
    assert labels(known.search("a AND NOT b OR (c NEAR d)"))[0] == "a AND NOT b OR (c NEAR d)"
    assert known.search("cramp NOT zebra").total == 0


@given(st.text(max_size=30))
def test_any_text_is_searched(known: Index, typed: str) -> None:
    found = known.search(typed)
    assert len(found.hits) <= 20
    assert found.total >= len(found.hits)
    known.complete(typed)


# The page


def test_kinds_narrow_a_search_and_are_counted(client: FlaskClient) -> None:
    found = got(client, "/search?q=calf")
    narrow = {
        link.text: link.attributes["href"] for link in found.all("a") if "type=" in link.attributes.get("href", "")
    }
    (words,) = [words for words in narrow if words.startswith("symptom")]
    symptoms = got(client, narrow[words])
    assert len(symptoms.all("ol", "hits")[0].text)
    assert words.split()[-1] == str(len(symptoms.all("a", "head")))
    assert [each.text for each in symptoms.all("a") if each.attributes.get("aria-current") == "true"] == [words]


def test_hits_come_in_pages(client: FlaskClient) -> None:
    seen = list[str]()
    path = "/search?q=c"
    while path:
        found = got(client, path)
        hits = [each.attributes["href"] for each in found.all("a", "head")]
        assert 0 < len(hits) <= 20
        seen += hits
        path = next((each.attributes["href"] for each in found.all("a") if each.attributes.get("rel") == "next"), "")
    assert len(seen) == len(set(seen)) > 40
    assert f" {len(seen)} hits" in f" {got(client, '/search?q=c').text}"


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("id:hypocalcemia", "/id/hypocalcemia"),
        ("eg:causes", "/ontology#causes"),
        ("EX:0000002", f"/term?iri={CRAMP}"),
        (CRAMP, f"/term?iri={CRAMP}"),
    ],
)
def test_an_identifier_leads_to_its_page(client: FlaskClient, typed: str, place: str) -> None:
    response = client.get("/search", query_string={"q": typed}, headers=HTML)
    assert (response.status_code, response.headers["Location"]) == (303, place)


def test_an_obsolete_hit_says_so_and_leads_to_what_replaces_it(client: FlaskClient) -> None:
    found = got(client, "/search?q=charley")
    assert "obsolete Charley horse Example of odd names obsolete what to use instead" in found.all("ol", "hits")[0].text
    assert f"/term?iri={CRAMP}" in found.links


@pytest.mark.parametrize("path", ["/search?q=calf&page=0", "/search?q=calf&page=x", "/search?q=calf&page=99999999999"])
def test_a_page_that_cannot_be_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=calf&page=400",
        "/search?q=calf&type=nothing",
        "/search?q=%00",
        "/search?q=%FF",
        "/search?q=" + "x" * 5000,
    ],
)
def test_a_search_beyond_what_there_is_stays_readable(client: FlaskClient, path: str) -> None:
    assert len(got(client, path).all("h1")) == 1


def test_a_page_says_that_its_index_is_being_built(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shelf, "index", lambda *_: None)
    response = client.get("/search?q=calf", headers=HTML)
    assert response.status_code == 503
    assert "is being built" in page(response).text
    assert response.headers["Retry-After"]
    answer = client.get("/api/search?q=calf")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert client.get("/api/complete?q=calf").headers["Retry-After"]


# JSON


def test_a_hit_says_what_it_is_and_why_it_was_found(client: FlaskClient) -> None:
    found = client.get("/api/search?q=leg belly twist").get_json()
    hit = found["hits"][0]
    assert hit["iri"] == "https://w3id.org/etiograph/id/calf-cramp"
    assert hit["curie"] == "id:calf-cramp"
    assert (hit["label"], hit["rank"], hit["page"]) == ("calf cramp", "synonym", "/id/calf-cramp")
    assert hit["matched"] == {"in": "synonym", "text": "leg belly twist"}
    assert hit["types"][0]["type"] == "Symptom"
    assert found["total"] >= 1
    assert "not medical advice" in found["disclaimer"]


def test_an_offset_goes_on_where_the_limit_ended(client: FlaskClient) -> None:
    def hits(query: str) -> list[str]:
        return [hit["iri"] for hit in client.get(f"/api/search?q=calf&{query}").get_json()["hits"]]

    assert hits("limit=3") + hits("limit=3&offset=3") == hits("limit=6")
    assert hits("limit=0") == []


def test_a_type_narrows(client: FlaskClient) -> None:
    found = client.get("/api/search?q=c&type=ex").get_json()
    assert found["hits"]
    assert {kind["type"] for hit in found["hits"] for kind in hit["types"]} == {"ex"}
    assert found["total"] == next(each["count"] for each in found["types"] if each["type"] == "ex")


def test_a_slip_is_named(client: FlaskClient) -> None:
    assert client.get("/api/search?q=hipocalcemia").get_json()["didYouMean"] == "hypocalcemia"


BAD = [
    "",
    "q=",
    "q=a&q=b",
    "q=a&limit=x",
    "q=a&limit=101",
    "q=a&limit=-1",
    "q=a&offset=1e9",
    "q=a&type=nothing",
    "q=" + "x" * 201,
]


@pytest.mark.parametrize("query", BAD, ids=[query[:20] or "none" for query in BAD])
def test_a_request_that_cannot_be_answered_says_why(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/search?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["detail"]


def test_completion_is_small_and_kept(client: FlaskClient) -> None:
    answer = client.get("/api/complete?q=calf cr")
    assert answer.get_json()["hits"][0] == {"label": "calf cramp", "page": "/id/calf-cramp", "type": "symptom"}
    assert len(answer.data) < 2_000
    again = client.get("/api/complete?q=calf cr", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_completion_names_types_in_the_language_of_the_reader(client: FlaskClient) -> None:
    def asked(**headers: str) -> TestResponse:
        return client.get("/api/complete?q=calf cr", headers={"Accept-Language": "zh-CN"} | headers)

    answer = asked()
    assert answer.get_json()["hits"][0]["type"] == "症状"
    assert answer.headers["Content-Language"] == "zh-Hans"
    assert asked(**{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert asked(**{"If-None-Match": client.get("/api/complete?q=calf cr").headers["ETag"]}).status_code == 200


# The index


def test_a_new_snapshot_has_an_index_of_its_own_and_the_former_goes(tmp_path: Path) -> None:
    app = website(tmp_path, [OWN])
    former = opened(app)
    more = (
        Graph().add((odd.COFFEE, SKOS.prefLabel, Literal("freshly loaded"))).add((odd.COFFEE, RDF.type, EG.Condition))
    )
    Snapshots(tmp_path).write(lambda draft: draft.put(URIRef("https://example.org/more"), more))
    present = opened(app)
    assert (former.search("freshly").total, present.search("freshly").total) == (0, 1)
    assert len(list((tmp_path / "search").glob("*.sqlite"))) == 1
    app.extensions["etiograph"].close()


def test_the_index_is_read_again_by_the_next_process_and_made_again_if_it_is_damaged(tmp_path: Path) -> None:
    first = website(tmp_path, [OWN])
    opened(first).close()
    (path,) = (tmp_path / "search").glob("*.sqlite")
    written = path.stat().st_mtime_ns
    second = create_app(Settings(data=tmp_path))
    assert opened(second).search("hypocalcemia").total
    assert path.stat().st_mtime_ns == written
    path.write_bytes(b"not a database")
    third = create_app(Settings(data=tmp_path))
    assert opened(third).search("hypocalcemia").total
    for app in (first, second, third):
        app.extensions["etiograph"].close()


def test_a_directory_that_cannot_be_written_is_searched_all_the_same(tmp_path: Path) -> None:
    app = website(tmp_path, [OWN])
    (tmp_path / "search").write_text("in the way", "utf-8")
    assert opened(app).search("hypocalcemia").total
    app.extensions["etiograph"].close()


def test_an_index_that_cannot_be_built_is_logged_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    app = website(tmp_path, [OWN])
    shelf: Shelf = app.extensions["etiograph.search"]
    with monkeypatch.context() as patched:
        patched.setattr("service.search.shelf.write", full)
        assert shelf.index(PATIENCE) is None
    assert "disk is full" in caplog.text
    assert shelf.index(PATIENCE)
    app.extensions["etiograph"].close()


def test_whoever_searches_does_not_wait_for_ever(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = website(tmp_path, [OWN])
    monkeypatch.setattr("service.search.shelf.write", lambda *_: time.sleep(1))
    shelf: Shelf = other.extensions["etiograph.search"]
    assert shelf.index(0.01) is None
    shelf.prepare().join()
    other.extensions["etiograph"].close()


def test_names_are_cut_where_searches_are(known: Index) -> None:
    assert known.search(odd.ENDLESS[:LONGEST]).hits[0].label == odd.ENDLESS
