"""Sealed generations, their history, and the sources from which the store can be made anew."""

import errno
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from rdflib import XSD, BNode, Graph, Literal, URIRef

from ontology.iris import Iris
from service.changes import between, words
from service.cli import main
from service.errors import DamagedData, UnknownSnapshot, UnusableDirectory
from service.rewriting import MENDED
from service.store import backups, seal
from service.store.draft import Draft
from service.store.rebuilding import rebuild
from service.store.snapshots import Snapshots
from service.tokens import Limits
from service.writing.access import Access
from service.writing.application import Rules, applied
from service.writing.change import Change, Update
from service.writing.upkeep import Own, declare, keep_up
from tests.requirements import ROOT
from tests.website import OWN

A, P = URIRef("http://example.org/a"), URIRef("http://example.org/p")
ONE, TWO = URIRef("http://example.org/1/graph"), URIRef("http://example.org/2/graph")


def graph(*values: object) -> Graph:
    made = Graph()
    for value in values:
        made.add((A, P, value if isinstance(value, Literal) else Literal(value)))
    return made


def put(snapshots: Snapshots, name: URIRef, *values: object) -> None:
    snapshots.write(lambda draft: draft.put(name, graph(*values)), f"put {name}")


def said(snapshots: Snapshots) -> set[str]:
    """The values in the default graph."""
    found = snapshots.current().opened().quads_for_pattern(None, None, None, ox.DefaultGraph())
    return {str(quad.object.value) for quad in found if isinstance(quad.object, ox.Literal)}


