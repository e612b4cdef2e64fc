"""Answers travel in the coding a client likes best: zstd, br or gzip, piece by piece, each with a tag of its own."""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli
import zstandard
from flask import Response, request

_SMALL = 1024
"""Bodies of fewer bytes travel as they are: a coding would save nothing but packets that are not full anyway."""

_ELEMENT = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*", re.ASCII)
_COMPRESSIBLE = re.compile(
    r"text/|application/(?:.*\+)?(?:json|xml)$|application/(?:n-triples|n-quads|trig|javascript)$|image/svg"
)


class Compressor(Protocol):
    """Takes a body in pieces; what it gives back may lag behind."""

    def compress(self, data: bytes, /) -> bytes:
        """Take a piece."""
        ...

    def flush(self) -> bytes:
        """The end of the body."""
        ...


class _Brotli:
    """Brotli under the names the other two have."""

    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=4)

    def compress(self, data: bytes, /) -> bytes:
        return bytes(self._inner.process(data))

    def flush(self) -> bytes:
        return bytes(self._inner.finish())


CODINGS: dict[str, Callable[[], Compressor]] = {
    "zstd": lambda: zstandard.ZstdCompressor(level=3).compressobj(),
    "br": _Brotli,
    "gzip": lambda: zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16),
}
"""Best first, for a client that likes several alike; all are fast levels, since every answer is made anew."""


def coding(accept_encoding: str) -> str | None:
    """The coding a client wants, None for none (RFC 9110, section 12.5.3); `q=0` refuses one.

    >>> coding("gzip, deflate, br"), coding("gzip;q=1.0, br;q=0.5"), coding("gzip;q=0"), coding("*, br;q=0")
    ('br', 'gzip', None, 'zstd')
    """
    matches = filter(None, map(_ELEMENT.fullmatch, accept_encoding.split(",")))
    wanted = {match[1].lower().removeprefix("x-"): float(match[2] or 1) for match in matches}
    anything = wanted.get("*", 0.0)
    best = max(CODINGS, key=lambda name: wanted.get(name, anything))
    liked = wanted.get(best, anything)
    return best if liked > 0 and liked >= wanted.get("identity", 0.0) else None


def tags(tag: str) -> tuple[str, ...]:
    """What an answer may be called for the client that asks: its tag, and its tag in the coding this client gets."""
    chosen = coding(request.headers.get("Accept-Encoding", ""))
    return (tag, f"{tag}-{chosen}") if chosen else (tag,)


def compressed(response: Response) -> Response:
    """The same answer in the coding its client wants; a body that is streamed stays one."""
    if not _COMPRESSIBLE.match(response.mimetype or "") or response.status_code in (204, 206, 304):
        return response
    response.vary.add("Accept-Encoding")
    chosen = coding(request.headers.get("Accept-Encoding", ""))
    if chosen is None or "Content-Encoding" in response.headers or _is_small(response):
        return response
    _encode(response, CODINGS[chosen]())
    response.headers["Content-Encoding"] = chosen
    tag, weak = response.get_etag()
    if tag and not weak:  # a strong tag stands for the bytes, and these are others
        response.set_etag(f"{tag}-{chosen}")
        response.make_conditional(request)
    return response


def _is_small(response: Response) -> bool:
    length = response.content_length if response.is_streamed else response.calculate_content_length()
    return length is not None and length < _SMALL


def _encode(response: Response, compressor: Compressor) -> None:
    response.direct_passthrough = False
    if not response.is_streamed:
        response.set_data(b"".join(pieces(response.iter_encoded(), compressor)))
        return
    if callable(close := getattr(response.response, "close", None)):
        response.call_on_close(close)  # a generator that never began would not close the one inside it
    response.response = pieces(response.iter_encoded(), compressor)
    response.headers.pop("Content-Length", None)


def pieces(body: Iterable[bytes], compressor: Compressor) -> Iterator[bytes]:
    """The coded body. What the body raises is passed on, and the end of the coding is then missing."""
    for piece in body:
        if coded := compressor.compress(piece):
            yield coded
    yield compressor.flush()
