"""The beginning of an answer, for showing: only so much of it is fetched, and it is cut where a row ends."""

from collections.abc import Iterable

_ENOUGH = 2_000_000


def beginning(pieces: Iterable[bytes]) -> tuple[bytes, bool]:
    """The first pieces of an answer, and whether there are more.

    >>> beginning([b"a", b"b"])
    (b'ab', False)
    """
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > _ENOUGH:
            return bytes(found), True
    return bytes(found), False


def whole_rows(json: bytes) -> bytes:
    """SPARQL JSON that breaks off somewhere, with the rows that are whole.

    >>> whole_rows(b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"value":"1"}},{"a":{"val')
    b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"value":"1"}}]}}'
    """
    start = json.index(b'"bindings":[') + len(b'"bindings":[')
    end = json.rfind(b'}},{"')
    return json[: max(start, end + 2)] + b"]}}"


def whole_lines(text: bytes) -> bytes:
    r"""The lines that are whole.

    >>> whole_lines(b"one\ntw")
    b'one\n'
    """
    return text[: text.rfind(b"\n") + 1]
