"""Directories of databases that go, although the engine may still be at work in one whose change was refused."""

import logging
import shutil
import time
import traceback
from contextlib import suppress
from pathlib import Path

_log = logging.getLogger("etiograph")

_PAUSES = (0.01, 0.1, 0.5)
"""Seconds between attempts, so that the engine's threads can end."""


def let_go(error: BaseException) -> None:
    """Give up what the calls held that an error has ended, so that a database among it is closed.

    The engine closes a database when nothing refers to it any more, and the traceback of an error refers to every
    variable of every call it has passed, as do those of the errors it came from.
    """
    known, waiting = set[int](), [error]
    while waiting:
        each = waiting.pop()
        known.add(id(each))
        traceback.clear_frames(each.__traceback__)
        waiting += [origin for origin in (each.__cause__, each.__context__) if origin and id(origin) not in known]


def removed(directory: Path) -> None:
    """Remove a directory that may still be written to. Raises OSError where it cannot be removed.

    It is renamed first: the engine goes by the name it knew, so it puts no new file into what is being removed.
    """
    aside = directory.with_suffix(".removed")
    if aside != directory:
        _gone(aside)  # what an earlier attempt has left
        with suppress(FileNotFoundError):
            directory.rename(aside)
    _gone(aside)


def discarded(directory: Path) -> None:
    """Remove what a failed change leaves; where that fails too, the log says so, and the next writer removes it."""
    try:
        removed(directory)
    except OSError as error:
        _log.warning("%s cannot be removed (%s); the next change will try again", directory, error)


def _gone(directory: Path) -> None:
    for pause in _PAUSES:
        if not directory.exists():
            return
        try:
            shutil.rmtree(directory)
        except OSError:  # a file came or went meanwhile; a lasting reason is told by the last attempt
            time.sleep(pause)
    if directory.exists():
        shutil.rmtree(directory)
