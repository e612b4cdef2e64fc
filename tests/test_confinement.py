"""What a confined child can no longer do, and the frames by which it speaks."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.workers.frames import Broken, Frame, Kind, Reader, send
from tests.requirements import ROOT

CHILD = """
import ctypes, os, pathlib, resource, socket, subprocess, sys, threading
from service.workers.confinement import Confinement, allow_cpu, confine, with_large_stack
def work():
    print(*confine(Confinement(os.getppid(), 200 << 20, writable={writable})))
    place = pathlib.Path(sys.argv[1])
    try:
        {deed}
        print("done")
    except OSError as error:
        print(error.strerror)
    except MemoryError:
        print("no memory")
with_large_stack(work)
"""


def confined(deed: str, place: object, *, writable: bool = False) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-c", CHILD.format(deed=deed, writable=writable), str(place))
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)


OUTSIDE = [
    "socket.socket()",
    "socket.socketpair()",
    "subprocess.run(['true'])",
    "os.fork()",
    "os.kill(os.getppid(), 0)",
    "os.execv(sys.executable, [sys.executable, '-c', ''])",
]
CHANGES = [
    "(place / 'new').write_text('x')",
    "(place / 'there').write_text('x')",
    "(place / 'there').unlink()",
    "(place / 'there').rename(place / 'new')",
    "(place / 'new').mkdir()",
    "(place / 'there').chmod(0o777)",
    "os.truncate(place / 'there', 0)",
]


@pytest.mark.parametrize("deed", OUTSIDE)
@pytest.mark.parametrize("writable", [True, False])
def test_nothing_outside_can_be_reached(tmp_path: object, deed: str, writable: bool) -> None:
    assert confined(deed, tmp_path, writable=writable).stdout.split("\n")[1] == "Operation not permitted"


@pytest.mark.parametrize("deed", CHANGES)
def test_files_change_only_where_that_is_the_work(tmp_path_factory: pytest.TempPathFactory, deed: str) -> None:
    for writable, outcome in ((True, "done"), (False, "Operation not permitted")):
        place = tmp_path_factory.mktemp("place")
        (place / "there").touch()
        assert confined(deed, place, writable=writable).stdout.split("\n")[1] == outcome


@pytest.mark.parametrize("deed", ["list(place.iterdir())", "pathlib.Path(sys.executable).open('rb').close()"])
def test_reading_remains(tmp_path: object, deed: str) -> None:
    assert confined(deed, tmp_path).stdout.split("\n")[1] == "done"


def test_threads_remain(tmp_path: object) -> None:
    assert confined("threading.Thread(target=lambda: print('beside')).start()", tmp_path).stdout.count("beside") == 1


def test_memory_and_time_are_bounded(tmp_path: object) -> None:
    assert "no memory" in confined("bytearray(300 << 20)", tmp_path).stdout
    assert "done" in confined("bytearray(100 << 20)", tmp_path).stdout
    assert confined("allow_cpu(0.5)\n        while True: pass", tmp_path).returncode == -signal.SIGXCPU


def test_a_child_dies_with_its_parent() -> None:
    child = (
        "import os; from service.workers.confinement import *; confine(Confinement({parent}, 1 << 28));"
        "print(os.getpid(), flush=True); import time; time.sleep(60)"
    )
    parent = (
        "import os, subprocess, sys, time\n"
        f"code = {child!r}.format(parent=os.getpid())\n"
        "subprocess.Popen([sys.executable, '-c', code]); time.sleep(60)"
    )
    with subprocess.Popen((sys.executable, "-c", parent), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        orphan = int(process.stdout.readline())
        process.kill()
    assert is_gone(orphan)


def is_gone(process: int, patience: float = 5.0) -> bool:
    """Whether a process ends within some seconds; one that nobody has collected yet has ended too."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with open(f"/proc/{process}/stat", encoding="ascii") as status:  # noqa: PTH123 -- ends while it is read
                if status.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)


# Frames


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


@given(st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=500)), max_size=20))
def test_frames_come_out_as_they_went_in(messages: list[tuple[Kind, bytes]]) -> None:
    with pipe() as (reading, writing):
        for kind, payload in messages:
            send(writing, kind, payload)
        reader = Reader(reading)
        assert [reader.next() for _ in messages] == [Frame(*message) for message in messages]


@pytest.mark.parametrize("sent", [b"?\0\0\0\0", b"D\xff\xff\xff\xff"])
def test_what_is_no_frame_is_refused(sent: bytes) -> None:
    with pipe() as (reading, writing):
        os.write(writing, sent)
        with pytest.raises(Broken):
            Reader(reading).next()


def test_nobody_is_waited_for_beyond_the_time() -> None:
    with pipe() as (reading, writing):
        os.set_blocking(writing, False)
        with pytest.raises(TimeoutError):
            Reader(reading).next(time.monotonic() + 0.01)
        with pytest.raises(TimeoutError):
            send(writing, Kind.DATA, bytes(1 << 20), time.monotonic() + 0.01)
