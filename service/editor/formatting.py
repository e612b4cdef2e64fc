"""A SPARQL text laid out: one clause to a line, groups indented. Only white space and the case of keywords change."""

from collections.abc import Iterator
from itertools import pairwise

from service.tokens import Token, nesting, tokens

_INDENT = "  "
_BEGIN_A_LINE = frozenset(
    [
        "BASE",
        "PREFIX",
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "FROM",
        "ORDER",
        "GROUP",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "VALUES",
        "OPTIONAL",
        "MINUS",
        "FILTER",
        "BIND",
        "GRAPH",
        "SERVICE",
    ]
)
_KEYWORDS = _BEGIN_A_LINE | frozenset(
    [
        "WHERE",
        "NAMED",
        "DISTINCT",
        "REDUCED",
        "AS",
        "BY",
        "ASC",
        "DESC",
        "UNDEF",
        "UNION",
        "NOT",
        "EXISTS",
        "IN",
        "SILENT",
        "SEPARATOR",
    ]
)
_STAY_BEHIND_A_BRACE = frozenset(("UNION", ".", ";", ",", ")"))
_LONGEST_GROUP = 90
_DEEPEST = 100
"""Lines of what nests deeper would be nothing but indentation, and the text the square of its length."""


def formatted(text: str) -> str:
    r"""A query laid out; one whose tokens would not all be the same afterwards, or which is very deep, stays as it is.

    >>> print(formatted("select * where{?s a <http://a/>;?p ?o. filter(?o>1)}"), end="")
    SELECT * WHERE {
      ?s a <http://a/> ;
        ?p ?o .
      FILTER(?o>1)
    }
    """
    if _has_annotations(text) or nesting(list(tokens(text))) > _DEEPEST:
        return text
    written = "\n".join(line.rstrip() for line in _Layout(text).lines()).strip() + "\n"
    return written if _said(written) == _said(text) else text


def _said(text: str) -> list[tuple[str, str]]:
    """What a text says whatever its layout: a keyword is the same in any case."""
    return [(token.kind, _word(token) or token.text.rstrip()) for token in tokens(text)]


def _has_annotations(text: str) -> bool:
    """Whether a text has `{|` or `|}`, which are two tokens here and must not come apart."""
    pairs = pairwise(tokens(text))
    return any(
        (left.text, right.text) in (("{", "|"), ("|", "}")) and right.start == left.start + 1 for left, right in pairs
    )


def _word(token: Token) -> str:
    """The keyword a token is, in capitals; nothing for another."""
    word = token.text.upper() if token.kind == "word" else ""
    return word if word in _KEYWORDS else ""


