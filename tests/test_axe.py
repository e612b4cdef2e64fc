"""Every main page is free of what axe calls a violation, in light and dark, on a phone and a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.axe import checked_page, violations
from tests.website import OWN, served, website

pytestmark = pytest.mark.requires("chromium")

PATHS = [
    "/",
    "/articles",
    "/search?q=calf",
    "/about",
    "/ontology",
    "/void",
    "/id/nocturnal-calf-cramp",
    "/id/hypocalcemia",
    "/id/article/odd-0",
    "/id/assertion/odd-1",
    "/id/nothing-of-that-name",
    "/sparql",
    "/sparql?query=SELECT%20*%20{%0A?s%20?p%20}",
    "/sparql?query=SELECT%20*%20{%20?s%20?p%20?o%20}%20LIMIT%2020",
    "/sparql?query=%23defaultView:Chart%0ASELECT%20?c%20(COUNT(*)%20AS%20?n)%20{?s%20a%20?c}%20GROUP%20BY%20?c",
    "/sparql?query=%23defaultView:Matrix%0ASELECT%20?p%20?c%20{?s%20a%20?c%20;%20?p%20?o}%20LIMIT%2020",
    "/sparql?query=%23defaultView:Graph%0ACONSTRUCT%20WHERE%20{?s%20a%20?c}%20LIMIT%2020",
]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(website(tmp_path_factory.mktemp("axe"), [OWN], with_odd=True)) as address:
        yield address


def test_axe_finds_nothing(host: str, browser: Browser) -> None:
    wrong = {}
    with checked_page(browser) as page:
        for path in PATHS:
            page.goto(f"{host}{path}")
            if "/sparql" in path:
                page.wait_for_selector(".cm-editor")
            if "Graph" in path:
                page.wait_for_selector(".network canvas")
            if found := violations(page):
                wrong[path] = found
    assert not wrong


def test_axe_sees_what_is_wrong(host: str, browser: Browser) -> None:
    with checked_page(browser) as page:
        page.goto(f"{host}/about")
        page.evaluate("document.querySelector('h1').style.color = 'var(--line)'")
        page.evaluate("document.querySelector('img').removeAttribute('alt')")
        found = violations(page)
    assert any("400 light: image-alt" in each for each in found)
    assert any("1280 dark: color-contrast" in each for each in found)
