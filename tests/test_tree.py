"""In a real browser trees go by keyboard as ARIA has them, and pictures are explored."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from service.pages import hierarchy
from tests.loaded import loaded, sign
from tests.looking import Watch
from tests.requirements import ROOT
from tests.website import served

pytestmark = pytest.mark.requires("chromium")

UNDER = f"/browse?under={quote(sign('leg-pain'))}"
FOCUSED = "document.activeElement.textContent.trim()"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(loaded(tmp_path_factory.mktemp("tree"))) as address:
        yield address


@pytest.fixture
def tree(host: str, page: Page) -> Page:
    """The page to browse, with the first node of the tree of kinds in focus."""
    page.goto(f"{host}/browse")
    page.get_by_role("treeitem", name="body site").focus()
    return page


def pressed(page: Page, *keys: str) -> str:
    """What has the focus after some keys."""
    for key in keys:
        page.keyboard.press(key)
    return str(page.evaluate(FOCUSED))


def test_a_tree_is_one_stop_of_the_tab_key(tree: Page) -> None:
    assert tree.locator("[role=tree]").first.locator("[role=treeitem][tabindex='0']").count() == 1
    assert pressed(tree, "Tab") == "all"
    assert pressed(tree, "Shift+Tab") == "body site 2"


def test_arrows_home_end_and_letters_move_through_a_tree(tree: Page) -> None:
    assert pressed(tree, "ArrowDown") == "causal process 13"
    assert pressed(tree, "ArrowUp") == "body site 2"
    assert pressed(tree, "End") == "threshold 2"
    assert pressed(tree, "Home") == "body site 2"
    assert pressed(tree, "c", "o", "n", "t") == "context factor 1"
    tree.wait_for_timeout(700)
    assert pressed(tree, "t") == "threshold 2"


def test_right_opens_a_branch_and_left_closes_it(tree: Page) -> None:
    assert pressed(tree, "c", "o", "n", "d") == "condition 12"
    pressed(tree, "ArrowRight")
    branch = tree.get_by_role("treeitem", name="condition 12", expanded=True)
    branch.wait_for()
    assert pressed(tree, "ArrowRight") == "<script>alert('x')</script>"
    assert tree.evaluate("document.activeElement.getAttribute('aria-level')") == "2"
    assert pressed(tree, "ArrowLeft") == "condition 12"
    pressed(tree, "ArrowLeft")
    assert branch.count() == 0
    assert pressed(tree, "ArrowDown") == "context factor 1"


def test_a_branch_that_is_cut_ends_in_a_way_to_all_of_it(tree: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchy, "MOST", 3)
    pressed(tree, "c", "a", "u", "s", "ArrowRight")
    tree.get_by_role("treeitem", name="and 10 more").wait_for()
    pressed(tree, *["ArrowDown"] * 3)
    assert pressed(tree, "ArrowDown") == "and 10 more"
    tree.keyboard.press("Enter")
    tree.wait_for_url("**/browse?kind=eg%3ACausalProcess")


def test_enter_leads_to_what_a_node_stands_for(tree: Page) -> None:
    pressed(tree, "c", "o", "n", "d")
    tree.keyboard.press("Enter")
    tree.wait_for_url("**/browse?kind=eg%3ACondition")
    assert tree.get_by_role("heading", name="12 things").is_visible()


def test_a_branch_opens_by_its_sign_without_leaving(tree: Page) -> None:
    address = tree.url
    tree.get_by_role("treeitem", name="all").locator(".twisty").click()
    tree.get_by_role("treeitem", name="cramp").wait_for()
    assert tree.url == address


def test_a_branch_that_cannot_be_loaded_says_so(tree: Page) -> None:
    tree.route("**/api/children**", lambda route: route.abort())
    pressed(tree, "ArrowRight")
    tree.get_by_text("What is below could not be loaded.").wait_for()


def test_a_class_is_found_open_in_its_tree(host: str, page: Page) -> None:
    page.goto(f"{host}{UNDER}")
    here = page.locator("[role=treeitem][aria-current=true]")
    assert here.text_content() == "leg pain"
    assert here.get_attribute("tabindex") == "0"
    assert here.get_attribute("aria-level") == "3"


def test_trees_and_facets_work_without_javascript(host: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host}/browse")
    for name in ("all", "pain", "leg pain", "calf pain"):
        page.locator(".tree").last.or_(page.locator(".tree").first).get_by_role("link", name=name, exact=True).click()
        assert page.get_by_role("heading", level=1).text_content() == name
    page.goto(f"{host}/browse")
    page.get_by_text("Narrow down").click()
    page.get_by_role("link", name="denied").click()
    assert page.get_by_role("link", name="coffee", exact=True).first.is_visible()
    context.close()


def test_a_box_of_the_picture_takes_the_focus_and_leads_on(host: str, page: Page) -> None:
    page.goto(f"{host}/id/hypocalcemia")
    box = page.locator(".wide-picture a.box").first
    box.focus()
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth") == "3.5px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/calcium-deficient-*")


@pytest.mark.skipif(not (ROOT / "service/static/vendor/cytoscape.js").exists(), reason="the bundle is not there")
def test_a_picture_is_explored_by_keyboard(host: str, page: Page) -> None:
    watch = Watch(host)
    watch.over(page).goto(f"{host}/id/hypocalcemia")
    page.get_by_role("button", name="Explore").click()
    status = page.locator(".explore [role=status]")
    status.filter(has_text="hypocalcemia · 11 things").wait_for()
    pressed(page, "ArrowRight")
    status.filter(has_text="lower excitability threshold").wait_for()
    pressed(page, "Enter")
    status.filter(has_text="12 things").wait_for()
    page.keyboard.press("o")
    page.wait_for_url("**/id/lower-excitability-threshold-*")
    assert not watch.complaints
    assert not watch.strangers
