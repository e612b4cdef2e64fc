"""`/matrix` and `/matrix.csv`: the matrix of causes and tests as it is asked for, as a page and as values."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from flask import Response, render_template, request
from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.addresses import base, key
from service.answers import answer, etag, not_modified
from service.errors import UnknownThing
from service.lookups import store
from service.messages import gettext
from service.messages import marked as _
from service.names import folded, written_iri
from service.pages.matrix import KINDS, Cell, Matrix, Reading, Revelation, Test, read
from service.pages.statements import Name

ROWS, COLUMNS, OPENED = 200, 100, 300
"""As many rows and columns as one page shows, and as many cells whose evidence stands on it."""

ORDERS = {"tests": _("most tests first"), "gaps": _("fewest tests first"), "name": _("by name")}
SHOWN = {"": _("all"), "revealed": _("what a test reveals"), "gaps": _("only the gaps")}
BASES: Mapping[str, URIRef] = MappingProxyType({"stated": EG.StatedInText, "inferred": EG.CuratorInference})
_PARAMETERS = ("symptom", "kind", "group", "article", "basis", "show", "sort", "cause", "test", "page")
_HEADER = (
    "cause", "cause_iri", "symptoms", "test", "test_iri", "kind", "finding", "finding_iri", "limits", "printed",
    "basis", "statement", "sentence", "article", "gap",
)  # fmt: skip
_NO_TEST = "no test in the source reveals this cause"
_NO_CAUSE = "reveals none of these causes"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True)
class Asked:
    """The parameters of this request, as they were written."""

    values: Mapping[str, str]

    def __getitem__(self, parameter: str) -> str:
        return self.values[parameter]

    @property
    def narrow(self) -> bool:
        """Whether tests or statements are left out, so that an empty row may not be empty elsewhere."""
        return any(self.values[each] for each in ("kind", "article", "basis", "test"))

    @property
    def page(self) -> int:
        """Which page of rows, from 1."""
        page = self.values["page"]
        return int(page) if page.isascii() and page.isdecimal() and int(page[:6]) > 0 else 1

    def address(self, path: str = "/matrix", **changed: object) -> str:
        """Where the same is shown but for what changes."""
        values = {**self.values, "page": "", **{name: str(value) for name, value in changed.items()}}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path


def render() -> str:
    """The page, in two queries."""
    asked = _asked()
    reading, matrix = _read(asked)
    whole, shown = reading.matrix, _page(matrix, asked.page)
    opened = {place: f"cell-{number}" for number, place in enumerate(_opened(shown), 1)}
    return render_template(
        "matrix.html",
        asked=asked,
        whole=whole,
        matrix=matrix,
        shown=shown,
        opened=opened,
        symptom=_chosen(asked["symptom"], reading.symptoms),
        pages=-(-len(matrix.causes) // ROWS),
        options=_options(reading),
        orders=ORDERS,
        showing=SHOWN,
    )


def render_csv() -> Response:
    """The same rows, all of them, one for each finding of a cell and one for each gap."""
    asked = _asked()
    tag = etag(store().snapshot.name, "matrix.csv", *asked.values.values())
    if unchanged := not_modified(tag):
        return unchanged
    _reading, matrix = _read(asked)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_HEADER)
    rows.writerows([harmless(cell) for cell in row] for row in _values(matrix, asked))
    found = answer(out.getvalue().encode(), "text/csv", tag)
    found.headers["Content-Disposition"] = 'attachment; filename="matrix.csv"'
    return found


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("calcium")
    ("'=1+1", 'calcium')
    """
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _asked() -> Asked:
    return Asked({name: request.args.get(name, "").strip()[:500] for name in _PARAMETERS})


def _read(asked: Asked) -> tuple[Reading, Matrix]:
    """The whole matrix, and what is asked for of it. Raises UnknownThing."""
    symptom = _symptom(asked["symptom"])
    reading = read(symptom)
    if symptom and not reading.matrix.causes and not reading.matrix.tests:
        # It may have been written as its label: the choices are known now.
        named = _chosen(asked["symptom"], reading.symptoms)
        reading = reading if named.node == symptom else read(URIRef(str(named.node)))
    return reading, _filtered(reading.matrix, asked)


def _symptom(written: str) -> URIRef | None:
    return (written_iri(written, base()) or URIRef("urn:none")) if written else None


def _filtered(whole: Matrix, asked: Asked) -> Matrix:
    options = _choices(whole)
    group, article, cause, test = (
        _chosen(asked[each], options[each]).node if asked[each] else None
        for each in ("group", "article", "cause", "test")
    )
    basis = BASES.get(asked["basis"])
    found = whole.of(
        [
            row
            for row in whole.causes
            if (not group or group in _nodes(row.groups))
            and (not article or article in _nodes(row.articles))
            and cause in (None, row.name.node)
        ],
        [
            column
            for column in whole.tests
            if asked["kind"] in ("", column.kind or "none")
            and (not article or article in {each.article.node for each in column.named})
            and test in (None, column.name.node)
        ],
        filter(None, (cell.said(basis, article) for cell in whole.cells.values())),
    )
    return _showing(found, asked["show"]).sorted(asked["sort"])


