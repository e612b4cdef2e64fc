"""One operation of an update, read from its tokens: what kind it is, and which graphs it writes.

A graph is reported only where it is certain; where it is not, every graph counts as written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.tokens import Token, tokens
from service.writing.access import DEFAULT_GRAPH

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_DOTS = re.compile(r"/\.{1,2}(?:[/?#]|$)")
_ESCAPED = re.compile(r"\\(.)")
_DECLARATIONS = {"PREFIX": 3, "BASE": 2, "VERSION": 2}
"""How many tokens each declaration of a prologue has."""


Graphs = frozenset[str | None]
"""Names of graphs; None is the default graph."""


class Uncertain(Exception):
    """Which graph is written cannot be told."""


@dataclass(frozen=True)
class Operation:
    """One operation of an update, without its prologue."""

    found: Sequence[Token]
    prefixes: Mapping[str, str]
    update: str
    """The text of the update its tokens are from."""

    prologue: str = ""
    """All declarations before it, which hold for it."""

    start: int = 0
    """Where it begins in the text, with what it declares itself."""

    declares: bool = False
    """Whether it begins with declarations of its own."""

    @property
    def text(self) -> str:
        """The operation as it was written."""
        return self.between(0, len(self.found))

    def between(self, start: int, end: int) -> str:
        """The text from one token up to another, without that one."""
        return self.update[self.found[start].start : self.found[end - 1].start + len(self.found[end - 1].text)]

    @property
    def writes(self) -> Graphs | None:
        """The graphs it writes; None where that cannot be told."""
        return written([self])

    @property
    def words(self) -> tuple[str, ...]:
        """The first words, in capitals: what kind of operation it is."""
        return tuple(token.text.upper() for token in self.found[:3])

    @property
    def aim(self) -> tuple[str, ...]:
        """What a CLEAR, DROP, COPY or MOVE is about, in capitals and without SILENT; of others, nothing."""
        if self.words[:1] not in (("CLEAR",), ("DROP",), ("COPY",), ("MOVE",)):
            return ()  # their texts may be long
        return tuple(word for token in self.found[1:] if (word := token.text.upper()) != "SILENT")

    @property
    def is_data(self) -> bool:
        """Whether it only lists quads."""
        return self.words[1:2] == ("DATA",)

    @property
    def is_load(self) -> bool:
        """Whether it is `LOAD SILENT? iri` or `LOAD SILENT? iri INTO GRAPH iri`, completely."""
        found = self.found[1 + (self.words[1:2] == ("SILENT",)) :]
        if self.words[:1] != ("LOAD",) or len(found) not in (1, 4):
            return False
        into = tuple(token.text.upper() for token in found[1:3])
        names = (found[0], *found[3:])
        return into in ((), ("INTO", "GRAPH")) and all(
            token.kind == "iri" or (token.kind == "name" and token.text.partition(":")[0] in self.prefixes)
            for token in names
        )

    @property
    def empties_many(self) -> bool:
        """Whether it empties graphs without naming them."""
        return self.words[:1] in (("CLEAR",), ("DROP",)) and bool({"ALL", "NAMED"} & {*self.words})


def operations_of(text: str) -> tuple[Operation, ...]:
    """The operations of an update.

    >>> [operation.words for operation in operations_of("BASE <urn:a> CLEAR ALL ; DROP DEFAULT")]
    [('CLEAR', 'ALL'), ('DROP', 'DEFAULT')]
    """
    return tuple(read(text, [token for token in tokens(text) if token.kind != "comment"]))


def read(text: str, found: Sequence[Token]) -> Iterator[Operation]:
    """The operations in the tokens of an update, comments aside."""
    return (operation for operation in split(text, found) if operation.found)


def split(text: str, found: Sequence[Token]) -> Iterator[Operation]:
    """The same, and where something is declared and nothing done an operation without tokens."""
    prefixes: dict[str, str] = {}
    prologue = ""
    for piece in _pieces(found):
        start = 0
        while (word := piece[start].text.upper() if start < len(piece) else "") in _DECLARATIONS:
            if word == "PREFIX" and len(piece) > start + 2:
                prefixes[piece[start + 1].text.removesuffix(":")] = piece[start + 2].text[1:-1]
            start += _DECLARATIONS[word]
        prologue = " ".join(filter(None, (prologue, *(token.text for token in piece[:start]))))
        if piece:
            yield Operation(piece[start:], dict(prefixes), text, prologue, piece[0].start, declares=start > 0)


def _pieces(found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens between semicolons that stand outside braces."""
    start = depth = 0
    for place, token in enumerate(found):
        depth += (token.text == "{") - (token.text == "}")
        if token.text == ";" and depth == 0:
            yield found[start:place]
            start = place + 1
    yield found[start:]


