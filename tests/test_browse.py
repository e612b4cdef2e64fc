"""Browsing: facets count what they leave, lists turn pages, trees open where one stands and load what is below."""

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.pages import browse, hierarchy, register, trees
from tests.loaded import loaded, sign
from tests.website import HTML, Page, page

UNDER = f"/browse?under={quote(sign('calf-pain'))}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return loaded(tmp_path_factory.mktemp("browse"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def got(client: FlaskClient, path: str) -> Page:
    return page(client.get(path, headers=HTML))


def choices(found: Page) -> dict[str, str]:
    """What the facets offer, and where each leads."""
    inside = {link for link in found.links if link.startswith("/browse?")}
    return {each.text: each.attributes["href"] for each in found.all("a") if each.attributes["href"] in inside}


def listed(found: Page) -> list[str]:
    return [each.text for each in found.all("a", "head")]


def test_the_masthead_leads_here(client: FlaskClient) -> None:
    assert "/browse" in got(client, "/").links


def test_every_facet_leaves_as_many_things_as_it_says(client: FlaskClient) -> None:
    found = choices(got(client, "/browse"))
    facets = (
        "condition 12",
        "denied 2",
        "inferred by a curator",
        "with a match 1",
        "without a match",
        "Odd <b>title</b>",
    )
    tried = {text: href for text, href in found.items() if text.startswith(facets)}
    assert len(tried) == len(facets)
    for text, href in tried.items():
        number = text.rpartition(" ")[2]
        assert got(client, href).one("found-heading").text.split()[0] == number, text


def test_choices_are_taken_together_and_let_go_of_one_by_one(client: FlaskClient) -> None:
    found = got(client, "/browse?kind=eg:Condition&status=eg:Denied")
    assert listed(found) == ["coffee"]
    taken = {each.text.split(" chosen")[0]: each.attributes["href"] for each in found.all("a", "taken")}
    assert taken == {"condition 1": "/browse?status=eg%3ADenied", "denied 1": "/browse?kind=eg%3ACondition"}


def test_article_standing_and_ground_have_to_hold_of_one_statement(client: FlaskClient) -> None:
    assert "hypocalcemia" in listed(got(client, "/browse?basis=eg:CuratorInference"))
    both = "/browse?basis=eg:CuratorInference&article=id:article/odd-0"
    assert listed(got(client, both)) == []
    assert "Nothing is left" in got(client, both).text


def test_lists_are_sorted_by_name_or_by_statements(client: FlaskClient) -> None:
    names = listed(got(client, "/browse?kind=eg:Condition"))
    assert names == sorted(names, key=str.casefold)
    assert listed(got(client, "/browse?kind=eg:Condition&sort=statements"))[0] == "busy"


def test_a_long_list_turns_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "PER_PAGE", 5)
    seen: list[str] = []
    path: str | None = "/browse?kind=eg:CausalProcess"
    while path:
        found = got(client, path)
        seen += listed(found)
        path = next((each.attributes["href"] for each in found.all("a") if each.attributes.get("rel") == "next"), None)
    assert len(seen) == len(set(seen)) == 13


@pytest.mark.parametrize(
    "odd", ["page=0", "page=99999999999", "page=x", "sort=x", "kind=javascript:alert(1)", "status=%00", "matched=9"]
)
def test_what_the_address_says_wrongly_does_no_harm(client: FlaskClient, odd: str) -> None:
    assert client.get(f"/browse?{odd}", headers=HTML).status_code == 200


def test_kinds_are_a_tree_with_counts_that_opens_without_a_script(client: FlaskClient) -> None:
    closed = got(client, "/browse")
    (condition,) = [each for each in closed.all("a") if each.attributes.get("data-children", "").endswith("Condition")]
    assert condition.text == "condition 12"
    opened = got(client, condition.attributes["href"])
    assert "/id/hypocalcemia" in opened.links


def test_a_loaded_vocabulary_is_a_tree_of_its_own(client: FlaskClient) -> None:
    found = got(client, "/browse")
    assert "Signs" in [each.text for each in found.all("h2")]
    assert [each.text for each in found.all("div", "tree")][1] == "all"


def test_a_class_shows_the_way_down_to_it_and_its_other_places(client: FlaskClient) -> None:
    found = got(client, UNDER)
    assert found.all("p", "eyebrow")[0].text == "Browse › all › cramp"
    assert [each.text for each in found.all("a") if each.attributes.get("aria-current") == "true"] == ["calf pain"]
    (under,) = found.all("dl", "details")
    assert "cramp" in under.text
    assert "leg pain" in under.text


