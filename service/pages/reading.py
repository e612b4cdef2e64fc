"""Rows about causes and tests in, a matrix out: the whole one, or of too many the part that is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import current_app
from rdflib import URIRef
from rdflib.term import Node

from ontology.lexicon.kinds import test_kinds
from ontology.terms import EG
from service.addresses import key
from service.lookups import Row, iri, store, whole
from service.pages import portion
from service.pages.diagnostics import thresholds
from service.pages.matrix import Cause, Cell, Matrix, Revelation, Saying, Test, by_name, distinct
from service.pages.portion import Narrowing, causes_query, tests_query
from service.pages.statements import Name, name, quotes

_KEPT = "etiograph.matrix"


@dataclass(frozen=True)
class Size:
    """How many causes and tests there are of a symptom, or of all, whatever is read of them."""

    causes: int
    named: int
    """The tests that are named for it."""

    fitting: int = 0
    """The causes that are asked for; this and what follows is counted where not all is read."""

    fitting_revealed: int = 0
    revealed: int = 0
    tests: int = 0
    idle: int = 0
    """The tests that are named and reveal none of the causes."""

    @property
    def is_crowd(self) -> bool:
        """Whether there are more causes or tests than one matrix reads."""
        return max(self.causes, self.named) > portion.MOST

    @property
    def is_parted(self) -> bool:
        """Whether only some of the causes are read, those that are asked for."""
        return self.causes > portion.MOST

    @property
    def unrevealed(self) -> int:
        """The causes no test reveals."""
        return self.causes - self.revealed

    @property
    def parts(self) -> int:
        """In how many parts the causes that are asked for can be read."""
        return max(1, -(-max(self.fitting_revealed, self.fitting - self.fitting_revealed) // portion.HALF))


@dataclass(frozen=True)
class Reading:
    """The matrix of a symptom, or of all, or a part of it, with symptoms that could be chosen."""

    matrix: Matrix
    symptoms: tuple[Name, ...]
    size: Size
    part: int = 1
    is_cut: bool = False
    """Whether more is said of what was read than was read."""

    @property
    def has_all_symptoms(self) -> bool:
        """Whether every symptom can be chosen, and not only those that were read."""
        return len(self.symptoms) < portion.CHOICES


def read(asked: Narrowing) -> Reading:
    """Causes and tests in two queries: all of them, or where they are too many a part of those that are asked for.

    The whole matrix of all symptoms is kept until the data change.
    """
    snapshot = store().snapshot.name
    known: tuple[str, Reading] | None = current_app.extensions.get(_KEPT)
    if asked.symptom is None and known and known[0] == snapshot:
        return known[1]
    reading = _read(asked)
    if asked.symptom is None and not reading.size.is_crowd:
        current_app.extensions[_KEPT] = snapshot, reading
    return reading


def _read(asked: Narrowing) -> Reading:
    said = store().rows(causes_query(asked))
    size = Size(
        *(_counted(said, each) for each in ("causes", "named", "fitting", "fittingRevealed")),
    )
    told = [row for row in said if "cause" in row]
    causes = _causes(told)
    nodes = [cause.name.node for cause in causes if cause.name.node]
    examined = store().rows(tests_query(asked, nodes, is_crowd=size.is_crowd))
    revealed, tests, idle = (_counted(examined, each) for each in ("revealed", "tests", "idle"))
    size = replace(size, revealed=revealed, tests=tests, idle=idle)
    examined = [row for row in examined if "test" in row]
    cells = _cells(examined, {cause.name.node: cause.name for cause in causes})
    matrix = Matrix(causes, _tests(examined), {(cell.cause.node, cell.test.node): cell for cell in cells})
    most = max(len(told), *(sum(("cause" in row) == of for row in examined) for of in (True, False)))
    return Reading(
        matrix, _symptoms(asked, said, matrix), size, min(asked.part, size.parts), most >= portion.STATEMENTS
    )


def _counted(rows: Iterable[Row], name: str) -> int:
    """What was counted by a name, if it was."""
    return next((number for row in rows if (number := whole(row, name)) is not None), 0)


def _symptoms(asked: Narrowing, rows: list[dict[str, Node]], matrix: Matrix) -> tuple[Name, ...]:
    """The symptoms that articles are about or name causes of, and the one that is asked for if a test is for it."""
    found = {row["choice"]: name(row, "choice") for row in rows if "choice" in row}
    found |= {each.node: each for cause in matrix.causes for each in cause.symptoms if each.node}
    if asked.symptom and matrix.tests:
        found.setdefault(asked.symptom, name({"symptom": asked.symptom}, "symptom"))
    return tuple(sorted(found.values(), key=by_name))


def _causes(rows: Iterable[Row]) -> tuple[Cause, ...]:
    by_cause: dict[Node, list[Row]] = defaultdict(list)
    for row in rows:
        by_cause[row["cause"]].append(row)
    return tuple(
        Cause(name(same[0], "cause"), *(_names(same, each) for each in ("symptom", "group", "article")))
        for same in by_cause.values()
        if any("article" in row for row in same)
    )


def _names(rows: Iterable[Row], variable: str) -> tuple[Name, ...]:
    return distinct(name(row, variable) for row in rows if variable in row)


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
