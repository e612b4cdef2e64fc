"""The statements of graph patterns that consist of plain terms and paths: `subject path object` with `,` and `;`."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.rewriting.edits import end_of
from service.rewriting.path_syntax import Link, NotUnderstood, Path, Reader
from service.tokens import Token

_BEGINS = frozenset("{.})")
_TERMS = frozenset(("variable", "iri", "name", "number"))
_NO_STATEMENT = frozenset(("INSERT", "DELETE", "CONSTRUCT", "DATA", "VALUES"))


@dataclass(frozen=True)
class Term:
    """A variable or a constant, as it is written."""

    text: str

    @property
    def is_variable(self) -> bool:
        """Whether it is one."""
        return self.text[0] in "?$"


@dataclass(frozen=True)
class Pattern:
    """A subject, a path and an object."""

    subject: Term
    path: Path
    object: Term


@dataclass(frozen=True)
class Statement:
    """The patterns of one subject, and where they stand in the text."""

    start: int
    end: int
    patterns: tuple[Pattern, ...]
    in_graph: bool
    """Whether GRAPH stands around it."""


def statements(found: list[Token]) -> Iterator[Statement]:
    """Every statement of plain terms; what holds brackets or annotations is left out."""
    around: list[tuple[str, bool]] = []
    place = 0
    while place < len(found):
        token = found[place]
        if token.kind == "open":
            around.append((token.text, _in_graph(found, place, around)))
        elif token.kind == "close" and around:
            around.pop()
        elif _may_begin(found, place, around):
            try:
                statement, place = _statement(found, place, around[-1][1])
            except NotUnderstood:
                place += 1
            else:
                yield statement
            continue
        place += 1


def _in_graph(found: list[Token], place: int, around: list[tuple[str, bool]]) -> bool:
    named = place >= 2 and found[place - 2].text.upper() == "GRAPH"
    return named or bool(around and around[-1][1])


def _may_begin(found: list[Token], place: int, around: list[tuple[str, bool]]) -> bool:
    """Whether a statement may begin here: in braces, after what ends another."""
    return bool(around) and around[-1][0] == "{" and place > 0 and found[place - 1].text in _BEGINS


def _statement(found: list[Token], start: int, in_graph: bool) -> tuple[Statement, int]:
    """The statement that begins at a token, and the place after it. Raises NotUnderstood."""
    subject, place = _term(found, start)
    patterns: list[Pattern] = []
    end = place
    while True:
        path, place = _verb(found, place)
        while True:
            object_, place = _term(found, place)
            patterns.append(Pattern(subject, path, object_))
            end = place
            if not _is(found, place, ","):
                break
            place += 1
        while _is(found, place, ";"):
            place += 1
            end = place
        if not _is(found, place - 1, ";") or _is(found, place, ".") or _is(found, place, "}"):
            break
    if not _ends(found, place):
        raise NotUnderstood
    return Statement(found[start].start, end_of(found[end - 1]), tuple(patterns), in_graph), place


def _term(found: list[Token], place: int) -> tuple[Term, int]:
    if place >= len(found):
        raise NotUnderstood
    token, following = found[place], place + 1
    if token.kind in _TERMS or (token.kind == "word" and token.text.lower() in ("true", "false")):
        return Term(token.text), following
    if token.kind != "string":
        raise NotUnderstood
    if following < len(found) and found[following].kind == "language":
        return Term(token.text + found[following].text), following + 1
    if _is(found, following, "^") and _is(found, following + 1, "^"):
        if following + 2 >= len(found) or found[following + 2].kind not in ("iri", "name"):
            raise NotUnderstood
        return Term(f"{token.text}^^{found[following + 2].text}"), following + 3
    return Term(token.text), following


def _verb(found: list[Token], place: int) -> tuple[Path, int]:
    if place < len(found) and found[place].kind == "variable":
        return Link(found[place].text), place + 1
    reader = Reader(found, place)
    return reader.path(), reader.place


def _is(found: list[Token], place: int, text: str) -> bool:
    return 0 <= place < len(found) and found[place].text == text


def _ends(found: list[Token], place: int) -> bool:
    """Whether a statement may end before this token: at a dot, a brace or a keyword, not at an annotation."""
    if _is(found, place, "{"):
        return not _is(found, place + 1, "|")
    return _is(found, place, ".") or _is(found, place, "}") or (place < len(found) and found[place].kind == "word")
