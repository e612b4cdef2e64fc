"""A page as it is seen: in a real browser, phone and desk, light and dark, and what is wrong with it there."""

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import ConsoleMessage, Page, Request

from tests.requirements import ROOT

SCREENSHOTS = ROOT / "test-results" / "screenshots"
WIDTHS = (1280, 400)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
UNREADABLE = (ROOT / "tests/data/contrast.js").read_text("utf-8")
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
FOUND_MISSING = "Failed to load resource: the server responded with a status of "


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

    def told(self) -> list[str]:
        """What there is to say since this was asked last."""
        found = self.complaints + [f"asked {url}" for url in self.strangers]
        self.complaints.clear()
        self.strangers.clear()
        return found


def settings(page: Page) -> Iterator[str]:
    """The page in every width and scheme, one after the other, with the name of each: `1280-light`."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            yield f"{width}-{scheme}"


def until(page: Page, expression: str) -> None:
    """Wait until an expression holds on a page; `wait_for_function` would ask it by `eval`, which no page allows."""
    deadline = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(20)


def ill_seen(page: Page) -> list[str]:
    """What cannot be read, or is wider than the window, as the page is now."""
    faint = str(page.evaluate(UNREADABLE))
    return ([] if page.evaluate(FITS) else ["it is too wide"]) + ([f"too little contrast: {faint}"] if faint else [])


def photographed(page: Page, name: str) -> None:
    """Keep a picture of the page from top to bottom; endless ones are cut."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), 4000)
    width = int(page.evaluate("window.innerWidth"))
    # Not by `page.screenshot`, which takes a third longer.
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    wanted = {"format": "jpeg", "quality": 85, "captureBeyondViewport": True, "clip": clip}
    browser = page.context.new_cdp_session(page)
    picture = browser.send("Page.captureScreenshot", wanted)["data"]
    browser.detach()
    (SCREENSHOTS / f"{name}.jpg").write_bytes(base64.b64decode(picture))
