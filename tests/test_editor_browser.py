"""The SPARQL page in a real browser: keyboard, completion, marks, tabs, cancel, views, within its policy."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from service.settings import Settings
from tests.looking import Watch, until
from tests.website import OWN, served, website

pytestmark = pytest.mark.requires("chromium")

EG = "PREFIX eg: <https://w3id.org/etiograph/ontology#>\n"
CAUSES = f"{EG}SELECT ?cause ?symptom {{ ?cause eg:causes ?symptom }}"
KINDS = f"{EG}SELECT ?kind (COUNT(?s) AS ?number) {{ ?s a ?kind }} GROUP BY ?kind ORDER BY DESC(?number) LIMIT 12"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(website(tmp_path_factory.mktemp("editor-browser"), [OWN], with_odd=True)) as address:
        yield address


@pytest.fixture
def bench(host: str, page: Page) -> Iterator[Page]:
    """The SPARQL page; whatever a test does there, the policy is kept and nothing asked of strangers."""
    watch = Watch(host)
    watch.over(page)
    page.goto(f"{host}/sparql")
    page.wait_for_selector(".cm-editor")
    yield page
    assert not watch.complaints
    assert not watch.strangers


def write(page: Page, text: str) -> None:
    """Replace what stands in the editor, key by key."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def paste(page: Page, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def text(page: Page) -> str:
    return page.locator("#query").input_value()


def test_a_query_is_run_and_left_by_keyboard_alone(bench: Page) -> None:
    bench.get_by_role("tab", name="Query 1").focus()
    for _ in range(3):
        bench.keyboard.press("Tab")
    expect(bench.get_by_role("textbox", name="Query", exact=True)).to_be_focused()
    bench.keyboard.press("Control+Enter")
    expect(bench.get_by_role("cell", name="cold exposure")).to_be_visible()
    assert "rows in" in bench.locator("#told").inner_text()
    bench.keyboard.press("Tab")
    expect(bench.get_by_role("button", name="Run")).to_be_focused()
    bench.keyboard.press("Shift+Tab")
    bench.keyboard.press("Shift+Tab")
    expect(bench.get_by_role("button", name="Close this query")).to_be_focused()


def test_classes_are_completed_with_their_prefix(bench: Page) -> None:
    write(bench, "SELECT * { ?s a Symp")
    expect(bench.get_by_role("option", name="eg:Symptom")).to_be_visible()
    expect(bench.locator(".cm-completionInfo")).to_be_visible()
    bench.wait_for_timeout(100)  # CodeMirror takes no choice in the first 75 ms, so that none is made by mistake
    bench.keyboard.press("Enter")
    assert text(bench).startswith(f"{EG}SELECT * {{ ?s a eg:Symptom")


def test_things_are_completed_by_what_they_are_called(bench: Page) -> None:
    paste(bench, f"{EG}SELECT * {{ ?what eg:causes ")
    bench.keyboard.type("nocturnal-ca")
    expect(bench.get_by_role("option", name="id:nocturnal-calf-cramp")).to_be_visible()
    bench.wait_for_timeout(100)
    bench.keyboard.press("Enter")
    assert "PREFIX id: <https://w3id.org/etiograph/id/>" in text(bench)
    assert "eg:causes id:nocturnal-calf-cramp" in text(bench)


def test_a_prefix_that_is_typed_declares_itself_once(bench: Page) -> None:
    write(bench, "SELECT * { ?s skos:")
    until(bench, "document.querySelector('#query').value.startsWith('PREFIX skos:')")
    bench.keyboard.type("broader ?o . ?o rdf:type ?x")
    until(bench, "document.querySelector('#query').value.includes('PREFIX rdf:')")
    assert text(bench).count("PREFIX skos:") == 1


def test_variables_are_completed(bench: Page) -> None:
    paste(bench, "SELECT ?symptom { ?symptom ?p ")
    bench.keyboard.type("?sym")
    expect(bench.get_by_role("option", name="?symptom")).to_be_visible()


