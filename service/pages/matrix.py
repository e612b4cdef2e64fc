"""Causes against tests: which finding of which test speaks for which cause, by whose words, and what is empty."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from flask import current_app
from rdflib import URIRef
from rdflib.term import Node

from ontology.lexicon.kinds import test_kinds
from ontology.terms import EG
from service.addresses import key
from service.lookups import Row, ask, iri, store
from service.messages import marked as _
from service.pages.diagnostics import Threshold, thresholds
from service.pages.statements import Name, Quote, name, quotes

KINDS: Mapping[str, str] = {
    "laboratory": _("laboratory test"),
    "imaging": _("imaging"),
    "physical-sign": _("physical sign"),
    "endoscopy": _("endoscopy"),
    "biopsy": _("biopsy"),
    "electrophysiology": _("electrophysiology"),
    "function": _("functional measurement"),
    "questionnaire": _("questionnaire"),
    "other": _("other examination"),
    "": _("not classified"),
}
"""Kinds of test with the words for them."""

_KEPT = "etiograph.matrix"


@dataclass(frozen=True)
class Saying:
    """A statement behind a cell: how it was read, and its words."""

    statement: URIRef
    basis: URIRef
    article: Name
    quote: Quote | None


@dataclass(frozen=True)
class Revelation:
    """A finding of a test that speaks for a cause; without a node where an article names none."""

    finding: Name
    thresholds: tuple[Threshold, ...]
    supports: tuple[Saying, ...]
    limits: tuple[Saying, ...]
    """Where the thresholds are said."""


@dataclass(frozen=True)
class Cell:
    """What a test says about a cause."""

    cause: Name
    test: Name
    findings: tuple[Revelation, ...]

    @property
    def basis(self) -> URIRef:
        """The best ground there is: stated before read automatically before inferred."""
        known = {saying.basis for finding in self.findings for saying in finding.supports}
        return next((basis for basis in (EG.StatedInText, EG.Automatic) if basis in known), EG.CuratorInference)

    def said(self, basis: URIRef | None, article: Node | None) -> "Cell | None":
        """The cell with only what is read in one way, or said in one article; None where that is nothing."""
        kept = (
            replace(
                finding,
                supports=tuple(
                    each
                    for each in finding.supports
                    if basis in (None, each.basis) and article in (None, each.article.node)
                ),
            )
            for finding in self.findings
        )
        findings = tuple(finding for finding in kept if finding.supports)
        return replace(self, findings=findings) if findings else None


@dataclass(frozen=True)
class Cause:
    """A row: a cause with the symptoms it is named for, who is at risk of it, and the articles that name it."""

    name: Name
    symptoms: tuple[Name, ...]
    groups: tuple[Name, ...]
    articles: tuple[Name, ...]


@dataclass(frozen=True)
class Test:
    """A column: a test with its kind and the statements that name it."""

    name: Name
    kind: str
    named: tuple[Saying, ...]

    @property
    def words(self) -> str:
        """Its kind in words."""
        return KINDS.get(self.kind, self.kind)


@dataclass(frozen=True)
class Matrix:
    """Rows, columns, and the cells that are not empty."""

    causes: tuple[Cause, ...]
    tests: tuple[Test, ...]
    cells: Mapping[tuple[Node | None, Node | None], Cell]

    @cached_property
    def by_cause(self) -> Mapping[Node | None, tuple[Cell, ...]]:
        """The cells of each row that has any."""
        return _grouped((cause, cell) for (cause, _test), cell in self.cells.items())

    @cached_property
    def by_test(self) -> Mapping[Node | None, tuple[Cell, ...]]:
        """The cells of each column that has any."""
        return _grouped((test, cell) for (_cause, test), cell in self.cells.items())

    @property
    def unrevealed(self) -> tuple[Cause, ...]:
        """The causes no test reveals."""
        return tuple(cause for cause in self.causes if cause.name.node not in self.by_cause)

    @property
    def idle(self) -> tuple[Test, ...]:
        """The tests that reveal no cause."""
        return tuple(test for test in self.tests if test.name.node not in self.by_test)

    def of(self, causes: Iterable[Cause], tests: Iterable[Test], cells: Iterable[Cell]) -> "Matrix":
        """The part of it with these rows and columns, and those of these cells that stand in them."""
        causes, tests = tuple(causes), tuple(tests)
        rows, columns = ({each.name.node for each in part} for part in (causes, tests))
        return Matrix(
            causes,
            tests,
            {
                (cell.cause.node, cell.test.node): cell
                for cell in cells
                if cell.cause.node in rows and cell.test.node in columns
            },
        )

    def sorted(self, order: str) -> "Matrix":
        """By `name`, by `tests`, most first, or by `gaps`, fewest first; columns the busiest first, or by name."""
        sign = {"name": 0, "gaps": 1}.get(order, -1)
        return replace(
            self,
            causes=tuple(sorted(self.causes, key=lambda each: (sign * self._weight(each.name), *_called(each.name)))),
            tests=tuple(sorted(self.tests, key=lambda each: (-abs(sign) * self._busy(each.name), *_called(each.name)))),
        )

    def _weight(self, cause: Name) -> int:
        return len(self.by_cause.get(cause.node, ()))

    def _busy(self, test: Name) -> int:
        return len(self.by_test.get(test.node, ()))


@dataclass(frozen=True)
class Reading:
    """The whole matrix of a symptom, or of all, with every symptom that could be chosen."""

    matrix: Matrix
    symptoms: tuple[Name, ...]


def read(symptom: URIRef | None) -> Reading:
    """Causes and tests of one symptom, or of all, in two queries; that of all is kept until the data change."""
    if symptom:
        return _read(symptom, ask("matrix-causes", symptom=symptom), ask("matrix-tests", symptom=symptom))
    snapshot = store().snapshot.name
    known: tuple[str, Reading] | None = current_app.extensions.get(_KEPT)
    if known is None or known[0] != snapshot:
        known = snapshot, _read(None, ask("matrix-causes"), ask("matrix-tests-of-all"))
        current_app.extensions[_KEPT] = known
    return known[1]


def _read(symptom: URIRef | None, said: list[dict[str, Node]], examined: list[dict[str, Node]]) -> Reading:
    causes = _causes(row for row in said if "cause" in row)
    cells = _cells(examined, {cause.name.node: cause.name for cause in causes})
    # A symptom that is asked for stands in every row, also where it is unknown.
    choices = {row["choice"]: name(row, "choice") for row in said if "choice" in row}
    choices |= {each.node: each for cause in causes for each in cause.symptoms if each.node}
    if symptom and examined:
        choices.setdefault(symptom, name({"symptom": symptom}, "symptom"))
    return Reading(
        Matrix(causes, _tests(examined), {(cell.cause.node, cell.test.node): cell for cell in cells}),
        tuple(sorted(choices.values(), key=_called)),
    )


def _causes(rows: Iterable[Row]) -> tuple[Cause, ...]:
    by_cause: dict[Node, list[Row]] = defaultdict(list)
    for row in rows:
        by_cause[row["cause"]].append(row)
    return tuple(
        Cause(name(same[0], "cause"), *(_names(same, each) for each in ("symptom", "group", "article")))
        for same in by_cause.values()
    )


def _names(rows: Iterable[Row], variable: str) -> tuple[Name, ...]:
    found = {row[variable]: name(row, variable) for row in rows if variable in row}
    return tuple(sorted(found.values(), key=_called))


def _tests(rows: Iterable[Row]) -> tuple[Test, ...]:
    by_test: dict[Node, list[Row]] = defaultdict(list)
    for row in rows:
        by_test[row["test"]].append(row)
    return tuple(
        Test(
            name(same[0], "test"),
            test_kinds().get(key(test), ""),
            _sayings(row for row in same if row["predicate"] in (EG.investigates, EG.supports, EG.testFor)),
        )
        for test, same in by_test.items()
    )


def _cells(rows: Iterable[Row], causes: Mapping[Node | None, Name]) -> list[Cell]:
    by_cell: dict[tuple[Node, Node], list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("cause") in causes:
            by_cell[row["cause"], row["test"]].append(row)
    return [Cell(causes[cause], name(same[0], "test"), _revelations(same)) for (cause, _test), same in by_cell.items()]


def _revelations(rows: list[Row]) -> tuple[Revelation, ...]:
    """The findings of one cell; where no article names one, what says that the test can reveal the cause."""
    by_finding: dict[Node, list[Row]] = defaultdict(list)
    for row in rows:
        if "finding" in row:
            by_finding[row["finding"]].append(row)
    found = tuple(_revelation(name(same[0], "finding"), same, EG.supports) for same in by_finding.values())
    return found or (_revelation(Name(None, ""), rows, EG.testFor),)


def _revelation(finding: Name, rows: list[Row], predicate: URIRef) -> Revelation:
    return Revelation(
        finding,
        thresholds(row for row in rows if row["predicate"] == EG.hasThreshold),
        _sayings(row for row in rows if row["predicate"] == predicate),
        _sayings(row for row in rows if row["predicate"] == EG.hasThreshold),
    )


def _sayings(rows: Iterable[Row]) -> tuple[Saying, ...]:
    found: dict[Node, Saying] = {}
    for row in rows:
        quote = next(iter(quotes(row)), None)
        article = name({**row, "articleName": row["articleTitle"]} if "articleTitle" in row else row, "article")
        found.setdefault(row["assertion"], Saying(iri(row, "assertion"), iri(row, "basis"), article, quote))
    return tuple(found.values())


def _called(of: Name) -> tuple[str, str]:
    return of.label.casefold(), str(of.node)


def _grouped(pairs: Iterable[tuple[Node | None, Cell]]) -> Mapping[Node | None, tuple[Cell, ...]]:
    found: dict[Node | None, list[Cell]] = defaultdict(list)
    for node, cell in pairs:
        found[node].append(cell)
    return {node: tuple(cells) for node, cells in found.items()}
