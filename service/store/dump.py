"""A whole snapshot as one stream: written by the engine in a thread of its own, read through a pipe as it comes."""

import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from service.errors import UnusableDirectory
from service.formats import Format

_PIECE = 1 << 16


def dump(path: Path, format_: Format, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """The quads of the database in a directory, piece by piece. Raises UnusableDirectory, also after the first piece.

    Whoever stops reading closes the pipe, which stops the engine.
    """
    try:
        store = ox.Store.read_only(str(path))
    except (OSError, ValueError) as error:
        raise UnusableDirectory(f"{path} is missing or damaged ({error})") from error
    reading, writing = os.pipe()
    failures: list[Exception] = []
    writer = threading.Thread(target=_write, args=(store, format_, prefixes, writing, failures), daemon=True)
    writer.start()
    with open(reading, "rb", buffering=0) as pipe:  # noqa: PTH123 -- a descriptor, not a path
        while piece := pipe.read(_PIECE):
            yield piece
    writer.join()
    if failures:
        raise UnusableDirectory(f"{path} cannot be read to its end ({failures[0]})")


def _write(
    store: ox.Store, format_: Format, prefixes: Mapping[str, str], writing: int, failures: list[Exception]
) -> None:
    try:
        with open(writing, "wb", buffering=_PIECE) as pipe:
            store.dump(pipe, format=ox.RdfFormat.from_media_type(format_.media_type), prefixes=dict(prefixes))
    except BrokenPipeError:
        return  # nobody reads any more
    except (OSError, ValueError) as error:
        failures.append(error)
