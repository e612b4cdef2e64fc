"""Generations of the data: each is built beside the others, sealed, and becomes current by one atomic switch.

gen-41/  gen-42/    finished generations: an Oxigraph database with its manifest and its seal; they never change
gen-43.building/    the next one; a leftover if no process holds the lock, as is gen-40.removed/
sources/            what was put into the graphs, as it was written; the manifests say which generation stands on which
current             a link to the newest finished one: the only thing a reader looks at
writer.lock         held by the one process that writes
"""

import errno
import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from service.errors import DamagedData, NoData, UnknownSnapshot, UnusableDirectory, WriterBusy
from service.store import manifest, seal
from service.store.disk import refusals_named, to_disk, unusable
from service.store.draft import Draft
from service.store.lease import Lease, put_aside
from service.store.manifest import Manifest
from service.store.removal import discarded, let_go, removed
from service.store.seal import Seal, everything, nothing, small
from service.store.sources import Sources

T = TypeVar("T")

_WORTH_OPTIMIZING = 0.25
"""The part of a generation that must be new before it is compacted: that rewrites all of it."""


@dataclass(frozen=True)
class Snapshot:
    """One finished generation."""

    number: int
    path: Path

    @property
    def name(self) -> str:
        """What no other generation is called, not even the one of this number after the directory was begun anew."""
        return f"{self.number}-{self.path.stat().st_mtime_ns:x}"

    @property
    def made(self) -> datetime:
        """When it was finished, to the second."""
        return datetime.fromtimestamp(int(self.path.stat().st_mtime), UTC)

    @property
    def seal(self) -> Seal:
        """When and by what it was made. Raises DamagedData."""
        return seal.read(self.path)

    @property
    def manifest(self) -> Manifest:
        """The sources it stands on. Raises DamagedData."""
        return manifest.read(self.path)

    def faults(self, is_read: Callable[[str], bool] = everything) -> list[str]:
        """What is not as it was sealed; `is_read` chooses the files whose content is compared, not only their size."""
        return seal.broken(self.path, self.number, is_read)

    def opened(self) -> ox.Store:
        """Its database. Raises DamagedData where the engine cannot read it."""
        try:
            return ox.Store.read_only(str(self.path))
        except (OSError, ValueError) as error:
            raise DamagedData(f"{self.path} is damaged ({error})") from error