def test_a_class_names_what_is_below_and_what_is_matched_to_it(client: FlaskClient) -> None:
    found = got(client, f"/browse?under={quote(sign('pain'))}")
    assert listed(found) == ["leg pain", "<b>old</b>"]
    assert "/id/former" in found.links
    assert "obsolete" in found.text


def test_children_come_as_json_when_they_are_asked_for(client: FlaskClient) -> None:
    found = client.get(f"/api/children?iri={quote(sign('pain'))}").get_json()
    assert [(each["label"], each["hasChildren"], each["isObsolete"]) for each in found["children"]] == [
        ("leg pain", True, False),
        ("<b>old</b>", False, True),
    ]
    assert found["more"] == 0
    conditions = client.get("/api/children?iri=eg:Condition").get_json()["children"]
    assert {"label": "hypocalcemia", "href": "/id/hypocalcemia"}.items() <= next(
        each.items() for each in conditions if each["label"] == "hypocalcemia"
    )


def test_a_wide_branch_is_cut_and_counted(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchy, "MOST", 3)
    found = client.get("/api/children?iri=eg:CausalProcess").get_json()
    assert len(found["children"]) == 3
    assert found["more"] == 10


def test_what_is_not_known_is_said(client: FlaskClient) -> None:
    assert client.get("/browse?under=http://example.org/nothing", headers=HTML).status_code == 404
    assert client.get("/api/children", headers={"Accept": "application/json"}).status_code == 400
    assert client.get("/api/children?iri=id:nothing").get_json()["children"] == []


# Where there are too many to read them all


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MANY", 10)


ARTICLE = "id:article/calf-cramps-while-sleeping-304a6a32"
ADDRESSES = [
    "/browse",
    "/browse?page=2",
    "/browse?kind=eg:Condition",
    "/browse?kind=eg:CausalProcess&status=eg:Denied",
    "/browse?status=eg:Affirmed",
    "/browse?basis=eg:CuratorInference&status=eg:Affirmed",
    "/browse?matched=yes",
    "/browse?matched=no&kind=eg:Condition",
    "/browse?article=id:article/odd-0&status=eg:Affirmed",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_crowd_is_listed_as_few_are(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def seen() -> tuple[object, ...]:
        found = got(client, address)
        things = [each.text for each in found.all("li") if "statement" in each.text.split()[-1]]
        return listed(found), things, found.one("found-heading").text, found.all("div", "tree")[0].text

    of_few = seen()
    monkeypatch.setattr(register, "MANY", 10)
    assert "things are listed by name" in got(client, address).text
    assert seen() == of_few


def test_a_choice_among_a_crowd_has_no_number_but_for_kinds(client: FlaskClient, crowd: None) -> None:
    found = choices(got(client, "/browse"))
    assert {"condition 12", "denied", "with a match", "stated in the text"} <= found.keys()
    assert "condition" in choices(got(client, found["denied"]))
    assert not got(client, "/browse").all("p", "sorts")


def test_an_article_of_a_crowd_is_chosen_by_its_title(client: FlaskClient, crowd: None) -> None:
    by_title = got(client, "/browse?article=Calf%20cramps%20while%20sleeping")
    (hidden,) = [
        each for each in got(client, "/browse?status=eg:Denied").all("input") if each.attributes.get("type") == "hidden"
    ]
    assert hidden.attributes | {"name": "status", "value": "eg:Denied"} == hidden.attributes
    assert "hypocalcemia" in listed(by_title)
    assert listed(by_title) == listed(got(client, f"/browse?article={ARTICLE}"))


def test_a_wide_branch_of_a_crowd_leads_on(client: FlaskClient, crowd: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchy, "MOST", 3)
    monkeypatch.setattr(trees, "MOST", 3)
    found = client.get("/api/children?iri=eg:CausalProcess").get_json()
    assert len(found["children"]) == 3
    assert (found["more"], found["rest"]) == (10, "/browse?kind=eg%3ACausalProcess")
    opened = got(client, "/browse?kind=eg:CausalProcess")
    assert {"and 10 more": "/browse?kind=eg%3ACausalProcess"}.items() <= choices(opened).items()
