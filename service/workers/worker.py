"""A worker: a process that answers one task after the other from its standard input, and owns nothing it could lose.

It imports neither the web nor the loaders, so that it starts in a twentieth of a second.
"""

import os
import signal
import sys

import pyoxigraph as ox

from service.workers.confinement import Confinement, allow_cpu, confine, with_large_stack
from service.workers.evaluation import Refused, evaluate
from service.workers.frames import Broken, Kind, Reader, send
from service.workers.task import Failure, Task

_INPUT, _OUTPUT = 0, 1


class Generations:
    """The database that is open; another one is opened when a task asks for it."""

    def __init__(self) -> None:
        self._path = ""
        self._store: ox.Store | None = None

    def at(self, path: str) -> ox.Store:
        """The database at a path. Raises Refused where it cannot be opened."""
        if self._store is None or path != self._path:
            self._store = None  # closes the former one
            try:
                self._store = ox.Store.read_only(path)
            except (OSError, ValueError) as error:
                raise Refused(Failure("generation", str(error))) from None
            self._path = path
        return self._store


def main() -> None:
    """Work until the pipe is closed. Arguments: the parent's process id, and the bytes of memory a query may take."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to the whole group; its parent decides when it ends
        signal.signal(number, signal.SIG_IGN)
    parent, memory_bytes = map(int, sys.argv[1:3])
    with_large_stack(lambda: _work(Confinement(parent, memory_bytes)))


def _work(bounds: Confinement) -> None:
    for missing in confine(bounds):
        print(missing, file=sys.stderr, flush=True)  # noqa: T201 -- standard error is where its parent looks
    tasks, generations = Reader(_INPUT), Generations()
    try:
        send(_OUTPUT, Kind.READY)
        while True:
            _answer(Task.decoded(tasks.next().payload), generations)
    except Broken:  # the parent wants no more
        os._exit(0)


def _answer(task: Task, generations: Generations) -> None:
    begun = False

    def hand_over(piece: bytes) -> None:
        nonlocal begun
        if not begun:
            send(_OUTPUT, Kind.HEADER)
            begun = True
        send(_OUTPUT, Kind.DATA, piece)

    allow_cpu(task.seconds)
    try:
        rows = evaluate(generations.at(task.generation), task, hand_over)
    except Refused as refused:
        send(_OUTPUT, Kind.ERROR, refused.failure.encoded())
    except Broken:
        raise
    except BaseException as error:  # noqa: BLE001 -- a panic of the engine is no Exception; its parent hears of it
        send(_OUTPUT, Kind.ERROR, Failure("engine", repr(error)).encoded())
        os._exit(1)
    else:
        send(_OUTPUT, Kind.END, str(rows).encode())
