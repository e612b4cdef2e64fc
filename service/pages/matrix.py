"""Causes against tests: which finding of which test speaks for which cause, by whose words, and what is empty."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.messages import marked as _
from service.pages.diagnostics import Threshold
from service.pages.statements import Name, Quote

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
            causes=tuple(sorted(self.causes, key=lambda each: (sign * self._weight(each.name), *by_name(each.name)))),
            tests=tuple(sorted(self.tests, key=lambda each: (-abs(sign) * self._busy(each.name), *by_name(each.name)))),
        )

    def _weight(self, cause: Name) -> int:
        return len(self.by_cause.get(cause.node, ()))

    def _busy(self, test: Name) -> int:
        return len(self.by_test.get(test.node, ()))


def distinct(names: Iterable[Name]) -> tuple[Name, ...]:
    """Each thing once, sorted by name."""
    return tuple(sorted({name.node: name for name in names}.values(), key=by_name))


def by_name(of: Name) -> tuple[str, str]:
    """By what names are sorted."""
    return of.label.casefold(), str(of.node)


def _grouped(pairs: Iterable[tuple[Node | None, Cell]]) -> Mapping[Node | None, tuple[Cell, ...]]:
    found: dict[Node | None, list[Cell]] = defaultdict(list)
    for node, cell in pairs:
        found[node].append(cell)
    return {node: tuple(cells) for node, cells in found.items()}
