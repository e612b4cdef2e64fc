"""The workers of one web process, and the door to them: a task goes in, the pieces of its answer come out."""

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from service.errors import ClientGone, QueryTooSlow, QueueFull, Stopping
from service.workers.job import Job, Outcome
from service.workers.keeper import Experience, Keeper
from service.workers.line import Line, Load
from service.workers.process import Process
from service.workers.task import Task

_LOOK_SECONDS = 0.05
"""How often we look whether a client is still there."""

_CLOSE_SECONDS = 5.0
"""How long we wait for the keepers of workers that have been killed."""


@dataclass(frozen=True)
class Capacity:
    """How many workers there are, how much each may take, and how many queries may wait for them."""

    workers: int
    memory_bytes: int
    waiting_per_client: int
    waiting: int


class Answering:
    """The pieces of an answer as they come; closing it ends the query."""

    def __init__(self, job: Job, pieces: Iterator[bytes], end: Callable[[], None]) -> None:
        self._pieces = pieces
        self._end = end
        self._first = next(pieces, b"")
        self.whole = self._first if job.answer.is_taken() else None
        """The answer, where it is short and already complete."""

    def __iter__(self) -> "Answering":
        return self

    def __next__(self) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        return next(self._pieces)

    def close(self) -> None:
        """Want no more of it."""
        self._end()


class Pool:
    """Queries over read-only generations, evaluated in processes that can be ended."""

    def __init__(self, capacity: Capacity, observe: Callable[[Outcome], None] = lambda _: None) -> None:
        self._capacity = capacity
        self._observe = observe
        self._line = Line[Job](capacity.workers, capacity.waiting_per_client, capacity.waiting)
        self._experience = Experience()
        self._keepers: list[threading.Thread] = []
        self._starting = threading.Lock()
        self._processes: set[Process] = set()
        weakref.finalize(self, _kill_all, self._processes)  # should nobody close it before the interpreter ends

    def start(self, workers: int | None = None) -> None:
        """Start the workers, or so many of them; queries start those they need."""
        with self._starting:
            while len(self._keepers) < min(workers or self._capacity.workers, self._capacity.workers):
                keeper = Keeper(
                    self._line, self._capacity.memory_bytes, self._experience, self._observe, self._processes
                )
                thread = threading.Thread(target=keeper.keep, name="keeper of a worker", daemon=True)
                self._keepers.append(thread)
                thread.start()

    def alive(self) -> int:
        """How many workers are there."""
        return len(self._processes)

    def load(self) -> Load:
        """How busy the workers are at the moment."""
        return self._line.load()

    def answer(self, task: Task, seconds: float, client: str, is_gone: Callable[[], bool]) -> Answering:
        """The pieces of an answer. Returns only once the first of them is there.

        `seconds` count from now, waiting included. Raises, at once or between pieces: QueueFull, QueryTooSlow,
        MemoryUsedUp, EngineFailed, ClientGone, Stopping, and WorkerRefused.
        """
        job = Job(task, client, time.monotonic() + seconds)
        if crash := self._experience.crashes.get(job.key):
            raise crash("This query has ended a worker before. Change it; it is not tried again on the same data.")
        job.heavy = self._experience.heavy.get(job.key) is not None
        try:
            self._line.join(job)
        except QueueFull:
            self._observe(Outcome("full", 0.0, 0.0, 0, job.heavy))
            raise
        load = self._line.load()
        self.start(load.waiting + load.running)
        return Answering(job, self._pieces(job, is_gone), partial(self._cancel, job))

    def close(self, seconds: float = 0.0) -> None:
        """Take no more queries, let those that run finish for some seconds, and end the workers."""
        for job in self._line.close():
            job.answer.fail(Stopping("the service is stopping"))
        self._join(seconds)
        _kill_all(self._processes)
        self._join(_CLOSE_SECONDS)

    def _join(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for keeper in self._keepers:
            keeper.join(max(0.0, until - time.monotonic()))

    def _pieces(self, job: Job, is_gone: Callable[[], bool]) -> Iterator[bytes]:
        try:
            while piece := self._waited_for(job, is_gone):
                yield piece
        finally:
            self._cancel(job)

    def _waited_for(self, job: Job, is_gone: Callable[[], bool]) -> bytes:
        while not job.answer.wait(_LOOK_SECONDS):
            if is_gone():
                raise ClientGone("the client has hung up")
            if job.begun is None and time.monotonic() > job.until:
                self._observe(Outcome("slow", time.monotonic() - job.joined, 0.0, 0, job.heavy))
                raise QueryTooSlow("No worker became free in time. Try again in a moment.")
        return job.answer.take()

    def _cancel(self, job: Job) -> None:
        """End a query wherever it is; without effect on one that is done."""
        self._line.leave(job)
        with job.lock:
            job.cancelled = True
            if job.process:
                job.process.kill()
        job.answer.abandon()


def _kill_all(processes: set[Process]) -> None:
    for process in list(processes):
        process.kill()  # its keeper collects it
