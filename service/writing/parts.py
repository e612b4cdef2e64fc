"""Bodies as streams: a piece of one, and one whose XML is watched for the place where it breaks."""

import io
from typing import BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate

_PIECE = 1 << 16


class Section(io.RawIOBase):
    """The next bytes of a stream, as a stream of their own."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]  # no wider buffer is passed
        """Fill a buffer as far as there is something."""
        found = self._stream.read(min(len(into), self._left))
        self._left -= len(found)
        into[: len(found)] = found
        return len(found)

    def drain(self) -> None:
        """Read what is left, so that the next section begins where it should."""
        while self._left and (found := self._stream.read(min(_PIECE, self._left))):
            self._left -= len(found)


class WatchedXML(io.RawIOBase):
    """XML that is read by a parser which does not say where it went wrong, and by one which does.

    Expat builds nothing here and bounds the expansion of entities itself; it is asked only once the other has failed.
    """

    def __init__(self, stream: Section) -> None:
        self._stream = stream
        self._expat = ParserCreate()
        self.place: tuple[int, int] | None = None
        """The line and column, from 1, where the XML is not well-formed."""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]  # no wider buffer is passed
        """Fill a buffer as far as there is something."""
        length = self._stream.readinto(into)
        if self.place is None:
            try:
                self._expat.Parse(bytes(into[:length]), length == 0)
            except ExpatError as error:
                self.place = error.lineno, error.offset + 1
        return length