def etiograph(*arguments: str | Path, status: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    found = Snapshots(tmp_path / "data")
    put(found, ONE, "first")
    put(found, ONE, "second")
    return found


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the built-in article in it, of which each test takes a copy."""
    data = tmp_path_factory.mktemp("loaded") / "data"
    etiograph("load", "--data", data, OWN)
    return data


# The seal


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


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
    snapshots.write(_insert("INSERT DATA { <urn:s> <urn:p> 1, 2 }"), "SPARQL update")
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
    snapshots.write(lambda draft: draft.put(_article(snapshots), Graph()), "remove")
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


def _article(snapshots: Snapshots) -> URIRef:
    return next(URIRef(name) for name in snapshots.current().manifest.graphs if name.endswith("/graph"))


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
    snapshots.write(_insert("INSERT DATA { <urn:s> <urn:p> 'alone' }"), "SPARQL update")
    (found,) = between(snapshots, 2, 3)
    assert [(found.graph, words(each)) for each in found.sentences] == [("", "urn:s urn:p “alone”")]


# Backups


def test_a_backup_stands_on_its_own(snapshots: Snapshots, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    etiograph("snapshots", "backup", "--data", snapshots.directory, target)
    assert all(path.stat().st_nlink == 1 for path in target.rglob("*") if path.is_file())
    (dump,) = target.glob("dump-*.nq.gz")
    assert gzip.decompress(dump.read_bytes()) == f'<{A}> <{P}> "second" <{ONE}> .\n'.encode()
    shutil.rmtree(snapshots.directory)
    etiograph("snapshots", "restore", "--data", tmp_path / "new", target)
    restored = Snapshots(tmp_path / "new")
    assert restored.verified().number == 3
    assert said(restored) == {"second"}
    assert rebuild(restored, Iris(), replace=False).differences == {}


def test_a_restore_is_a_new_snapshot(snapshots: Snapshots, tmp_path: Path) -> None:
    etiograph("snapshots", "backup", "--data", snapshots.directory, tmp_path / "backup")
    put(snapshots, TWO, "later")
    etiograph("snapshots", "restore", "--data", snapshots.directory, tmp_path / "backup")
    assert snapshots.verified().number == 4
    assert said(snapshots) == {"second"}


@pytest.mark.parametrize(
    "pattern", ["generation/*.sst", "sources/*/*", "dump-*", "backup.json", "generation/seal.json"]
)
@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_a_damaged_backup_is_refused(
    snapshots: Snapshots, tmp_path: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    target = tmp_path / "backup"
    etiograph("snapshots", "backup", "--data", snapshots.directory, target)
    damage(min(target.glob(pattern)))
    with pytest.raises(UnusableDirectory, match=r"damaged|missing|not what was written|not a backup"):
        backups.restore(snapshots, target)
    assert snapshots.verified().number == 2


def test_a_place_that_is_no_place_for_a_backup_is_named(snapshots: Snapshots, tmp_path: Path) -> None:
    data = ("--data", snapshots.directory)
    assert "exists already" in etiograph("snapshots", "backup", *data, tmp_path, status=1).stderr
    assert "cannot be used" in etiograph("snapshots", "backup", *data, "/dev/null/x", status=1).stderr
    assert "is not a backup" in etiograph("snapshots", "restore", *data, tmp_path / "none", status=1).stderr


# Sources


def _insert(update: str, *touched: str) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        draft.store.update(update)
        if touched:
            draft.touched(touched)

    return change


def source(snapshots: Snapshots, name: str) -> str:
    return snapshots.sources.read(snapshots.current().manifest.graphs[name].sha256).decode()


def test_a_source_keeps_the_forms_of_the_writer(snapshots: Snapshots) -> None:
    put(snapshots, ONE, Literal("2.0", datatype=XSD.decimal), Literal("1", datatype=XSD.nonNegativeInteger))
    assert source(snapshots, str(ONE)).splitlines() == [
        f'<{A}> <{P}> "1"^^<{XSD.nonNegativeInteger}> .',
        f'<{A}> <{P}> "2.0"^^<{XSD.decimal}> .',
    ]


@pytest.mark.parametrize("touched", [(str(ONE),), ()], ids=["declared", "not declared"])
def test_an_update_changes_only_what_it_changes(snapshots: Snapshots, touched: tuple[str, ...]) -> None:
    put(snapshots, ONE, Literal("2.0", datatype=XSD.decimal), "gone")
    put(snapshots, TWO, Literal("3.0", datatype=XSD.decimal))
    gone = f"DELETE DATA {{ GRAPH <{ONE}> {{ <{A}> <{P}> 'gone' }} }}"
    update = f"{gone} ; INSERT DATA {{ GRAPH <{ONE}> {{ <{A}> <{P}> 5.0 }} }}"
    snapshots.write(_insert(update, *touched), "SPARQL update")
    assert source(snapshots, str(ONE)) == f'<{A}> <{P}> "2.0"^^<{XSD.decimal}> .\n<{A}> <{P}> "5"^^<{XSD.decimal}> .\n'
    assert "3.0" in source(snapshots, str(TWO))
    assert said(snapshots) == {"2", "3", "gone"}
    assert rebuild(snapshots, Iris(), replace=False).differences == {}


UPDATES = [
    "INSERT DATA { <urn:s> <urn:p> 'alone' }",
    "DELETE WHERE { ?s ?p ?o }",
    f"DROP GRAPH <{ONE}>",
    "CREATE GRAPH <urn:empty>",
    "INSERT DATA { GRAPH <urn:g> { _:b <urn:p> _:b, 1e3, 'x'@en } }",
    "CLEAR ALL",
    f"MOVE <{ONE}> TO <urn:moved>",
]


@pytest.mark.parametrize("update", UPDATES)
def test_whatever_an_update_does_the_store_can_be_made_anew(snapshots: Snapshots, update: str) -> None:
    snapshots.write(_insert(update), "SPARQL update")
    assert rebuild(snapshots, Iris(), replace=False).differences == {}
    put(snapshots, TWO, "after")
    assert rebuild(snapshots, Iris(), replace=False).differences == {}


CAUSES = "<https://w3id.org/etiograph/ontology#causes>"
OVER_THE_WEB = [
    f"INSERT {{ GRAPH <urn:copy> {{ ?s {CAUSES} ?o }} }} WHERE {{ ?s {CAUSES} ?o }}",
    "INSERT DATA { <urn:s> <urn:p> 'alone', 1.0 . GRAPH <urn:mine> { <urn:s> <urn:p> 'alone', 'apart' } }",
    f"DELETE WHERE {{ ?s {CAUSES} <https://w3id.org/etiograph/id/nocturnal-calf-cramp> }}",
    f"DELETE WHERE {{ GRAPH <article> {{ ?s {CAUSES} ?o }} }}",
    "DROP GRAPH <urn:copy> ; INSERT DATA { <urn:s> <urn:p> 'apart' }",
    "CLEAR DEFAULT ; INSERT DATA { <urn:s> <urn:q> 2 }",
    "DELETE DATA { <urn:s> <urn:q> 2 } ; INSERT DATA { GRAPH <urn:mine> { <urn:s> <urn:q> 2 } }",
    "ADD <article> TO DEFAULT ; MOVE <urn:mine> TO <urn:yours>",
    "COPY <urn:yours> TO DEFAULT",
    "DROP ALL ; INSERT DATA { <urn:s> <urn:p> 1 . GRAPH <urn:mine> { <urn:s> <urn:p> 2 } }",
]  # fmt: skip


def test_whatever_is_written_over_the_web_the_store_can_be_made_anew(loaded: Path, tmp_path: Path) -> None:
    shutil.copytree(loaded, tmp_path / "data", symlinks=True)
    snapshots = Snapshots(tmp_path / "data", kept=50)
    article = f"{_article(snapshots)}/graph"
    for text in OVER_THE_WEB:
        change = text.replace("<article>", f"<{article}>")
        snapshots.write(partial(written_over_the_web, change), "SPARQL update")
        assert rebuild(snapshots, Iris(), replace=False).differences == {}, text


def test_what_leaves_the_default_graph_when_it_is_emptied_is_told(loaded: Path, tmp_path: Path) -> None:
    shutil.copytree(loaded, tmp_path / "data", symlinks=True)
    snapshots = Snapshots(tmp_path / "data")
    former = snapshots.current()
    text = "CLEAR DEFAULT ; INSERT DATA { <urn:s> <urn:q> 2 }"
    snapshots.write(partial(written_over_the_web, text), "SPARQL update")
    (found,) = between(snapshots, former.number, snapshots.current().number, limit=1)
    was = sum(1 for _ in former.opened().quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert (found.graph, found.added, found.removed) == ("", 1, was)


def written_over_the_web(text: str, draft: Draft) -> None:
    own, asked = Own(Iris()), Change(Update("http://example.org/update"), Access("admin"))
    done = applied(draft.store, asked, io.BytesIO(text.encode()), Rules(Limits(100_000, 100), own.inferred, MENDED))
    declare(draft, done.written, keep_up(draft.store, draft.base, done, own, lambda *_: ()))


def test_the_same_blank_nodes_are_the_same_source(snapshots: Snapshots) -> None:
    for _ in range(2):
        content = Graph().add((A, P, inner := BNode())).add((inner, P, Literal("inside")))
        snapshots.write(lambda draft, content=content: draft.put(TWO, content), "put")  # type: ignore[misc]  # a default
    assert list(between(snapshots, 3, 4)) == []


def test_a_loaded_store_is_equal_to_its_rebuilt_one(loaded: Path) -> None:
    assert "equal to the store" in etiograph("rebuild", "--data", loaded).stderr
    assert Snapshots(loaded).current().number == 1


def test_a_rebuild_names_every_difference(snapshots: Snapshots) -> None:
    def silently(draft: Draft) -> None:
        draft.store.update("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }")
        draft.touched(())

    snapshots.write(silently, "says too little")
    result = etiograph("rebuild", "--json", "--data", snapshots.directory, status=1)
    assert list(json.loads(result.stdout)["differences"]) == ["urn:g"]


def test_a_damaged_store_is_made_anew(loaded: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(loaded, data, symlinks=True)
    flip(max(Snapshots(data).current().path.glob("*.sst")))
    assert "nothing to compare" in etiograph("rebuild", "--data", data, status=1).stderr
    etiograph("rebuild", "--replace", "--data", data)
    assert Snapshots(data).verified().number == 2
    assert "prune --keep 1 removes it" in etiograph("check", "--without-reasoner", "--data", data, status=1).stderr
    etiograph("snapshots", "prune", "--keep", "1", "--data", data)
    etiograph("check", "--without-reasoner", "--data", data)


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_a_damaged_source_is_named(snapshots: Snapshots, damage: Callable[[Path], None]) -> None:
    (digest,) = snapshots.current().manifest.sources
    damage(snapshots.sources.path(digest))
    with pytest.raises(DamagedData, match=digest):
        rebuild(snapshots, Iris(), replace=True)
    assert snapshots.verified().number == 2


# Disks that refuse

AS_NOBODY = """
import os, sys, etiograph
from pathlib import Path
from click.testing import CliRunner
from service.cli import main
import service.cli.snapshots  # now, since nobody may be kept from reading the checkout
if os.getuid() == 0:  # root may write anywhere
    os.setuid(65534)
for words in (["snapshots", "rollback", "1"], ["snapshots", "prune", "--keep", "1"], ["snapshots", "list"]):
    result = CliRunner().invoke(main, [*words[:2], "--data", sys.argv[1], *words[2:]])
    print(result.exit_code, result.stderr.strip())
"""


def test_a_read_only_directory_can_be_read_and_is_named_when_written(tmp_path: Path) -> None:
    data = tmp_path / "data"
    put(Snapshots(data), ONE, "first")
    put(Snapshots(data), ONE, "second")
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == os.getuid() and path.is_relative_to("/tmp") and path != Path("/tmp"):  # noqa: S108
            path.chmod(0o755)
    for path in data.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    data.chmod(0o555)
    command = (sys.executable, "-c", AS_NOBODY, str(data))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    data.chmod(0o755)
    rollback, prune, listed = done.stdout.splitlines()
    assert "1 Error" in rollback
    assert "may not be written" in rollback
    assert "may not be written" in prune
    assert listed.startswith("0")


LIMITED = """
import resource, signal, sys, etiograph
from pathlib import Path
from rdflib import URIRef
from service.errors import UnusableDirectory
from service.store.snapshots import Snapshots
from tests.test_snapshots import graph
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    Snapshots(Path(sys.argv[1])).write(lambda draft: draft.put(URIRef("urn:g"), graph(*range(9000))), "too large")
except UnusableDirectory as error:
    print(error)
"""


@pytest.mark.parametrize("most", [0, 100, 4000, 30_000])
def test_a_disk_that_takes_no_more_is_named_and_nothing_changes(snapshots: Snapshots, most: int) -> None:
    before = {path for path in snapshots.directory.rglob("*") if path.is_file()}
    command = (sys.executable, "-c", LIMITED, str(snapshots.directory), str(most))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "cannot be used" in done.stdout
    assert snapshots.verified().number == 2
    put(snapshots, TWO, "after")
    assert said(snapshots) == {"second", "after"}
    assert before <= {path for path in snapshots.directory.rglob("*") if path.is_file()}


@pytest.mark.parametrize("call", ["fsync", "rename", "replace"])
def test_a_refusal_of_the_disk_at_any_step_changes_nothing(
    snapshots: Snapshots, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count, refused = getattr(os, call), 0, 0

    def full(*arguments: object, **named: object) -> object:
        nonlocal count
        count -= 1
        if count == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **named)

    monkeypatch.setattr(os, call, full)
    for step in range(1, 100):
        count = step
        try:
            put(snapshots, TWO, "new", step)
        except UnusableDirectory as error:
            refused += "make room" in str(error)
            assert said(snapshots) == {"second"}
            assert {path.name for path in snapshots.directory.glob("gen-*")} == {"gen-1", "gen-2"}
        else:
            break
    assert refused == step - 1 > 0
    assert snapshots.verified().number == 3
    assert seal.broken(snapshots.current().path, 3) == []
    assert said(snapshots) == {"second", "new", str(step)}
