"""Where log lines go: into a queue, and from there to standard error, so that no answer ever waits for the log.

A full disk or a pipe that nobody reads costs lines, which are counted, and nothing else.
"""

import os
import queue
import threading
from collections.abc import Callable

_WAITING = 10_000
"""How many lines wait at most."""


class Journal:
    """Writes lines to a file descriptor, in a thread of its own."""

    def __init__(self, descriptor: int, lost: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._lost = lost
        self._lines: queue.Queue[str | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Have a line written, without waiting for it."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._lost()

    def close(self, seconds: float = 1.0) -> None:
        """Write what waits, for some time at most."""
        try:
            self._lines.put(None, timeout=seconds)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                _write(self._descriptor, f"{line}\n".encode("utf-8", "backslashreplace"))
            except OSError:
                self._lost()


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
