"""Snapshots: what is written appears at once and whole, or not at all; the graphs; the store that follows them."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, XSD, BNode, Graph, Literal, URIRef

from service.errors import MalformedQuery, NoData, RefusedQuery, UnusableDirectory, WriterBusy, problem
from service.formats import CSV, GRAPHS, JSON, N_QUADS, TABLES, TRIG, TURTLE
from service.store.disk import unusable
from service.store.draft import Draft
from service.store.local import Dataset, LocalStore
from service.store.quads import Statement, serialized
from service.store.snapshots import Snapshots
from tests.requirements import ROOT

A, B, P = (URIRef(f"http://example.org/{name}") for name in "abp")
ONE, TWO = URIRef("http://example.org/1/graph"), URIRef("http://example.org/2/graph")
QUARANTINE = URIRef("http://example.org/1/quarantine")
ALL = "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?s ?o"


def graph(*values: object) -> Graph:
    """A graph that gives A these values."""
    made = Graph()
    for value in values:
        made.add((A, P, Literal(value)))
    return made


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "data")


@pytest.fixture
def store(snapshots: Snapshots) -> Iterator[LocalStore]:
    opened = LocalStore(snapshots, threads=2)
    yield opened
    opened.close()


def put(snapshots: Snapshots, name: URIRef, content: Graph) -> None:
    snapshots.write(lambda draft: draft.put(name, content), f"put {name}")


def values(store: LocalStore) -> set[str]:
    return {str(row["o"]) for row in store.rows(ALL)}


def test_an_empty_directory_has_no_data(snapshots: Snapshots, store: LocalStore) -> None:
    assert snapshots.is_empty()
    with pytest.raises(NoData, match="etiograph load"):
        store.rows(ALL)


def test_a_write_is_seen_by_a_store_that_is_open(snapshots: Snapshots, store: LocalStore) -> None:
    put(snapshots, ONE, graph("first"))
    assert values(store) == {"first"}
    put(snapshots, TWO, graph("second"))
    assert values(store) == {"first", "second"}
    assert store.snapshot.number == 2


def test_a_refused_change_leaves_nothing(snapshots: Snapshots, store: LocalStore) -> None:
    put(snapshots, ONE, graph("kept"))

    def change(draft: Draft) -> None:
        draft.put(ONE, graph("lost"))
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        snapshots.write(change)
    assert values(store) == {"kept"}
    assert {path.name for path in snapshots.directory.iterdir()} == {"current", "gen-1", "sources", "writer.lock"}


def test_a_refused_change_is_let_go_while_its_error_is_kept(snapshots: Snapshots, store: LocalStore) -> None:
    def change(draft: Draft) -> None:
        draft.put(ONE, graph("lost"))
        try:
            draft.store.update("INSERT DATA {")
        except SyntaxError as error:
            raise ValueError("refused") from error

    with pytest.raises(ValueError, match="refused") as kept:
        snapshots.write(change)
    put(snapshots, ONE, graph("kept"))  # the engine opens no database twice under one name
    assert values(store) == {"kept"}
    assert kept.value.__cause__


def refuses(snapshots: Snapshots) -> None:
    with pytest.raises(ZeroDivisionError):
        snapshots.write(lambda _: 1 / 0)


@pytest.mark.parametrize("failures", [1, 3])
def test_what_comes_while_a_refused_change_is_removed_goes_too(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    real, left = shutil.rmtree, [failures]

    def removed(path: Path) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise OSError(errno.ENOTEMPTY, "Directory not empty")
        real(path)

    monkeypatch.setattr(shutil, "rmtree", removed)
    refuses(snapshots)
    assert {path.name for path in snapshots.directory.iterdir()} == {"writer.lock"}


def test_what_cannot_be_removed_is_told_and_goes_with_the_next_change(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(_: Path) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    with monkeypatch.context() as busy:
        busy.setattr(shutil, "rmtree", refused)
        refuses(snapshots)
    assert "gen-1.building cannot be removed" in caplog.text
    put(snapshots, ONE, graph("kept"))
    assert {path.name for path in snapshots.directory.glob("gen-*")} == {"gen-1"}


def test_old_generations_go_and_the_last_three_stay(snapshots: Snapshots) -> None:
    for number in range(6):
        put(snapshots, ONE, graph(number))
    assert {path.name for path in snapshots.directory.glob("gen-*")} == {"gen-4", "gen-5", "gen-6"}


def test_a_generation_never_changes_once_it_is_finished(snapshots: Snapshots) -> None:
    put(snapshots, ONE, graph("first"))
    finished = snapshots.current().path
    before = {path.name: path.read_bytes() for path in finished.iterdir()}
    put(snapshots, ONE, graph("second"))
    assert {path.name: path.read_bytes() for path in finished.iterdir()} == before


def test_a_second_writer_is_told_who_writes(snapshots: Snapshots) -> None:
    def change(draft: Draft) -> None:
        with pytest.raises(WriterBusy, match=f"process {os.getpid()}"):
            put(snapshots, TWO, graph("late"))
        draft.put(ONE, graph("early"))

    snapshots.write(change)


KILLED = """
import os, signal, sys, etiograph
from pathlib import Path
from rdflib import Graph, Literal, URIRef
from service.store.snapshots import Snapshots
def change(draft):
    graph = Graph()
    for number in range(1000):
        graph.add((URIRef("urn:a"), URIRef("urn:p"), Literal(number)))
    draft.put(URIRef("urn:g"), graph)
    draft.store.flush()
    print("written", flush=True)
    signal.pause()
