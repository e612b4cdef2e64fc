"""Every question answers, and answers the same as the golden result of each edition."""

import csv
import hashlib
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, URIRef

from loaders.foundations import foundations
from loaders.graph import article_graphs
from loaders.reading import Reading, read_article, reading
from loaders.source import source
from ontology.iris import Iris
from ontology.terms import EG
from queries.question import Question, checks, questions
from service.store.dataset import replace_graph
from service.store.mapped import mapped, mappings_graph

GOLDEN = Path(__file__).parent / "golden"
LONGEST_QUOTE = 125
UPDATE = "ETIOGRAPH_GOLDEN"
"""Set it to write the golden results anew; then read the difference before it is committed."""


def store_of(article: Reading) -> ox.Store:
    """A store with one article, as the loader would fill it."""
    store = ox.Store()
    graphs = article_graphs(article, Iris(), datetime(2026, 11, 22, tzinfo=UTC))
    replace_graph(store, graphs.graph_name, graphs.graph)
    replace_graph(store, graphs.quarantine_name, graphs.quarantine)
    for name, graph in foundations():
        replace_graph(store, name, graph)
    entities = {node for node in graphs.graph.subjects(RDF.type, EG.Entity) if isinstance(node, URIRef)}
    replace_graph(store, mappings_graph(Iris()), mapped(entities, Iris()))
    return store


@pytest.fixture(scope="module")
def own() -> ox.Store:
    edition = files("ontology.articles").joinpath("calf-cramps-while-sleeping.txt")
    return store_of(reading(source("own.txt", edition.read_bytes())))


@pytest.fixture(scope="module")
def original(seed_path: Path) -> ox.Store:
    return store_of(read_article(seed_path))


@pytest.fixture(params=["own", "original"])
def edition(request: pytest.FixtureRequest) -> tuple[str, ox.Store]:
    store: ox.Store = request.getfixturevalue(request.param)
    return request.param, store


def answer(store: ox.Store, query: str) -> str:
    """The result of a SELECT as CSV with plain line ends."""
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    return (results.serialize(format=ox.QueryResultsFormat.CSV) or b"").decode().replace("\r\n", "\n")


def without_prose(found: str) -> str:
    """The result with every longer quote as its digest: the original's text stays out of this project."""
    rows = list(csv.reader(io.StringIO(found)))
    shown = io.StringIO()
    csv.writer(shown, lineterminator="\n").writerows([[_digest(cell) for cell in row] for row in rows])
    return shown.getvalue()


def _digest(cell: str) -> str:
    if len(cell) <= LONGEST_QUOTE or cell.startswith("http"):
        return cell
    return f"{len(cell)} characters, sha256 {hashlib.sha256(cell.encode()).hexdigest()[:16]}"


def golden(edition: str, name: str, current: Callable[[], str]) -> str:
    path = GOLDEN / edition / f"{name}.csv"
    if os.environ.get(UPDATE):
        path.write_text(current(), encoding="utf-8")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_question_answers_as_agreed(edition: tuple[str, ox.Store], question: Question) -> None:
    name, store = edition
    found = answer(store, question.text)
    found = without_prose(found) if name == "original" else found
    expected = golden(name, question.name, lambda: found)
    assert found == expected, f"set {UPDATE}=1 to write tests/golden anew, and read the difference"


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_question_explains_itself(question: Question) -> None:
    assert question.summary.endswith("?")
    assert question.description
    assert question.tags


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_question_runs_with_any_value_for_its_parameters(own: ox.Store, question: Question) -> None:
    assert answer(own, question.bound(**dict.fromkeys((each.name for each in question.parameters), None)))


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
def test_a_check_comes_back_empty(edition: tuple[str, ox.Store], check: Question) -> None:
    _, store = edition
    assert answer(store, check.text).count("\n") == 1


def test_both_editions_answer_the_same_where_no_quote_is_asked_for() -> None:
    differing = {
        path.stem
        for path in (GOLDEN / "own").glob("*.csv")
        if path.read_text("utf-8") != (GOLDEN / "original" / path.name).read_text("utf-8")
    }
    assert differing == {
        "all-about-a-threshold",
        "articles",
        "causes-of-a-symptom",
        "corrected-and-quarantined",
        "evidence-of-a-triple",
        "hedged-statements",
        "names-of-a-thing",
        "sentences-without-a-statement",
        "tests-of-a-symptom",
    }
