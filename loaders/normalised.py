"""Text as the rules read it, and the way back: every normalised span cuts its quote out of the source again.

Entities, full-width forms, odd spaces and quotes become plain ones. Line breaks stay; each is one line feed.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

_CIRCLED = {chr(0x2460 + number): f"({number + 1})" for number in range(20)}
_PLAIN = {
    **_CIRCLED,
    "\r\n": "\n",
    "\r": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    "\t": " ",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "、": ",",
    "。": ".",
    "「": '"',
    "」": '"',
    "≦": "≤",
    "≧": "≥",
    "⩽": "≤",
    "⩾": "≥",
    "∼": "~",
    "µ": "μ",
}
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_PIECE = re.compile(r"\r\n|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|.", re.DOTALL)


@dataclass(frozen=True)
class Span:
    """A stretch of normalised text, end excluded."""

    start: int
    end: int


@dataclass(frozen=True)
class Normalised:
    """Normalised text with, for every character, where its source begins and ends."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def cut(self, span: Span) -> str:
        """The words of a span, as the rules read them."""
        return self.text[span.start : span.end]

    def origin(self, span: Span) -> tuple[int, int]:
        """Start and end of a non-empty span in the source, in code points."""
        return self.starts[span.start], self.ends[span.end - 1]

    def trimmed(self, start: int, end: int) -> Span:
        """The span without white space at its ends; may be empty."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Span(start, end)


def normalised(source: str) -> Normalised:
    """Normalise a text and keep the way back.

    >>> text = normalised("２ｍｍｏｌ／Ｌ &lt; x")
    >>> text.text
    '2mmol/L < x'
    >>> text.origin(Span(8, 9))
    (8, 12)
    """
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECE.finditer(source):
        for char in _plain(piece[0]):
            if char == " " and chars and chars[-1] == " ":
                ends[-1] = piece.end()
                continue
            chars.append(char)
            starts.append(piece.start())
            ends.append(piece.end())
    return Normalised("".join(chars), tuple(starts), tuple(ends))


def _plain(piece: str) -> str:
    if len(piece) > 1 and piece[0] == "&":
        unescaped = html.unescape(piece)
        return unescaped if unescaped == piece else "".join(_plain(char) for char in unescaped)
    if piece in _PLAIN:
        return _PLAIN[piece]
    if piece in _INVISIBLE:
        return ""
    if piece.isspace() and piece != "\n":
        return " "
    folded = unicodedata.normalize("NFKC", piece)
    return _PLAIN.get(folded, folded)