class _Layout:
    """The state of one pass over the tokens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._line = ""
        self._depth = 0
        self._inner = 0
        """How many round and square brackets are open."""
        self._in_triple = False
        """Whether the line continues a subject, so that it is indented once more."""
        self._outer: list[int] = []
        self._inline: set[int] = set()
        """The places of braces that stay in their line."""

    def lines(self) -> Iterator[str]:
        """The lines of the text."""
        self._mark_short_groups()
        for place, token in enumerate(self._tokens):
            before = self._tokens[place - 1] if place else None
            yield from self._breaks_before(place, token, before)
            self._append(token, before)
            yield from self._breaks_behind(place, token)
        yield self._line

    def _mark_short_groups(self) -> None:
        """A group that its author wrote in one line, of one pattern, stays in its line; so do short VALUES."""
        for place, token in enumerate(self._tokens):
            if token.text != "{":
                continue
            end = next((at for at in range(place + 1, len(self._tokens)) if self._tokens[at].text in "{}"), None)
            if end and self._tokens[end].text == "}" and self._is_short(place, end):
                self._inline.update((place, end))

    def _is_short(self, start: int, end: int) -> bool:
        inside = self._text[self._tokens[start].start : self._tokens[end].start]
        return (
            len(inside) <= _LONGEST_GROUP
            and "\n" not in inside
            and not any(
                token.text in (".", ";") or token.kind == "comment" or _word(token) in _BEGIN_A_LINE
                for token in self._tokens[start:end]
            )
        )

    def _gap(self, left: Token, right: Token) -> str:
        return self._text[left.start + len(left.text) : right.start]

    def _breaks_before(self, place: int, token: Token, before: Token | None) -> Iterator[str]:
        gap = self._gap(before, token) if before else ""
        own_line = token.kind == "comment" and ("\n" in gap or before is None)
        if self._is_brace(place, "}"):
            yield from self._new_line()
            self._close()
        elif own_line or (self._begins_a_line(token, before) and not self._inner):
            yield from self._new_line()
            self._in_triple = False
        elif before and before.text == "}" and not self._inner and not self._stays_behind_a_brace(token):
            yield from self._new_line()
        if gap.count("\n") > 1 and not self._line and not self._is_brace(place, "}"):
            yield ""

    def _stays_behind_a_brace(self, token: Token) -> bool:
        return token.kind == "comment" or token.text.upper() in _STAY_BEHIND_A_BRACE

    def _begins_a_line(self, token: Token, before: Token | None) -> bool:
        word = _word(token)
        if word == "VALUES" and before is None:
            return True
        if word in ("GRAPH", "SERVICE", "FILTER") and before is not None and _word(before) in ("NAMED", "SILENT"):
            return False
        return word in _BEGIN_A_LINE

    def _append(self, token: Token, before: Token | None) -> None:
        written = _word(token) or token.text
        if not self._line:
            self._line = _INDENT * (self._depth + self._in_triple) + written
            return
        spaced = before is None or self._gap(before, token) or self._wants_space(token, before)
        if before and before.kind == "open" and before.text in "([" and token.kind != "comment":
            spaced = before.text == "[" and spaced
        if token.text == ")":
            spaced = False
        self._line += (" " if spaced else "") + written

    def _wants_space(self, token: Token, before: Token) -> bool:
        braces = (token.text in "{}" or before.text in "{}") and before.text + token.text != "{}"
        return braces or (not self._inner and token.text in (".", ";")) or token.kind == "comment"

    def _breaks_behind(self, place: int, token: Token) -> Iterator[str]:
        if self._is_brace(place, "{"):
            self._outer.append(self._inner)
            self._inner, self._in_triple = 0, False
            self._depth += 1
            yield from self._unless_comment(place)
        elif token.text in ("(", "["):
            self._inner += 1
        elif token.text in (")", "]"):
            self._inner = max(0, self._inner - 1)
        elif token.text in (".", ";") and not self._inner:
            self._in_triple = token.text == ";"
            yield from self._unless_comment(place)
        elif token.kind == "comment" or self._ends_a_declaration(place):
            yield from self._unless_comment(place)

    def _unless_comment(self, place: int) -> Iterator[str]:
        """A new line, except where a comment follows in the same one."""
        following = self._tokens[place + 1] if place + 1 < len(self._tokens) else None
        if following and following.kind == "comment" and "\n" not in self._gap(self._tokens[place], following):
            return
        yield from self._new_line()

    def _ends_a_declaration(self, place: int) -> bool:
        """Whether an IRI ends a PREFIX or BASE line."""
        if self._tokens[place].kind != "iri":
            return False
        words = [_word(token) for token in self._tokens[max(0, place - 2) : place]]
        return words[-1:] == ["BASE"] or words[:1] == ["PREFIX"]

    def _close(self) -> None:
        self._depth = max(0, self._depth - 1)
        self._inner = self._outer.pop() if self._outer else 0
        self._in_triple = False

    def _is_brace(self, place: int, brace: str) -> bool:
        return self._tokens[place].text == brace and place not in self._inline

    def _new_line(self) -> Iterator[str]:
        if self._line:
            yield self._line
        self._line = ""
