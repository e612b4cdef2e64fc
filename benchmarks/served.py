"""A server in processes of its own, what it has taken of the machine, and a client that keeps its connection."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_PATIENCE = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")

ETIOGRAPH = ("-m", "service", "serve")
HELLO = ("-m", "benchmarks.hello")


@dataclass(frozen=True)
class Taken:
    """What one process has taken so far."""

    what: str
    cpu: float
    """Seconds of processors, with those of its children that have ended."""

    memory: int
    """Bytes, of shared ones its part."""


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    process: "subprocess.Popen[bytes]"
    begun: float
    """When it was started, by the monotonic clock."""

    def taken(self) -> tuple[Taken, ...]:
        """What each of its processes has taken so far."""
        found = list[Taken]()
        for pid in _family(self.process.pid):
            with suppress(ProcessLookupError, FileNotFoundError):  # it has ended; who started it has its time
                found.append(_taken(pid))
        return tuple(found)

    @property
    def cpu(self) -> float:
        """Seconds of processors, of all its processes."""
        return sum(each.cpu for each in self.taken())


class Client:
    """One connection, over which one request follows the other."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, *headers: str) -> tuple[int, bytes]:
        """The status and the whole answer with its headers, as it came."""
        head = "\r\n".join((f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""))
        self._socket.sendall(head.encode())
        found = b""
        while (end := found.find(b"\r\n\r\n")) < 0:
            found += self._received()
        status = int(found[9:12])
        fields = found[:end].lower()
        _, _, length = fields.partition(b"\r\ncontent-length:")
        whole, in_pieces = end + 4 + int(length.split(b"\r\n", 1)[0] or 0), b"\r\ntransfer-encoding: chunked" in fields
        while len(found) < whole or (in_pieces and not found.endswith(b"\r\n0\r\n\r\n")):
            found += self._received()
        return status, found

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _received(self) -> bytes:
        if piece := self._socket.recv(1 << 18):
            return piece
        raise ConnectionError("the server has hung up")


@contextmanager
def serving(command: Sequence[str], ready: str, **settings: str) -> Iterator[Server]:
    """A server on a free port, once it answers 200 at the path `ready`; it is ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    environment = {**os.environ, "ETIOGRAPH_LOG": "off"}
    environment |= {f"ETIOGRAPH_{name.upper()}": value for name, value in settings.items()}
    begun = time.monotonic()
    with subprocess.Popen(
        (sys.executable, *command, "--port", str(port)), cwd=_ROOT, env=environment, stderr=subprocess.DEVNULL
    ) as process:
        server = Server(port, process, begun)
        try:
            _wait(server, ready)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)


def _wait(server: Server, ready: str) -> None:
    while time.monotonic() < server.begun + _PATIENCE:
        try:
            client = Client(server.port)
            if client.get(ready)[0] == 200:
                client.close()
                return
        except OSError:
            pass
        if server.process.poll() is not None:
            break
        time.sleep(0.005)
    raise TimeoutError("the server does not start")


def _family(pid: int) -> Iterator[int]:
    """A process and those it started, as far as they live."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(ProcessLookupError, FileNotFoundError):
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))


def _taken(pid: int) -> Taken:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    words = Path(f"/proc/{pid}/cmdline").read_text()
    what = "query worker" if "workers.worker" in words else "writer" if "write-changes" in words else "server"
    shared = Path(f"/proc/{pid}/smaps_rollup").read_text().partition("\nPss:")[2].split()[0]
    return Taken(what, sum(map(int, fields[11:15])) / _TICKS, int(shared) * 1024)
