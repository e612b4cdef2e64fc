"""The keeper of a worker: it gives it one query at a time, ends it when the time has come, and replaces it."""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from service.errors import EngineFailed, MemoryUsedUp, QueryTooSlow, ServiceError
from service.workers.answer import Abandoned
from service.workers.frames import Broken, Kind
from service.workers.job import End, Job, Outcome, WorkerRefused
from service.workers.line import Line
from service.workers.process import Ending, Process
from service.workers.remembered import Remembered
from service.workers.task import Failure

_log = logging.getLogger("etiograph")

_REMEMBERED = 1000
_IDLE_SECONDS = 1.0
"""How often a keeper whom nobody asks looks whether its worker is still there."""

T = TypeVar("T")


class _TrialFailed(Exception):
    """The trial is over, and there is no place for a heavy query."""


class _Killed(Exception):
    """The worker was ended from outside, before the client saw anything: the query can be asked again."""


class Experience:
    """What is known of queries by their key: those that ended a worker, with what their clients are told; the heavy."""

    def __init__(self) -> None:
        self.crashes = Remembered[type[ServiceError]](_REMEMBERED)
        self.heavy = Remembered[bool](_REMEMBERED)


class Keeper:
    """Keeps one worker, in a thread of its own."""

    def __init__(
        self,
        line: Line[Job],
        memory_bytes: int,
        experience: Experience,
        observe: Callable[[Outcome], None],
        processes: set[Process],
    ) -> None:
        self._line, self._memory_bytes, self._experience = line, memory_bytes, experience
        self._observe, self._processes = observe, processes

    def keep(self) -> None:
        """Serve the line until it is closed."""
        process = self._started()
        while True:
            job = self._line.next(_IDLE_SECONDS)
            if job is None and self._line.is_closed():
                break
            if process is None or not process.is_alive():
                process = self._replaced(process)
            if job is None:
                continue
            if process is None:
                self._finish(job, "crash", EngineFailed(_NO_WORKER))
            elif not self._served(job, process):
                self._ended(process)
                process = None if self._line.is_closed() else self._started()
        if process:
            self._ended(process)

    def _served(self, job: Job, process: Process) -> bool:
        """Have a query answered; whether the process can take another one."""
        with job.lock:
            job.begun = time.monotonic()
            job.trial_until = job.until if job.heavy else job.begun + self._line.trial()
            job.process = None if job.cancelled else process
        if job.heavy:
            job.answer.release()
        try:
            end, failure = self._ending(job, process)
        except _TrialFailed:
            self._again(job, process)
            return False
        except _Killed:
            self._repeat(job)
            return False
        self._finish(job, end, failure)
        # A heavy query leaves a large heap behind, which would count against the next one.
        return end in ("answered", "refused") and not job.heavy and not job.cancelled

    def _again(self, job: Job, process: Process) -> None:
        """Take a query back from its worker, and let it wait for a place among the heavy ones."""
        with job.lock:
            job.process = job.begun = None
        process.kill()
        job.answer.restart()
        self._line.again(job)

    def _repeat(self, job: Job) -> None:
        """Ask a query once more, of a worker that is there for it alone."""
        job.repeated = True
        if process := self._started():
            self._served(job, process)
            self._ended(process)
        else:
            self._finish(job, "crash", EngineFailed(_NO_WORKER))

    def _finish(self, job: Job, end: End, failure: ServiceError | None) -> None:
        with job.lock:
            job.process = None
        self._line.done(job)
        begun = job.begun or time.monotonic()
        self._observe(Outcome(end, begun - job.joined, time.monotonic() - begun, job.answer.bytes, job.heavy, job.rows))
        if failure:
            job.answer.fail(failure)
        else:
            job.answer.finish()

    def _ending(self, job: Job, process: Process) -> tuple[End, ServiceError | None]:
        """Pass on an answer until it ends; how it ended, and what the client is told."""
        try:
            if job.cancelled:
                raise Abandoned
            process.ask(job.task, job.until)
            return self._passed_on(job, process)
        except TimeoutError:
            return "slow", _too_slow()
        except Abandoned:
            return "gone", None
        except Broken:
            return self._broken(job, self._ended(process))
        except OSError:  # of the file that holds what the client has not read yet
            _log.exception("an answer cannot be kept")
            return "crash", EngineFailed("There is no room to keep the answer. Try again in a moment.")

    def _passed_on(self, job: Job, process: Process) -> tuple[End, ServiceError | None]:
        while True:
            frame = self._within(job, process.next)
            if frame.kind is Kind.DATA:
                self._within(job, partial(job.answer.put, frame.payload))
            elif frame.kind is Kind.END:
                job.rows = int(frame.payload)
                return "answered", None
            elif frame.kind is Kind.ERROR:
                return self._refused(job, Failure.decoded(frame.payload))

    def _within(self, job: Job, wait: Callable[[float], T]) -> T:
        """Wait for something until the query's time is over, with a look at the end of its trial.

        Raises TimeoutError, _TrialFailed.
        """
        try:
            return wait(min(job.trial_until, job.until))
        except TimeoutError:
            if time.monotonic() >= job.until or job.heavy:
                raise
        self._experience.heavy.put(job.key, value=True)
        if not self._line.stays(job):
            raise _TrialFailed
        job.trial_until = job.until
        job.answer.release()
        return wait(job.until)

    def _refused(self, job: Job, failure: Failure) -> tuple[End, ServiceError]:
        if failure.reason == "engine":
            _log.error("the engine failed: %s", failure.message)
            return "crash", self._remembered(job, EngineFailed)
        if failure.reason == "memory":
            return "memory", self._remembered(job, MemoryUsedUp)
        return "refused", WorkerRefused(failure)

    def _broken(self, job: Job, ending: Ending) -> tuple[End, ServiceError | None]:
        """What the end of a worker in the middle of a query means. Raises _Killed."""
        if job.cancelled:
            return "gone", None
        _log.error("a worker ended: %s", ending)
        match ending:
            case "memory":
                return "memory", self._remembered(job, MemoryUsedUp)
            case "processor time":
                return "slow", _too_slow()
            case "killed":  # from outside, so it is not the query's fault
                if not job.repeated and job.answer.restart():
                    raise _Killed
                return "crash", EngineFailed("The worker was ended. Try again.")
        return "crash", self._remembered(job, EngineFailed)

    def _remembered(self, job: Job, kind: type[ServiceError]) -> ServiceError:
        self._experience.crashes.put(job.key, kind)
        return kind(_SENTENCES[kind])

    def _started(self) -> Process | None:
        process = None
        try:
            process = Process(self._memory_bytes)
            self._processes.add(process)
            if missing := process.wait_until_ready():
                _log.warning("%s", missing.strip())
        except (OSError, Broken, TimeoutError):
            if not self._line.is_closed():
                _log.exception("a worker cannot be started")
            if process:
                self._ended(process)
            return None
        return process

    def _replaced(self, process: Process | None) -> Process | None:
        if process:
            self._ended(process)
        return self._started()

    def _ended(self, process: Process) -> Ending:
        self._processes.discard(process)
        return process.close()


_NO_WORKER = "No worker could be started. Try again in a moment."
_SENTENCES: dict[type[ServiceError], str] = {
    MemoryUsedUp: "The query needs more memory than it may take. Sort, group or join less at a time.",
    EngineFailed: "The query ended the engine. Write it in another way.",
}


def _too_slow() -> ServiceError:
    return QueryTooSlow(
        "The query takes longer than it may. Make it more selective, add a LIMIT, or ask for more time with timeout=."
    )
