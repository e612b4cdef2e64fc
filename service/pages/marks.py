"""Overlapping spans in, a text cut at every boundary out: each segment knows all the spans that cover it."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A stretch of a text, in code points, under the key of whatever rests on it."""

    start: int
    end: int
    key: str


@dataclass(frozen=True)
class Segment:
    """A piece of text with the keys of the spans that cover it, the narrowest first, and of those that end with it."""

    text: str
    covered_by: tuple[str, ...]
    ending: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line of a text that is not blank, with its place."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)


def lines(text: str) -> Iterator[Line]:
    r"""The lines of a text that are not blank.

    >>> [line.start for line in lines("one\r\n\r\ntwo\n")]
    [0, 7]
    """
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield Line(start, line.rstrip())
        start += len(line)


def segments(line: Line, spans: Iterable[Span]) -> tuple[Segment, ...]:
    """Cut a line at every boundary of the spans over it.

    >>> cut = segments(Line(0, "abcdef"), [Span(1, 5, "outer"), Span(2, 3, "inner")])
    >>> [(piece.text, piece.covered_by, piece.ending) for piece in cut if piece.covered_by]
    [('b', ('outer',), ()), ('c', ('inner', 'outer'), ('inner',)), ('de', ('outer',), ('outer',))]
    >>> "".join(piece.text for piece in cut)
    'abcdef'
    """
    over = sorted(
        (span for span in spans if span.start < line.end and span.end > line.start),
        key=lambda span: (span.end - span.start, span.start),
    )
    edges = {line.start, line.end, *(edge for span in over for edge in (span.start, span.end))}
    bounds = sorted(edge for edge in edges if line.start <= edge <= line.end)
    return tuple(_segment(line, over, start, end) for start, end in itertools.pairwise(bounds))


def _segment(line: Line, over: list[Span], start: int, end: int) -> Segment:
    return Segment(
        line.text[start - line.start : end - line.start],
        tuple(span.key for span in over if span.start <= start and span.end >= end),
        tuple(span.key for span in over if span.end == end),
    )
