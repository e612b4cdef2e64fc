"""An update in pieces the engine can read: it takes prefixes before the first operation only, not before each."""

from collections.abc import Iterator

from service.rewriting.edits import meaningful, word
from service.tokens import Token

_LENGTHS = {"PREFIX": 3, "BASE": 2, "VERSION": 2}


def pieces(text: str) -> Iterator[str]:
    """The update cut before every later prologue, each piece with all the declarations before it.

    Where there is no such prologue, the text is the only piece, as it is. A piece keeps its lines, not its columns.

    >>> list(pieces("PREFIX : <http://a/> CLEAR ALL ; PREFIX : <http://b/> DROP GRAPH :g"))
    ['PREFIX : <http://a/> CLEAR ALL ', 'PREFIX : <http://a/>  PREFIX : <http://b/> DROP GRAPH :g']
    """
    found = meaningful(text)
    if not (places := [place for place in _after_semicolons(found) if word(found, place) in _LENGTHS]):
        yield text
        return
    declared, start = "", 0
    for place in [*places, None]:
        end = len(text) if place is None else found[place - 1].start
        yield declared + text[start:end]
        if place is not None:
            declared += _declarations(text[start:end]) + " "
            start = found[place - 1].start + 1


def _after_semicolons(found: list[Token]) -> Iterator[int]:
    depth = 0
    for place, token in enumerate(found):
        depth += (token.text == "{") - (token.text == "}")
        if token.text == ";" and depth == 0 and place + 1 < len(found):
            yield place + 1


def _declarations(text: str) -> str:
    """The prologue a piece begins with."""
    found = meaningful(text)
    place = 0
    while length := _LENGTHS.get(word(found, place), 0):
        place += length
    return text[: found[place].start].rstrip() if place < len(found) else text
