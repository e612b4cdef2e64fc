"""The tokens of a SPARQL text, and what is decided from them before the engine, which cannot be stopped, sees the text.

The engine overflows its stack on deep nesting and calls out wherever a `SERVICE` says. Whether a text has such a clause
depends on what is a string, an IRI, a comment or a name. That is read here and never trusted alone: `disarmed` spells
the word differently wherever it is only text, so that a text we misread reaches the engine without the keyword.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from service.errors import QueryTooLong, RefusedQuery, SwitchedOff

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
FORMS: tuple[Form, ...] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")

_LETTER = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHAR = rf"{_LETTER}_\-0-9\u00b7\u0300-\u036f\u203f-\u2040"
# Where a run of characters may not become a token, it is taken without looking back (`*+`) and in one piece: a text of
# hostile repetitions must not be read over and over again from each of its places.
_PREFIX = rf"[{_LETTER}](?:[{_CHAR}]|\.+[{_CHAR}])*+"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_LETTER}_:0-9]|{_ESCAPE})(?:[{_CHAR}:]|{_ESCAPE}|\.+(?:[{_CHAR}:]|{_ESCAPE}))*"

_TOKEN = rf"""
      (?P<comment> \# [^\r\n]* )
    | (?P<iri> < (?: [^\x00-\x20<>"{{}}|^`\\]++ | \\u[0-9A-Fa-f]{{4}} | \\U[0-9A-Fa-f]{{8}} )*+ > )
    | (?P<string> \"\"\" (?: [^"\\]++ | \\. | "{{1,2}}(?!") )*+ (?: \"\"\" )?
                | ''' (?: [^'\\]++ | \\. | '{{1,2}}(?!') )*+ (?: ''' )?
                | " (?: [^"\\\r\n]++ | \\. )*+ "? | ' (?: [^'\\\r\n]++ | \\. )*+ '? )
    | (?P<blank> _: [{_LETTER}_0-9] (?: [{_CHAR}] | \.+[{_CHAR}] )* )
    | (?P<name> (?: {_PREFIX} )? : (?: {_LOCAL} )? )
    | (?P<words> {_PREFIX} )
    | (?P<variable> [?$] [{_LETTER}_0-9] [{_LETTER}_0-9\u00b7\u0300-\u036f\u203f-\u2040]* )
    | (?P<language> @ [A-Za-z]+ (?: -{{1,2}} [A-Za-z0-9]+ )* )
    | (?P<number> (?: [0-9]+ (?: \. [0-9]* )? | \. [0-9]+ ) (?: [eE] [+-]? [0-9]+ )? )
    | (?P<word> [{_LETTER}_]+ )
    | (?P<open> [({{\[] | << )
    | (?P<close> [)}}\]] | >> )
    | (?P<other> \S )
    """
_PART = rf"(?P<number> \.[0-9]+ | [0-9]+ (?: \. [0-9]* )? ) | (?P<word> [{_LETTER}_]+ ) | (?P<other> . )"
OPERATORS = frozenset((*"+-*/|&!=^", "UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "EXISTS", "AS"))
"""What the engine takes time for with the square of its number: 10,000 of them keep it busy for up to a minute."""
_BRACKET = re.compile(r"[(){}\[\]]")
_NEGATIONS = re.compile(r"![!\s]*")
_SLACK = 20
"""How much deeper brackets may seem to stand when those of strings are counted; the engine's stack bears far more."""
_SERVICE = re.compile("s(?=ervice)", re.IGNORECASE)
_GLUED = re.compile("(?:true|false)?service(.*)", re.IGNORECASE)


class Token(NamedTuple):
    """A piece of a SPARQL text, with the place where it begins. There are many, so they have to be made quickly."""

    kind: str
    text: str
    start: int


