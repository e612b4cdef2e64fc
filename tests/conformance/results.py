"""Results of queries as the suites of the W3C write them, and whether two of them are the same."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from tests.conformance.w3c import path_of, triples

_ANY = ox.NamedNode("urn:any")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
FORMATS = {
    ".srx": ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    ".srj": ("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    ".tsv": ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
}
"""The forms of results by the ending of their files."""

Row = tuple[tuple[str, str], ...]
"""What a solution binds, sorted by variable; terms as text."""


@dataclass(frozen=True)
class Table:
    """Solutions in an order."""

    variables: frozenset[str]
    rows: tuple[Row, ...]


Result = bool | Table | ox.Dataset


def parsed(body: bytes, form: ox.QueryResultsFormat) -> Result:
    """A result in a format of SPARQL."""
    found = ox.parse_query_results(body, format=form)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    rows = (_row((name, by_value(row[name])) for name in names if row[name] is not None) for row in found)
    return Table(frozenset(names), tuple(rows))


def of_csv(body: bytes) -> Table:
    """CSV has no kinds of terms, so its cells are their text, or the number it is; empty cells are unbound."""
    names, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    cells = (_row((name, _number(cell)) for name, cell in zip(names, row, strict=True) if cell) for row in rows)
    return Table(frozenset(names), tuple(cells))


def _number(cell: str) -> str:
    try:
        return f"{Decimal(cell).normalize():f}"
    except InvalidOperation:
        return cell


def by_value(term: object) -> str:
    """A term as the engine keeps it: literals by their value, which is said in docs/sparql.md and no fault of a query.

    >>> by_value(ox.Literal("01.0", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")))
    '"1"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    if not isinstance(term, ox.Literal):
        return str(term)
    (kept,) = _store([ox.Quad(_ANY, _ANY, term)])
    return str(kept.object)


def _store(statements: Sequence[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(statements)
    return store


def graph(statements: Sequence[ox.Quad]) -> ox.Dataset:
    """A graph in a form that is the same for all that are isomorphic."""
    found = ox.Dataset(_store(statements))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def expected(iri: str) -> Result:
    """The result a file of the suites holds."""
    suffix = path_of(iri).suffix
    if suffix in FORMATS:
        return parsed(path_of(iri).read_bytes(), FORMATS[suffix][1])
    if suffix == ".csv":
        return of_csv(path_of(iri).read_bytes())
    return _of_graph(triples(iri))


def _of_graph(statements: Sequence[ox.Quad]) -> Result:
    """A graph, or a table that is written as one."""
    said: dict[object, dict[str, list[object]]] = {}
    for quad in statements:
        if quad.predicate.value.startswith(RS):
            said.setdefault(quad.subject, {}).setdefault(quad.predicate.value[len(RS) :], []).append(quad.object)
    for each in said.values():
        if "boolean" in each:
            return str(each["boolean"][0]).startswith('"true"')
        if "resultVariable" in each:
            solutions = sorted((said[one] for one in each.get("solution", [])), key=_index)
            names = frozenset(value.value for value in each["resultVariable"] if isinstance(value, ox.Literal))
            return Table(names, tuple(_row(_bound(said, solution)) for solution in solutions))
    return graph(statements)


def _index(solution: Mapping[str, list[object]]) -> int:
    number = solution.get("index", [ox.Literal(0)])[0]
    return int(number.value) if isinstance(number, ox.Literal) else 0


def _bound(
    said: Mapping[object, Mapping[str, list[object]]], solution: Mapping[str, list[object]]
) -> Iterator[tuple[str, str]]:
    for binding in solution.get("binding", []):
        (name,), (value,) = said[binding]["variable"], said[binding]["value"]
        yield (name.value if isinstance(name, ox.Literal) else ""), by_value(value)


def _row(bound: Iterator[tuple[str, str]]) -> Row:
    return tuple(sorted(bound))


def same(one: Table, other: Table, *, in_order: bool, is_lax: bool) -> bool:
    """Whether two tables are the same, up to the names of blank nodes.

    >>> a, b = (Table(frozenset("x"), ((("x", f"_:{name}"),),)) for name in "ab")
    >>> same(a, b, in_order=False, is_lax=False)
    True
    """
    if one.variables != other.variables:
        return False
    if in_order:
        return len(one.rows) == len(other.rows) and _aligned(one.rows, other.rows)
    first, second = Counter(one.rows), Counter(other.rows)
    if is_lax:
        first, second = Counter(set(first)), Counter(set(second))
    shared = Counter({row: n for row, n in (first & second).items() if not _blanks(row)})
    return _paired(sorted((first - shared).elements()), sorted((second - shared).elements()), {})


def _aligned(one: Sequence[Row], other: Sequence[Row]) -> bool:
    names: dict[str, str] = {}
    for row, its in zip(one, other, strict=True):
        found = _matched(row, its, names)
        if found is None:
            return False
        names = found
    return True


def _paired(rows: list[Row], others: list[Row], names: Mapping[str, str]) -> bool:
    """Whether rows can be paired so that blank nodes correspond one to one."""
    if len(rows) != len(others):
        return False
    if not rows:
        return True
    for place, other in enumerate(others):
        found = _matched(rows[0], other, names)
        if found is not None and _paired(rows[1:], others[:place] + others[place + 1 :], found):
            return True
    return False


def _matched(row: Row, other: Row, names: Mapping[str, str]) -> dict[str, str] | None:
    """The names of blank nodes with those of two rows that are the same; None where they are not."""
    if len(row) != len(other):
        return None
    found = dict(names)
    for (variable, term), (its_variable, its_term) in zip(row, other, strict=True):
        if variable != its_variable:
            return None
        if _is_blank(term) and _is_blank(its_term):
            if found.setdefault(term, its_term) != its_term or list(found.values()).count(its_term) > 1:
                return None
        elif term != its_term:
            return None
    return found


def _blanks(row: Row) -> bool:
    return any(_is_blank(term) for _, term in row)


def _is_blank(term: str) -> bool:
    return term.startswith("_:")
