"""Progress on stderr, for what turns out to take longer than two seconds."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

T = TypeVar("T")
PATIENCE = 2.0
"""Seconds before a bar appears."""


def tracked(items: Sequence[T], doing: str) -> Iterator[T]:
    """The same items; a bar appears on a terminal once they have taken longer than one is patient."""
    began = time.monotonic()
    with Progress(console=Console(file=sys.stderr), transient=True, disable=not sys.stderr.isatty()) as progress:
        progress.stop()
        task = progress.add_task(doing, total=len(items))
        for item in items:
            if not progress.live.is_started and time.monotonic() - began > PATIENCE:
                progress.start()
            yield item
            progress.advance(task)