@cache
def expressions() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a token is, and what words without space between them are; compiling it takes 40 ms, which many need not."""
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL), re.compile(_PART, re.VERBOSE)


def tokens(text: str) -> Iterator[Token]:
    """Cut a text into tokens; white space is left out, a character that begins none is a token of its own.

    >>> [token.kind for token in tokens("ASK { ?s :p 'SERVICE' } # SERVICE")]
    ['word', 'open', 'variable', 'name', 'string', 'close', 'comment']
    """
    token, part_of = expressions()
    for match in token.finditer(text):
        kind = cast(str, match.lastgroup)
        if kind != "words":
            yield Token(kind, match.group(), match.start())
            continue
        for part in part_of.finditer(match.group()):  # such as "true.FILTER"
            yield Token(cast(str, part.lastgroup), part.group(), match.start() + part.start())


@dataclass(frozen=True)
class Limits:
    """What a query may ask of the parser."""

    characters: int
    nesting: int
    operators: int = 4000


@dataclass(frozen=True)
class Query:
    """A query that may be handed to the engine."""

    text: str
    """As the client wrote it."""

    form: Form | None
    """None where the text is not SPARQL, which the engine will say with the place."""

    base: str | None = None
    """What relative IRIs are resolved against."""

    rewrites: tuple[str, ...] = ()
    """What is mended before the engine has it; see `service.rewriting`."""


def admitted(text: str, limits: Limits, may_call: bool = False) -> Query:
    """Look at a text before the engine does; one that may have SERVICE clauses must lose them before it goes there.

    Raises QueryTooLong, or RefusedQuery for an update, a SERVICE clause, or nesting that the engine would not survive.

    >>> admitted("PREFIX : <http://example.org/> ASK { :service ?p 'SERVICE' }", Limits(1000, 10, 10)).form
    'ASK'
    """
    if len(text) > limits.characters:
        raise QueryTooLong(f"The query has {len(text):,} characters; the most that is read is {limits.characters:,}.")
    found = [token for token in tokens(text) if token.kind != "comment"]
    word = next((word for token in found if (word := token.text.upper()) in (*FORMS, *UPDATES)), None)
    if word in UPDATES:
        raise RefusedQuery(f"{word} is an update, and this address answers queries only; send it to /update.")
    if nesting(found) > limits.nesting or raw_nesting(text) > _SLACK * limits.nesting:
        raise RefusedQuery(f"The query nests brackets or operators more than {limits.nesting} deep; write it flatter.")
    if sum(token.text.upper() in OPERATORS for token in found) > limits.operators:
        raise RefusedQuery(f"The query has more than {limits.operators:,} operators; ask for less at a time.")
    if not may_call and calls_out(found):
        raise SwitchedOff("The query has a SERVICE clause, and this service asks no other service.")
    return Query(text, cast(Form | None, word))


def nesting(found: list[Token]) -> int:
    """How deep brackets stand in one another, or how long a run of prefix operators is, whichever is more.

    >>> nesting(list(tokens("ASK { FILTER (!!!!true) }")))
    4
    """
    deepest = depth = run = 0
    for token in found:
        depth += (token.kind == "open") - (token.kind == "close")
        run = run + 1 if token.text in ("!", "-", "+", "^") else 0
        deepest = max(deepest, depth, run)
    return deepest


def raw_nesting(text: str) -> int:
    """The same without regard to what is a string or a comment, so that no misreading hides it.

    >>> raw_nesting("ASK { ?s ?p ':-((' }")
    3
    """
    deepest = depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket.group() in "{([" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return max([deepest, *(run.group().count("!") for run in _NEGATIONS.finditer(text))])


def calls_out(found: list[Token]) -> bool:
    """Whether the engine could read a SERVICE clause in these tokens.

    >>> calls_out(list(tokens("ASK { SERVICE <http://example.org/> {} }")))
    True
    >>> calls_out(list(tokens("PREFIX service: <http://example.org/> ASK { ?service service:of 'a service' }")))
    False
    """
    if any(token.kind == "word" and _SERVICE.search(token.text) for token in found):
        return True
    declared = {name.text[:-1] for word, name in pairwise(found) if word.text.upper() == "PREFIX"}
    return any(
        name.kind == "name" and brace.text == "{" and _hides_a_call(name.text, declared)
        and before.text.upper() not in ("GRAPH", "FROM", "NAMED")
        for before, name, brace in zip(found, found[1:], found[2:], strict=False)
    )  # fmt: skip


def _hides_a_call(name: str, declared: set[str]) -> bool:
    """Whether the engine could read a name before "{" as the keyword and a shorter name.

    >>> _hides_a_call("SERVICEa:b", {"a"}), _hides_a_call("service:b", {"service"})
    (True, False)
    """
    if not (match := _GLUED.fullmatch(name.partition(":")[0])):
        return False
    return match[1] in declared or match[1][len("silent") :] in declared


def disarmed(text: str) -> str:
    r"""The same query without the letters of the keyword SERVICE in strings, IRIs and comments.

    Lines stay where they were, columns do not: see `original_column`.

    >>> print(disarmed("ASK { <http://a/service> ?p 'Service' } # SERVICE"))
    ASK { <http://a/\u0073ervice> ?p '\u0053ervice' } # _ERVICE
    """
    if not _SERVICE.search(text):
        return text
    end = 0
    pieces: list[str] = []
    for token in tokens(text):
        pieces += (text[end : token.start], _SPELL[token.kind](token.text) if token.kind in _SPELL else token.text)
        end = token.start + len(token.text)
    return "".join(pieces) + text[end:]


def _escaped(text: str) -> str:
    # An "s" after a backslash is not an escape SPARQL knows, so what is already wrong stays wrong.
    return _SERVICE.sub(lambda letter: f"\\u{ord(letter.group()):04x}", text)


def _blotted(text: str) -> str:
    return _SERVICE.sub("_", text)


_SPELL: dict[str, Callable[[str], str]] = {"iri": _escaped, "string": _escaped, "comment": _blotted}


def original_column(line: str, disarmed_line: str, column: int) -> int:
    r"""The column of a line that a column of its disarmed form stands for.

    >>> original_column("'service' oops", r"'\u0073ervice' oops", 16)
    11
    """
    here = there = 1
    while there < column and here <= len(line):
        there += 6 if disarmed_line[there - 1 : there] == "\\" != line[here - 1] else 1
        here += 1
    return here
