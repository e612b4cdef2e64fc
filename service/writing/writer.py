"""Hands changes to a process of their own, one at a time, and ends it where it takes too long or too much.

The process is started before it is needed and kept from change to change: starting Python and reading the program
takes longer than most changes do.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from service.errors import Problem, Reported, WriteFailed, WriterBusy, WriteTooLarge, WriteTooSlow
from service.settings import Settings, told
from service.workers.frames import Broken, Frame, Kind, Reader, send
from service.writing.change import Change, Outcome

_log = logging.getLogger("etiograph")

_ROOT = Path(__file__).parents[2]
"""Where the four folders are, in a checkout as in a wheel."""

_ENTRY = "import sys; sys.path.insert(0, sys.argv.pop(1)); from etiograph import main; main()"
_PIECE = 1 << 20
_TO_DISK_SECONDS = 60.0
"""How long a change that has been made may take to become durable; it is not ended before."""

_START_SECONDS = 60.0
_LOCK_SECONDS = 5.0
"""How much longer than it should the process may take to say whether it may write."""

_RETRY = "nothing was changed"


@dataclass
class _Child:
    """The writing process, and the two ends of our pipes to it."""

    process: "subprocess.Popen[bytes]"
    to: int
    reader: Reader

    def end(self) -> int:
        """End it; returns its exit status, negative for the signal that ended it."""
        self.process.kill()
        return self._ended()

    def ended(self) -> int:
        """Wait for what is ending by itself."""
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.process.kill()
        return self._ended()

    def _ended(self) -> int:
        status = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        return status


class Writer:
    """The only way by which requests change the data."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: _Child | None = None
        self._turn = threading.Lock()
        self._waiting = threading.Semaphore(settings.write_queue)
        # One thread for good, because a child ends with the thread that started it.
        self._starter = ThreadPoolExecutor(1, "writer start")

    def prepare(self) -> None:
        """Start the process that waits for the first change, without waiting for it."""
        self._starter.submit(self._started)

    def write(self, change: Change, body: BinaryIO) -> Outcome:
        """Make a change; it is on disk when this returns.

        Raises Reported for what the process says, WriterBusy where others take too long, and a WriteError where the
        process had to be ended. Nothing is changed then.
        """
        began = time.monotonic()
        with self._in_turn():
            waited = time.monotonic() - began
            child = self._starter.submit(self._started).result()
            try:
                answer = self._made(child, change, body, max(0.0, self._settings.write_wait_seconds - waited))
            except BaseException:
                self._replace(child)
                raise
            said: dict[str, Any] = json.loads(answer.payload)
            if said.pop("is_spent"):
                self._replace(child)
        if answer.kind is Kind.ERROR:
            raise Reported(Problem(**said))
        return Outcome(**said)

    def close(self) -> None:
        """End the process, once it has made what it is making."""
        with self._turn:
            if self._child:
                self._child.end()
            self._child = None
        self._starter.shutdown()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise WriterBusy("too many changes wait for one another")
        try:
            if not self._turn.acquire(timeout=self._settings.write_wait_seconds):
                raise WriterBusy("the changes before this one take too long")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._waiting.release()

    def _replace(self, child: _Child) -> None:
        self._child = None
        child.end()
        self.prepare()

    def _made(self, child: _Child, change: Change, body: BinaryIO, wait: float) -> Frame:
        """What the process answers to a change."""
        until = time.monotonic() + wait + _LOCK_SECONDS
        request = {"change": change.document(), "wait": wait}
        try:
            send(child.to, Kind.REQUEST, json.dumps(request).encode(), until)
            if (begun := child.reader.next(until)).kind is not Kind.DATA:
                return begun  # another process writes
            until = time.monotonic() + self._settings.write_seconds
            while piece := body.read(_PIECE):
                send(child.to, Kind.DATA, piece, until)
            send(child.to, Kind.END, until=until)
            answer = child.reader.next(until)
        except TimeoutError:
            seconds = self._settings.write_seconds
            raise WriteTooSlow(f"The change took more than {seconds} seconds, and {_RETRY}; do less at once.") from None
        except Broken:
            raise _ended(child.ended()) from None
        return _durable(child) if answer.kind is Kind.HEADER else answer

    def _started(self) -> _Child:
        """The process that waits; a new one where there is none or it has ended."""
        if self._child and self._child.process.poll() is None:
            return self._child
        command = [sys.executable, "-P", "-c", _ENTRY, str(_ROOT), "write-changes"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise WriteFailed("There is no pipe to the writing process.")
        # Were its standard error our own, a log that nobody reads would hold it up in its last words.
        threading.Thread(target=_pass_on, args=(process.stderr,), name="writer says", daemon=True).start()
        os.set_blocking(process.stdin.fileno(), False)
        child = _Child(process, process.stdin.fileno(), Reader(process.stdout.fileno()))
        until = time.monotonic() + _START_SECONDS
        try:
            send(child.to, Kind.REQUEST, _told(self._settings), until)
            child.reader.next(until)
        except (TimeoutError, Broken):
            status = child.end()
            raise WriteFailed(f"The writing process does not start ({status}), and {_RETRY}.") from None
        self._child = child
        return child


def _pass_on(said: IO[bytes]) -> None:
    """Log what the process says; it never waits for that."""
    with said:
        for line in said:
            _log.warning("the writing process: %s", line[:2000].decode("utf-8", "replace").rstrip())


def _told(settings: Settings) -> bytes:
    """The settings the process needs; no token is among them."""
    return json.dumps({**told(settings), "parent": os.getpid()}).encode()


def _durable(child: _Child) -> Frame:
    """The answer to a change that has been made and is being brought to the disk."""
    try:
        return child.reader.next(time.monotonic() + _TO_DISK_SECONDS)
    except (TimeoutError, Broken):
        raise WriteFailed(
            "The change was made, but it is not certain that it is on disk: see by its effect before repeating it."
        ) from None


def _ended(status: int) -> Exception:
    """What the end of the process means."""
    match -status:
        case signal.SIGABRT | signal.SIGKILL:
            return WriteTooLarge(f"The change needed more memory than it may have, and {_RETRY}; do less at once.")
        case signal.SIGXCPU:
            return WriteTooSlow(f"The change took too long, and {_RETRY}; do less at once.")
    return WriteFailed(f"The process that made the change ended, and {_RETRY}; write it more simply.")
