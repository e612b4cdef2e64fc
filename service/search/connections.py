"""Connections to a file that never changes: one for each thread that reads at the same time, used again and again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue


class Connections:
    """As many connections as there were readers at once; whoever is done puts one back."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._free: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._closed = False

    @contextmanager
    def one(self) -> Iterator[sqlite3.Connection]:
        """A connection for the length of a block. Raises sqlite3.Error where the file cannot be read."""
        try:
            connection = self._free.get_nowait()
        except Empty:
            connection = sqlite3.connect(self._address, uri=True, check_same_thread=False)
        try:
            yield connection
        finally:
            self._free.put(connection)
            if self._closed:
                self.close()

    def close(self) -> None:
        """Close what is free now, and whatever is put back later."""
        self._closed = True
        while True:
            try:
                self._free.get_nowait().close()
            except Empty:
                return

    def __del__(self) -> None:
        self.close()
