"""In a real browser every page keeps to its policy and its host, fits a phone and a desk, and needs no script."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.requirements import ROOT
from tests.website import OWN, served, website

pytestmark = pytest.mark.requires("chromium")

PATHS = [
    "/",
    "/articles",
    "/search",
    "/search?q=calf",
    "/search?q=hipocalcemia",
    "/about",
    "/ontology",
    "/sparql",
    "/sparql?query=SELECT%20*%20{%20?s%20?p%20?o%20}%20LIMIT%2050",
    "/sparql?query=SELECT%20*%20{%0A?s%20?p%20}",
    "/id/nocturnal-calf-cramp",
    "/id/hypocalcemia",
    "/id/serum-calcium-test",
    "/id/nothing-of-that-name",
    "/id/odd-markup",
    "/id/odd-link",
    "/id/odd-long",
    "/id/odd-none",
    "/id/odd-rlo",
    "/id/odd-symptom",
    "/id/article/odd-0",
    "/id/assertion/odd-1",
    "/id/assertion/odd-aside",
    "/id/evidence/odd-1",
    "/id/evidence/odd-1/quote",
    "/id/correction/odd",
    "/id/article/odd-0/passage/2",
    "/search?q=odd",
]
UNREADABLE = (ROOT / "tests/data/contrast.js").read_text("utf-8")
FOUND_MISSING = "Failed to load resource: the server responded with a status of 40"


@dataclass
class Watch:
    """What a page tells the console and asks of the network."""

    host: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(FOUND_MISSING):
            self.complaints.append(message.text)

    def asked(self, request: Request) -> None:
        if not request.url.startswith((self.host, "data:")):
            self.strangers.append(request.url)

    def over(self, page: Page) -> Page:
        page.on("console", self.said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self.asked)
        return page


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(website(tmp_path_factory.mktemp("browser"), [OWN], with_odd=True)) as address:
        yield address


@pytest.fixture(
    params=[(400, "light"), (400, "dark"), (1280, "light"), (1280, "dark")], ids=lambda case: f"{case[0]}-{case[1]}"
)
def context_of_case(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    yield context
    context.close()


def test_pages_keep_to_their_policy_their_host_and_their_width(host: str, context_of_case: BrowserContext) -> None:
    watch = Watch(host)
    page = watch.over(context_of_case.new_page())
    for path in PATHS:
        page.goto(f"{host}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"
        assert page.evaluate(UNREADABLE) == "", f"{path}: too little contrast"
        assert not watch.complaints, f"{path}: {watch.complaints}"
        assert not watch.strangers, f"{path}: {watch.strangers}"


def test_the_policy_is_strict(host: str, page: Page) -> None:
    response = page.goto(f"{host}/")
    assert response
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_every_page_is_complete_without_javascript(host: str, browser: Browser) -> None:
    contexts = [browser.new_context(java_script_enabled=on) for on in (True, False)]
    pages = [context.new_page() for context in contexts]
    # What the SPARQL page is without a script has a test of its own in tests/test_editor_browser.py.
    for path in (path for path in PATHS if not path.startswith("/sparql")):
        for page in pages:
            page.goto(f"{host}{path}")
        scripted, plain = (page.locator("main").text_content() or "" for page in pages)
        assert scripted.replace("Copy", "").split() == plain.split(), path
    for context in contexts:
        context.close()


def test_the_contrast_test_sees_what_cannot_be_read(host: str, page: Page) -> None:
    page.goto(f"{host}/about")
    page.evaluate("document.querySelector('h1').style.color = getComputedStyle(document.body).backgroundColor")
    assert "H1" in page.evaluate(UNREADABLE)


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
