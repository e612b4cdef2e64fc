"""axe-core over a page in a real browser: every rule on, contrast included."""

from playwright.sync_api import Page

from tests.requirements import ROOT

SCRIPT = (ROOT / "tests/vendor/axe.min.js").read_text("utf-8")
"""To be given to a context as `add_init_script`, which the policy of a page does not concern."""

COLOURS = ["color-contrast", "link-in-text-block"]
LAYOUT = [
    *("aria-hidden-focus", "button-name", "heading-order", "image-alt", "link-name", "nested-interactive", "region"),
    *("scrollable-region-focusable", "svg-img-alt"),
]
"""The rules about what a narrow window hides, shows, or lets scroll."""

_OPTIONS: dict[str, dict[str, object]] = {
    "1280-light": {},
    "1280-dark": {"runOnly": COLOURS},
    "400-light": {"runOnly": LAYOUT},
    "without colours": {"rules": {rule: {"enabled": False} for rule in COLOURS}},
}
_ALIKE = ".term:nth-of-type(n + 6)"
"""Of the hundred terms of `/ontology` all but the first five of a group: axe takes long for the colours of all."""

_RUN = """async ([options, spared]) => (await axe.run({ exclude: document.querySelector(spared) ? [[spared]] : [] }, {
  resultTypes: ["violations"], elementRef: false, ...options,
})).violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`)"""


def violations(page: Page, setting: str = "1280-light") -> list[str]:
    """What axe finds wrong with a page as it is now, one line for each rule.

    Colours do not change with the width, nor anything but colours with the scheme, so each rule is asked where it can
    find more; what cannot be read in any setting is found by `tests.looking.ill_seen`, too.
    """
    options = _OPTIONS.get(setting)
    if options is None:
        return []
    if options.get("runOnly") == COLOURS:
        return _found(page, options, _ALIKE)
    if not options and page.locator(_ALIKE).count():
        return _found(page, _OPTIONS["without colours"]) + _found(page, {"runOnly": COLOURS}, _ALIKE)
    return _found(page, options)


def _found(page: Page, options: dict[str, object], spared: str = "none") -> list[str]:
    found: list[str] = page.evaluate(_RUN, [options, spared])
    return found
