"""Sealed generations and their history."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from service.changes import between, words
from service.errors import DamagedData, UnknownSnapshot, UnusableDirectory
from service.store.snapshots import Snapshots
from tests.generations import ONE, TWO, article_of, cut, etiograph, flip, insert, put, said
from tests.website import OWN

# The seal


def add_another(path: Path) -> None:
    path.with_name("extra.sst").write_bytes(b"x")


DAMAGE: list[tuple[str, Callable[[Path], None], str]] = [
    ("*.sst", cut, "bytes instead of"),
    ("*.sst", flip, "is not what was written"),
    ("*.sst", Path.unlink, "is missing"),
    ("CURRENT", flip, "is not what was written"),
    ("MANIFEST-*", cut, "bytes instead of"),
    ("manifest.json", flip, "is not what was written"),
    ("manifest.json", Path.unlink, "is missing"),
    ("seal.json", flip, "is "),
    ("seal.json", cut, "is "),
    ("seal.json", Path.unlink, "is missing"),
    ("CURRENT", add_another, "does not belong to it"),
]
COMMANDS = [
    ("check",),
    ("ask", "causes-of-a-symptom"),
    ("get", "/health"),
    ("load", str(OWN)),
    ("serve", "--port", "0"),
]


@pytest.mark.parametrize(("pattern", "damage", "fault"), DAMAGE)
def test_damage_is_named_and_refused_with_the_ways_to_restore(
    snapshots: Snapshots, pattern: str, damage: Callable[[Path], None], fault: str
) -> None:
    damaged = max(snapshots.current().path.glob(pattern))
    damage(damaged)
    with pytest.raises(DamagedData, match=fault) as caught:
        snapshots.verified()
    assert "gen-2 is damaged" in str(caught.value)
    assert "etiograph snapshots restore DIR" in str(caught.value)
    if damaged.stat().st_nlink == 1 if damaged.exists() else True:
        assert "etiograph snapshots rollback 1" in str(caught.value)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_command_works_on_a_damaged_store(loaded: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    data = tmp_path / "data"
    shutil.copytree(loaded, data, symlinks=True)
    flip(max(Snapshots(data).current().path.glob("*.sst")))
    words_ = ("--port", "8765") if command[0] == "serve" else command[1:]
    result = etiograph(command[0], "--data", data, *words_, status=1)
    assert "gen-1 is damaged" in result.stderr
    assert "etiograph rebuild --replace" in result.stderr


@pytest.mark.parametrize("damage", [cut, Path.unlink])
def test_a_reader_that_opens_a_generation_looks_at_its_files(
    snapshots: Snapshots, damage: Callable[[Path], None]
) -> None:
    damage(max(snapshots.current().path.glob("*.sst")))
    with pytest.raises(DamagedData):
        snapshots.hold()
    with pytest.raises(DamagedData):
        put(snapshots, TWO, "on sand")


def test_a_linked_file_keeps_the_hash_it_was_sealed_with(snapshots: Snapshots) -> None:
    put(snapshots, ONE, *range(2000))
    shared = max(snapshots.current().path.glob("*.sst"))
    flip_in_place = bytearray(shared.read_bytes())
    flip_in_place[-9] ^= 1
    with shared.open("r+b") as file:
        file.write(flip_in_place)
    with pytest.raises(DamagedData, match=shared.name):
        snapshots.verified()


def test_a_lost_pointer_is_found_again(snapshots: Snapshots) -> None:
    (snapshots.directory / "current").unlink()
    assert snapshots.current().number == 2
    put(snapshots, TWO, "third")
    assert said(snapshots) == {"second", "third"}


def test_a_pointer_to_nothing_is_named(snapshots: Snapshots) -> None:
    shutil.rmtree(snapshots.directory / "gen-2")
    with pytest.raises(DamagedData, match="rollback 1"):
        snapshots.verified()
    assert snapshots.rollback(1).number == 3
    assert said(snapshots) == {"first"}


def test_a_pointer_that_is_no_link_is_named(snapshots: Snapshots) -> None:
    (snapshots.directory / "current").unlink()
    (snapshots.directory / "current").write_text("gen-2")
    with pytest.raises(UnusableDirectory, match="not a link"):
        snapshots.current()


# History


def test_the_list_says_when_by_what_and_how_much(snapshots: Snapshots) -> None:
    shown = etiograph("snapshots", "list", "--data", snapshots.directory).stdout.splitlines()
    assert [line[0] for line in shown] == [" ", "*"]
    assert all("1 statements" in line and f"put {ONE}" in line for line in shown)
    listed = json.loads(etiograph("snapshots", "list", "--json", "--data", snapshots.directory).stdout)["snapshots"]
    assert [(each["number"], each["current"], each["damaged"]) for each in listed] == [
        (1, False, None),
        (2, True, None),
    ]


def test_the_list_counts_what_only_the_default_graph_says(snapshots: Snapshots) -> None:
    snapshots.write(insert("INSERT DATA { <urn:s> <urn:p> 1, 2 }"), "SPARQL update")
    listed = json.loads(etiograph("snapshots", "list", "--json", "--data", snapshots.directory).stdout)["snapshots"]
    assert [each["statements"] for each in listed] == [1, 1, 3]


def test_a_rollback_is_a_new_snapshot(snapshots: Snapshots) -> None:
    before = snapshots.current().name
    etiograph("snapshots", "rollback", "--data", snapshots.directory, "1")
    assert said(snapshots) == {"first"}
    assert (snapshots.current().number, snapshots.current().seal.cause) == (3, "rollback to 1")
    assert snapshots.current().name != before
    assert [each.number for each in snapshots.all()] == [1, 2, 3]


@pytest.mark.parametrize(("number", "message"), [(7, "no snapshot 7; there are: 1, 2"), (2, "is the current one")])
def test_a_wrong_number_is_named(snapshots: Snapshots, number: int, message: str) -> None:
    with pytest.raises(UnknownSnapshot, match=message):
        snapshots.rollback(number)


def test_a_damaged_snapshot_is_not_rolled_back_to(snapshots: Snapshots) -> None:
    cut(snapshots.numbered(1).path / "manifest.json")
    with pytest.raises(DamagedData, match="gen-1 is damaged"):
        snapshots.rollback(1)
    assert said(snapshots) == {"second"}


def test_prune_removes_what_nothing_stands_on(snapshots: Snapshots) -> None:
    etiograph("snapshots", "prune", "--keep", "1", "--data", snapshots.directory)
    assert [each.number for each in snapshots.all()] == [2]
    kept = {path.name.partition(".")[0] for path in (snapshots.directory / "sources").glob("*/*")}
    assert kept == snapshots.current().manifest.sources
    assert "cannot be removed" in etiograph("snapshots", "prune", "--keep", "0", status=2).stderr


def test_what_is_read_is_not_pruned_and_answers_to_the_end(snapshots: Snapshots) -> None:
    snapshot, lease = snapshots.hold()
    answers = snapshot.opened().query("SELECT ?o { ?s ?p ?o }")
    for number in range(4):
        put(snapshots, ONE, number)
    assert [each.number for each in snapshots.all()] == [2, 4, 5, 6]
    assert isinstance(answers, ox.QuerySolutions)
    assert [row["o"] for row in answers] == [ox.Literal("second")]
    del lease
    assert snapshots.prune(1) == [2, 4, 5]


def test_changes_are_told_in_words(loaded: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(loaded, data, symlinks=True)
    snapshots = Snapshots(data)
    snapshots.write(lambda draft: draft.put(article_of(snapshots), Graph()), "remove")
    (found, *inferred) = between(snapshots, 1, 2)
    told = [words(each) for each in found.sentences]
    assert found.title.casefold().startswith("calf cramps")
    assert found.added == 0
    assert found.removed == found.folded + len(found.sentences)
    assert any(each.startswith("hypocalcemia causes nocturnal calf cramp (affirmed): “") for each in told)
    assert all("/inferred/" in each.graph for each in inferred)
    shown = etiograph("snapshots", "diff", "--data", data, "--limit", "1", "2", "1").stdout
    assert "  + " in shown
    assert "more" in shown
    first = json.loads(etiograph("snapshots", "diff", "--data", data, "--json", "1", "2").stdout.splitlines()[0])
    assert first["sentences"][0]["change"] == "removed"
    assert len(first["sentences"]) == 20


@pytest.mark.parametrize(("former", "present"), [(2, 3), (3, 2)])
def test_what_is_shown_of_a_whole_graph_is_the_beginning_of_it(snapshots: Snapshots, former: int, present: int) -> None:
    terms = Graph().parse(data="".join(f"<urn:t{n}> <urn:p> 'term {n}' ." for n in range(30)), format="turtle")
    snapshots.write(lambda draft: draft.put(URIRef("urn:ontology"), terms), "ontology")
    (whole,) = between(snapshots, former, present)
    (some,) = between(snapshots, former, present, 20)
    assert (some.added, some.removed) == (whole.added, whole.removed) == ((30, 0) if former < present else (0, 30))
    assert some.sentences == whole.sentences[:20]
    assert (some.more, whole.more, some.folded) == (10, 0, 0)


def test_equal_snapshots_have_no_changes(snapshots: Snapshots) -> None:
    snapshots.rollback(1)
    assert list(between(snapshots, 1, 3)) == []


def test_what_only_the_default_graph_says_is_told(snapshots: Snapshots) -> None:
    snapshots.write(insert("INSERT DATA { <urn:s> <urn:p> 'alone' }"), "SPARQL update")
    (found,) = between(snapshots, 2, 3)
    assert [(found.graph, words(each)) for each in found.sentences] == [("", "urn:s urn:p “alone”")]
