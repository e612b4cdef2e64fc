"""What only a symptom's page shows: causes with their mechanism, tests, which test reveals which cause, look-alikes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.lookups import Row, ask, iri, text
from service.pages.facts import Fact, clusters
from service.pages.statements import Name, Quote, Statement, name, statements


@dataclass(frozen=True)
class Step:
    """A link of a mechanism and the statements that lead to it."""

    name: Name
    reached_by: tuple[Statement, ...]


@dataclass(frozen=True)
class Chain:
    """A mechanism: stages in their order, each with the steps that stand side by side in it."""

    cause: Node | None
    stages: tuple[tuple[Step, ...], ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Threshold:
    """A limit as data and as the source prints it."""

    name: Name
    comparator: str
    limit: str
    upper: str
    unit: str
    printed: str


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
    threshold: Threshold | None
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
class Cause:
    """A cause as articles name it, with its mechanism, who is prone to it and the tests that can reveal it."""

    name: Name
    named: tuple[Fact, ...]
    chain: Chain | None
    prone: tuple[Fact, ...]
    tests: tuple[Test, ...]

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The words that name the cause and those that say who is prone to it; none that another already holds."""
        found = [cluster.quote for cluster in clusters(self.named + self.prone) if cluster.quote]
        return tuple(quote for quote in found if not any(quote.within(other) for other in found))


@dataclass(frozen=True)
class Differential:
    """One look-alike and what is said about telling it apart."""

    iri: URIRef
    alternatives: tuple[Name, ...]
    distinguishing: tuple[Name, ...]
    shared: tuple[Name, ...]
    tests: tuple[Name, ...]


def mechanisms(rows: Iterable[Statement]) -> tuple[Chain, ...]:
    """The chains among some statements, one for each cause.

    Where two articles tell a mechanism, their steps are laid over one another.
    """
    by_cause: dict[Node | None, list[Statement]] = defaultdict(list)
    for statement in rows:
        if statement.step is not None:
            by_cause[statement.chain.node].append(statement)
    return tuple(_chain(steps) for steps in by_cause.values())


def causes(
    of: Node, about: Iterable[Statement], around: Iterable[Statement], known_tests: Iterable[Test]
) -> tuple[Cause, ...]:
    """The causes of a symptom in the order of the text: `about` holds the causes, `around` what is said of them."""
    around, known_tests = tuple(around), tuple(known_tests)
    chains = {chain.cause: chain for chain in mechanisms(around)}
    named: dict[Node | None, list[Fact]] = defaultdict(list)
    for statement in about:
        if statement.predicate == EG.causes and statement.object.node == of and statement.status == EG.Affirmed:
            named[statement.subject.node].append(Fact(statement.subject, statement))
    return tuple(
        Cause(
            facts[0].other,
            tuple(facts),
            chains.get(cause),
            tuple(Fact(said.subject, said) for said in around if said.step is None and said.object.node == cause),
            tuple(test for test in known_tests if test.reveals(cause)),
        )
        for cause, facts in named.items()
    )


def around_causes(of: URIRef) -> tuple[Statement, ...]:
    """The mechanism of a thing and of its causes, and who is prone to its causes."""
    return statements(ask("causes", thing=of))


def tests(of: URIRef) -> tuple[Test, ...]:
    """The tests that articles name for a symptom or that can reveal one of its causes."""
    by_test: dict[Node, list[Row]] = defaultdict(list)
    for row in ask("tests", thing=of):
        by_test[row["test"]].append(row)
    return tuple(Test(name(rows[0], "test"), tuple(_findings(rows))) for rows in by_test.values())


def differentials(of: URIRef) -> tuple[Differential, ...]:
    """What a symptom can be mistaken for."""
    found: dict[URIRef, dict[URIRef, list[Name]]] = defaultdict(lambda: defaultdict(list))
    for row in ask("differentials", thing=of):
        label = {"valueName": row["name"]} if "name" in row else {}
        found[iri(row, "differential")][iri(row, "role")].append(name(row | label, "value"))
    roles = (EG.alternative, EG.distinguishingFeature, EG.sharedFeature, EG.resolvingTest)
    return tuple(Differential(node, *(tuple(said[role]) for role in roles)) for node, said in found.items())


def _chain(steps: list[Statement]) -> Chain:
    depth = _depths(steps)
    stages: list[list[Step]] = [[] for _ in range(max(depth.values()) + 1)]
    for node, reached in _nodes(steps).items():
        stages[depth[node]].append(reached)
    return Chain(
        steps[0].chain.node,
        tuple(tuple(stage) for stage in stages if stage),
        tuple(steps),
    )


def _nodes(steps: list[Statement]) -> dict[Node | None, Step]:
    names = {end.node: end for step in steps for end in (step.subject, step.object)}
    return {
        node: Step(label, tuple(step for step in steps if step.object.node == node)) for node, label in names.items()
    }


def _depths(steps: list[Statement]) -> dict[Node | None, int]:
    """How many steps lead to each node at most; a circle is cut after as many rounds as there are steps."""
    depth: dict[Node | None, int] = {}
    for _ in steps:
        for step in steps:
            reached = depth.setdefault(step.subject.node, 0) + 1
            depth[step.object.node] = min(len(steps), max(depth.get(step.object.node, 0), reached))
    return depth


def _findings(rows: list[Row]) -> Iterator[Finding]:
    """One entry for each finding; a threshold and the finding it defines are one entry."""
    by_finding: dict[Node | None, list[Row]] = defaultdict(list)
    for row in rows:
        if "finding" in row or "threshold" in row:
            by_finding[row.get("finding")].append(row)
    for same in by_finding.values():
        threshold = next((_threshold(row) for row in same if "threshold" in row), None)
        supports = {row["supported"]: _support(row) for row in same if "supported" in row}
        yield Finding(name(same[0], "finding"), threshold, tuple(supports.values()))


def _threshold(row: Row) -> Threshold:
    values = (text(row, column) for column in ("comparator", "limit", "upperLimit", "unit", "printedForm"))
    return Threshold(name(row, "threshold"), *values)


def _support(row: Row) -> Support:
    return Support(name(row, "supported"), iri(row, "support"), iri(row, "basis"))
