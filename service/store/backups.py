"""Backups: a copy of a generation and its sources that stands on its own and can be verified, with a dump in N-Quads.

backup.json         what it is of, and the checksum of the dump
generation/         the files of the generation with their seal, copied, never linked
sources/            what was put into its graphs
dump-2026-11-22.nq.gz   the named graphs in canonical N-Quads, for any other engine
"""

import gzip
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from service.errors import DamagedData, UnusableDirectory
from service.store import manifest, seal
from service.store.dataset import is_inferred
from service.store.departures import Departures
from service.store.difference import graph_name, written
from service.store.disk import read_with_checksum, refusals_named, to_disk, with_checksum, write_to_disk
from service.store.manifest import Manifest
from service.store.snapshots import Snapshot, Snapshots
from service.store.sources import Sources, canonical

_ABOUT = "backup.json"


def backup(snapshots: Snapshots, target: Path, today: date) -> Snapshot:
    """Copy the current generation to a directory that does not exist yet; returns which one it was.

    Raises DamagedData where the generation or a source is not what was written, UnusableDirectory where the target
    exists or cannot be made.
    """
    if target.exists() or target.is_symlink():
        raise UnusableDirectory(f"{target} exists already; name a directory that does not")
    _, lease = snapshots.hold()
    snapshot = snapshots.verified()
    building = target.with_name(f"{target.name}.building")
    with refusals_named(target):
        try:
            building.mkdir(parents=True)
            _fill(building, snapshots, snapshot, today)
            building.rename(target)
            to_disk(target.parent)
        except FileExistsError:
            raise UnusableDirectory(f"{building} is left of a backup that was ended; remove it first") from None
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
    del lease
    return snapshot


def restore(snapshots: Snapshots, source: Path) -> Snapshot:
    """Make a backup the current generation, as a new one, once all of it has been verified.

    Raises DamagedData where the backup is not what was written, and as `Snapshots.writing` does.
    """
    number, made = verified(source)
    known = manifest.read(source / "generation")
    with snapshots.writing():
        new = list[str]()
        try:
            for digest in sorted(known.sources):
                _, is_new = snapshots.sources.keep(Sources(source / "sources").read(digest))
                new += [digest] * is_new
            snapshots.sources.settle(new)
            cause = f"restore of {source.name}, snapshot {number} as it was backed up on {made}"
            snapshots.made(lambda building: _unsealed(source / "generation", building, number), cause, None, number + 1)
        except BaseException:
            snapshots.sources.forget(new)
            raise
    return snapshots.current()


def verified(source: Path) -> tuple[int, str]:
    """Read every file of a backup; returns the number of the generation and the day. Raises DamagedData."""
    if not (source / _ABOUT).is_file():
        raise UnusableDirectory(f"{source} is not a backup: it has no {_ABOUT}")
    about: dict[str, Any] = read_with_checksum(source / _ABOUT)
    generation = source / "generation"
    faults = seal.broken(generation, about["number"])
    if not faults:
        faults = Sources(source / "sources").faults(manifest.read(generation).sources)
    dump = source / about["dump"]
    if not dump.is_file():
        faults.append(f"{dump.name} is missing")
    elif seal.fingerprint(dump) != seal.Fingerprint(*about["fingerprint"]):
        faults.append(f"{dump.name} is not what was written")
    if faults:
        raise DamagedData(f"{source} is damaged: {'; '.join(faults)}. Restore another backup")
    return about["number"], about["made"]


def _fill(building: Path, snapshots: Snapshots, snapshot: Snapshot, today: date) -> None:
    _copied(snapshot.path, building / "generation", snapshot.number)
    known, sources = snapshot.manifest, Sources(building / "sources")
    for digest in known.sources:
        sources.keep(snapshots.sources.read(digest))
    sources.settle(known.sources)
    dump = building / f"dump-{today.isoformat()}.nq.gz"
    with dump.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as compressed:
        compressed.writelines(_quads(sources, known, snapshot.opened()))
    about = {
        "number": snapshot.number,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "dump": dump.name,
        "fingerprint": seal.fingerprint(dump),
    }
    write_to_disk(building / _ABOUT, with_checksum(about))
    to_disk(*(building / "generation").iterdir(), building / "generation", dump, building)


def _unsealed(generation: Path, target: Path, number: int) -> None:
    """Copy a generation to where it gets another number, and so another seal."""
    _copied(generation, target, number)
    (target / seal.NAME).unlink()


def _copied(generation: Path, target: Path, number: int) -> None:
    """Copy a generation and read the copy."""
    shutil.copytree(generation, target)
    if faults := seal.broken(target, number):
        raise DamagedData(f"{generation} changed while it was copied: {'; '.join(faults)}")


def _quads(sources: Sources, known: Manifest, store: ox.Store) -> Iterator[bytes]:
    """Each graph by its name, each with its statements sorted; the default graph is the union but for its own."""
    inferred = {name for graph in store.named_graphs() if is_inferred(name := written(graph))}
    for name in sorted({*known.graphs, *inferred}):
        graph = graph_name(name)
        if name in known.graphs:
            text = sources.read(known.graphs[name].sha256)
        else:
            text = canonical(quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
        yield from (b"%b%b .\n" % (line[:-1], str(graph).encode()) for line in text.splitlines())
    if known.beyond:
        yield canonical(Departures(sources, known.beyond).statements)
