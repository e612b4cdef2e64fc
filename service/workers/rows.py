"""Counts the rows of an answer while it is written, from the bytes alone: each format has a sign that ends rows."""

from collections.abc import Callable

Counter = Callable[[bytes], int]
"""Takes the next piece of an answer; gives the rows that end in it."""


def row_counter(media_type: str) -> Counter:
    r"""How rows are counted in a format for tables; rows in which nothing is bound may be left out.

    >>> count = row_counter("text/csv")
    >>> count(b'a\r\n"x\r'), count(b'\n"\r\n')
    (1, 1)
    >>> row_counter("application/sparql-results+json")(b'{"bindings":[{"a":{"value":"1"}},{"a":{"value":"2"}}]}')
    2
    """
    match media_type:
        case "text/csv":
            return _QuotedLines()
        case "text/tab-separated-values":
            return _Signs(b"\n")
        case "application/sparql-results+xml":
            return _Signs(b"<result>")
    # Within a string of JSON the quotation marks would have backslashes.
    first, others = _Signs(b'"bindings":[{"'), _Signs(b'}},{"')
    return lambda piece: first(piece) + others(piece)


class _Signs:
    """Counts a sign, also where it is cut in two."""

    def __init__(self, sign: bytes) -> None:
        self._sign = sign
        self._end = b""

    def __call__(self, piece: bytes) -> int:
        whole = self._end + piece
        keep = len(self._sign) - 1
        self._end = whole[-keep:] if keep else b""
        return whole.count(self._sign)


class _QuotedLines:
    """Counts line ends outside quotation marks."""

    def __init__(self) -> None:
        self._quoted = False

    def __call__(self, piece: bytes) -> int:
        parts = piece.split(b'"')
        first_open = 1 if self._quoted else 0
        self._quoted ^= len(parts) % 2 == 0
        return sum(part.count(b"\n") for part in parts[first_open::2])
