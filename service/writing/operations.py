"""What a SPARQL update would do, read from its tokens: which graphs it writes, and where `USING` clauses belong.

The text itself is carried out by the engine. Reading it here decides three things before: whether it reaches outside,
whether a token that is limited to some graphs may send it, and which graphs have to be looked at afterwards. So a
graph is reported only where it is certain; where it is not, every graph counts as written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.errors import RefusedQuery, SwitchedOff, WrongRequest
from service.tokens import OPERATORS, Limits, Token, calls_out, nesting, tokens
from service.writing.access import DEFAULT_GRAPH

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_DOTS = re.compile(r"/\.{1,2}(?:[/?#]|$)")
_ESCAPED = re.compile(r"\\(.)")
_LOADING = re.compile("load(?:silent)?(.*)", re.IGNORECASE)
_ANNOUNCES_A_NAME = frozenset(("GRAPH", "TO", "WITH", "USING", "NAMED", "PREFIX", "SILENT", "ADD", "COPY", "MOVE"))

Graphs = frozenset[str | None]
"""Names of graphs; None is the default graph."""


class _Uncertain(Exception):
    """Which graph is written cannot be told."""


@dataclass(frozen=True)
class Operation:
    """One operation of an update, without its prologue."""

    found: Sequence[Token]
    prefixes: Mapping[str, str]

    @property
    def words(self) -> tuple[str, ...]:
        """The first words, in capitals: what kind of operation it is."""
        return tuple(token.text.upper() for token in self.found[:3])

    @property
    def is_data(self) -> bool:
        """Whether it only lists quads."""
        return self.words[1:2] == ("DATA",)

    @property
    def empties_many(self) -> bool:
        """Whether it empties graphs without naming them."""
        return self.words[:1] in (("CLEAR",), ("DROP",)) and bool({"ALL", "NAMED"} & {*self.words})


@dataclass(frozen=True)
class Reading:
    """An update as far as its tokens tell."""

    text: str
    operations: tuple[Operation, ...]
    writes: Graphs | None
    """The graphs that are written; None where that cannot be told."""

    loads: bool = False
    """Whether it has a LOAD that has to fail; `text` is without it."""

    @property
    def empties_many(self) -> bool:
        """Whether graphs are emptied that are not named."""
        return any(operation.empties_many for operation in self.operations)


def reading(text: str, limits: Limits) -> Reading:
    """Read an update. Raises RefusedQuery for what is not carried out here, and what the engine would not survive.

    >>> reading("INSERT DATA { GRAPH <urn:a> { <urn:b> a <urn:c> } }", Limits(9999, 9)).writes
    frozenset({'urn:a'})
    >>> reading("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }", Limits(9999, 9)).writes is None
    True
    """
    text, may_not = _without_loads(text)
    everything = list(tokens(text))
    found = [token for token in everything if token.kind != "comment"]
    operations = tuple(_operations(found))
    if nesting(found) > limits.nesting:
        raise RefusedQuery(f"The update nests brackets or operators more than {limits.nesting} deep; write it flatter.")
    considered = (token for operation in operations if not operation.is_data for token in operation.found)
    if sum(token.text.upper() in OPERATORS for token in considered) > limits.operators:
        raise RefusedQuery(f"The update has more than {limits.operators:,} operators; do less at a time.")
    if _loads(found):
        raise RefusedQuery("This is not how LOAD is written, and it is switched off here.")
    if calls_out(found):
        raise SwitchedOff("The update has a SERVICE clause, and this service asks no other service.")
    return Reading(_without_comments(text, everything), operations, _written(operations), may_not)


def using(update: Reading, default: Sequence[str], named: Sequence[str]) -> str:
    """The text with the dataset of the protocol's parameters (SPARQL 1.1 Protocol, section 2.2.3).

    Raises WrongRequest where the update names a dataset of its own.

    >>> using(reading("DELETE WHERE { ?s ?p ?o }", Limits(9999, 9)), ["urn:a"], [])
    'DELETE { ?s ?p ?o } USING <urn:a> WHERE { ?s ?p ?o }'
    """
    if not default and not named:
        return update.text
    clauses = "".join((*(f"USING <{iri}> " for iri in default), *(f"USING NAMED <{iri}> " for iri in named)))
    insertions: list[tuple[int, str]] = []
    for operation in update.operations:
        own = [token.text.upper() for token in _outside_braces(operation.found)]
        if "USING" in own or "WITH" in own:
            raise WrongRequest(
                "The update names a dataset itself, by USING or WITH; leave out using-graph-uri and "
                "using-named-graph-uri, or those clauses."
            )
        insertions += _insertions(update.text, operation, clauses)
    return _inserted(update.text, insertions)


_NOTHING = "INSERT DATA {}"


def _without_loads(text: str) -> tuple[str, bool]:
    """The update with nothing to do where it says LOAD, and whether one of them has to fail: not where it is SILENT.

    >>> _without_loads("LOAD SILENT <http://example.org/> ; CLEAR ALL")
    ('INSERT DATA {}                    ; CLEAR ALL', False)
    """
    fails = False
    pieces: list[str] = []
    end = 0
    for operation in _operations([token for token in tokens(text) if token.kind != "comment"]):
        if _is_load(operation):
            fails = fails or "SILENT" not in operation.words
            first, last = operation.found[0], operation.found[-1]
            clause = text[first.start : (stop := last.start + len(last.text))]
            pieces += (text[end : first.start], _NOTHING, _blank(clause)[len(_NOTHING) * ("\n" not in clause) :])
            end = stop
    return "".join(pieces) + text[end:], fails


def _blank(text: str) -> str:
    return "".join("\n" if character == "\n" else " " for character in text)


def _is_load(operation: Operation) -> bool:
    """Whether it is `LOAD SILENT? iri` or `LOAD SILENT? iri INTO GRAPH iri`, completely."""
    found = operation.found[1 + (operation.words[1:2] == ("SILENT",)) :]
    if operation.words[:1] != ("LOAD",) or len(found) not in (1, 4):
        return False
    into = tuple(token.text.upper() for token in found[1:3])
    names = (found[0], *found[3:])
    return into in ((), ("INTO", "GRAPH")) and all(
        token.kind == "iri" or (token.kind == "name" and token.text.partition(":")[0] in operation.prefixes)
        for token in names
    )


def _operations(found: Sequence[Token]) -> Iterator[Operation]:
    prefixes: dict[str, str] = {}
    for piece in _pieces(found):
        start = 0
        while (word := piece[start].text.upper() if start < len(piece) else "") in ("PREFIX", "BASE", "VERSION"):
            if word == "PREFIX" and len(piece) > start + 2:
                prefixes[piece[start + 1].text.removesuffix(":")] = piece[start + 2].text[1:-1]
            start += 3 if word == "PREFIX" else 2
        if piece[start:]:
            yield Operation(piece[start:], dict(prefixes))


def _pieces(found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens between semicolons that stand outside braces."""
    start = depth = 0
    for place, token in enumerate(found):
        depth += (token.text == "{") - (token.text == "}")
        if token.text == ";" and depth == 0:
            yield found[start:place]
            start = place + 1
    yield found[start:]


