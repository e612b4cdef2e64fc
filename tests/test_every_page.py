"""Every page is opened once in a real browser and looked at in every setting; its pictures are kept.

They lie in `test-results/screenshots`, named after page, width and scheme.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from loaders.foundations import foundations
from loaders.obo import read_ontology
from ontology.iris import Iris
from service.store.draft import Draft
from service.store.mapped import map_loaded
from service.store.snapshots import Snapshots
from tests import axe, odd
from tests.loaded import VOCABULARY, crowded, sign, vocabulary
from tests.looking import Watch, ill_seen, photographed, settings
from tests.requirements import ROOT
from tests.website import OWN, served, website

pytestmark = pytest.mark.requires("chromium")

PALPITATIONS = ROOT / "tests" / "corpus" / "development" / "palpitations.txt"
EG = "PREFIX eg: <https://w3id.org/etiograph/ontology#> "
KINDS = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) LIMIT 12"


def asked(query: str, more: str = "") -> str:
    return f"/sparql?query={quote(query)}{more}"


PAGES = {
    "home": "/",
    "articles": "/articles",
    "about": "/about",
    "ontology": "/ontology",
    "ontology-definitions": "/ontology/definitions",
    "void": "/void",
    "queries": "/queries",
    "api": "/api",
    "changes": "/changes",
    "downloads": "/downloads",
    "status": "/status",
    "search": "/search",
    "search-hits": "/search?q=calf",
    "search-narrowed": "/search?q=calf&type=Symptom",
    "search-second-page": "/search?q=c&page=2",
    "search-obsolete": "/search?q=charley",
    "search-misspelt": "/search?q=hipocalcemia",
    "search-nothing": "/search?q=xyzzyqq",
    "search-odd": "/search?q=odd",
    "symptom": "/id/nocturnal-calf-cramp",
    "symptom-of-another-article": "/id/palpitation",
    "cause": "/id/hypocalcemia",
    "test": "/id/serum-calcium-test",
    "finding": "/id/low-serum-calcium",
    "threshold": "/id/threshold/serum-calcium-below-2-mmol-per-l",
    "risk-group": "/id/calcium-deficient-pregnant-women",
    "body-site": "/id/calf",
    "article": "/id/article/odd-0",
    "article-narrowed": "/id/article/odd-0?family=cause",
    "statement": "/id/assertion/odd-1",
    "statement-denied": "/id/assertion/odd-no",
    "statement-set-aside": "/id/assertion/odd-aside",
    "evidence": "/id/evidence/odd-1",
    "quote": "/id/evidence/odd-1/quote",
    "correction": "/id/correction/odd",
    "passage": "/id/article/odd-0/passage/2",
    "matrix": "/matrix",
    "matrix-of-a-symptom": "/matrix?symptom=nocturnal-calf-cramp",
    "matrix-gaps": "/matrix?show=gaps",
    "matrix-empty": "/matrix?symptom=nothing",
    "compare": "/compare",
    "compare-three": "/compare?symptom=palpitation&symptom=nocturnal-calf-cramp&symptom=odd-symptom",
    "check": "/check",
    "check-answer": "/check?test=serum-calcium-test&value=7.6&unit=mg/dL&group=calcium-deficient%20pregnant%20women",
    "check-reference": "/check?q=potassium%206.6%20mmol/L",
    "check-error": "/check?test=serum%20calcium&value=x&unit=mg/dL",
    "sparql": "/sparql",
    "sparql-table": asked("SELECT * { ?s ?p ?o } LIMIT 20"),
    "sparql-chart": asked(f"#defaultView:Chart\n{KINDS}"),
    "sparql-matrix": asked("#defaultView:Matrix\nSELECT ?p ?c { ?s a ?c ; ?p ?o } LIMIT 20"),
    "sparql-graph": asked(f"#defaultView:Graph\n{EG}CONSTRUCT WHERE {{ ?cause eg:causes ?symptom }} LIMIT 20"),
    "sparql-error": asked("SELECT * {\n?s ?p }"),
    "sparql-too-slow": asked(KINDS, "&timeout=0.001"),
    "browse": "/browse",
    "browse-kind": "/browse?kind=eg:Condition",
    "browse-class": f"/browse?under={quote(sign('leg-pain'))}",
    "term": "/term?iri=EX:0000001",
    "term-obsolete": "/term?iri=EX:0000003",
    "term-odd": "/term?iri=EX:0000018",
    "term-unknown": "/term?iri=EX:0000999",
    "unknown": "/id/hypocalcaemia-x",
    "unknown-address": "/nowhere",
    "odd-markup": "/id/odd-markup",
    "odd-link": "/id/odd-link",
    "odd-long": "/id/odd-long",
    "odd-nameless": "/id/odd-none",
    "odd-turned": "/id/odd-rlo",
    "odd-symptom": "/id/odd-symptom",
    "crowded": "/id/busy",
    "obsolete": "/id/former",
}
_LIKE_ANOTHER = {
    *("search", "search-narrowed", "search-second-page", "search-nothing", "search-odd", "symptom-of-another-article"),
    *("finding", "risk-group", "body-site", "article-narrowed", "statement-denied", "statement-set-aside", "quote"),
    *("matrix-of-a-symptom", "matrix-gaps", "matrix-empty", "compare", "check-reference", "crowded", "unknown-address"),
    *("ontology-definitions", "term-odd", "term-unknown", "sparql-too-slow"),
}
"""Pages made from the same template as another: of these, two settings are enough."""


def _is_like_another(name: str) -> bool:
    return name in _LIKE_ANOTHER or name.startswith("odd-")


_TEMPLATES = [name for name in PAGES if not _is_like_another(name)]
_EXTREMES = ("1280-light", "400-dark")
_LESS_WITHOUT_A_SCRIPT = ("sparql", "browse", "term", "status")
"""What a script adds words to there has tests of its own, and `/status` tells how long the process has run."""


@dataclass(frozen=True)
class Windows:
    """A page with everything, one without scripts, one of a Chinese reader, and what the first two complain of."""

    host: str
    page: Page
    plain: Page
    chinese: Page
    watch: Watch
    words: dict[str, list[str]] = field(default_factory=dict)
    """What stands on the pages that were opened."""

    def opened(self, name: str) -> Page:
        """The page of a name, when its scripts have done their work."""
        self.page.goto(self.host + PAGES[name])
        if name.startswith("sparql"):
            self.page.wait_for_selector(".cm-editor")
        if name == "sparql-graph":
            self.page.wait_for_selector(".network canvas")
        self.words[name] = _words(self.page)
        return self.page


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two articles and what they stand on, two ontologies, everything odd, and a thing 400 others may cause."""
    data = tmp_path_factory.mktemp("every")
    website(data, [OWN, PALPITATIONS], with_odd=True)
    Snapshots(data).write(_rest, "the rest")
    app = website(data, [])
    app.extensions["etiograph.search"].prepare().join()
    with served(app) as address:
        yield address


