"""`/matrix.csv`: the matrix as a table for spreadsheets, a row for each finding of a cell and one for each gap."""

import csv
import io
from collections.abc import Iterator

from flask import Response

from ontology.terms import EG
from service.answers import answer, etag, not_modified
from service.errors import AnswerTooLarge
from service.lookups import store
from service.pages import portion
from service.pages.crossing import Asked, asked_now, found
from service.pages.matrix import Cell, Matrix, Revelation, Test
from service.pages.reading import Reading
from service.pages.statements import Name

_HEADER = (
    "cause", "cause_iri", "symptoms", "test", "test_iri", "kind", "finding", "finding_iri", "limits", "printed",
    "basis", "statement", "sentence", "article", "gap",
)  # fmt: skip
_NO_TEST = "no test in the source reveals this cause"
_NO_CAUSE = "reveals none of these causes"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def render() -> Response:
    """All rows that are asked for. Raises AnswerTooLarge where they are too many, and says how to have them."""
    asked = asked_now()
    tag = etag(store().snapshot.name, "matrix.csv", *asked.values.values())
    if unchanged := not_modified(tag):
        return unchanged
    reading, matrix = found(asked, has_all_idle=True)
    _refuse_incomplete(reading, asked)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_HEADER)
    rows.writerows([harmless(cell) for cell in row] for row in _values(matrix, asked))
    table = answer(out.getvalue().encode(), "text/csv", tag)
    table.headers["Content-Disposition"] = 'attachment; filename="matrix.csv"'
    return table


def _refuse_incomplete(reading: Reading, asked: Asked) -> None:
    if reading.is_cut:
        raise AnswerTooLarge("More is said of these causes than one table holds; name one of them with cause=.")
    if reading.size.parts > 1 and not asked["part"]:
        raise AnswerTooLarge(
            f"There are {reading.size.fitting:,} causes; one table holds {portion.MOST:,}. Ask for a part of them, from"
            f" part=1 to part={reading.size.parts}, or for fewer with symptom=, group=, article= or cause=."
        )


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("calcium")
    ("'=1+1", 'calcium')
    """
    return f"'{cell}" if cell.startswith(_RISKY) else cell


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
