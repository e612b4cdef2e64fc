"""What a SPARQL update would do, read from its tokens: which graphs it writes, and where `USING` clauses belong.

The text itself is carried out by the engine. Reading it here decides three things before: whether it reaches outside,
whether a token that is limited to some graphs may send it, and which graphs have to be looked at afterwards. So a
graph is reported only where it is certain; where it is not, every graph counts as written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.errors import RefusedQuery, SwitchedOff, WrongRequest
from service.tokens import OPERATORS, Limits, Token, calls_out, nesting, tokens
from service.writing.operation import Graphs, Operation, read, written

_LOADING = re.compile("load(?:silent)?(.*)", re.IGNORECASE)
_ANNOUNCES_A_NAME = frozenset(("GRAPH", "TO", "WITH", "USING", "NAMED", "PREFIX", "SILENT", "ADD", "COPY", "MOVE"))


@dataclass(frozen=True)
class Reading:
    """An update as far as its tokens tell."""

    text: str
    operations: tuple[Operation, ...]
    writes: Graphs | None
    """The graphs that are written; None where that cannot be told."""

    @property
    def loads(self) -> tuple[Operation, ...]:
        """The LOADs, in their order."""
        return tuple(operation for operation in self.operations if operation.is_load)

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
    everything = list(tokens(text))
    found = [token for token in everything if token.kind != "comment"]
    operations = tuple(read(text, found))
    if nesting(found) > limits.nesting:
        raise RefusedQuery(f"The update nests brackets or operators more than {limits.nesting} deep; write it flatter.")
    considered = (token for operation in operations if not operation.is_data for token in operation.found)
    if sum(token.text.upper() in OPERATORS for token in considered) > limits.operators:
        raise RefusedQuery(f"The update has more than {limits.operators:,} operators; do less at a time.")
    well_written = {token.start for operation in operations if operation.is_load for token in operation.found}
    if _loads([token for token in found if token.start not in well_written]):
        raise RefusedQuery("This is not how LOAD is written: LOAD SILENT? <address> (INTO GRAPH <name>)?.")
    if calls_out(found):
        raise SwitchedOff("The update has a SERVICE clause, and this service asks no other service.")
    return Reading(_without_comments(text, everything), operations, written(operations))


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