def _written(operations: Iterable[Operation]) -> Graphs | None:
    try:
        return frozenset(graph for operation in operations for graph in _graphs(operation))
    except (_Uncertain, IndexError):  # it ends too early, which the engine will say
        return None


def _graphs(operation: Operation) -> Iterator[str | None]:
    """The graphs an operation writes. Raises _Uncertain."""
    match operation.words[:2]:
        case ("INSERT" | "DELETE", "DATA") | ("DELETE", "WHERE"):
            yield from _in_quads(operation, 2, DEFAULT_GRAPH)
        case ("INSERT" | "DELETE", "{"):
            yield from _in_templates(operation, 0, DEFAULT_GRAPH)
        case ("WITH", _):
            yield from _in_templates(operation, 2, _name(operation, operation.found[1]))
        case ("CLEAR" | "DROP" | "CREATE", _):
            yield _reference(operation, operation.found[1:])
        case ("ADD" | "COPY" | "MOVE", _):
            yield from _moved(operation)
        case _:
            raise _Uncertain


def _in_templates(operation: Operation, start: int, default: str | None) -> Iterator[str | None]:
    """The graphs of `DELETE { … } INSERT { … }`, up to the pattern."""
    found, place = operation.found, start
    while place < len(found) and found[place].text.upper() in ("DELETE", "INSERT"):
        yield from _in_quads(operation, place + 1, default)
        place = _end_of_braces(found, place + 1)
    if place >= len(found) or found[place].text.upper() not in ("USING", "WHERE"):
        raise _Uncertain


