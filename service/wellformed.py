"""Keeps XML answers well-formed: the engine writes some characters that XML cannot carry, and one that XML changes."""

import re

_IMPOSSIBLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_NO_LOCAL_NAME = re.compile(rb"<oxprefix:[\s>]")
_LONGEST = len(b"<oxprefix:>")


class IllFormed(ValueError):
    """XML cannot carry this; the message says what."""


class XmlPieces:
    r"""XML that comes in pieces, checked and mended; the end of each piece is kept back until the next one.

    >>> xml = XmlPieces()
    >>> xml.carried(b"<literal>a") + xml.carried(b"\rb</literal>") + xml.end()
    b'<literal>a&#13;b</literal>'
    """

    def __init__(self) -> None:
        self._kept = b""

    def carried(self, piece: bytes) -> bytes:
        """The next piece, with carriage returns that survive a parser. Raises IllFormed."""
        whole = self._kept + piece
        if _IMPOSSIBLE.search(whole):
            raise IllFormed("a character that XML cannot carry")
        if _NO_LOCAL_NAME.search(whole):
            raise IllFormed("a property whose IRI RDF/XML cannot write")
        cut = max(0, len(whole) - _LONGEST)
        self._kept = whole[cut:]
        return whole[:cut].replace(b"\r", b"&#13;")

    def end(self) -> bytes:
        """What was kept back."""
        return self._kept.replace(b"\r", b"&#13;")
