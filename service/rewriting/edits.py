"""Pieces of a text that are replaced, all at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.tokens import Token, tokens


@dataclass(frozen=True, order=True)
class Edit:
    """What stands from `start` to `end` is replaced."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with its edits, which do not overlap.

    >>> edited("a b", [Edit(0, 1, "x"), Edit(3, 3, "!")])
    'x b!'
    """
    pieces: list[str] = []
    end = 0
    for edit in sorted(edits):
        pieces += (text[end : edit.start], edit.text)
        end = edit.end
    return "".join(pieces) + text[end:]


def meaningful(text: str) -> list[Token]:
    """The tokens without comments."""
    return [token for token in tokens(text) if token.kind != "comment"]


def end_of(token: Token) -> int:
    """The place after a token."""
    return token.start + len(token.text)


def word(found: list[Token], place: int) -> str:
    """The word at a place, in capitals; empty where there is none."""
    return found[place].text.upper() if 0 <= place < len(found) and found[place].kind == "word" else ""


def closing(found: list[Token], opening: int) -> int | None:
    """The place of the bracket that closes the one at `opening`, None where there is none."""
    depth = 0
    for place in range(opening, len(found)):
        depth += (found[place].kind == "open") - (found[place].kind == "close")
        if depth == 0:
            return place
    return None


def unused_variable(text: str, name: str) -> str:
    """A variable that the text does not hold.

    >>> unused_variable("ASK { ?x0 ?p ?o }", "x")
    '?x1'
    """
    number = 0
    while f"{name}{number}" in text:
        number += 1
    return f"?{name}{number}"