@dataclass(frozen=True)
class Snapshots:
    """The generations in a data directory, of which the newest finished one is current."""

    directory: Path
    kept: int = 3

    @property
    def sources(self) -> Sources:
        """What was put into the graphs of all generations."""
        return Sources(self.directory / "sources")

    def current(self) -> Snapshot:
        """The newest finished generation; a cheap look that every request can afford.

        Raises NoData where nothing has been loaded, UnusableDirectory where the pointer cannot be read.
        """
        try:
            name = os.readlink(self.directory / "current")  # noqa: PTH115 -- four times as fast as Path.readlink
        except FileNotFoundError:
            return self._newest()
        except OSError as error:
            if error.errno == errno.EINVAL:
                raise UnusableDirectory(f"{self.directory}/current is not a link; remove it and try again") from None
            raise unusable(self.directory, error) from error
        return self._named(name)

    def is_empty(self) -> bool:
        """Whether nothing has been loaded yet."""
        try:
            self.current()
        except NoData:
            return True
        return False

    def all(self) -> list[Snapshot]:
        """The finished generations, oldest first."""
        names = (path.name for path in self.directory.glob("gen-*") if not path.suffix)
        return sorted(map(self._named, names), key=lambda each: each.number)

    def numbered(self, number: int) -> Snapshot:
        """The generation of a number. Raises UnknownSnapshot."""
        known = {each.number: each for each in self.all()}
        if number not in known:
            listed = ", ".join(map(str, known)) or "none"
            raise UnknownSnapshot(f"{self.directory} has no snapshot {number}; there are: {listed}")
        return known[number]

    def hold(self) -> tuple[Snapshot, Lease]:
        """The current generation, kept from being removed as long as the lease lives.

        Names and sizes of its files are compared with the seal. Raises as `current` does, and DamagedData.
        """
        while True:
            snapshot = self.current()
            try:
                lease = Lease(snapshot.path)
            except FileNotFoundError:
                if self.current() != snapshot:
                    continue  # the pointer has moved in between
                raise self._damaged(snapshot, [f"{seal.NAME} is missing"]) from None
            except OSError as error:
                raise unusable(self.directory, error) from error
            self._refuse_broken(snapshot, nothing)
            return snapshot, lease

    def verified(self) -> Snapshot:
        """The current generation, all of whose files have been read and compared with the seal.

        Raises as `current` does, and DamagedData, which names every fault and the ways to restore.
        """
        snapshot = self.current()
        self._refuse_broken(snapshot, everything)
        return snapshot

    def write(self, change: Callable[[Draft], T], cause: str = "a change without a name") -> T:
        """Build the next generation from a checkpoint of the current one, change it, and make it current.

        Returns only once the change is on disk. Whatever `change` raises leaves everything as it was. `cause` says in
        a few words what it is; the list of snapshots shows it.
        """
        with self.writing():
            base = None if self.is_empty() else self.current()
            if base:
                self._refuse_broken(base, small)
            return self.built(base, change, cause)

    def rollback(self, number: int) -> Snapshot:
        """Make the content of an earlier generation current again, as a new generation: history is never rewritten.

        Raises UnknownSnapshot where there is none or it is current, DamagedData where it is not as it was sealed.
        """
        with self.writing():
            former = self.numbered(number)
            if former == self.current():
                raise UnknownSnapshot(f"snapshot {number} is the current one; choose another")
            self._refuse_broken(former, everything)
            self.built(former, lambda draft: draft.touched(()), f"rollback to {number}")
        return self.current()

    def prune(self, keep: int) -> list[int]:
        """Remove all but the newest generations, except those somebody reads, and the sources nothing stands on.

        Returns the numbers of those that went.
        """
        with self.writing():
            gone = self._removed(keep)
            self.sources.forget_all_but(self._stood_on())
        return gone

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one process that writes, over a directory without leftovers of others.

        Raises WriterBusy, and UnusableDirectory where the disk refuses something.
        """
        with refusals_named(self.directory), self._locked():
            self._sweep()
            yield

    def built(
        self, base: Snapshot | None, change: Callable[[Draft], T], cause: str, sources: Manifest | None = None
    ) -> T:
        """Build the next generation upon another, or upon nothing, and make it current; only while `writing`.

        `sources` is the manifest to begin with; without one it is that of the generation it is built upon.
        """
        known = sources or (base.manifest if base else Manifest())
        return self.made(lambda building: self._changed(building, base, change, known), cause, base)

    def made(self, fill: Callable[[Path], T], cause: str, base: Snapshot | None = None, number: int = 0) -> T:
        """Make what `fill` leaves in a directory the current generation; only while `writing`.

        `base` is the generation of whose files it may have links, `number` the least number it is to have.
        """
        number = max(number, self.next_number())
        building = self.directory / f"gen-{number}.building"
        try:
            done = fill(building)
            seal.put_on(building, number, cause, base.path if base else None)
            self._publish(building, number)
        except BaseException as error:
            let_go(error)  # the database in it, so that it is closed
            discarded(building)
            raise
        with suppress(OSError):  # it is written; what could not be removed now, the next writer removes
            self._removed(self.kept)
        return done

    def _changed(self, building: Path, base: Snapshot | None, change: Callable[[Draft], T], known: Manifest) -> T:
        former = base.opened() if base else ox.Store()
        if base:
            former.backup(str(building))
        new = list[str]()
        try:
            done, finished = self._drafted(building, former, change, known, new)
            manifest.write(finished, building)
            self.sources.settle(new)
        except BaseException:
            self.sources.forget(new)
            raise
        return done

    def _drafted(
        self, building: Path, former: ox.Store, change: Callable[[Draft], T], known: Manifest, new: list[str]
    ) -> tuple[T, Manifest]:
        """Change a database; it is closed when this returns: nothing may write into a finished generation."""
        store = ox.Store(str(building))
        draft = Draft(store, former, known, self.sources, new)
        done, finished = change(draft), draft.finished()
        store.flush()
        if _new_part(building) > _WORTH_OPTIMIZING:
            store.optimize()
            store.flush()
        return done, finished

    def _publish(self, building: Path, number: int) -> None:
        """Make a sealed directory current; where the disk refuses, the former one stays current."""
        to_disk(*building.iterdir(), building)
        former = None if self.is_empty() else self.current()
        finished = self.directory / f"gen-{number}"
        building.rename(finished)
        try:
            self._point_to(finished)
        except BaseException:
            if former:
                self._link_to(former.path)
            else:
                (self.directory / "current").unlink(missing_ok=True)
            discarded(finished)
            raise

    def _point_to(self, finished: Path) -> None:
        to_disk(self.directory)
        self._link_to(finished)
        to_disk(self.directory)

    def _link_to(self, finished: Path) -> None:
        pointer = self.directory / "current.new"
        pointer.unlink(missing_ok=True)
        pointer.symlink_to(finished.name)
        pointer.replace(self.directory / "current")

    def next_number(self) -> int:
        """The number no generation has had."""
        return 1 if self.is_empty() else self.current().number + 1

    def _newest(self) -> Snapshot:
        """Where the pointer is lost, or a killed writer never made it: what is finished is whole all the same."""
        finished = self.all()
        if not finished:
            raise NoData(f"{self.directory} holds no data yet; run etiograph load or etiograph serve")
        return finished[-1]

    def _named(self, name: str) -> Snapshot:
        return Snapshot(_number(name), self.directory / name)

    def _refuse_broken(self, snapshot: Snapshot, is_read: Callable[[str], bool]) -> None:
        try:
            faults = snapshot.faults(is_read)
        except OSError as error:
            faults = [error.strerror or str(error)]
        if faults:
            raise self._damaged(snapshot, faults)

    def _damaged(self, snapshot: Snapshot, faults: list[str]) -> DamagedData:
        sound = [each.number for each in self.all() if each != snapshot and not each.faults()]
        ways = [f"etiograph snapshots rollback {sound[-1]}"] if sound else []
        if not Sources(self.directory / "sources").faults(_sources_of(snapshot)):
            ways.append("etiograph rebuild --replace")
        ways.append("etiograph snapshots restore DIR with a backup")
        return DamagedData(f"{snapshot.path} is damaged: {'; '.join(faults)}. To restore, run {', or '.join(ways)}")

    def _sweep(self) -> None:
        """Remove what a killed writer left: anything that was never current."""
        newest = self.next_number() - 1
        (self.directory / "current.new").unlink(missing_ok=True)
        leftovers = [path for path in self.directory.glob("gen-*") if path.suffix or _number(path.name) > newest]
        for path in leftovers:
            removed(path)
        if leftovers:
            with suppress(DamagedData):  # where it is not known what is needed, nothing is removed
                self.sources.forget_all_but(self._stood_on())

    def _removed(self, keep: int) -> list[int]:
        """Remove old generations that nobody reads, and what only they stood on."""
        gone = list[int]()
        for snapshot in self.all()[:-keep]:
            aside = snapshot.path.with_suffix(".removed")
            if snapshot != self.current() and put_aside(snapshot.path, aside):
                with suppress(DamagedData):
                    self.sources.forget(manifest.read(aside).sources - self._stood_on())
                removed(aside)
                gone.append(snapshot.number)
        return gone

    def _stood_on(self) -> frozenset[str]:
        return frozenset(digest for each in self.all() for digest in each.manifest.sources)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock that only one process gets; the kernel frees it when the process ends, however it ends."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "writer.lock").open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip() or "another process"
                raise WriterBusy(f"{self.directory} is being written by {holder}; wait until it has finished") from None
            lock.truncate(0)
            lock.write(f"process {os.getpid()} ({Path(sys.argv[0]).name})")
            lock.flush()
            yield


def _number(name: str) -> int:
    """The number of a generation.

    >>> _number("gen-42.building")
    42
    """
    digits = name.removeprefix("gen-").partition(".")[0]
    if not digits.isdecimal():
        raise UnusableDirectory(f"{name} is not the name of a generation; move it out of the data directory")
    return int(digits)


def _new_part(building: Path) -> float:
    """How much of a database is in files of its own, not linked to those of the generation it came from."""
    new = total = 0
    for path in building.iterdir():
        with suppress(FileNotFoundError):  # the engine tidies up in the background
            found = path.stat()
            total += found.st_size
            new += found.st_size if found.st_nlink == 1 else 0
    return new / max(1, total)


def _sources_of(snapshot: Snapshot) -> frozenset[str]:
    try:
        return snapshot.manifest.sources
    except DamagedData:
        return frozenset()
