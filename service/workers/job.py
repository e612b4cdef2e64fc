"""A query on its way through the pool, and what becomes of it."""

import hashlib
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Literal

from service.errors import ServiceError
from service.workers.answer import Answer
from service.workers.process import Process
from service.workers.task import Failure, Task

End = Literal["answered", "slow", "memory", "crash", "refused", "gone", "full"]


@dataclass(frozen=True)
class Outcome:
    """What became of one query, for whoever counts."""

    end: End
    seconds_waiting: float
    seconds_running: float
    bytes: int
    heavy: bool
    rows: int = 0
    """Rows or triples of an answer that is whole."""


class WorkerRefused(ServiceError):
    """A worker said why it does not answer; whoever knows the request turns it into words."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


@dataclass(eq=False)
class Job:
    """A query on its way through the pool."""

    task: Task
    client: str
    until: float
    heavy: bool = False
    joined: float = field(default_factory=time.monotonic)
    begun: float | None = None
    trial_until: float = 0.0
    answer: Answer = field(default_factory=Answer)
    process: Process | None = None
    cancelled: bool = False
    repeated: bool = False
    """Whether it is asked a second time, since its worker was ended from outside."""

    rows: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def key(self) -> bytes:
        """What is the same for the same query on the same data."""
        task = replace(self.task, seconds=0, rows=0, size=0, media_type="")
        return hashlib.sha256(task.encoded()).digest()
