"""Who is served next: clients take turns, lines have an end, and one worker is kept for queries that may be small.

Nobody can tell from a query how long it takes. So each begins with a trial; one that is still running at its end is
heavy. All workers but one may hold heavy queries. A heavy query that finds no such place is stopped, and begins again
when there is one. So a small query waits for the trials of others, never for their whole time.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from service.errors import QueueFull, Stopping


class Waiting(Protocol):
    """What stands in line."""

    client: str
    """Who asks."""

    heavy: bool
    """Whether it is known to take long."""


J = TypeVar("J", bound=Waiting)

_TRIAL, _SHORTEST_TRIAL = 0.3, 0.05
"""Seconds of a trial: where nobody waits, and at least."""

_MANY = 4
"""So many who wait halve the trials."""


@dataclass(frozen=True)
class Load:
    """How busy the workers are."""

    waiting: int
    running: int
    heavy: int
    """How many of those that run are heavy."""


class Line(Generic[J]):
    """The queries that wait for a worker, and the count of those that have one."""

    def __init__(self, workers: int, per_client: int, in_all: int) -> None:
        self._changed = threading.Condition()
        self._fresh, self._heavy = _Turns[J](), _Turns[J]()
        self._per_client, self._in_all = per_client, in_all
        self._places = max(1, workers - 1)
        self._running = self._heavy_running = 0
        self._closed = False

    def load(self) -> Load:
        """How busy the workers are at the moment."""
        with self._changed:
            return Load(len(self._fresh) + len(self._heavy), self._running, self._heavy_running)

    def join(self, job: J) -> None:
        """Stand in line. Heavy and other queries are counted apart. Raises QueueFull, Stopping."""
        with self._changed:
            if self._closed:
                raise Stopping("the service is stopping")
            line = self._heavy if job.heavy else self._fresh
            if line.of(job.client) >= self._per_client:
                raise QueueFull("Too many of your queries are waiting already. Send fewer at a time.")
            if len(line) >= self._in_all:
                raise QueueFull("Too many queries are waiting. Try again in a moment.")
            line.add(job)
            self._changed.notify()

    def leave(self, job: J) -> None:
        """Wait no longer."""
        with self._changed:
            self._fresh.remove(job)
            self._heavy.remove(job)

    def is_closed(self) -> bool:
        """Whether nobody is served any more."""
        return self._closed

    def trial(self) -> float:
        """How many seconds the next trial lasts: less while many wait for theirs."""
        with self._changed:
            return max(_SHORTEST_TRIAL, _TRIAL / (1 + len(self._fresh) / _MANY))

    def next(self, seconds: float) -> J | None:
        """The one who is served next; None where nobody comes for some seconds, or the line is closed."""
        with self._changed:
            if not self._closed and not self._somebody():
                self._changed.wait(seconds)
            if self._closed or not self._somebody():
                return None
            self._running += 1
            if len(self._heavy) and self._heavy_running < self._places:
                self._heavy_running += 1
                return self._heavy.take()
            return self._fresh.take()

    def stays(self, job: J) -> bool:
        """Whether one whose trial is over may keep its worker, as a heavy one."""
        with self._changed:
            job.heavy = self._heavy_running < self._places
            self._heavy_running += job.heavy
            return job.heavy

    def again(self, job: J) -> None:
        """One whose trial is over has left its worker, and stands in line as a heavy one."""
        with self._changed:
            self._running -= 1
            job.heavy = True
            self._heavy.add(job)
            self._changed.notify_all()

    def done(self, job: J) -> None:
        """One who was served has left its worker."""
        with self._changed:
            self._running -= 1
            self._heavy_running -= job.heavy
            self._changed.notify_all()

    def _somebody(self) -> bool:
        return len(self._fresh) > 0 or (len(self._heavy) > 0 and self._heavy_running < self._places)

    def close(self) -> list[J]:
        """Let nobody in and serve nobody any more; returns those who were waiting."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            return [*self._fresh, *self._heavy]


class _Turns(Generic[J]):
    """A line for each client; the clients take turns."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[J]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def __iter__(self) -> Iterator[J]:
        return (job for line in self._lines.values() for job in line)

    def of(self, client: str) -> int:
        return len(self._lines.get(client, ()))

    def add(self, job: J) -> None:
        self._lines.setdefault(job.client, deque()).append(job)

    def take(self) -> J:
        client, line = self._lines.popitem(last=False)
        job = line.popleft()
        if line:
            self._lines[client] = line
        return job

    def remove(self, job: J) -> None:
        line = self._lines.get(job.client, deque())
        if job in line:
            line.remove(job)
            if not line:
                del self._lines[job.client]
