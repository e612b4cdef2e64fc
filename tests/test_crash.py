"""Writers that are killed: what was acknowledged is there, nothing is there in part, and nobody has to repair anything.

A writer is killed at every single call by which it makes something last, and at random moments from outside.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from ontology.iris import Iris
from service.store.rebuilding import rebuild
from service.store.snapshots import Snapshots
from tests.requirements import ROOT

SIZE = 200
"""Statements of each write, so that a part of one would be seen."""

WRITER = """
import os, signal, sys, etiograph
from pathlib import Path
from rdflib import Graph, Literal, URIRef
from service.store.snapshots import Snapshots

snapshots, size, step, first, last, verb = Snapshots(Path(sys.argv[1])), *map(int, sys.argv[2:6]), sys.argv[6]
left = step

def counted(name):
    real = getattr(os, name)
    def call(*arguments, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    setattr(os, name, call)

if step:
    for name in ("fsync", "rename", "replace", "unlink", "symlink", "rmdir", "mkdir"):
        counted(name)

def put(number):
    graph = Graph()
    for each in range(size):
        graph.add((URIRef(f"urn:s:{each}"), URIRef("urn:p"), Literal(number)))
    snapshots.write(lambda draft: draft.put(URIRef(f"urn:write:{number}"), graph), f"write {number}")

for number in range(first, last):
    if verb == "put":
        put(number)
    elif verb == "rollback":
        snapshots.rollback(snapshots.all()[-2].number)
    else:
        snapshots.prune(1)
    print(number, flush=True)
"""


def killed(data: Path, step: int, first: int, last: int, verb: str = "put", patience: float | None = None) -> set[int]:
    """Run a writer until it is killed or done; returns what it has acknowledged."""
    command = (sys.executable, "-c", WRITER, str(data), *map(str, (SIZE, step, first, last)), verb)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as writer:
        if patience is not None:
            time.sleep(patience)
            writer.send_signal(signal.SIGKILL)
        said, complained = writer.communicate()
    assert writer.returncode in (0, -signal.SIGKILL), complained
    return {int(line) for line in said.splitlines()}


def present(data: Path) -> set[int]:
    """The writes that are in the current generation, each of which has to be there whole, in both of its graphs."""
    snapshot = Snapshots(data).verified()
    store = snapshot.opened()
    found = set()
    for graph in store.named_graphs():
        number = int(str(graph.value).rpartition(":")[2])
        value = ox.Literal(str(number), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
        for place in (graph, ox.DefaultGraph()):
            # Asked for a number such as 1023, whose last byte is 0xFF, pyoxigraph 0.5.13 gives those up to 1278 too.
            quads = store.quads_for_pattern(None, None, value, place)
            assert sum(1 for quad in quads if quad.object == value) == SIZE
        found.add(number)
    return found


def in_order(data: Path) -> None:
    """The next writer sweeps, the sources are whole, and nothing is left that nothing stands on."""
    snapshots = Snapshots(data)
    assert rebuild(snapshots, Iris(), replace=False).differences == {}
    assert {path.name for path in data.glob("gen-*")} == {f"gen-{each.number}" for each in snapshots.all()}
    assert not (data / "current.new").exists()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    assert killed(tmp_path / "data", 0, 0, 3) == {0, 1, 2}
    return tmp_path / "data"


@pytest.mark.parametrize("verb", ["put", "rollback", "prune"])
@pytest.mark.parametrize("step", [4, 14, 24])
def test_a_writer_killed_where_it_makes_something_last(data: Path, verb: str, step: int) -> None:
    survives(data, verb, step)


@pytest.mark.soak
@pytest.mark.parametrize("verb", ["put", "rollback", "prune"])
def test_a_writer_killed_at_every_step(data: Path, tmp_path: Path, verb: str) -> None:
    """Each step finds the same store: in one that grows, a write has more steps each time."""
    step, comes_so_far = 0, True
    while comes_so_far:
        step += 1
        copied = tmp_path / f"step-{step}"
        shutil.copytree(data, copied, symlinks=True)
        comes_so_far = survives(copied, verb, step)
        shutil.rmtree(copied)
    assert step > 5


def survives(data: Path, verb: str, step: int) -> bool:
    """Kill a writer at a step and look at what is left; says whether it came that far."""
    before = present(data)
    new = max(before) + 1
    done = killed(data, step, new, new + 1, verb)
    after = present(data)
    if verb == "put":
        assert before | done <= after <= before | {new}
    elif verb == "prune":
        assert after == before
    in_order(data)
    assert killed(data, 0, 1000 + step, 1001 + step) == {1000 + step}
    assert present(data) == after | {1000 + step}
    return not done


def test_the_first_writer_killed_at_any_step(tmp_path: Path) -> None:
    for step in range(1, 40, 13):
        data = tmp_path / f"data-{step}"
        done = killed(data, step, 0, 1)
        if not Snapshots(data).is_empty():
            assert present(data) == {0}
        assert done <= ({0} if done else set())
        assert killed(data, 0, 1, 2) == {1}
        assert {1} <= present(data) <= {0, 1}
        in_order(data)


def rounds(data: Path, number: int) -> None:
    chance = random.Random(number)  # noqa: S311 -- the moments are to be the same each time, nothing is secret
    acknowledged, first = {0, 1, 2}, 3
    for _ in range(number):
        acknowledged |= killed(data, 0, first, first + 50, patience=chance.uniform(0.3, 2.5))
        found = present(data)
        assert acknowledged <= found, "an acknowledged write is lost"
        assert len(found - acknowledged) <= 1, "more than the write that was going on has appeared"
        acknowledged, first = found, max(found) + 1
        in_order(data)


def test_a_writer_killed_at_random_moments(data: Path) -> None:
    rounds(data, 4)


@pytest.mark.soak
def test_a_writer_killed_at_random_moments_for_long(data: Path) -> None:
    rounds(data, 40)


def test_a_second_process_is_told_who_writes(data: Path) -> None:
    with Snapshots(data).writing():
        command = (sys.executable, "-m", "service", "snapshots", "rollback", "--data", str(data), "1")
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"is being written by process {os.getpid()}" in done.stderr
