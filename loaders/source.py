"""Bytes of a file in, decoded text with its hash out; what is not an article is refused with a reason.

The text keeps its newlines and loses only its byte order mark: offsets everywhere count its code points.
"""

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from loaders.errors import Refused

LARGEST = 1_000_000
"""Bytes. The longest article of the kind seen so far has about 20,000."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKUP = re.compile(
    r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]|<(?:div|p|script|table|span)[\s>].*</",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True)
class Source:
    """A decoded article file: its name (never its folder), its text and the SHA-256 of its bytes."""

    name: str
    text: str
    sha256: str


def read(path: Path) -> Source:
    """Read an article from disk, or raise Refused."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Refused(path.name, "missing", error.strerror or "cannot be opened") from None
    return source(path.name, data)


def source(name: str, data: bytes) -> Source:
    """Decode the bytes of an article, or raise Refused.

    >>> source("a.txt", "Nosebleed".encode("utf-16")).text
    'Nosebleed'
    """
    if len(data) > LARGEST:
        raise Refused(name, "too-large", f"more than {LARGEST:,} bytes")
    text = _decoded(name, data)
    if not text.strip():
        raise Refused(name, "empty", "no character but white space")
    if found := _CONTROL.search(text):
        raise Refused(name, "binary", f"control character U+{ord(found[0]):04X} at code point {found.start()}")
    if found := _MARKUP.search(text):
        raise Refused(name, "html", f"markup at code point {found.start()}")
    return Source(name, text, hashlib.sha256(data).hexdigest())


def _decoded(name: str, data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strictly(name, data[len(bom) :], encoding)
    if unmarked := _utf16_by_zeros(data):
        return _strictly(name, data, unmarked)
    if b"\x00" in data:
        raise Refused(name, "binary", f"a zero byte at byte {data.index(0)}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _western(name, data, error)


def _utf16_by_zeros(data: bytes) -> str | None:
    """Latin text in UTF-16 without a mark has its zero bytes all at odd, or all at even places."""
    sample = data[:2000]
    if len(sample) < 4 or len(data) % 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 5 and even == 0:
        return "utf-16-le"
    if even > len(sample) // 5 and odd == 0:
        return "utf-16-be"
    return None


def _western(name: str, data: bytes, error: UnicodeDecodeError) -> str:
    """Accept Windows-1252 only where it looks like text: mostly ASCII, no two high bytes of another script in a row."""
    high = sum(byte > 0x7F for byte in data)
    if high > len(data) // 20 or re.search(rb"[\x80-\xff]{4}", data):
        raise Refused(name, "undecodable", f"not UTF-8 at byte {error.start}") from None
    return _strictly(name, data, "cp1252")


def _strictly(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(name, "undecodable", f"not {encoding.upper()} at byte {error.start}") from None
