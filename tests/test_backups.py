"""A backup stands on its own, and a restore is a new snapshot."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ontology.iris import Iris
from service.errors import UnusableDirectory
from service.store import backups
from service.store.rebuilding import rebuild
from service.store.snapshots import Snapshots
from tests.generations import ONE, TWO, A, P, cut, etiograph, flip, put, said


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
