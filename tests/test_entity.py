"""An entity's page: what stands around it as a picture, matches, who read what, how to cite it, and crowds."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service import things
from service.pages import article, entity, layers, records
from service.store.local import LocalStore
from tests.loaded import loaded
from tests.requirements import ROOT
from tests.website import HTML, Page, page

THING = "/id/hypocalcemia"
CROWD = "/id/busy"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return loaded(tmp_path_factory.mktemp("entity"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries a page sends to the store."""
    sent: list[str] = []
    rows = LocalStore.rows

    def counted(self: LocalStore, query: str, **bindings: object) -> object:
        sent.append(query)
        return rows(self, query, **bindings)  # type: ignore[arg-type]  # the terms of a query, passed on as they are

    monkeypatch.setattr(LocalStore, "rows", counted)
    return sent


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


# The picture


def test_the_picture_leads_to_every_neighbour_and_names_its_relation(client: FlaskClient) -> None:
    found = got(client, THING)
    boxes = {each.attributes["href"]: each.text for each in found.all("a", "box")}
    assert "May cause" in boxes["/id/nocturnal-calf-cramp"]
    assert "Revealed by" in boxes["/id/serum-calcium-test"]
    assert "hypocalcemia" in found.all("g", "centre")[0].text


def test_what_is_inferred_or_denied_is_drawn_in_another_line(client: FlaskClient) -> None:
    revealed = [each for each in got(client, THING).all("a", "box") if each.attributes["href"].endswith("calcium-test")]
    assert all("inferred" in each.attributes["class"].split() for each in revealed)
    coffee = [each for each in got(client, "/id/odd-symptom").all("a", "box") if "coffee" in each.attributes["href"]]
    assert coffee
    assert all("denied" in each.attributes["class"].split() for each in coffee)
    assert "Denied: may be caused by" in coffee[0].text


def test_a_picture_has_thirty_boxes_at_most_and_counts_the_rest(client: FlaskClient) -> None:
    found = got(client, CROWD).one("neighbourhood")
    assert "Around it 300" in found.text
    assert "and 271 more" in found.text
    drawings = got(client, CROWD).all("svg", "neighbours")
    assert len(drawings) == 2
    assert len(got(client, CROWD).all("a", "box")) == 2 * 29


def test_every_picture_has_a_title_and_a_description(client: FlaskClient) -> None:
    found = got(client, THING)
    for drawing in found.all("svg", "neighbours"):
        title, description = map(found.one, drawing.attributes["aria-labelledby"].split())
        assert "hypocalcemia" in title.text
        assert description.text


def test_a_thing_without_statements_has_no_picture(client: FlaskClient) -> None:
    assert "neighbourhood" not in got(client, "/id/former").ids


def test_the_same_graph_gives_the_same_picture(client: FlaskClient) -> None:
    assert client.get(THING, headers=HTML).text == client.get(THING, headers=HTML).text


