"""The body of a request that writes: taken in once, to a file without a name, and never beyond its limit."""

import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from service.current import current_settings
from service.errors import BodyTooLarge, LengthMissing, UnsupportedType, WrongRequest

_IN_MEMORY = 1_000_000
_PIECE = 1 << 16
_GZIP = 16 + zlib.MAX_WBITS


def received(limit: int) -> BinaryIO:
    """The body, unpacked, from its beginning.

    Raises BodyTooLarge beyond so many bytes, UnsupportedType for a coding other than gzip, LengthMissing where it
    cannot be told whether it is whole, WrongRequest for a body that is cut off or not what its headers say.
    """
    if (request.content_length or 0) > limit:
        raise BodyTooLarge(_too_large(limit))
    coding = request.headers.get("Content-Encoding", "identity").strip().casefold()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise UnsupportedType(f"A body is sent as it is or with Content-Encoding gzip, not {coding[:40]}.")
    if request.content_length is None and "gzip" not in coding and "Transfer-Encoding" in request.headers:
        # The server shows us a body in chunks that was cut off as if it were whole; packed ones end with their length.
        raise LengthMissing("Send the body with a Content-Length, or packed by gzip, so that none is cut off unseen.")
    request.max_content_length = limit
    pieces = _pieces()
    return stored(_limited(_unpacked(pieces) if "gzip" in coding else pieces, limit))


def stored(pieces: Iterable[bytes]) -> BinaryIO:
    """Pieces as a file without a name, which goes with the process that holds it."""
    # In the data directory, where there has to be room for what is written anyway.
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(current_settings().data))  # noqa: SIM115 -- returned
    try:
        for piece in pieces:
            file.write(piece)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return cast(BinaryIO, file)


def line_of(body: BinaryIO, number: int) -> str:
    """A line of a body, counted from 1, as far as a message can show it."""
    body.seek(0)
    for _ in range(number - 1):
        while (piece := body.readline(_PIECE)) and not piece.endswith(b"\n"):
            pass  # a line longer than a piece
    return body.readline(1000).decode("utf-8", "replace").rstrip("\r\n")


def _pieces() -> Iterator[bytes]:
    length = 0
    try:
        while piece := request.stream.read(_PIECE):
            length += len(piece)
            yield piece
    except RequestEntityTooLarge:
        raise BodyTooLarge(_too_large(request.max_content_length or 0)) from None
    except (BadRequest, OSError):
        raise WrongRequest("The body ended before it was complete.") from None
    if request.content_length is not None and length != request.content_length:
        raise WrongRequest(f"The body has {length:,} bytes, not the {request.content_length:,} of Content-Length.")


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip packed, never more than a piece of it at a time."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for packed in pieces:
            rest = packed
            while rest:
                if unpacker.eof:  # another member follows
                    unpacker = zlib.decompressobj(_GZIP)
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail or unpacker.unused_data
        yield unpacker.flush()
    except zlib.error:
        raise WrongRequest("The body is not packed by gzip, as Content-Encoding says.") from None
    if not unpacker.eof:
        raise WrongRequest("The packed body ended before it was complete.")


def _limited(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > limit:
            raise BodyTooLarge(_too_large(limit))
        yield piece


def _too_large(limit: int) -> str:
    return f"A body may have {limit:,} bytes, unpacked; send less at once."
