"""A server as users start it: `etiograph serve` in a process of its own, on a free port of the loopback address."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError

from tests.requirements import ROOT

ETIOGRAPH = (sys.executable, "-m", "service")
PATIENCE = 30.0
"""Seconds to wait for a server to start or to stop."""


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
        """Send a request; underscores in names of headers become hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, body, named, method=method)  # noqa: S310 -- loopback
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 -- the same
                return Reply(response.status, _lower(dict(response.headers)), response.read())
        except HTTPError as error:
            with error:
                return Reply(error.code, _lower(dict(error.headers)), error.read())

    def is_up(self) -> bool:
        try:
            return self.ask("/robots.txt").status == 200
        except (URLError, ConnectionError):
            return False


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def start(
    *arguments: str | Path, port: int, errors: int | IO[str] = subprocess.PIPE, **settings: str
) -> subprocess.Popen[str]:
    command = (*ETIOGRAPH, "serve", "--port", str(port), *map(str, arguments))
    given = {f"ETIOGRAPH_{name.upper()}": value for name, value in settings.items()}
    return subprocess.Popen(command, cwd=ROOT, stderr=errors, text=True, env={**os.environ, **given})


@contextmanager
def serving(data: Path, errors: int | IO[str] = subprocess.PIPE, /, **settings: str) -> Iterator[Server]:
    """A server over a data directory, stopped in good order afterwards."""
    port = free_port()
    with start("--data", data, port=port, errors=errors, **settings) as process:
        server = Server(process, port)
        try:
            wait_for(server)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def wait_for(server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    while not server.is_up():
        assert server.process.poll() is None, server.process.stderr and server.process.stderr.read()
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
