"""Where sentences end, in clean prose and in machine translation that forgets spaces."""

import re
from collections.abc import Iterator

from loaders.normalised import Normalised, Span

_END = re.compile(
    r"""
    (?: (?P<mark>[.!?]) ["')\]]*                             # a stop, with a space
        (?: \s+ | (?=[A-Z][a-z]) | (?<=[a-z)\d][.])(?=[A-Z]{2}) ) )   # or one forgotten before a capital
    | ; \s*
    | \n+
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|approx|Dr|Mr|Mrs|No|Fig|St|cf|resp|incl|max|min|[A-Z]\.[A-Z])\.$"
)


def sentences(text: Normalised, span: Span) -> Iterator[Span]:
    """Cut a span into trimmed, non-empty sentences."""
    start = span.start
    for found in _END.finditer(text.text, span.start, span.end):
        if found["mark"] and not _ends(text.text, start, found, span.end):
            continue
        piece = text.trimmed(start, found.end())
        if _speaks(text.cut(piece)):
            yield piece
        start = found.end()
    piece = text.trimmed(start, span.end)
    if _speaks(text.cut(piece)):
        yield piece


def _ends(text: str, start: int, found: re.Match[str], limit: int) -> bool:
    before = text[start : found.start() + 1]
    following = text[found.end() : min(found.end() + 1, limit)]
    if _ABBREVIATION.search(before):
        return following.isupper() and before.endswith("etc.")
    return True


def _speaks(piece: str) -> bool:
    """A sentence has a letter or digit in it; stray punctuation is not one."""
    return any(char.isalnum() for char in piece)
