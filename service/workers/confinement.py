"""What a child process gives up before it touches data or the text of a client: memory, time, and most of its rights.

The engine can neither be stopped nor kept within bounds from inside, and its parser may let through what it should
not. The kernel's bounds hold whatever the engine does.
"""

import ctypes
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.workers import system_calls

STACK = 256 * 1024 * 1024
"""Bytes of stack for the engine. Only what is used is ever taken; 2 MiB overflowed at 1,000 OPTIONALs."""

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Confinement:
    """The bounds of a child."""

    parent: int
    """The process with which it dies."""

    memory_bytes: int
    """What it may take beyond what it holds when it is confined."""

    writable: bool = False
    """Whether it may make and change files."""

    open_files: int = 1024
    niceness: int = 5
    """How far it stands back behind the process that answers requests."""


def confine(bounds: Confinement) -> tuple[str, ...]:
    """Give up everything beyond some bounds, for good; returns a sentence for each one this system cannot hold.

    Call it before the store is opened, in a process with one thread or from the thread that does the work: the filter
    of system calls holds for the calling thread and those it starts.
    """
    missing: list[str] = []
    if not _dies_with(bounds.parent):
        missing.append("this system does not end a worker when its parent dies; it ends when its pipe closes")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_NOFILE, bounds.open_files)
    os.nice(bounds.niceness)
    try:
        _lower(resource.RLIMIT_DATA, data_bytes() + bounds.memory_bytes)
    except OSError:
        missing.append("this system does not limit the memory of a worker")
    try:
        system_calls.refuse(changes=not bounds.writable)
    except system_calls.Unavailable as reason:
        missing.append(f"{reason}; a worker could reach the network")
    return tuple(missing)


def allow_cpu(seconds: float) -> None:
    """Let the kernel end this process once it has computed for so many seconds more, should nobody else end it."""
    used = sum(os.times()[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, hard))


def with_large_stack(work: Callable[[], None]) -> None:
    """Do the work of a process in a thread whose stack is large, and return when it is done."""
    before = threading.stack_size(STACK)

    def with_small_stacks_beside() -> None:
        threading.stack_size(before)  # it is set for the whole process, and further threads need no more than others
        work()

    thread = threading.Thread(target=with_small_stacks_beside, name="engine")
    thread.start()
    thread.join()


def _dies_with(parent: int) -> bool:
    if sys.platform != "linux":
        return False
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before it could be heard
        os._exit(0)
    return True


def data_bytes() -> int:
    """What RLIMIT_DATA has counted so far, the stack of the engine's thread included. Raises OSError."""
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmData:"))
    return int(line.split()[1]) * 1024


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))
