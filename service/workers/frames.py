"""Frames over a pipe between a process and its child: a kind, a length, and so many bytes.

A child says READY once it can work. Each REQUEST is answered by HEADER, any number of DATA, and END; or, wherever it
fails, by ERROR. What the payloads mean is for the two ends to know; nothing is longer than LARGEST.
"""

import os
import select
import struct
import time
from dataclasses import dataclass
from enum import Enum

LARGEST = 16 * 1024 * 1024
"""Bytes of the longest payload."""

_HEAD = struct.Struct("!cI")
_PIECE = 1 << 20


class Kind(Enum):
    """What a frame is; the letter that stands for it on the wire."""

    READY = b"R"
    REQUEST = b"Q"
    HEADER = b"H"
    DATA = b"D"
    END = b"E"
    ERROR = b"X"


class Broken(Exception):
    """The other end has gone, or sends what is no frame."""


@dataclass(frozen=True)
class Frame:
    """One message."""

    kind: Kind
    payload: bytes = b""


def send(descriptor: int, kind: Kind, payload: bytes = b"", until: float | None = None) -> None:
    """Write a frame to a pipe. `until` is a time of the monotonic clock, for a descriptor that does not block.

    Raises Broken where nobody reads any more or the payload is too long, TimeoutError when the time has come.
    """
    if len(payload) > LARGEST:
        raise Broken(f"a frame holds {LARGEST:,} bytes, not {len(payload):,}")
    rest = memoryview(_HEAD.pack(kind.value, len(payload)) + payload)
    while rest:
        if until is not None:
            _wait(descriptor, select.POLLOUT, until)
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise Broken("the other end has gone") from error


class Reader:
    """Reads the frames that come out of a pipe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read = bytearray()

    def next(self, until: float | None = None) -> Frame:
        """The next frame, waited for until a time of the monotonic clock.

        Raises TimeoutError then, and Broken where the other end has gone or sends what is no frame.
        """
        self._fill(_HEAD.size, until)
        letter, length = _HEAD.unpack_from(self._read)
        try:
            kind = Kind(letter)
        except ValueError:
            raise Broken(f"{letter!r} is no kind of frame") from None
        if length > LARGEST:
            raise Broken(f"a frame holds {LARGEST:,} bytes, not {length:,}")
        self._fill(_HEAD.size + length, until)
        payload = bytes(self._read[_HEAD.size : _HEAD.size + length])
        del self._read[: _HEAD.size + length]
        return Frame(kind, payload)

    def _fill(self, size: int, until: float | None) -> None:
        while len(self._read) < size:
            if until is not None:
                _wait(self._descriptor, select.POLLIN, until)
            if not (piece := os.read(self._descriptor, _PIECE)):
                raise Broken("the other end has gone")
            self._read += piece


def _wait(descriptor: int, event: int, until: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
        raise TimeoutError
