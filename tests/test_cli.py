"""The command line: its verbs, what goes to which stream, exit statuses, and messages instead of tracebacks."""

import csv
import json
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from io import StringIO
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import DefaultGraph, NamedNode, Store
from rdflib import RDF

from etiograph import __version__
from ontology.terms import EG, OA
from queries.question import questions
from service.cli import main, progress
from service.store.draft import Draft
from service.store.snapshots import Snapshots
from tests.requirements import ROOT
from tests.serving import ETIOGRAPH, PATIENCE, Server, free_port, serving, start
from tests.website import OWN

ARTICLES = sorted((ROOT / "tests/corpus/development").glob("*.txt"))


def etiograph(*arguments: str | Path, status: int = 0) -> Result:
    """Run a command in this process; no exception may get through, whatever the arguments."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("loaded") / "data"
    etiograph("load", "--data", directory, OWN)
    return directory


def test_the_version_and_the_verbs_are_shown() -> None:
    assert __version__ in etiograph("--version").stdout
    shown = etiograph("--help").stdout
    assert all(verb in shown for verb in ("load", "serve", "extract", "ask", "interpret", "check", "get", "why"))
    assert "not medical advice" in shown


# load


def test_load_prints_the_iri_of_each_article_and_talks_on_stderr(tmp_path: Path) -> None:
    result = etiograph("load", "--data", tmp_path / "data", OWN, ARTICLES[0])
    assert len(result.stdout.splitlines()) == 2
    assert all("/id/article/" in line for line in result.stdout.splitlines())
    assert "2 loaded" in result.stderr


def test_good_files_load_and_bad_ones_are_listed_with_a_remedy(tmp_path: Path) -> None:
    (empty := tmp_path / "empty.txt").write_text("")
    (binary := tmp_path / "binary.txt").write_bytes(bytes(range(256)))
    missing, directory = tmp_path / "missing.txt", tmp_path / "data"
    result = etiograph("load", "--data", directory, empty, OWN, binary, missing, tmp_path, status=1)
    assert len(result.stdout.splitlines()) == 1
    for name, reason in (("empty.txt", "empty"), ("binary.txt", "binary"), ("missing.txt", "missing")):
        assert f"{name}: refused ({reason})" in result.stderr
    assert "1 loaded" in result.stderr
    assert "4 refused" in result.stderr
    assert Snapshots(directory).current().number == 1


def test_nothing_is_made_of_files_that_are_all_refused(tmp_path: Path) -> None:
    etiograph("load", "--data", tmp_path / "data", tmp_path / "missing.txt", status=1)
    assert Snapshots(tmp_path / "data").is_empty()


def test_loading_a_file_again_changes_nothing_but_the_time(tmp_path: Path) -> None:
    ask = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(DATATYPE(?o) != <http://www.w3.org/2001/XMLSchema#dateTime>) }"
    (query := tmp_path / "all.rq").write_text(f"{ask} ORDER BY ?s ?p ?o")
    answers = []
    for _ in range(2):
        etiograph("load", "--data", tmp_path / "data", OWN)
        answers.append(etiograph("ask", "--data", tmp_path / "data", query).stdout)
    assert answers[0] == answers[1]
    assert answers[0].count("\n") > 500


@pytest.mark.parametrize("place", ["/proc/etiograph", "/dev/null"])
@pytest.mark.parametrize("command", [("load", OWN), ("check",), ("ask", "causes-of-a-symptom")], ids=lambda c: c[0])
def test_an_unusable_directory_is_named(command: tuple[str | Path, ...], place: str) -> None:
    result = etiograph(command[0], "--data", place, *command[1:], status=1)
    assert place in result.stderr


@pytest.mark.parametrize("command", [("check",), ("ask", "causes-of-a-symptom"), ("get", "/ready")], ids=lambda c: c[0])
def test_without_data_it_is_said_how_to_get_some(command: tuple[str, ...], tmp_path: Path) -> None:
    result = etiograph(command[0], "--data", tmp_path / "none", *command[1:], status=1)
    assert "loaded" in result.output or "etiograph load" in result.output


def test_a_load_that_is_killed_at_any_moment_leaves_the_old_data_or_the_new(tmp_path: Path) -> None:
    data, some = tmp_path / "data", ARTICLES[:6]
    etiograph("load", "--data", data, OWN)
    articles = 1
    for patience in (0.0, 0.2, 1.0):
        command = (*ETIOGRAPH, "load", "--data", str(data), *map(str, some))
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as writer:
            while not list(data.glob("*.building")) and writer.poll() is None:
                time.sleep(0.001)
            time.sleep(patience)
            writer.send_signal(signal.SIGKILL)
        found = _articles(data)
        assert found in (articles, 1 + len(some))
        articles = found
        etiograph("check", "--without-reasoner", "--data", data)
    etiograph("load", "--data", data, *some)
    assert _articles(data) == 1 + len(some)


def _articles(data: Path) -> int:
    store = Store.read_only(str(Snapshots(data).current().path))
    return len(list(store.quads_for_pattern(None, NamedNode(RDF.type), NamedNode(EG.Article), DefaultGraph())))


# extract


def test_extract_prints_json_lines_whose_quotes_stand_in_the_text() -> None:
    rows = [json.loads(line) for line in etiograph("extract", OWN).stdout.splitlines()]
    text = OWN.read_bytes().decode("utf-8-sig")
    assert len(rows) > 40
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in rows)
    assert {"cause", "threshold", "differential"} <= {row["type"] for row in rows}


def test_extract_lists_what_it_cannot_read(tmp_path: Path) -> None:
    result = etiograph("extract", tmp_path / "missing.txt", OWN, status=1)
    assert "missing.txt: refused" in result.stderr
    assert result.stdout


# ask


def test_ask_without_a_name_lists_the_questions() -> None:
    listed = etiograph("ask").stdout
    assert all(each.name in listed and each.summary in listed for each in questions())


@pytest.mark.parametrize("each", questions(), ids=lambda each: each.name)
def test_every_question_answers(data: Path, each: object) -> None:
    name = next(known.name for known in questions() if known is each)
    header = etiograph("ask", "--data", data, name).stdout.splitlines()[0]
    assert header == header.lower()


WRITTEN = ["hypocalcemia", "Hypocalcemia", "id:hypocalcemia", "https://w3id.org/etiograph/id/hypocalcemia"]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("form", ["--chain {}", "--chain={}"])
def test_a_parameter_takes_a_label_a_slug_a_curie_or_an_iri(data: Path, written: str, form: str) -> None:
    words = form.format(written).split(" ", 1)
    answer = etiograph("ask", "--data", data, "steps-of-a-mechanism", *words).stdout
    rows = list(csv.DictReader(StringIO(answer)))
    assert {row["cause"] for row in rows} == {"hypocalcemia"}
    assert rows == list(csv.DictReader(StringIO(_steps(data, "--chain", "hypocalcemia"))))


def test_any_leaves_a_parameter_open(data: Path) -> None:
    assert len(_steps(data, "--chain", "any").splitlines()) > len(_steps(data, "--chain", "hypocalcemia").splitlines())


def _steps(data: Path, *words: str) -> str:
    return etiograph("ask", "--data", data, "steps-of-a-mechanism", *words).stdout


WRONG = [
    (("causes-of-symptom",), 1, "did you mean causes-of-a-symptom"),
    (("steps-of-a-mechanism", "--chian", "x"), 1, "did you mean chain?"),
    (("steps-of-a-mechanism", "--chain", "hipocalcemia"), 1, "did you mean hypocalcemia"),
    (("steps-of-a-mechanism", "--chain"), 2, "--chain any"),
    (("steps-of-a-mechanism", "cold"), 2, "stands alone"),
    (("steps-of-a-mechanism", "--format", "ttl"), 2, "there are json, xml, csv, tsv"),
    (("steps-of-a-mechanism", "--format", "pdf"), 2, "--format"),
    (("/nowhere/question.rq",), 1, "no question"),
]


@pytest.mark.parametrize(("words", "status", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_question_is_answered_with_a_hint(
    data: Path, words: tuple[str, ...], status: int, message: str
) -> None:
    assert message in etiograph("ask", "--data", data, *words, status=status).stderr


FILES = [
    ("ASK { ?s ?p }", 1, "Line 1, column"),
    ("DROP ALL", 1, "update"),
    ("ASK {" + "{" * 10_000 + "}" * 10_000 + "}", 1, "deep"),
    ("ASK { SERVICE <http://127.0.0.1/> {} }", 1, "SERVICE"),
    ("ASK { ?s ?p ?o }", 0, "true"),
    ("CONSTRUCT WHERE { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o }", 0, "nocturnal-calf-cramp"),
]


@pytest.mark.parametrize(("text", "status", "words"), FILES, ids=lambda value: str(value)[:30])
def test_a_file_is_asked_like_a_question(data: Path, tmp_path: Path, text: str, status: int, words: str) -> None:
    (file := tmp_path / "own.rq").write_text(text)
    assert words in etiograph("ask", "--data", data, file, status=status).output


def test_every_form_of_an_answer_can_be_had(data: Path) -> None:
    table = etiograph("ask", "--data", data, "--format", "table", "causes-of-a-symptom").stdout
    assert "hypocalcemia" in table
    assert "rows" in table
    found = json.loads(etiograph("ask", "--data", data, "--format", "json", "causes-of-a-symptom").stdout)
    assert len(found["results"]["bindings"]) == 4


def test_which_tests_reveal_which_cause(data: Path) -> None:
    answer = etiograph("ask", "--data", data, "tests-that-reveal-a-cause").stdout
    rows = list(csv.DictReader(StringIO(answer)))
    revealed = {row["test"] for row in rows if row["cause"] == "hypocalcemia"}
    assert revealed == {"Chvostek sign test", "Trousseau sign test", "serum calcium test"}
    assert len([row for row in rows if not row["test"]]) == 3


# check


def test_check_counts_what_it_did(data: Path) -> None:
    lines = etiograph("check", "--without-reasoner", "--data", data).stdout.splitlines()
    assert lines[-1].startswith("all: ")
    assert lines[-1].endswith(" done, 0 failed, 0 skipped")
    assert any(line.startswith("quotes: ") for line in lines)


@pytest.mark.requires("java")
def test_check_reasons_over_every_boundary(data: Path) -> None:
    lines = etiograph("check", "--data", data).stdout.splitlines()
    (reasoned,) = [line for line in lines if line.startswith("reasoner: ")]
    assert re.fullmatch(r"reasoner: [1-9]\d* done, 0 failed, 0 skipped", reasoned)


def test_check_without_java_is_not_good(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = etiograph("check", "--data", data, status=1)
    assert "reasoner: 0 done, 0 failed, 1 skipped" in result.stdout
    assert "install default-jre-headless" in result.stderr


DAMAGE = [
    (OA.start, "failed"),
    (OA.exact, "skipped"),
    (OA.hasSelector, "skipped"),
    (EG.text, "skipped"),
    (EG.sourceHash, "skipped"),
]


@pytest.mark.parametrize(("relation", "outcome"), DAMAGE, ids=lambda value: str(value).rpartition("#")[2])
def test_check_fails_on_a_wrong_quote_and_on_one_it_cannot_check(
    data: Path, tmp_path: Path, relation: str, outcome: str
) -> None:
    data = shutil.copytree(data, tmp_path / "data", symlinks=True)

    def damage(draft: Draft) -> None:
        store = draft.store
        for quad in list(store.quads_for_pattern(None, NamedNode(relation), None)):
            store.remove(quad)
        if outcome == "failed":
            store.update(f"INSERT {{ GRAPH ?g {{ ?s <{relation}> 3 }} }} WHERE {{ GRAPH ?g {{ ?s <{OA.end}> ?e }} }}")

    Snapshots(data).write(damage, "damage")
    result = etiograph("check", "--without-reasoner", "--data", data, status=1)
    quotes = next(line for line in result.stdout.splitlines() if line.startswith("quotes: "))
    assert f" 0 {outcome}" not in quotes
    assert f"{outcome}: " in result.stderr


# get


def test_get_answers_a_path_without_a_server(data: Path) -> None:
    assert etiograph("get", "--data", data, "/id/hypocalcemia.nt").stdout.startswith("<https://w3id.org/")
    assert "<h1>" in etiograph("get", "--data", data, "--accept", "text/html", "id/hypocalcemia").stdout
    assert json.loads(etiograph("get", "--data", data, "/nowhere", status=1).stdout)["status"] == 404


# serve


def test_an_empty_directory_gets_the_built_in_article(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        assert server.ask("/id/nocturnal-calf-cramp.ttl").status == 200
    etiograph("check", "--without-reasoner", "--data", tmp_path / "data")


def test_a_busy_port_is_named_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = etiograph("serve", "--data", tmp_path / "data", "--port", str(port), status=1)
    assert f"127.0.0.1:{port} cannot be used" in result.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--host", "nonsense.invalid"), "no address"),
        (("--port", "0"), "port"),
        (("--port", "99999"), "port"),
        (("--host", "192.0.2.1", "--port", "8765"), "cannot be used"),
    ],
)
def test_a_wrong_address_is_named(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "data"), *words])
    assert result.exit_code in (1, 2)
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stopping_server_finishes_what_it_began(data: Path, sign: signal.Signals) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?d))) < 0) }"
    port, statuses = free_port(), list[int]()
    with start("--data", data, port=port) as process:
        server = Server(process, port)
        while not server.is_up():
            time.sleep(0.05)
        path = f"/sparql?{urlencode({'query': _halved(query)})}"
        asking = threading.Thread(target=lambda: statuses.append(server.ask(path).status))
        asking.start()
        time.sleep(0.4)
        process.send_signal(sign)
        asking.join()
        assert process.wait(PATIENCE) == 0
        assert statuses == [200]
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
    with pytest.raises((URLError, ConnectionError)):
        server.ask("/health")


def _halved(query: str) -> str:
    """A query over a part of the data, so that it takes about a second."""
    return query.replace("{ ?a ?b ?c .", "{ { SELECT * { ?a ?b ?c } LIMIT 200 }")


# progress


def test_quick_work_shows_no_bar_and_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress.tracked(range(5), "Counting")) == [0, 1, 2, 3, 4]
    assert capsys.readouterr() == ("", "")


def test_slow_work_shows_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    assert list(progress.tracked(range(3), "Counting")) == [0, 1, 2]
    assert "Counting" in shown.getvalue()


def test_a_page_names_what_a_thing_is_elsewhere_and_nothing_it_is_not(data: Path) -> None:
    page = etiograph("get", "--data", data, "--accept", "text/html", "/id/hypocalcemia").stdout
    same = page.partition("The same elsewhere")[2].partition("<dt>")[0]
    for name in ("HP:0002901 Hypocalcemia", "MESH:D006996 Hypocalcemia", "SNOMEDCT:5291005"):
        assert f"<bdi>{name}</bdi>" in same
    assert "HP:0000829" not in page
    assert "ICD10CM:E58" not in page
