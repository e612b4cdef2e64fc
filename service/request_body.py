"""The body of a request: what is short is received before a thread is taken for it, the rest as the thread reads it."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_SHORT = 1 << 20
_SECONDS = 60
"""How long a client may take for a short body, and for each piece of a long one."""

_UNREAD_BYTES = 128 << 20
_UNREAD_SECONDS = 10
_PAUSE_SECONDS = 0.5
"""How much is received of a body that nobody reads, for how long, and the pause after which its client waits for us."""


class RequestBody(io.RawIOBase):
    """Received by the loop of the server, read by the thread of the request."""

    def __init__(self, pieces: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._pieces = pieces
        self._loop = loop
        self._kept = b""
        self._ended = False

    async def receive_short(self, declared: int | None) -> None:
        """Receive a body that is short; one that is not waits until it is read. Raises TimeoutError."""
        if declared is not None and declared > _SHORT:
            return
        received = bytearray()
        async with asyncio.timeout(_SECONDS):
            while len(received) <= _SHORT and (piece := await self._next()):
                received += piece
        self._kept = bytes(received)

    async def receive_unread(self) -> None:
        """Receive and forget what has not been read, up to a bound.

        Many clients look for an answer only when they have sent everything; a connection that is closed before that
        is an error to them, whatever was answered.
        """
        received = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(_UNREAD_SECONDS):
                while received < _UNREAD_BYTES and (piece := await asyncio.wait_for(self._next(), _PAUSE_SECONDS)):
                    received += len(piece)

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, into: "WriteableBuffer", /) -> int:
        """Read some bytes; a client that sends no more for a while, or has gone, ends its body."""
        if not self._kept and not self._ended:
            coming = asyncio.run_coroutine_threadsafe(self._next(), self._loop)
            try:
                self._kept = coming.result(_SECONDS)
            except TimeoutError:
                coming.cancel()
                self._ended = True
        room = memoryview(into).cast("B")
        length = min(len(room), len(self._kept))
        room[:length] = self._kept[:length]
        self._kept = self._kept[length:]
        return length

    async def _next(self) -> bytes:
        """The next piece; empty at the end."""
        try:
            return b"" if self._ended else await anext(self._pieces)
        except (StopAsyncIteration, OSError, RuntimeError):  # the server has RuntimeErrors for broken connections
            self._ended = True
            return b""
