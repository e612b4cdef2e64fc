"""How the server ends: the first signal lets it finish what it began, the second ends it at once."""

import signal
from collections.abc import Callable
from multiprocessing import active_children
from types import FrameType
from typing import Any


def end_at_second_signal() -> None:
    """Put this before whatever handles signals so far."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _handler(signal.getsignal(number)))


def _handler(before: Any) -> Callable[[int, FrameType | None], None]:  # noqa: ANN401 -- so do the types of signal
    heard = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal heard
        if heard:
            for process in active_children():
                process.kill()
        heard = True
        before(number, frame)

    return handle
