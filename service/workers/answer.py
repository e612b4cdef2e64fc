"""An answer between the worker that writes it and the client that takes it: a little in memory, more in a file.

So a worker is free for the next query while a slow client is still reading, up to the size of the file.
"""

import threading
import time
from tempfile import TemporaryFile
from typing import IO

_IN_MEMORY = 1024 * 1024
_IN_FILE = 64 * 1024 * 1024


class Abandoned(Exception):
    """Nobody wants the answer any more."""


class Answer:
    """Pieces go in at one end, and come out at the other once it is released."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._memory: list[bytes] = []
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self._written = self._read = 0
        self._released = self._ended = self._abandoned = False
        self._failure: Exception | None = None
        self.bytes = 0

    # The side of the worker

    def put(self, piece: bytes, until: float) -> None:
        """Add a piece. Raises Abandoned; TimeoutError where there is no room until then."""
        with self._changed:
            while not self._abandoned and not self._has_room(len(piece)):
                if not self._changed.wait(max(0.0, until - time.monotonic())):
                    raise TimeoutError
            if self._abandoned:
                raise Abandoned
            self._store(piece)
            self.bytes += len(piece)
            self._changed.notify_all()

    def finish(self) -> None:
        """There is no more."""
        with self._changed:
            self._ended = self._released = True
            self._changed.notify_all()

    def fail(self, failure: Exception) -> None:
        """There is no more, and what there is is not whole; of what was not released, only the failure stays."""
        with self._changed:
            if not self._released:
                self._empty()
            if not self._ended:
                self._failure = failure
                self._ended = self._released = True
            self._changed.notify_all()

    def release(self) -> None:
        """Let the client have it."""
        with self._changed:
            self._released = True
            self._changed.notify_all()

    def restart(self) -> bool:
        """Forget everything; whether that can be done, since nothing of it was released."""
        with self._changed:
            if self._released and self.bytes:
                return False
            self._empty()
            return True

    # The side of the client

    def wait(self, seconds: float) -> bool:
        """Wait for something to take, be it the end; whether there is."""
        with self._changed:
            return self._changed.wait_for(self._can_be_taken, seconds)

    def take(self) -> bytes:
        """What waits, up to some size; empty at the end. Raises what the answer failed with."""
        with self._changed:
            if self._memory:
                piece = b"".join(self._memory)
                self._memory.clear()
                self._in_memory = 0
            else:
                piece = self._from_file()
            self._changed.notify_all()
            if not piece and self._failure:
                raise self._failure
            return piece

    def is_taken(self) -> bool:
        """Whether the whole of it has been taken, and it did not fail."""
        with self._changed:
            return self._ended and not self._failure and not self._memory and self._written == self._read

    def abandon(self) -> None:
        """Nobody wants it any more."""
        with self._changed:
            self._abandoned = True
            self._empty()
            self._changed.notify_all()

    def _can_be_taken(self) -> bool:
        return self._released and (bool(self._memory) or self._written > self._read or self._ended)

    def _has_room(self, size: int) -> bool:
        return self._fits_memory(size) or self._written + size <= _IN_FILE

    def _fits_memory(self, size: int) -> bool:
        return self._written == 0 and self._in_memory + size <= _IN_MEMORY

    def _store(self, piece: bytes) -> None:
        if self._fits_memory(len(piece)):
            self._memory.append(piece)
            self._in_memory += len(piece)
            return
        self._file = self._file or TemporaryFile()  # noqa: SIM115 -- lives as long as the answer
        self._file.seek(self._written)
        self._file.write(piece)
        self._written += len(piece)

    def _from_file(self) -> bytes:
        """A piece of the file, which is begun anew when all of it has been read."""
        if self._file is None or self._read == self._written:
            return b""
        self._file.seek(self._read)
        piece = self._file.read(_IN_MEMORY)
        self._read += len(piece)
        if self._read == self._written:
            self._file.seek(0)
            self._file.truncate()
            self._read = self._written = 0
        return piece

    def _empty(self) -> None:
        self._memory.clear()
        self._in_memory = self._written = self._read = self.bytes = 0
        if self._file:
            self._file.close()
            self._file = None
