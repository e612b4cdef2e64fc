"""The search box in a real browser: a combobox by ARIA 1.2, by keyboard and by pointer, and none without a server."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, expect

from loaders.obo import read_ontology
from service.store.snapshots import Snapshots
from tests.looking import ill_seen
from tests.requirements import ROOT
from tests.website import OWN, served, website

pytestmark = pytest.mark.requires("chromium")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("box")
    app = website(data, [OWN], with_odd=True)
    found = read_ontology(ROOT / "tests/data/odd.obo")
    Snapshots(data).write(lambda draft: draft.put(found.name, found.graph))
    app.extensions["etiograph.search"].prepare().join()
    with served(app) as address:
        yield address


@pytest.fixture
def box(host: str, page: Page) -> Page:
    page.goto(f"{host}/about")
    return page


def typed(page: Page, words: str) -> None:
    page.get_by_role("combobox").fill(words)
    page.get_by_role("listbox").wait_for()


def test_the_box_is_a_combobox_with_a_list(box: Page) -> None:
    field = box.get_by_role("combobox", name="Search names and sentences")
    expect(field).to_have_attribute("aria-expanded", "false")
    typed(box, "calf cr")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert box.get_by_role("listbox").get_attribute("id") == field.get_attribute("aria-controls")
    assert box.get_by_role("option").first.text_content() == "calf cramp symptom"
    expect(box.locator("form.search [role=status]")).to_have_text("5 suggestions.")


def test_arrows_choose_and_enter_goes_there(host: str, box: Page) -> None:
    typed(box, "calf cr")
    box.keyboard.press("ArrowDown")
    first = box.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_by_role("combobox").get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.keyboard.press("ArrowUp")
    assert box.get_by_role("combobox").get_attribute("aria-activedescendant") is None
    box.keyboard.press("ArrowUp")
    expect(box.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    box.keyboard.press("ArrowDown")
    box.keyboard.press("ArrowDown")
    box.keyboard.press("Enter")
    box.wait_for_url(f"{host}/id/calf-cramp")


def test_enter_without_a_choice_searches(host: str, box: Page) -> None:
    typed(box, "calf cr")
    box.keyboard.press("Enter")
    box.wait_for_url(f"{host}/search?q=calf+cr")


def test_escape_and_leaving_close_the_list(box: Page) -> None:
    for key in ("Escape", "Tab"):
        typed(box, "calf")
        box.keyboard.press(key)
        expect(box.get_by_role("listbox")).to_be_hidden()
        expect(box.locator("input[role=combobox]")).to_have_attribute("aria-expanded", "false")
        expect(box.get_by_role("combobox")).to_have_value("calf")


def test_a_pointer_chooses(host: str, box: Page) -> None:
    typed(box, "limb")
    box.get_by_role("option", name="Cramp of the limb").click()
    box.wait_for_url(lambda url: url.startswith(f"{host}/term?iri="))
    expect(box.get_by_role("heading", level=1)).to_have_text("Cramp of the limb")


def test_a_slip_is_forgiven_and_nothing_is_said_to_be_nothing(box: Page) -> None:
    typed(box, "hipocalc")
    expect(box.get_by_role("option").first).to_contain_text("hypocalcemia")
    box.get_by_role("combobox").fill("zzzzzzzz")
    expect(box.locator("form.search [role=status]")).to_have_text("No suggestion.")
    expect(box.get_by_role("listbox")).to_be_hidden()


def test_markup_in_a_name_is_only_text(box: Page) -> None:
    typed(box, "script alert")
    expect(box.get_by_role("option").first).to_contain_text("<script>alert('x')</script>")


def test_a_server_that_fails_leaves_the_search_as_it_is(host: str, box: Page) -> None:
    def fail(route: Route) -> None:
        route.abort()

    box.route("**/api/complete*", fail)
    box.get_by_role("combobox").fill("calf")
    box.wait_for_timeout(300)
    expect(box.get_by_role("listbox")).to_be_hidden()
    box.keyboard.press("Enter")
    box.wait_for_url(f"{host}/search?q=calf")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_suggestions_can_be_read(box: Page, width: int, scheme: Literal["light", "dark"]) -> None:
    box.set_viewport_size({"width": width, "height": 800})
    box.emulate_media(color_scheme=scheme)
    typed(box, "c")
    box.keyboard.press("ArrowDown")
    assert ill_seen(box) == []
