"""The engine's words about a text that is not SPARQL, as the place where it is wrong and a sentence."""

import re

from service.errors import MalformedQuery
from service.tokens import disarmed, original_column, tokens

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_REASONS = (
    ("Prefix not found", "a prefix stands before this place that no PREFIX line declares"),
    (
        "IRI parsing failed",
        "the IRI before this place is relative or holds a character an IRI cannot; write it in full",
    ),
)
_RULE = re.compile(r"The [A-Z]+ [^,\[]+[^,\[\s]")


def malformed(message: str, text: str, kind: str = "query") -> MalformedQuery:
    """The engine's error with its place in the text as the client wrote it: the token that is wrong."""
    match = _POSITION.fullmatch(message)
    if not match:
        return MalformedQuery(f"The text is not a SPARQL {kind}.", text, 1, 1)
    line, column = _place(text, int(match[1]), int(match[2]), before="Prefix" in message or "IRI" in message)
    rest = text.split("\n")[line - 1][column - 1 :] if line <= text.count("\n") + 1 else ""
    return MalformedQuery(f"Line {line}, column {column}: {_explained(match[3], rest)}.", text, line, column)


def _place(text: str, line: int, column: int, *, before: bool) -> tuple[int, int]:
    """Where the token begins that the engine stopped in, or `before`: after, at a place of the disarmed text."""
    lines, safe_lines = text.split("\n"), disarmed(text).split("\n")
    if line > len(lines):
        return line, column
    column = original_column(lines[line - 1], safe_lines[line - 1], column)
    offset = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
    for token in tokens(text):
        end = token.start + len(token.text)
        if token.kind != "comment" and token.start < offset < end + before:
            earlier = text[: token.start]
            return earlier.count("\n") + 1, token.start - (earlier.rfind("\n") + 1) + 1
    return line, column


def _explained(expected: str, rest: str) -> str:
    """What is wrong, without the tables of characters the engine prints; `rest` is the line from the place on.

    >>> _explained("one of OFFSET, [_], VALUES", "LIMITED 10 }")
    '"LIMITED" is not expected here'
    """
    for sign, reason in _REASONS:
        if sign in expected:
            return reason
    if rule := _RULE.search(expected):
        return rule[0][0].lower() + rule[0][1:]
    word = rest.split(maxsplit=1)[:1]
    return f'"{word[0][:40]}" is not expected here' if word else "something is missing here"
