"""Where the index of the current snapshot is: built in the background when it is first wanted, kept beside the data.

A generation is sealed and is never added to, so the file stands in `search/` of the data directory, or in a temporary
directory where that may not be written. It can be removed at any time: it is made again.
"""

import fcntl
import logging
import shutil
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from service.errors import ServiceError
from service.search.entries import Rows, entries, kinds
from service.search.index import Index
from service.search.writing import VERSION, write
from service.store.local import LocalStore

_log = logging.getLogger("etiograph")


class Shelf:
    """The newest index there is. Any number of threads and processes may share its directory."""

    def __init__(self, store: LocalStore, data: Path, base: str) -> None:
        self._store = store
        self._preferred = data / "search"
        self._base = base
        self._index: Index | None = None
        self._building: threading.Thread | None = None
        self._turn = threading.Lock()

    def index(self, patience: float) -> Index | None:
        """The index of the current snapshot; after so many seconds the former one, or None if there is none.

        Raises NoData where there is nothing to search.
        """
        index, wanted = self._index, self._store.snapshot.name
        if index and index.snapshot == wanted:
            return index
        self.prepare().join(patience)
        return self._index

    def prepare(self) -> threading.Thread:
        """Begin to build the index of the current snapshot, unless that is done already."""
        with self._turn:
            if self._building is None or not self._building.is_alive():
                self._building = threading.Thread(target=self._renew, name="search index", daemon=True)
                self._building.start()
            return self._building

    def _renew(self) -> None:
        """Put the index of the current snapshot in the place of the former one; what fails is tried again."""
        try:
            wanted = self._store.snapshot.name
            path = self._written(wanted)
            self._index = self._opened(wanted, path)
            for former in path.parent.glob("*.sqlite"):
                if former != path:
                    former.unlink(missing_ok=True)  # who has it open goes on reading it
        except (ServiceError, OSError, sqlite3.Error) as error:
            _log.error("the search index was not built: %s", error)

    def _opened(self, snapshot: str, path: Path) -> Index:
        """An index; one that cannot be read is removed, to be made again."""
        try:
            return Index(snapshot, path, self._base)
        except sqlite3.Error:
            path.unlink(missing_ok=True)
            raise

    def _written(self, snapshot: str) -> Path:
        directory = self._directory()
        path = directory / f"{snapshot}.sqlite"
        with _alone(directory):  # so that of several processes only one builds
            if not _is_whole(path):
                rows: Rows = self._store.rows
                write(path, entries(rows), kinds(rows))
        return path

    def _directory(self) -> Path:
        """Beside the data if that can be written, else a place that goes with this process."""
        try:
            self._preferred.mkdir(exist_ok=True)
            (self._preferred / "lock").touch()
        except OSError:
            self._preferred = Path(tempfile.mkdtemp(prefix="etiograph-search-"))
            weakref.finalize(self, shutil.rmtree, self._preferred, ignore_errors=True)
        return self._preferred


def _is_whole(path: Path) -> bool:
    """Whether an index of the form we write is there."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            found: int = database.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error:
        return False
    return found == VERSION


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    with (directory / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
