"""What only a symptom's page shows: causes with their mechanism, tests, which test reveals which cause, look-alikes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

from ontology.terms import EG
from service.lookups import Row, ask, iri
from service.messages import marked as _
from service.pages.diagnostics import Test
from service.pages.facts import Cluster, Fact, clusters
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
class Risk:
    """A group of people and what its members are more at risk of: the symptom or its causes."""

    group: Name
    facts: tuple[Fact, ...]

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """What they are at risk of, by the words that say so."""
        return clusters(self.facts)


@dataclass(frozen=True)
class Feature:
    """What an article says of a look-alike, and where; it is shared with the symptom, or tells the two apart."""

    name: Name
    shared: bool
    statement: URIRef
    basis: URIRef


@dataclass(frozen=True)
class Differential:
    """One look-alike and what is said about telling it apart."""

    iri: URIRef
    alternatives: tuple[Name, ...]
    features: tuple[Feature, ...]
    tests: tuple[Name, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """What no article says, in words."""
        lacking = (
            (_("No feature that tells them apart"), not all(each.shared for each in self.features)),
            (_("No feature in common"), any(each.shared for each in self.features)),
            (_("No test that decides"), bool(self.tests)),
        )
        return tuple(words for words, known in lacking if not known)


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


def risks(about: Iterable[Statement], around: Iterable[Statement]) -> tuple[Risk, ...]:
    """Who is more at risk of a symptom (`about`) or of one of its causes (`around`), group by group."""
    found: dict[Node | None, dict[URIRef, Statement]] = defaultdict(dict)
    for said in (*about, *around):
        if said.predicate == EG.atRiskOf:
            found[said.subject.node].setdefault(said.iri, said)
    return tuple(
        Risk(next(iter(by_iri.values())).subject, tuple(Fact(said.object, said) for said in by_iri.values()))
        for by_iri in found.values()
    )


def differentials(of: URIRef) -> tuple[Differential, ...]:
    """What a symptom can be mistaken for."""
    found: dict[URIRef, dict[URIRef, dict[Node, Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in ask("differentials", thing=of):
        label = {"valueName": row["name"]} if "name" in row else {}
        found[iri(row, "differential")][iri(row, "role")].setdefault(row["value"], {**row, **label})
    return tuple(
        Differential(node, _values(said[EG.alternative]), tuple(_features(said)), _values(said[EG.resolvingTest]))
        for node, said in found.items()
    )


def _values(rows: Mapping[Node, Row]) -> tuple[Name, ...]:
    return tuple(name(row, "value") for row in rows.values())


def _features(said: Mapping[URIRef, Mapping[Node, Row]]) -> Iterator[Feature]:
    for role in (EG.distinguishingFeature, EG.sharedFeature):
        for row in said.get(role, {}).values():
            yield Feature(name(row, "value"), role == EG.sharedFeature, iri(row, "assertion"), iri(row, "basis"))


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
    for __ in steps:
        for step in steps:
            reached = depth.setdefault(step.subject.node, 0) + 1
            depth[step.object.node] = min(len(steps), max(depth.get(step.object.node, 0), reached))
    return depth
