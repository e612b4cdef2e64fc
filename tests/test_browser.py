"""In a real browser pages keep to a strict policy, go by keyboard, and work without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.website import OWN, served, website

pytestmark = pytest.mark.requires("chromium")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(website(tmp_path_factory.mktemp("browser"), [OWN], with_odd=True)) as address:
        yield address


def test_the_policy_is_strict(host: str, page: Page) -> None:
    response = page.goto(f"{host}/")
    assert response
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_searching_and_asking_work_without_javascript(host: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(host)
    page.get_by_role("searchbox").fill("hypocalcemia")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="hypocalcemia", exact=True).first.click()
    assert page.url == f"{host}/id/hypocalcemia"
    page.goto(f"{host}/sparql")
    page.get_by_role("button", name="Run").click()
    assert page.get_by_role("heading", name="Answer").is_visible()
    assert page.get_by_role("cell", name="cold exposure").is_visible()
    context.close()


def test_the_keyboard_reaches_the_content_first(host: str, page: Page) -> None:
    page.goto(f"{host}/id/hypocalcemia")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_focus_is_visible_on_everything_that_takes_it(host: str, page: Page) -> None:
    page.goto(f"{host}/id/nocturnal-calf-cramp")
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_a_mark_in_the_article_leads_to_its_statement_and_back(host: str, page: Page) -> None:
    page.goto(f"{host}/id/article/odd-0")
    page.locator("sup.ref a").first.click()
    number = page.evaluate("location.hash").removeprefix("#note-")
    page.locator(f"#note-{number} .number").click()
    assert page.evaluate("location.hash") == f"#words-{number}"


def test_an_iri_can_be_copied(host: str, browser: Browser) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{host}/id/hypocalcemia")
    page.get_by_role("button", name="Copy the IRI").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "https://w3id.org/etiograph/id/hypocalcemia"
    context.close()


def test_a_page_prints_without_its_furniture(host: str, page: Page) -> None:
    page.goto(f"{host}/id/nocturnal-calf-cramp")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.locator("#tests").is_visible()
