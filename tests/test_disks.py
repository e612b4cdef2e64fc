"""Disks that refuse: nothing changes, and what is wrong is named."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.errors import UnusableDirectory
from service.store import seal
from service.store.snapshots import Snapshots
from tests.generations import ONE, TWO, put, said
from tests.requirements import ROOT

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
from tests.generations import graph
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
