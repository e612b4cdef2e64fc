"""Generations of the data: each is built beside the others, becomes current by one atomic switch, and never changes.

gen-41/  gen-42/    finished generations, each an Oxigraph database
gen-43.building/    the next one; a leftover if no process holds the lock
current             a link to the newest finished one: the only thing a reader looks at
writer.lock         held by the one process that writes
"""

import errno
import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pyoxigraph import Store

from service.errors import NoData, StoreError, UnusableDirectory, WriterBusy

T = TypeVar("T")


@dataclass(frozen=True)
class Snapshot:
    """One finished generation."""

    number: int
    path: Path

    @property
    def name(self) -> str:
        """What no other generation is called, not even the one of this number after the directory was begun anew."""
        return f"{self.number}-{self.path.stat().st_mtime_ns:x}"


@dataclass(frozen=True)
class Snapshots:
    """The generations in a data directory, of which the newest finished one is current."""

    directory: Path
    kept: int = 3

    def current(self) -> Snapshot:
        """The newest finished generation; a cheap look that every request can afford.

        Raises NoData where nothing has been loaded, UnusableDirectory where the pointer cannot be read.
        """
        try:
            name = os.readlink(self.directory / "current")  # noqa: PTH115 -- four times as fast as Path.readlink
        except FileNotFoundError:
            raise NoData(f"{self.directory} holds no data yet; run etiograph load or etiograph serve") from None
        except OSError as error:
            raise _unusable(self.directory, error) from error
        return Snapshot(_number(name), self.directory / name)

    def is_empty(self) -> bool:
        """Whether nothing has been loaded yet."""
        try:
            self.current()
        except NoData:
            return True
        return False

    def write(self, change: Callable[[Store], T]) -> T:
        """Build the next generation from a checkpoint of the current one, change it, and make it current.

        Returns only once the change is on disk. Whatever `change` raises leaves everything as it was.
        """
        with _refusals_named(self.directory), self._locked():
            self._sweep()
            number = self._next_number()
            building = self.directory / f"gen-{number}.building"
            try:
                done = self._built(building, change)
                self._publish(building, number)
            except BaseException:
                shutil.rmtree(building, ignore_errors=True)
                raise
            self._prune(number)
            return done

    def _built(self, building: Path, change: Callable[[Store], T]) -> T:
        if not self.is_empty():
            Store.read_only(str(self.current().path)).backup(str(building))
        store = Store(str(building))
        done = change(store)
        store.optimize()
        store.flush()
        del store  # closes it: nothing may write into a finished generation
        return done

    def _publish(self, building: Path, number: int) -> None:
        _to_disk(*(path for path in building.rglob("*") if path.is_file()), building)
        finished = self.directory / f"gen-{number}"
        building.rename(finished)
        pointer = self.directory / "current.new"
        pointer.symlink_to(finished.name)
        _to_disk(self.directory)
        pointer.replace(self.directory / "current")
        _to_disk(self.directory)

    def _next_number(self) -> int:
        return 1 if self.is_empty() else self.current().number + 1

    def _generations(self) -> list[Path]:
        return sorted(self.directory.glob("gen-*"), key=lambda path: _number(path.name))

    def _sweep(self) -> None:
        """Remove what a killed writer left: anything that was never current."""
        newest = self._next_number() - 1
        (self.directory / "current.new").unlink(missing_ok=True)
        for path in self._generations():
            if path.suffix == ".building" or _number(path.name) > newest:
                shutil.rmtree(path)

    def _prune(self, newest: int) -> None:
        """Remove old generations; the last few stay for readers that are still on them."""
        for path in self._generations():
            if _number(path.name) <= newest - self.kept:
                shutil.rmtree(path, ignore_errors=True)

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


def _to_disk(*paths: Path) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


_REMEDIES = {
    errno.EACCES: "it may not be written; give the user the right to, or name another directory with --data",
    errno.EPERM: "it may not be written; give the user the right to, or name another directory with --data",
    errno.ENOENT: "it cannot be made; name another directory with --data",
    errno.EROFS: "it is on a read-only disk; name another directory with --data",
    errno.ENOSPC: "the disk is full; make room and try again, nothing was changed",
    errno.EDQUOT: "the disk quota is used up; make room and try again, nothing was changed",
    errno.ENOTDIR: "it is not a directory; name another one with --data",
    errno.EEXIST: "it is not a directory; name another one with --data",
}


def _unusable(directory: Path, error: OSError) -> UnusableDirectory:
    """An operating system error as a sentence with its remedy."""
    remedy = _REMEDIES.get(error.errno or 0, str(error))
    return UnusableDirectory(f"{directory} cannot be used: {remedy}")


@contextmanager
def _refusals_named(directory: Path) -> Iterator[None]:
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise _unusable(directory, error) from error