def _in_quads(operation: Operation, start: int, default: str | None) -> Iterator[str | None]:
    """The graphs of the quads in the braces that open at `start`."""
    found = operation.found
    end = _end_of_braces(found, start)
    place = start + 1
    while place < end - 1:
        if found[place].text.upper() == "GRAPH":
            yield _name(operation, found[place + 1])
            place = _end_of_braces(found, place + 2)
        else:
            if found[place].text != ".":
                yield default
            place += 1


def _end_of_braces(found: Sequence[Token], start: int) -> int:
    """The place after the brace that closes the one at `start`. Raises _Uncertain where there is none."""
    depth = 0
    for place in range(start, len(found)):
        depth += (found[place].text == "{") - (found[place].text == "}")
        if depth == 0:
            if place == start:
                raise _Uncertain
            return place + 1
    raise _Uncertain


def _reference(operation: Operation, found: Sequence[Token]) -> str | None:
    """The graph that `[SILENT] (DEFAULT | [GRAPH] iri)` speaks of."""
    rest = [token for token in found if token.text.upper() not in ("SILENT", "GRAPH")]
    if len(rest) != 1:
        raise _Uncertain
    return DEFAULT_GRAPH if rest[0].text.upper() == "DEFAULT" else _name(operation, rest[0])


def _moved(operation: Operation) -> Iterator[str | None]:
    to = next((place for place, token in enumerate(operation.found) if token.text.upper() == "TO"), None)
    if to is None:
        raise _Uncertain
    yield _reference(operation, operation.found[to + 1 :])
    if operation.words[0] == "MOVE":
        yield _reference(operation, operation.found[1:to])


def _name(operation: Operation, token: Token) -> str:
    """The IRI of a constant. Raises _Uncertain for a variable, and where an IRI would first have to be resolved."""
    match token.kind:
        case "iri":
            iri = token.text[1:-1]
        case "name":
            prefix, _, local = token.text.partition(":")
            namespace = operation.prefixes.get(prefix, "")
            iri = namespace + _ESCAPED.sub(r"\1", local) if _ABSOLUTE.fullmatch(namespace) else ""
        case _:
            raise _Uncertain
    if not _ABSOLUTE.fullmatch(iri) or _DOTS.search(iri):
        raise _Uncertain
    return iri


def _loads(found: Sequence[Token]) -> bool:
    """Whether the engine could read a LOAD in these tokens, which it also does where the word is glued to the next.

    >>> _loads(list(tokens("LOADSILENT<file:///etc/passwd>"))), _loads(list(tokens("CLEAR GRAPH load:a")))
    (True, False)
    """
    if any(token.kind == "word" and _LOADING.match(token.text) for token in found):
        return True
    before = ""
    for token in _outside_braces(found):
        if token.kind == "name" and _LOADING.match(token.text) and before not in _ANNOUNCES_A_NAME:
            return True
        before = token.text.upper()
    return False


def _outside_braces(found: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in found:
        depth -= token.text == "}"
        if depth == 0:
            yield token
        depth += token.text == "{"


def _insertions(text: str, operation: Operation, clauses: str) -> Iterator[tuple[int, str]]:
    where = next((token for token in _outside_braces(operation.found) if token.text.upper() == "WHERE"), None)
    if where is None:
        return
    if operation.words[:2] == ("DELETE", "WHERE"):
        last = operation.found[-1]
        yield where.start, f"{text[operation.found[2].start : last.start + len(last.text)]} "
    yield where.start, clauses


def _inserted(text: str, insertions: Iterable[tuple[int, str]]) -> str:
    pieces: list[str] = []
    end = 0
    for start, words in insertions:
        pieces += (text[end:start], words)
        end = start
    return "".join(pieces) + text[end:]


def _without_comments(text: str, found: Iterable[Token]) -> str:
    """The same text, every character in its place, with comments blank: what is a comment is then decided once."""
    pieces: list[str] = []
    end = 0
    for token in found:
        if token.kind == "comment":
            pieces += (text[end : token.start], " " * len(token.text))
            end = token.start + len(token.text)
    return "".join(pieces) + text[end:]
