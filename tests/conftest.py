"""Fixtures shared by all tests, in the order the data travels, and the closing line that says what was not checked."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store.snapshots import Snapshots
from tests.generations import ONE, etiograph, put
from tests.requirements import ROOT, demanded, require
from tests.website import OWN
from tests.writers import TOKEN, Writable, writable

LONG = (
    *("every_page", "workers", "cli", "editor_browser", "sources", "update", "crash", "thresholds", "pages"),
    *("shapes", "graph_store", "inference", "connections", "check", "benchmarks", "readme", "disks"),
)
"""The files that take longest; with these begun first, no process is left with one when the others have ended."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long files begin."""
    places = {f"test_{name}": place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


def pytest_configure() -> None:
    """Refuse a misspelt `ETIOGRAPH_REQUIRE` at once."""
    demanded()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Honour `@pytest.mark.requires("java", …)`."""
    for marker in item.iter_markers("requires"):
        for name in marker.args:
            require(name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many checks were done and how many skipped, and what was not allowed to be missing."""
    count = {outcome: len(terminalreporter.getreports(outcome)) for outcome in ("passed", "failed", "error", "skipped")}
    done = count["passed"] + count["failed"] + count["error"]
    needs = ", ".join(sorted(demanded())) or "nothing (ETIOGRAPH_REQUIRE is empty)"
    terminalreporter.write_line(f"checks: {done} done, {count['skipped']} skipped; not allowed to be missing: {needs}")


@pytest.fixture(scope="session")
def seed_path() -> Path:
    """The original article's file."""
    return require("seed")


@pytest.fixture(scope="session")
def seed_text(seed_path: Path) -> str:
    """The original article, newlines untouched: offsets count these code points."""
    return seed_path.read_bytes().decode("utf-8-sig")


@pytest.fixture(scope="session")
def java() -> Path:
    """The Java that runs HermiT."""
    return require("java")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser of the distribution; none is ever downloaded."""
    return require("chromium")


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: Path) -> dict[str, object]:
    """How pytest-playwright's `page` and `browser` start."""
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    return {"executable_path": str(chromium), "args": flags}


@pytest.fixture(scope="session", autouse=True)
def delete_output_dir() -> None:
    """Nothing is deleted, in the place of pytest-playwright's own fixture.

    Another process of the same run, or a run of other tests, would take away the pictures of every page.
    """


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """No address is fixed for browser tests; pytest-playwright's own fixture of this name warns under pytest 9.2."""
    return None


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    """A data directory with two generations of one graph."""
    found = Snapshots(tmp_path / "data")
    put(found, ONE, "first")
    put(found, ONE, "second")
    return found


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the built-in article in it, of which each test takes a copy."""
    data = tmp_path_factory.mktemp("loaded") / "data"
    etiograph("load", "--data", data, OWN)
    return data


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server on a free port of the loopback, started as README says, with the built-in article."""
    data = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "service", "serve", "--data", str(data), "--port", str(port)]
    environment = {**os.environ, "ETIOGRAPH_WRITE_TOKEN": TOKEN}
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT, env=environment) as server:  # our own command
        try:
            yield _answering(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.communicate(timeout=30)


@pytest.fixture(scope="session")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A server with the built-in article that takes changes; its tests keep to graphs of their own."""
    limits = {"write_memory": "400000000", "write_seconds": "12"}
    with writable(tmp_path_factory.mktemp("writable"), **limits) as running:
        yield running


def _answering(address: str, server: "subprocess.Popen[bytes]") -> str:
    """The address, once it answers."""
    for _ in range(300):
        if server.poll() is not None:
            pytest.fail(f"the server ended: {server.stderr.read().decode() if server.stderr else ''}")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/health", timeout=5):  # noqa: S310  # loopback
            return address
        time.sleep(0.1)
    pytest.fail("the server did not answer within 30 seconds")