def _showing(matrix: Matrix, what: str) -> Matrix:
    if what == "revealed":
        return matrix.of(
            [row for row in matrix.causes if row.name.node in matrix.by_cause],
            [column for column in matrix.tests if column.name.node in matrix.by_test],
            matrix.cells.values(),
        )
    return matrix.of(matrix.unrevealed, matrix.idle, ()) if what == "gaps" else matrix


def _page(matrix: Matrix, number: int) -> Matrix:
    """The rows of one page and as many columns as it can show."""
    rows = matrix.causes[(number - 1) * ROWS : number * ROWS]
    return matrix.of(rows, matrix.tests[:COLUMNS], matrix.cells.values())


def _opened(shown: Matrix) -> list[tuple[Node | None, Node | None]]:
    """The cells whose evidence stands on the page, row by row."""
    places = ((row.name.node, column.name.node) for row in shown.causes for column in shown.tests)
    return [place for place in places if place in shown.cells][:OPENED]


def _choices(whole: Matrix) -> dict[str, tuple[Name, ...]]:
    """What the parameters may name."""
    return {
        "group": _each(name for row in whole.causes for name in row.groups),
        "article": _each(
            name
            for names in (
                *(row.articles for row in whole.causes),
                *([each.article for each in column.named] for column in whole.tests),
            )
            for name in names
        ),
        "cause": tuple(row.name for row in whole.causes),
        "test": tuple(column.name for column in whole.tests),
    }


def _options(reading: Reading) -> dict[str, list[tuple[str, str]]]:
    """What the form offers: the value of each option and its words."""
    names = {**_choices(reading.matrix), "symptom": reading.symptoms}
    found = {each: [(key(name.node), name.label) for name in names[each]] for each in ("symptom", "group", "article")}
    present = {test.kind for test in reading.matrix.tests}
    return {**found, "kind": [(kind or "none", gettext(words)) for kind, words in KINDS.items() if kind in present]}


def _each(names: Iterable[Name]) -> tuple[Name, ...]:
    found = {name.node: name for name in names}
    return tuple(sorted(found.values(), key=lambda name: (name.label.casefold(), str(name.node))))


def _chosen(written: str, options: Iterable[Name]) -> Name:
    """The option that is meant: by its key, IRI, CURIE or label. Raises UnknownThing."""
    if not written:
        return Name(None, "")
    options, exact = tuple(options), written_iri(written, base())
    for option in options:
        if exact == option.node or written == key(option.node):
            return option
    for option in options:
        if folded(option.label) == folded(written):
            return option
    raise UnknownThing(gettext("The matrix knows nothing called “%(name)s”.") % {"name": written[:80]})


def _nodes(names: Iterable[Name]) -> set[Node | None]:
    return {name.node for name in names}


def _values(matrix: Matrix, asked: Asked) -> Iterator[tuple[str, ...]]:
    for row in matrix.causes:
        start = row.name.label, str(row.name.node), "; ".join(each.label for each in row.symptoms)
        cells = sorted(matrix.by_cause.get(row.name.node, ()), key=lambda cell: cell.test.label.casefold())
        for cell in cells:
            for finding in cell.findings:
                yield (*start, *_test(cell.test, matrix), *_finding(finding, cell), "")
        if not cells:
            gap = "none of the tests that were asked for reveals this cause" if asked.narrow else _NO_TEST
            yield (*start, *[""] * (len(_HEADER) - len(start) - 1), gap)
    for test in matrix.idle:
        yield ("", "", "", *_test(test.name, matrix), *[""] * 8, _NO_CAUSE)


def _test(test: Name, matrix: Matrix) -> tuple[str, str, str]:
    found: Test | None = next((each for each in matrix.tests if each.name.node == test.node), None)
    return test.label, str(test.node), found.kind if found else ""


def _finding(found: Revelation, cell: Cell) -> tuple[str, ...]:
    first = found.supports[0] if found.supports else None
    return (
        found.finding.label,
        str(found.finding.node or ""),
        "; ".join(dict.fromkeys(bar.plain for each in found.thresholds for bar in each.bars)),
        "; ".join(dict.fromkeys(printed for each in found.thresholds for printed in each.printed)),
        {EG.StatedInText: "stated", EG.Automatic: "read automatically"}.get(cell.basis, "inferred"),
        str(first.statement) if first else "",
        first.quote.exact if first and first.quote else "",
        first.article.label if first else "",
    )