Snapshots(Path(sys.argv[1])).write(change, "killed")
"""


def test_a_writer_that_is_killed_leaves_the_old_snapshot_and_the_next_one_sweeps(
    snapshots: Snapshots, store: LocalStore
) -> None:
    put(snapshots, ONE, graph("kept"))
    command = (sys.executable, "-c", KILLED, str(snapshots.directory))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "written\n"
        writer.send_signal(signal.SIGKILL)
    assert values(store) == {"kept"}
    assert (snapshots.directory / "gen-2.building").exists()
    put(snapshots, TWO, graph("next"))
    assert values(store) == {"kept", "next"}
    assert not (snapshots.directory / "gen-2.building").exists()


def test_a_generation_that_never_became_current_is_swept(snapshots: Snapshots, store: LocalStore) -> None:
    put(snapshots, ONE, graph("kept"))
    ox.Store(str(snapshots.directory / "gen-2")).flush()
    (snapshots.directory / "current.new").symlink_to("gen-2")
    put(snapshots, TWO, graph("next"))
    assert values(store) == {"kept", "next"}
    assert store.snapshot.number == 2


@pytest.mark.parametrize("place", ["/proc/etiograph", "/dev/null", "/dev/null/data"])
def test_a_place_that_cannot_be_written_is_named_with_a_remedy(place: str) -> None:
    with pytest.raises(UnusableDirectory, match=f"{place} cannot be used: .*--data"):
        put(Snapshots(Path(place)), ONE, graph("x"))


@pytest.mark.parametrize(
    ("fault", "remedy"), [(errno.ENOSPC, "make room"), (errno.EROFS, "read-only disk"), (errno.EACCES, "right to")]
)
def test_what_the_disk_says_becomes_a_remedy(fault: int, remedy: str) -> None:
    assert remedy in str(unusable(Path("data"), OSError(fault, "fault")))


def test_clients_learn_of_a_full_disk_without_learning_where_it_is() -> None:
    found = problem(unusable(Path("/srv/data"), OSError(errno.ENOSPC, "fault")))
    assert (found.status, found.detail) == (507, "The disk of the service is full; nothing was changed.")


def test_a_full_disk_changes_nothing(snapshots: Snapshots, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(snapshots, ONE, graph("kept"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnusableDirectory, match="make room"):
        put(snapshots, TWO, graph("lost"))
    assert values(store) == {"kept"}


@pytest.mark.parametrize("file", ["CURRENT", "MANIFEST-*"])
def test_a_damaged_generation_is_refused_and_named(snapshots: Snapshots, store: LocalStore, file: str) -> None:
    put(snapshots, ONE, graph("x"))
    (damaged,) = snapshots.current().path.glob(file)
    damaged.unlink()
    with pytest.raises(UnusableDirectory, match=f"gen-1 is damaged: {damaged.name} is missing"):
        store.rows(ALL)


# The dataset


def test_the_default_graph_is_the_union_without_quarantine(snapshots: Snapshots, store: LocalStore) -> None:
    put(snapshots, ONE, graph("one"))
    put(snapshots, TWO, graph("two"))
    put(snapshots, QUARANTINE, graph("doubtful"))
    assert values(store) == {"one", "two"}
    named = store.rows("SELECT ?g ?o WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert {(str(row["g"]), str(row["o"])) for row in named} == {
        (str(ONE), "one"),
        (str(TWO), "two"),
        (str(QUARANTINE), "doubtful"),
    }


def test_a_replaced_graph_takes_back_only_what_no_trusted_graph_says(snapshots: Snapshots, store: LocalStore) -> None:
    put(snapshots, ONE, graph("own", "shared", "doubted"))
    put(snapshots, TWO, graph("shared"))
    put(snapshots, QUARANTINE, graph("doubted"))
    put(snapshots, ONE, graph("new"))
    assert values(store) == {"new", "shared"}


def test_replacing_a_graph_by_itself_changes_nothing(snapshots: Snapshots, store: LocalStore) -> None:
    content = graph("a", 1, 2.5).add((A, P, Literal("2.0", datatype=XSD.decimal)))
    put(snapshots, ONE, content)
    before = store.query("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?o", CSV)
    put(snapshots, ONE, content)
    assert store.query("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?o", CSV) == before


def test_an_emptied_graph_is_gone(snapshots: Snapshots, store: LocalStore) -> None:
    put(snapshots, ONE, graph("x"))
    put(snapshots, ONE, Graph())
    assert values(store) == set()
    assert store.rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }") == []


# The store

TERMS = [
    B,
    Literal("calf"),
    Literal("calf", lang="en"),
    Literal(7),
    Literal("2.5", datatype=XSD.decimal),
    Literal('"quoted"\r\n\t\\ \u202e 😀'),
    Literal("", lang="zh-hans"),
]


@pytest.mark.parametrize("term", TERMS, ids=repr)
def test_a_term_comes_back_as_it_went_in(snapshots: Snapshots, store: LocalStore, term: URIRef | Literal) -> None:
    put(snapshots, ONE, Graph().add((A, P, term)))
    assert store.rows("SELECT ?s ?o WHERE { ?s ?p ?o }", s=A) == [{"s": A, "o": term}]
    assert store.rows("SELECT ?s ?o WHERE { ?s ?p ?o }", o=term) == [{"s": A, "o": term}]


def test_an_unbound_variable_is_left_out_of_its_row(snapshots: Snapshots, store: LocalStore) -> None:
    put(snapshots, ONE, graph("x"))
    assert store.rows("SELECT ?s ?none WHERE { ?s ?p ?o OPTIONAL { ?o ?q ?none } }") == [{"s": A}]


DATASETS = [
    (Dataset(), {"one", "two"}),
    (Dataset(default=(str(ONE),)), {"one"}),
    (Dataset(default=(str(ONE), str(TWO))), {"one", "two"}),
    (Dataset(named=(str(ONE),)), {"in one"}),
    (Dataset(default=(str(TWO),), named=(str(ONE),)), {"two", "in one"}),
    (Dataset(default=("http://example.org/unknown",)), set()),
]


@pytest.mark.parametrize(("dataset", "found"), DATASETS)
def test_a_dataset_of_the_protocol_decides_what_is_seen(
    snapshots: Snapshots, store: LocalStore, dataset: Dataset, found: set[str]
) -> None:
    put(snapshots, ONE, graph("one"))
    put(snapshots, TWO, graph("two"))
    text = f"SELECT ?o {{ {{ ?s ?p ?o }} UNION {{ GRAPH <{ONE}> {{ ?s ?p ?v BIND(CONCAT('in ', ?v) AS ?o) }} }} }}"
    answer = set(store.query(text, CSV, dataset).decode().split("\r\n")[1:-1])
    assert answer == (found | {"in one"} if dataset == Dataset() else found)


MALFORMED = [
    ("SELECT", 1, 7, "SELECT"),
    ("SELECT * {\n ?s ?p \n}", 3, 2, "}"),
    ("SELECT * { ?s nope:p ?o }", 1, 15, "SELECT * { ?s nope:p ?o }"),
    ("ASK { 'service' ?p ?o ; }\nGARBAGE", 2, 1, "GARBAGE"),
    ("SELECT * { ?s <relative> ?o }", 1, 15, "SELECT * { ?s <relative> ?o }"),
    ("ASK { 'service' ?p ]}", 1, 20, "ASK { 'service' ?p ]}"),
]


@pytest.mark.parametrize(("text", "line", "column", "shown"), MALFORMED)
def test_a_malformed_query_says_where(
    snapshots: Snapshots, store: LocalStore, text: str, line: int, column: int, shown: str
) -> None:
    put(snapshots, ONE, graph("x"))
    with pytest.raises(MalformedQuery) as caught:
        store.query(text, JSON)
    assert (caught.value.line, caught.value.column, caught.value.text) == (line, column, shown)


@pytest.mark.parametrize("format_", TABLES, ids=lambda format_: format_.name)
def test_every_table_format_answers_select_and_ask(snapshots: Snapshots, store: LocalStore, format_: object) -> None:
    put(snapshots, ONE, graph("x"))
    chosen = next(each for each in TABLES if each is format_)
    assert b"x" in store.query("SELECT ?o { ?s ?p ?o }", chosen)
    assert b"true" in store.query("ASK { ?s ?p ?o }", chosen)
    with pytest.raises(RefusedQuery):
        store.query("CONSTRUCT WHERE { ?s ?p ?o }", chosen)


def test_many_threads_ask_while_the_data_moves_on(snapshots: Snapshots, store: LocalStore) -> None:
    put(snapshots, ONE, graph(0))
    stop = threading.Event()
    seen: set[int] = set()

    def ask() -> None:
        while not stop.is_set():
            (row,) = store.rows(ALL)
            seen.add(int(str(row["o"])))

    with ThreadPoolExecutor(8) as readers:
        running = [readers.submit(ask) for _ in range(8)]
        try:
            for number in range(1, 9):
                put(snapshots, ONE, graph(number))
        finally:
            stop.set()
        for each in running:
            each.result()
    assert values(store) == {"8"}
    assert seen <= set(range(9))


@pytest.mark.parametrize("format_", GRAPHS, ids=lambda format_: format_.name)
def test_statements_are_written_once_in_every_graph_format(format_: object) -> None:
    chosen = next(each for each in GRAPHS if each is format_)
    node = BNode()
    statements = [
        Statement(A, P, Literal("é\r\n"), ONE),
        Statement(A, P, Literal("é\r\n"), TWO),
        Statement(node, RDF.type, OWL.Class),
    ]
    body = serialized(statements, chosen, {"ex": "http://example.org/"})
    quads = list(ox.parse(body, format=ox.RdfFormat.from_media_type(chosen.media_type)))
    graphs = {f"<{ONE}>", f"<{TWO}>", "DEFAULT"} if chosen in (TRIG, N_QUADS) else {"DEFAULT"}
    assert {str(quad.graph_name) for quad in quads} == graphs
    assert len({quad.triple.predicate for quad in quads}) == 2
    assert body == serialized(reversed(statements), chosen, {"ex": "http://example.org/"})


def test_turtle_is_written_for_reading() -> None:
    body = serialized([Statement(A, P, URIRef("http://example.org/x/y"))], TURTLE, {"ex": "http://example.org/"})
    assert b"ex:a ex:p <http://example.org/x/y>" in body