def test_an_error_is_marked_at_its_place_and_gone_when_mended(bench: Page) -> None:
    paste(bench, "SELECT * {\n  ?s nope:p ?o\n}")
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".cm-lintRange-error")).to_have_text("nope:p")
    expect(bench.locator("#trouble")).to_contain_text("Line 2, column 6")
    expect(bench.get_by_role("textbox", name="Query", exact=True)).to_be_focused()
    paste(bench, "SELECT * { ?s ?p 'x' }")
    bench.keyboard.press("Control+Enter")
    expect(bench.locator("#result")).to_contain_text("nothing in the graph matches")
    assert not bench.locator("#trouble .trouble").count()
    assert not bench.locator(".cm-lintRange-error").count()


def test_a_place_is_counted_in_characters_and_not_in_their_halves(bench: Page) -> None:
    paste(bench, "SELECT * { ?s ?p '😀😀' . ?s oops }")
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".cm-lintRange-error")).to_have_text("}")


def test_an_error_of_the_address_is_marked_too(host: str, page: Page) -> None:
    page.goto(f"{host}/sparql?query={quote('SELECT * { ?s oops }')}")
    expect(page.locator(".cm-lintRange-error")).to_be_visible()


def test_cancel_hangs_up_and_the_next_query_is_answered(bench: Page) -> None:
    waiting: list[Route] = []

    def keep_waiting(route: Route) -> None:
        waiting.append(route)

    bench.route("**/sparql", keep_waiting)
    paste(bench, CAUSES)
    bench.keyboard.press("Control+Enter")
    with bench.expect_event("requestfailed") as failed:
        bench.get_by_role("button", name="Cancel").click()
    assert failed.value.failure == "net::ERR_ABORTED"
    expect(bench.locator("#told")).to_have_text("Cancelled.")
    expect(bench.get_by_role("button", name="Run")).to_be_focused()
    bench.unroute("**/sparql")
    bench.keyboard.press("Enter")
    expect(bench.get_by_role("cell", name="cold exposure")).to_be_visible()
    expect(bench.get_by_role("button", name="Cancel")).to_be_hidden()


def test_cancel_frees_the_worker(address: str, page: Page) -> None:
    page.goto(f"{address}/sparql")
    page.wait_for_selector(".cm-editor")
    for _ in range(Settings().workers + 1):
        paste(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(150)  # the worker begins
        page.get_by_role("button", name="Cancel").click()
    paste(page, CAUSES)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("cell", name="cold exposure")).to_be_visible()


def test_tabs_and_history_survive_a_reload_and_move_by_arrows(bench: Page) -> None:
    paste(bench, CAUSES)
    bench.keyboard.press("Control+Enter")
    expect(bench.locator("#result")).to_be_visible()
    bench.get_by_role("button", name="New query").click()
    paste(bench, "ASK { ?s ?p 'second' }")
    bench.wait_for_timeout(300)  # what is typed is kept when the typing rests
    bench.goto(bench.url.partition("?")[0])
    expect(bench.get_by_role("tab")).to_have_count(2)
    expect(bench.get_by_role("tab", selected=True)).to_have_text("Query 2")
    assert "second" in text(bench)
    bench.get_by_role("tab", selected=True).focus()
    bench.keyboard.press("ArrowLeft")
    assert "eg:causes" in text(bench)
    bench.keyboard.press("Delete")
    expect(bench.get_by_role("tab")).to_have_count(1)
    bench.locator("#past summary").click()
    bench.locator("#history button").first.click()
    expect(bench.get_by_role("cell", name="cold exposure")).to_be_visible()


def test_what_another_page_left_in_the_storage_does_no_harm(host: str, page: Page) -> None:
    page.goto(f"{host}/about")
    for kept in ("{", "[]", "null", '{"tabs":[1,{"text":5}],"history":7,"active":"x"}'):
        page.evaluate("kept => localStorage.setItem('etiograph.sparql', kept)", kept)
        page.goto(f"{host}/sparql")
        expect(page.get_by_role("tab")).to_have_count(1)
        assert "eg:causes" in text(page)