def written(found: Iterable[Operation]) -> Graphs | None:
    """The graphs that operations write; None where that cannot be told."""
    try:
        return frozenset(graph for operation in found for graph in _graphs(operation))
    except (Uncertain, IndexError):  # it ends too early, which the engine will say
        return None


def _graphs(operation: Operation) -> Iterator[str | None]:
    """The graphs an operation writes. Raises Uncertain."""
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
        case ("LOAD", _):
            into_graph = operation.found[-2].text.upper() == "GRAPH"
            yield _name(operation, operation.found[-1]) if into_graph else DEFAULT_GRAPH
        case _:
            raise Uncertain


def _in_templates(operation: Operation, start: int, default: str | None) -> Iterator[str | None]:
    """The graphs of `DELETE { … } INSERT { … }`, up to the pattern."""
    found, place = operation.found, start
    while place < len(found) and found[place].text.upper() in ("DELETE", "INSERT"):
        yield from _in_quads(operation, place + 1, default)
        place = end_of_braces(found, place + 1)
    if place >= len(found) or found[place].text.upper() not in ("USING", "WHERE"):
        raise Uncertain


def _in_quads(operation: Operation, start: int, default: str | None) -> Iterator[str | None]:
    """The graphs of the quads in the braces that open at `start`."""
    found = operation.found
    end = end_of_braces(found, start)
    place = start + 1
    while place < end - 1:
        if found[place].text.upper() == "GRAPH":
            yield _name(operation, found[place + 1])
            place = end_of_braces(found, place + 2)
        else:
            if found[place].text != ".":
                yield default
            place += 1


def end_of_braces(found: Sequence[Token], start: int) -> int:
    """The place after the brace that closes the one at `start`. Raises Uncertain where there is none."""
    depth = 0
    for place in range(start, len(found)):
        depth += (found[place].text == "{") - (found[place].text == "}")
        if depth == 0:
            if place == start:
                raise Uncertain
            return place + 1
    raise Uncertain


def _reference(operation: Operation, found: Sequence[Token]) -> str | None:
    """The graph that `[SILENT] (DEFAULT | [GRAPH] iri)` speaks of."""
    rest = [token for token in found if token.text.upper() not in ("SILENT", "GRAPH")]
    if len(rest) != 1:
        raise Uncertain
    return DEFAULT_GRAPH if rest[0].text.upper() == "DEFAULT" else _name(operation, rest[0])


def _moved(operation: Operation) -> Iterator[str | None]:
    to = next((place for place, token in enumerate(operation.found) if token.text.upper() == "TO"), None)
    if to is None:
        raise Uncertain
    yield _reference(operation, operation.found[to + 1 :])
    if operation.words[0] == "MOVE":
        yield _reference(operation, operation.found[1:to])


def _name(operation: Operation, token: Token) -> str:
    """The IRI of a constant. Raises Uncertain for a variable, and where an IRI would first have to be resolved."""
    match token.kind:
        case "iri":
            iri = token.text[1:-1]
        case "name":
            prefix, _, local = token.text.partition(":")
            namespace = operation.prefixes.get(prefix, "")
            iri = namespace + _ESCAPED.sub(r"\1", local) if _ABSOLUTE.fullmatch(namespace) else ""
        case _:
            raise Uncertain
    if not _ABSOLUTE.fullmatch(iri) or _DOTS.search(iri):
        raise Uncertain
    return iri
