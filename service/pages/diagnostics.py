"""Rows about tests in, tests with their findings, thresholds and what a finding speaks for out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

from ontology.decimals import number
from ontology.errors import NotANumber
from service.lookups import Row, ask, iri, text
from service.pages.bars import Bar
from service.pages.statements import Name, name


@dataclass(frozen=True)
class Threshold:
    """A limit as data, as the source prints it, and as a picture in every unit it is known in."""

    name: Name
    comparator: str
    limit: str
    upper: str
    unit: str
    printed: tuple[str, ...]
    is_reference: bool
    bars: tuple[Bar, ...]
    """The one in the unit of the article first."""


@dataclass(frozen=True)
class Support:
    """What a finding speaks for, and on which ground."""

    condition: Name
    statement: URIRef
    basis: URIRef


@dataclass(frozen=True)
class Finding:
    """A result of a test."""

    name: Name
    thresholds: tuple[Threshold, ...]
    supports: tuple[Support, ...]

    def support_of(self, condition: Node | None) -> Support | None:
        """Its support of one condition."""
        return next((support for support in self.supports if support.condition.node == condition), None)


@dataclass(frozen=True)
class Test:
    """A test with what it can find."""

    name: Name
    findings: tuple[Finding, ...]

    def reveals(self, condition: Node | None) -> tuple[Finding, ...]:
        """The findings that speak for a condition."""
        return tuple(finding for finding in self.findings if finding.support_of(condition))


@dataclass(frozen=True)
class Limit:
    """A limit and the test it is of."""

    test: Name
    threshold: Threshold


def limits(of: URIRef) -> tuple[Limit, ...]:
    """The limits of a test, those that define a finding, or a limit itself."""
    by_test: dict[Node, list[Row]] = defaultdict(list)
    for row in ask("limits", thing=of):
        by_test[row["test"]].append(row)
    return tuple(Limit(name(rows[0], "test"), each) for rows in by_test.values() for each in thresholds(rows))


def tests(of: URIRef) -> tuple[Test, ...]:
    """The tests that articles name for a symptom or that can reveal one of its causes."""
    by_test: dict[Node, list[Row]] = defaultdict(list)
    for row in ask("tests", thing=of):
        by_test[row["test"]].append(row)
    return tuple(Test(name(rows[0], "test"), tuple(_findings(rows))) for rows in by_test.values())


def thresholds(rows: Iterable[Row]) -> tuple[Threshold, ...]:
    """The thresholds among some rows, each with its limits in every unit and all its printed forms."""
    by_threshold: dict[Node, list[Row]] = defaultdict(list)
    for row in rows:
        if "threshold" in row:
            by_threshold[row["threshold"]].append(row)
    return tuple(map(_threshold, by_threshold.values()))


def _findings(rows: list[Row]) -> Iterator[Finding]:
    """One entry for each finding, with the thresholds that define it."""
    by_finding: dict[Node | None, list[Row]] = defaultdict(list)
    for row in rows:
        if "finding" in row or "threshold" in row:
            by_finding[row.get("finding")].append(row)
    for same in by_finding.values():
        supports = {row["supported"]: _support(row) for row in same if "supported" in row}
        yield Finding(name(same[0], "finding"), thresholds(same), tuple(supports.values()))


def _threshold(rows: list[Row]) -> Threshold:
    comparator, limit, upper, unit = (text(rows[0], each) for each in ("comparator", "limit", "upperLimit", "unit"))
    bars = {bar.unit: bar for bar in map(_bar, rows) if bar}
    return Threshold(
        name(rows[0], "threshold"),
        comparator,
        limit,
        upper,
        unit,
        tuple(dict.fromkeys(text(row, "printedForm") for row in rows if "printedForm" in row)),
        text(rows[0], "isReference") == "true",
        tuple(sorted(bars.values(), key=lambda bar: (bar.unit != unit, bar.unit))),
    )


def _bar(row: Row) -> Bar | None:
    """The picture of a limit; none where there is no limit, or where it is no number that can be drawn."""
    try:
        limit = number(text(row, "inLimit"))
        upper = number(text(row, "inUpper")) if "inUpper" in row else None
    except NotANumber:
        return None
    reference, rounded = (text(row, each) == "true" for each in ("isReference", "isRounded"))
    return Bar(text(row, "comparator"), limit, upper, text(row, "inUnit"), reference, rounded)


def _support(row: Row) -> Support:
    return Support(name(row, "supported"), iri(row, "support"), iri(row, "basis"))
