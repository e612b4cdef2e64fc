"""A worker as its parent sees it: a process that is started, asked, read from and, whenever that is needed, ended."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

from service.workers.frames import Broken, Frame, Kind, Reader, send
from service.workers.task import Task

Ending = Literal["memory", "processor time", "killed", "crash"]

_ROOT = Path(__file__).parents[2]
"""Where the four folders are, in a checkout as in a wheel."""

_ENTRY = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); sys.dont_write_bytecode = True; "
    "from service.workers.worker import main; main()"
)
_OUT_OF_MEMORY = (b"memory allocation of", b"bad_alloc", b"MemoryError", b"Cannot allocate memory")
_START_SECONDS = 30.0


class Process:
    """One worker. It is not shared: the thread that keeps it is the only one that reads from it; any may kill it."""

    def __init__(self, memory_bytes: int) -> None:
        command = (sys.executable, "-c", _ENTRY, str(_ROOT), str(os.getpid()), str(memory_bytes))
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
        )
        self._input, self._output = _descriptor(self._process.stdin), _descriptor(self._process.stdout)
        self._errors = _descriptor(self._process.stderr)
        os.set_blocking(self._input, False)
        self._frames = Reader(self._output)
        self._ending: Ending | None = None

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def wait_until_ready(self) -> str:
        """Wait for the worker to be able to work; returns what it says about bounds this system cannot hold.

        Raises Broken or TimeoutError.
        """
        if self._frames.next(time.monotonic() + _START_SECONDS).kind is not Kind.READY:
            raise Broken("a worker began with something else than READY")
        return self._said().decode("utf-8", "replace")

    def is_alive(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def ask(self, task: Task, until: float) -> None:
        """Give it a task. Raises Broken or TimeoutError."""
        send(self._input, Kind.REQUEST, task.encoded(), until)

    def next(self, until: float) -> Frame:
        """The next frame of its answer. Raises Broken or TimeoutError."""
        return self._frames.next(until)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)

    def close(self) -> Ending:
        """End it, collect it, and say how it had ended if it had; a second time says the same."""
        self._ending = self._ending or self._closed()
        return self._ending

    def _closed(self) -> Ending:
        said = self._said()
        with contextlib.suppress(subprocess.TimeoutExpired):  # its pipe may break a moment before it has ended
            self._process.wait(0.5 if said else 0.05)
        self.kill()
        code = self._process.wait()
        said += self._said()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()
        if any(sign in said for sign in _OUT_OF_MEMORY):
            return "memory"
        if code == -signal.SIGXCPU:
            return "processor time"
        return "killed" if code == -signal.SIGKILL else "crash"

    def _said(self) -> bytes:
        """What has come out of its standard error so far."""
        poll = select.poll()
        poll.register(self._errors, select.POLLIN)
        return os.read(self._errors, 65536) if poll.poll(0) else b""


def _descriptor(pipe: object) -> int:
    number: int = pipe.fileno()  # type: ignore[attr-defined]  # each of the three is a pipe, as asked for above
    return number


def _environment() -> dict[str, str]:
    """What a worker needs to know; our settings, which may hold secrets, are none of its business."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ETIOGRAPH_")}
    return kept | {"MALLOC_ARENA_MAX": "2", "RUST_BACKTRACE": "0"}
