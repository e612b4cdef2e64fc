"""In a real browser the matrix keeps its headers in sight and opens its places in a dialog, or without script below."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.looking import until
from tests.requirements import ROOT
from tests.website import OWN, served, website

pytestmark = pytest.mark.requires("chromium")

CORPUS = ROOT / "tests" / "corpus" / "development"
MATRIX = "/matrix?symptom=nocturnal-calf-cramp"
VALUE = "/check?test=serum%20calcium&value=7.6&unit=mg/dL&group=calcium-deficient%20pregnant%20women"
PLACE = "low serum calcium inferred"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    articles = [OWN, CORPUS / "palpitations.txt"]
    with served(website(tmp_path_factory.mktemp("browser"), articles, with_odd=True)) as address:
        yield address


def test_a_place_opens_in_a_dialog_and_gives_the_focus_back(host: str, page: Page) -> None:
    page.goto(f"{host}{MATRIX}")
    link = page.get_by_role("link", name=PLACE)
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="serum calcium test → hypocalcemia")
    assert dialog.is_visible()
    assert dialog.get_by_text("abnormal below 2 mmol/L").is_visible()
    assert dialog.get_by_text("serum calcium is less than 2 mmol/L").first.is_visible()
    dialog.get_by_text("mg/dL", exact=True).click()
    assert dialog.get_by_text("abnormal below 8.0156 mg/dL").is_visible()
    assert not dialog.get_by_text("abnormal below 2 mmol/L").is_visible()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.textContent") == PLACE
    assert page.evaluate("location.hash") == ""


def test_a_dialog_closes_by_its_button(host: str, page: Page) -> None:
    page.goto(f"{host}{MATRIX}")
    page.get_by_role("link", name=PLACE).click()
    page.get_by_role("button", name="Close").click()
    page.locator("dialog").wait_for(state="detached")


def test_without_javascript_a_place_leads_to_what_stands_behind_it(host: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host}{MATRIX}")
    page.get_by_role("link", name=PLACE).click()
    opened = page.locator(".opened:target")
    assert "serum calcium is less than 2 mmol/L" in (opened.text_content() or "")
    page.goto(f"{host}/id/nocturnal-calf-cramp")
    page.get_by_text("mg/dL", exact=True).first.click()
    assert page.get_by_text("abnormal below 8.0156 mg/dL").is_visible()
    context.close()


@pytest.mark.parametrize("width", [400, 1280])
def test_headers_stay_in_sight(host: str, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 500})
    page = context.new_page()
    page.goto(f"{host}/matrix")
    page.locator("#table").evaluate("table => table.scrollTo(300, 250)")
    box = page.locator("#table").bounding_box()
    column = page.locator(".cross thead th").nth(4).bounding_box()
    rows = [row.bounding_box() for row in page.locator(".cross tbody th").all()[:3]]
    assert box
    assert column
    assert abs(column["y"] - box["y"]) < 3
    assert all(row and abs(row["x"] - box["x"]) < 3 for row in rows)
    assert page.locator("#table").evaluate("table => table.scrollLeft") > 100
    context.close()


def test_the_table_scrolls_by_keyboard(host: str, page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 500})
    page.goto(f"{host}/matrix")
    page.locator("#table").focus()
    page.keyboard.press("ArrowRight")
    until(page, "document.getElementById('table').scrollLeft > 0")


def test_the_units_on_offer_are_those_of_the_test(host: str, page: Page) -> None:
    page.goto(f"{host}/check")
    assert page.locator("#units option").count() > 3
    page.get_by_label("Test", exact=True).fill("serum calcium test")
    assert page.locator("#units option").evaluate_all("all => all.map(each => each.value)") == ["mg/dL", "mmol/L"]
    page.get_by_label("Test", exact=True).fill("something else")
    assert page.locator("#units option").count() > 3


def test_a_filter_is_chosen_by_keyboard(host: str, page: Page) -> None:
    page.goto(f"{host}/matrix")
    page.get_by_label("Symptom").select_option("nocturnal-calf-cramp")
    page.get_by_label("Type of test").select_option("laboratory")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**/matrix?symptom=nocturnal-calf-cramp&kind=laboratory**")
    assert page.locator(".cross thead th").count() == 4
