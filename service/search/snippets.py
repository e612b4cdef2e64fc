"""What a hit shows of a long text: as much as a reader needs to see why it was found, with the words marked."""

import re
from collections.abc import Iterator

from service.search.folding import fold

_LONGEST = 220
"""Characters."""


def marked(text: str, words: str) -> list[tuple[str, bool]]:
    """A text cut at the words that were searched for: pieces, and whether each is one of them.

    >>> marked("Positive Trousseau sign", "trou")
    [('Positive ', False), ('Trousseau', True), (' sign', False)]
    """
    wanted = fold(words).split()
    pieces = [
        (piece, any(fold(piece).startswith(word) for word in wanted)) for piece in re.split(r"(\w+)", text) if piece
    ]
    return list(_joined(_window(pieces)))


def _window(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """As much of a long text as a reader needs to see the first word found."""
    if sum(len(piece) for piece, _ in pieces) <= _LONGEST:
        return pieces
    first = next((number for number, (_, found) in enumerate(pieces) if found), 0)
    start = max(0, first - 12)
    shown, length = [("… ", False)] if start else [], 0
    for piece, found in pieces[start:]:
        if length + len(piece) > _LONGEST:
            return [*shown, (f"{piece[: _LONGEST - length]}…", found)]
        shown, length = [*shown, (piece, found)], length + len(piece)
    return shown


def _joined(pieces: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    text = ""
    for piece, found in pieces:
        if found:
            if text:
                yield text, False
            yield piece, True
            text = ""
        else:
            text += piece
    if text:
        yield text, False