def test_boxes_never_lie_over_one_another() -> None:
    nodes = [layers.Node(number, "a rather long name of a thing " * (number % 4 + 1)) for number in range(30)]
    arrows = [layers.Arrow(number, number // 3) for number in range(1, 20)] + [layers.Arrow(0, 25), layers.Arrow(7, 7)]
    for drawing in (layers.columns(0, nodes, arrows), layers.rows(0, nodes, arrows)):
        for one in drawing.boxes:
            assert 0 <= one.x <= one.x + one.width <= drawing.width + 1
            assert 0 <= one.y <= one.y + one.height <= drawing.height + 1
            for other in drawing.boxes:
                apart = one.y + one.height <= other.y or other.y + other.height <= one.y or one.x != other.x
                assert one is other or apart


def test_a_circle_is_drawn_once_around() -> None:
    found = layers.layers("a", map(layers.Node, "abc", "abc"), [layers.Arrow(*pair) for pair in ("ab", "bc", "ca")])
    assert [[node.key for node in layer] for layer in found] == [["a"], ["b"], ["c"]]


def test_the_neighbourhood_is_also_json(client: FlaskClient) -> None:
    answer = client.get("/api/neighbourhood?iri=id:hypocalcemia")
    found = answer.get_json()
    assert {"iri", "things", "relations", "isCut", "disclaimer"} == set(found)
    labels = {each["iri"]: each["label"] for each in found["things"]}
    assert all({each["subject"], each["object"]} <= set(labels) for each in found["relations"])
    assert "inferred" in {each["style"] for each in found["relations"]}
    assert (
        client.get(
            "/api/neighbourhood?iri=id:hypocalcemia", headers={"If-None-Match": answer.headers["ETag"]}
        ).status_code
        == 304
    )


def test_a_busy_neighbourhood_is_cut_and_an_unknown_one_is_404(client: FlaskClient) -> None:
    found = client.get("/api/neighbourhood?iri=id:busy").get_json()
    assert found["isCut"] is True
    assert len(found["relations"]) == 200
    assert client.get("/api/neighbourhood?iri=id:nobody").status_code == 404
    assert client.get("/api/neighbourhood").status_code == 404


# Words about it


def test_a_fact_names_its_rule_and_an_inference_its_curator_and_reason(client: FlaskClient) -> None:
    found = got(client, THING)
    assert "rule cause.item" in found.one("may-cause").text
    revealed = found.one("revealed-by").text
    assert "rule inference.test-for by the etiograph authors: low serum calcium is what" in revealed


def test_an_obsolete_thing_says_what_to_use_instead(client: FlaskClient) -> None:
    (banner,) = got(client, "/id/former").all("p", "obsolete")
    assert banner.text == "Obsolete. Use instead: busy"
    assert not got(client, THING).all("p", "obsolete")


def test_matches_are_told_in_words_and_only_there(client: FlaskClient) -> None:
    found = got(client, "/id/former")
    assert "The same elsewhere pain" in found.one("elsewhere").text
    assert "details" not in found.ids


@pytest.mark.parametrize(
    "path",
    ["/id/serum-calcium-test", "/id/low-serum-calcium", "/id/threshold/serum-calcium-below-2-mmol-per-l"],
)
def test_a_test_its_finding_and_their_limit_show_the_limit_and_lead_to_a_comparison(
    client: FlaskClient, asked: list[str], path: str
) -> None:
    found = got(client, path)
    assert "abnormal below 2 mmol/L" in found.one("limits").text
    assert "abnormal below 8.0156 mg/dL" in found.one("limits").text
    assert "/check?test=serum+calcium+test" in found.links
    assert len(asked) <= 6


def test_iri_curie_and_citation_can_be_copied(client: FlaskClient) -> None:
    found = got(client, THING)
    assert found.one("iri").attributes["value"] == "https://w3id.org/etiograph/id/hypocalcemia"
    assert found.one("curie").attributes["value"] == "id:hypocalcemia"
    names = [each.attributes["data-name"] for each in found.elements if each.attributes.get("data-copy")]
    assert names == ["Copy the IRI", "Copy the CURIE", "Copy the citation"]


def test_a_citation_has_name_snapshot_date_iri_and_licence(client: FlaskClient) -> None:
    sentence = got(client, THING).one("citation").text
    assert sentence.startswith("“hypocalcemia”. etiograph, snapshot 3 (20")
    assert sentence.endswith("https://w3id.org/etiograph/id/hypocalcemia. Apache License 2.0.")


def test_a_citation_is_read_by_reference_managers(client: FlaskClient) -> None:
    bibtex = client.get("/cite?iri=id:hypocalcemia&form=bibtex")
    assert bibtex.mimetype == "application/x-bibtex"
    assert "@misc{etiograph-3-hypocalcemia," in bibtex.text
    (item,) = json.loads(client.get("/cite?iri=id:hypocalcemia&form=csl").text)
    assert item["title"] == "hypocalcemia"
    assert item["version"] == "snapshot 3"
    assert len(item["issued"]["date-parts"][0]) == 3


def test_a_citation_of_an_odd_name_stays_a_citation(client: FlaskClient) -> None:
    assert "title = {{<script>alert('x')</script>}}" in client.get("/cite?iri=id:odd-markup").text
    assert "\u202e" not in client.get("/cite?iri=id:odd-rlo").text
    assert client.get("/cite?iri=id:nobody").status_code == 404
    assert client.get("/cite?iri=id:hypocalcemia&form=endnote").status_code == 400


# Crowds


def test_a_busy_thing_counts_what_one_page_cannot_hold(client: FlaskClient) -> None:
    found = got(client, CROWD)
    (share,) = [link for link in found.all("a") if link.text == "400 May be caused by"]
    assert "400 rows" in got(client, share.attributes["href"]).one("result").text
    assert found.one("may-be-caused-by-heading").text == "May be caused by 300"


@pytest.mark.parametrize("path", [THING, "/id/nocturnal-calf-cramp", CROWD, "/id/odd-markup", "/id/former"])
def test_an_entity_page_asks_six_queries_at_most(client: FlaskClient, asked: list[str], path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 200
    assert 0 < len(asked) <= 6


def test_the_evidence_of_more_than_a_page_holds_leads_to_the_rest(client: FlaskClient) -> None:
    for path in ("/id/evidence/odd-1", "/id/article/odd-0/passage/2"):
        found = got(client, path)
        assert "What was read from it more than 300" in found.text
        (rest,) = (link for link in found.links if "sparql" in link and "evidence" in link)
        assert client.get(rest, headers={"Accept": "text/csv"}).text.count("\n") > 400


def test_an_article_of_more_than_a_page_holds_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = got(client, "/id/article/odd-0")
    assert "and 361 more" in whole.text
    assert "More was read" not in whole.text
    monkeypatch.setattr(article, "MANY", 100)
    found = got(client, "/id/article/odd-0")
    assert "More was read from this article than one page holds: 100 statements are here." in found.text
    (rest,) = (link for link in found.links if "sparql" in link and "isPartOf" in link)
    assert client.get(rest, headers={"Accept": "text/csv"}).text.count("\n") > 400


def test_a_description_without_end_is_refused_with_the_way_to_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/id/busy.nt").status_code == 200
    monkeypatch.setattr(things, "MOST", 1000)
    for path in ("/id/busy.nt", "/id/article/odd-0/graph.ttl"):
        answer = client.get(path)
        assert answer.status_code == 413
        assert "More than 1,000 triples describe this. Ask /sparql" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("lookup", "most"),
    [
        ("statements-about", entity.MANY),
        ("statements-at", records.MANY),
        ("statements-of-article", article.MANY),
        ("description", things.MOST),
        ("graph", things.MOST),
    ],
)
def test_a_query_stops_one_behind_what_is_shown(lookup: str, most: int) -> None:
    query = (ROOT / "service/lookups" / f"{lookup}.rq").read_text("utf-8")
    assert f"LIMIT {most + 1}\n" in query