def _rest(draft: Draft) -> None:
    for name, graph in foundations():
        draft.put(name, graph)
    map_loaded(draft, Iris())
    found = read_ontology(ROOT / "tests/data/odd.obo")
    draft.put(found.name, found.graph)
    draft.put(VOCABULARY, vocabulary())
    draft.put(odd.IRIS.graph(odd.ARTICLE), crowded())


@pytest.fixture(scope="module")
def windows(host: str, browser: Browser) -> Iterator[Windows]:
    scripted = browser.new_context(locale="en")
    scripted.add_init_script(axe.SCRIPT)
    plain = browser.new_context(locale="en", java_script_enabled=False)
    chinese = browser.new_context(locale="zh-CN", viewport={"width": 400, "height": 900})
    watch = Watch(host)
    pages = watch.over(scripted.new_page()), plain.new_page(), watch.over(chinese.new_page())
    yield Windows(host, *pages, watch)
    for context in (scripted, plain, chinese):
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_in_every_setting(windows: Windows, name: str) -> None:
    page = windows.opened(name)
    wrong = []
    for setting in settings(page):
        if _is_like_another(name) and setting not in _EXTREMES:
            continue
        wrong += [f"{setting}: {each}" for each in ill_seen(page) + _violations(page, name, setting)]
        photographed(page, f"{name}-{setting}")
    assert wrong + windows.watch.told() == []


def _violations(page: Page, name: str, setting: str) -> list[str]:
    """What axe says; of a page made from the same template as another it is not asked for colours again."""
    if _is_like_another(name):
        return axe.violations(page, "without colours") if setting == "1280-light" else []
    return axe.violations(page, setting)


@pytest.mark.parametrize("name", [name for name in _TEMPLATES if not name.startswith(_LESS_WITHOUT_A_SCRIPT)])
def test_a_page_is_complete_without_javascript(windows: Windows, name: str) -> None:
    windows.plain.goto(windows.host + PAGES[name])
    if name not in windows.words:
        windows.opened(name)
    assert _words(windows.plain) == windows.words[name]


def _words(page: Page) -> list[str]:
    """The words of a page, but for those of the buttons that only a script can give it."""
    return (page.locator("main").text_content() or "").replace("Copy", "").split()


@pytest.mark.parametrize("name", _TEMPLATES)
def test_a_page_fits_a_phone_in_chinese(windows: Windows, name: str) -> None:
    windows.chinese.goto(windows.host + PAGES[name])
    assert windows.chinese.evaluate("document.documentElement.lang") == "zh-Hans"
    assert ill_seen(windows.chinese) + windows.watch.told() == []


def test_what_is_wrong_is_seen(windows: Windows) -> None:
    page = windows.page
    page.goto(f"{windows.host}/about")
    page.evaluate("document.querySelector('h1').style.color = 'var(--line)'")
    page.evaluate("document.querySelector('img').removeAttribute('alt')")
    page.evaluate("document.querySelector('main').style.width = '3000px'")
    page.evaluate("console.error('a complaint')")
    found = axe.violations(page)
    assert any("image-alt" in each for each in found)
    assert any("color-contrast" in each for each in found)
    assert [each.partition(":")[0] for each in ill_seen(page)] == ["it is too wide", "too little contrast"]
    assert windows.watch.told() == ["a complaint"]
