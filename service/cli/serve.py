"""`etiograph serve`: the web service, under granian."""

import gc
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces, Loops, TaskImpl
from granian.http import HTTP1Settings
from granian.log import LogLevels

from service.app import create_app
from service.cli import options
from service.gateway import Gateway
from service.operations.serving import watched
from service.operations.stopping import end_at_second_signal
from service.search.shelf import Shelf
from service.settings import Settings, sentence
from service.tokens import expressions
from service.workers.pool import Pool

_HEADER_BYTES = 128 * 1024
"""How much of a request the server reads ahead: what its address and headers may take together."""


@click.command()
@options.data
@click.option("--host", help=f"{sentence('host')} [default: 127.0.0.1]")
@click.option("--port", type=int, help=f"{sentence('port')} [default: 8000]")
def serve(data: Path | None, host: str | None, port: int | None) -> None:
    """Serve pages, SPARQL and Linked Data; an empty data directory gets the built-in article first."""
    settings = options.settings(data=data, host=host, port=port)
    _refuse_busy_port(settings.host, settings.port)
    options.refuse_damage(settings)
    if options.snapshots(settings).is_empty():
        from service.cli.load import load_built_in  # its loaders take as long to import as all the rest

        load_built_in(settings)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    _say(f"Serving {settings.data} at http://{shown}:{settings.port} (Ctrl-C stops)")
    server = Granian(
        "service.app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        loop=Loops.asyncio,
        task_impl=TaskImpl.asyncio,
        workers=settings.processes,
        # Every open connection, even an idle one, holds a place: a large number, so that such clients keep nobody out.
        backpressure=settings.connections,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=_HEADER_BYTES),
        respawn_failed_workers=True,
        workers_kill_timeout=settings.drain_seconds,
        log_level=LogLevels.error,
    )
    server.on_startup(end_at_second_signal)
    gc.freeze()  # what is imported stays, and a collector that does not visit it leaves its memory shared
    with _figures(settings.processes) as figures:
        # The settings travel to the worker processes as they are, so that options count there too.
        server.serve(target_loader=partial(_gateway, settings, figures), wrap_loader=False)


def _gateway(settings: Settings, figures: Path | None) -> Gateway:
    """What each process of the server runs."""
    app = create_app(settings, figures)
    journal = watched(app, settings, apart=figures is not None)
    pool: Pool = app.extensions["etiograph.workers"]
    pool.start()
    shelf: Shelf = app.extensions["etiograph.search"]
    shelf.prepare()  # before anybody searches
    threading.Thread(target=_prepare, args=(app,), name="preparation", daemon=True).start()

    def close() -> None:
        pool.close()
        if journal:
            journal.close()

    return Gateway(app.wsgi_app, settings.requests, close)


def _prepare(app: Flask) -> None:
    """Have ready, before somebody waits for it, what takes a while when it is first needed."""
    expressions()
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


@contextmanager
def _figures(processes: int) -> Iterator[Path | None]:
    """Where several processes put their metrics together."""
    if processes == 1:
        yield None
        return
    with TemporaryDirectory(prefix="etiograph-") as directory:
        yield Path(directory)


def _say(sentence: str) -> None:
    """Tell whoever looks; where standard error cannot be written to, that is no reason not to serve."""
    with suppress(OSError):
        os.write(sys.stderr.fileno(), f"{sentence}\n".encode("utf-8", "backslashreplace"))


def _refuse_busy_port(host: str, port: int) -> None:
    """Say clearly that the address cannot be had, before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except PermissionError:
        raise click.ClickException(f"port {port} needs more rights than you have; choose one above 1023") from None
    except socket.gaierror:
        raise click.ClickException(f"{host} is no address of this machine; try --host 127.0.0.1") from None
    except OSError as error:
        raise click.ClickException(f"{host}:{port} cannot be used ({error.strerror}); choose another --port") from None
