"""What another service is told of the solutions here: a VALUES block beside the pattern, or several, asked in turn.

The block holds every different value that the shared variables have before the clause, so a join with it leaves out
only what would find no partner. That is so only if each value is the same term for both. An IRI is; a literal is
spelled one way here and another way there (`01` and `1`, `@en-GB` and `@en-gb`), and a blank node is nobody else's.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import takewhile

from service.errors import ClientGone, QueryStopped, RequestError
from service.federation.clauses import Clause
from service.federation.groups import Groups
from service.federation.preceding import preceding
from service.federation.solutions import BLANK, Solutions, read, term
from service.names import is_iri
from service.rewriting.edits import Edit, meaningful, word
from service.rewriting.path_syntax import NotUnderstood

Ask = Callable[[str, float], bytes]
"""Has a SELECT query answered here, within some seconds, as SPARQL JSON. Raises QueryStopped and RequestError."""

_ROWS = 1000
"""The most rows that are sent at once."""

_CHARACTERS = 100_000
_REQUESTS = 5
_JOINED = frozenset(("TRIPLES", "GROUP", "GRAPH", "VALUES", "FILTER"))


class Narrowing:
    """Makes the questions of a text's clauses narrower by what stands before them; without `ask`, it leaves them."""

    def __init__(self, text: str, ask: Ask | None = None) -> None:
        self._text, self._ask = text, ask

    def queries(self, clause: Clause, instead: Sequence[Edit], seconds: float) -> list[str]:
        """What to ask of the other service: nothing where there are no solutions before the clause.

        `instead` is what stands in the place of earlier clauses, `seconds` what the question here may take. Where it
        gives nothing that can be sent, the query is asked as it is.
        """
        try:
            return self._narrowed(clause, instead, seconds)
        except (NotUnderstood, RecursionError):  # the latter where a deployment allows for very deep nesting
            return [clause.query()]

    def nothing(self, clause: Clause) -> Solutions:
        """The answer to a clause that need not be asked."""
        return Solutions(tuple(sorted(self._groups.bound(self._opening(clause)).visible)))

    @cached_property
    def _groups(self) -> Groups:
        return Groups(meaningful(self._text))

    def _opening(self, clause: Clause) -> int:
        return self._groups.element(clause.place).groups[0]

    def _narrowed(self, clause: Clause, instead: Sequence[Edit], seconds: float) -> list[str]:
        if self._ask is None or "\\u" in self._text.casefold():  # which may stand for anything
            raise NotUnderstood
        opening = self._opening(clause)
        before = preceding(self._text, self._groups, clause.place, instead)
        shared = sorted(self._groups.bound(opening).certain & before.variables)
        if not shared:
            raise NotUnderstood
        names, rows = _sendable(self._answer(before.question(shared, _REQUESTS * _ROWS + 1), seconds), shared)
        blocks = list(_blocks(names, rows))
        if len(blocks) > (1 if self._is_cut(opening) else _REQUESTS):
            raise NotUnderstood
        beside = self._binds_at_once(opening, frozenset(names))
        return [clause.query(block, beside=beside) for block in blocks]

    def _answer(self, question: str, seconds: float) -> Sequence[dict[str, object]]:
        """The rows of the answer here. Raises NotUnderstood where there is none; only that the client has gone is told.

        After one that was stopped no more are asked: they would take away from the time for the others.
        """
        if self._ask is None:
            raise NotUnderstood
        try:
            return read(self._ask(question, seconds))[1]
        except ClientGone:
            raise
        except (QueryStopped, RequestError) as failure:
            if isinstance(failure, QueryStopped):
                self._ask = None
            raise NotUnderstood from None

    def _is_cut(self, opening: int) -> bool:
        """Whether a pattern gives some of its solutions only, which may be others each time that it is asked."""
        places = range(opening, self._groups.closing[opening])
        return any(word(self._groups.found, place) in ("LIMIT", "OFFSET") for place in places)

    def _binds_at_once(self, opening: int, names: frozenset[str]) -> bool:
        """Whether a pattern binds variables before its first OPTIONAL, MINUS, BIND: no element sees others then."""
        if self._groups.is_select(opening):
            return False
        leading = takewhile(lambda element: element.kind in _JOINED, self._groups.elements(opening))
        return names <= self._groups.joined(leading).certain


def _sendable(rows: Sequence[dict[str, object]], shared: Sequence[str]) -> tuple[list[str], list[tuple[str, ...]]]:
    """The variables that every row binds to what is the same for others, and their different values.

    >>> rows = [{"m": {"type": "uri", "value": "x:y"}}, {"m": {"type": "uri", "value": "x:y"}, "n": {"type": "bnode"}}]
    >>> _sendable(rows, ["m", "n"])
    (['m'], [('<x:y>',)])
    """
    names = [name for name in shared if all(_is_same_for_others(row.get(name)) for row in rows)]
    if not names or len(rows) > _REQUESTS * _ROWS:
        raise NotUnderstood
    return names, list(dict.fromkeys(tuple(term(row[name], BLANK) for name in names) for row in rows))


def _is_same_for_others(value: object) -> bool:
    match value:
        case {"type": "uri", "value": str(iri)}:
            # Some take "/./" and "/../" out of an IRI that they read in a query.
            return is_iri(iri) and not iri.startswith(BLANK) and "/." not in iri
    return False


def _blocks(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The rows, so many at a time as one request carries."""
    head = " ".join(f"?{name}" for name in names)
    taken, size = list[str](), 0
    for row in rows:
        written = f"({' '.join(row)})"
        if taken and (len(taken) == _ROWS or size + len(written) > _CHARACTERS):
            yield f"VALUES ({head}) {{ {' '.join(taken)} }} "
            taken, size = [], 0
        taken.append(written)
        size += len(written)
    if taken:
        yield f"VALUES ({head}) {{ {' '.join(taken)} }} "
