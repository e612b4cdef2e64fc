"""The sources beside the store, from which it can be made anew."""

import io
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import XSD, BNode, Graph, Literal

from ontology.iris import Iris
from service.changes import between
from service.errors import DamagedData
from service.rewriting import MENDED
from service.store.draft import Draft
from service.store.rebuilding import rebuild
from service.store.snapshots import Snapshots
from service.tokens import Limits
from service.writing.access import Access
from service.writing.application import Rules, applied
from service.writing.change import Change, Update
from service.writing.upkeep import Own, declare, keep_up
from tests.generations import ONE, TWO, A, P, article_of, cut, etiograph, flip, insert, put, said


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
    snapshots.write(insert(update, *touched), "SPARQL update")
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
    snapshots.write(insert(update), "SPARQL update")
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
    article = f"{article_of(snapshots)}/graph"
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