def test_layout_keeps_one_step_of_undo(bench: Page) -> None:
    paste(bench, "select * {?s ?p ?o. ?o ?q ?r}")
    bench.get_by_role("button", name="Lay out").click()
    expect(bench.locator("#told")).to_have_text("Formatted.")
    assert text(bench) == "SELECT * {\n  ?s ?p ?o .\n  ?o ?q ?r\n}\n"
    bench.locator(".cm-content").click()
    bench.keyboard.press("ControlOrMeta+z")
    assert text(bench) == "select * {?s ?p ?o. ?o ?q ?r}"


def test_a_table_is_sorted_filtered_and_paged(bench: Page) -> None:
    paste(
        bench,
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nSELECT ?s ?o { ?s rdfs:label ?o }",
    )
    bench.keyboard.press("Control+Enter")
    rows = bench.locator("#result tbody tr")
    expect(rows).to_have_count(100)
    bench.get_by_role("button", name="Next rows").click()
    expect(bench.locator("#result [role=status]")).to_contain_text("101–")
    bench.get_by_role("button", name="o", exact=True).click()
    expect(bench.locator("th[aria-sort=ascending]")).to_have_text("o ↑")
    firsts = rows.locator("td:last-child").all_inner_texts()
    letters = [each[0].casefold() for each in firsts if each[0].isascii() and each[0].isalnum()]
    assert letters == sorted(letters)
    bench.get_by_role("button", name="o", exact=True).click()
    expect(bench.locator("th[aria-sort=descending]")).to_be_visible()
    bench.get_by_label("Filter rows").fill("hypocalc")
    assert all("hypocalc" in each for each in rows.all_inner_texts())
    bench.get_by_label("Filter rows").fill("no such words")
    expect(bench.locator("#result [role=status]")).to_have_text("No row holds this.")


def test_a_chart_says_its_numbers(host: str, page: Page) -> None:
    watch = Watch(host)
    watch.over(page)
    page.goto(f"{host}/sparql?query={quote('#defaultView:Chart' + chr(10) + KINDS)}")
    expect(page.get_by_role("img", name="number by kind")).to_be_visible()
    assert page.locator(".bar").count() == 12
    widths = [float(bar.get_attribute("width") or 0) for bar in page.locator(".bar").all()]
    assert widths == sorted(widths, reverse=True)
    page.get_by_text("The numbers of the picture").click()
    expect(page.get_by_role("row", name="evidence item")).to_be_visible()
    for kind, mark in (("Line", "polyline.stroke"), ("Points", "circle.point")):
        page.get_by_role("combobox", name="Kind", exact=False).first.select_option(label=kind)
        assert page.locator(mark).count() >= 1
    assert not watch.complaints


def test_a_matrix_can_be_turned(host: str, page: Page) -> None:
    query = f"#defaultView:matrix\n{EG}SELECT ?test ?cause {{ ?test eg:hasFinding/eg:supports ?cause }}"
    page.goto(f"{host}/sparql?query={quote(query)}")
    expect(page.get_by_role("rowheader", name="serum calcium test")).to_be_visible()
    page.get_by_label("Down").select_option("cause")
    page.get_by_label("Across").select_option("test")
    expect(page.get_by_role("columnheader", name="serum calcium test")).to_be_visible()
    expect(page.get_by_role("rowheader", name="hypocalcemia")).to_be_visible()


def test_a_graph_is_drawn_and_said(bench: Page) -> None:
    paste(bench, f"{EG}CONSTRUCT WHERE {{ ?cause eg:causes ?symptom }}")
    bench.keyboard.press("Control+Enter")
    expect(bench.get_by_role("columnheader", name="predicate")).to_be_visible()
    bench.get_by_role("radio", name="Graph").check()
    expect(bench.get_by_role("img", name="things and 5 relations")).to_be_visible()
    bench.wait_for_selector(".network canvas")


