"""axe-core over a page in a real browser: every rule on, contrast included, light and dark, phone and desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page

from tests.requirements import ROOT

SCRIPT = (ROOT / "tests/vendor/axe.min.js").read_text("utf-8")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 400)
COLOURS = ["color-contrast", "link-in-text-block"]

_RUN = """async (only) => (await axe.run(document, {
  resultTypes: ["violations"], elementRef: false, ...(only.length ? { runOnly: only } : {}),
})).violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`)"""


@contextmanager
def checked_page(browser: Browser) -> Iterator[Page]:
    """A page to be checked. Its policy is set aside, since axe itself is put into it as a script."""
    context = browser.new_context(bypass_csp=True)
    try:
        yield context.new_page()
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is now, at each width and in each scheme, one line for each rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            # In the dark only colours are others, so only the rules about colours can find more.
            wrong: list[str] = page.evaluate(_RUN, COLOURS if scheme == "dark" else [])
            found += [f"{width} {scheme}: {each}" for each in wrong]
    return found