def test_a_short_address_brings_query_and_view_back(bench: Page, host: str, browser: Browser) -> None:
    paste(bench, KINDS)
    bench.keyboard.press("Control+Enter")
    bench.get_by_role("radio", name="Chart").check()
    bench.get_by_role("button", name="Short address").click()
    address = bench.get_by_label("A short address of this query").input_value()
    assert address.startswith(f"{host}/q/")
    other = browser.new_context().new_page()
    other.goto(address)
    expect(other.get_by_role("img", name="number by kind")).to_be_visible()
    assert text(other).startswith("#defaultView:Chart\nPREFIX")
    other.context.close()


def test_a_long_address_is_offered_where_no_short_one_can_be_made(bench: Page, host: str) -> None:
    problem = json.dumps({"title": "No", "detail": "Nothing can be kept."})
    bench.route(
        "**/api/links", lambda route: route.fulfill(status=404, content_type="application/problem+json", body=problem)
    )
    bench.get_by_role("button", name="Short address").click()
    field = bench.get_by_label("No short address could be made (Nothing can be kept)")
    assert field.input_value().startswith(f"{host}/sparql?query=PREFIX")


def test_questions_are_found_and_asked_about_something_else(bench: Page) -> None:
    bench.get_by_label("Find a question").fill("causes sentence")
    found = bench.locator(".gallery li:visible")
    expect(found).to_have_count(1)
    found.locator("summary").click()
    field = found.get_by_label("the symptom to explain")
    field.fill("odd sym")
    expect(bench.locator("#things option[value='odd symptom']")).to_have_count(1)
    field.fill("odd symptom")
    found.get_by_role("button", name="Ask").click()
    expect(bench.get_by_role("tab", selected=True)).to_have_text("What causes a symptom, and wh…")
    expect(bench.locator("#told")).to_contain_text("in")
    assert "odd-symptom" in text(bench)


def test_the_code_follows_the_query(bench: Page) -> None:
    paste(bench, "ASK { ?s ?p 'coded' }")
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".verdict")).to_have_text("No")
    bench.locator("#code summary").click()
    expect(bench.locator("#snippets pre")).to_have_count(4)
    assert all("coded" in each for each in bench.locator("#snippets pre").all_inner_texts())


def test_without_a_script_there_are_form_table_layout_and_questions(host: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host}/sparql")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(page.get_by_role("button", name="Short address")).to_be_hidden()
    page.get_by_role("textbox", name="Query").fill("select ?s {?s a <https://w3id.org/etiograph/ontology#Symptom>}")
    page.get_by_role("button", name="Lay out").click()
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("cell", name="nocturnal calf cramp")).to_be_visible()
    page.get_by_text("About something else: What causes a symptom").first.click()
    page.get_by_label("the symptom to explain").fill("any")
    page.get_by_role("button", name="Ask").first.click()
    expect(page.get_by_role("cell", name="cold exposure").first).to_be_visible()
    context.close()


def test_hostile_answers_are_only_text(bench: Page) -> None:
    values = "<javascript:alert(1)> '<img src=x onerror=alert(1)>' '\\u202Eturned' <https://w3id.org/etiograph/id/odd-markup>"
    paste(bench, f"SELECT ?x ?x2 {{ VALUES ?x {{ {values} }} BIND (STR(?x) AS ?x2) }}")
    bench.keyboard.press("Control+Enter")
    expect(bench.locator("#result tbody tr")).to_have_count(4)
    for view in ("Chart", "Matrix", "Table"):
        bench.get_by_role("radio", name=view).check()
        assert not bench.locator("#result img:not([role]), #result [href^=javascript]").count()
    bench.set_viewport_size({"width": 400, "height": 800})
    assert bench.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
