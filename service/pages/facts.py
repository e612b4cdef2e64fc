"""Statements about one thing in, facts grouped under human headings out; facts of one sentence stand together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from rdflib.term import Node

from ontology.iris import slug
from service.messages import gettext, marked
from service.pages.phrases import phrase, position
from service.pages.statements import Name, Quote, Statement

_DENIED = 500
_ASIDE = 1_000


@dataclass(frozen=True)
class Fact:
    """What stands at the other end of a statement."""

    other: Name
    statement: Statement


@dataclass(frozen=True)
class Cluster:
    """Facts that rest on the same words."""

    quote: Quote | None
    facts: tuple[Fact, ...]
    again: bool = False
    """Whether the page has shown these words already."""


@dataclass(frozen=True)
class Group:
    """The facts of one relation in one direction."""

    heading: str
    """In English, whatever language the page is in."""

    clusters: tuple[Cluster, ...]
    denied: bool = False

    @property
    def anchor(self) -> str:
        """Its place on the page, the same in every language."""
        return slug(f"denied {self.heading}" if self.denied else self.heading)

    @property
    def title(self) -> str:
        """Its heading for the reader."""
        heading = gettext(self.heading)
        if not self.denied:
            return heading
        return gettext("Denied: %(relation)s") % {"relation": f"{heading[:1].lower()}{heading[1:]}"}

    @property
    def count(self) -> int:
        """How many facts it holds."""
        return sum(len(cluster.facts) for cluster in self.clusters)


def groups(about: Node, statements: Iterable[Statement], without: Collection[str] = ()) -> tuple[Group, ...]:
    """The facts about a thing in both directions, in the order of the phrases, without the headings shown elsewhere."""
    found: dict[tuple[int, str], list[Fact]] = defaultdict(list)
    for place, heading, fact in _facts(about, statements):
        if fact.statement.denied or heading not in without:
            found[place, heading].append(fact)
    shown: set[tuple[Node | None, int, int]] = set()
    return tuple(
        Group(heading, _once(clusters(found[place, heading]), shown), _DENIED <= place < _ASIDE)
        for place, heading in sorted(found)
    )


def _once(found: tuple[Cluster, ...], shown: set[tuple[Node | None, int, int]]) -> tuple[Cluster, ...]:
    """Mark the clusters whose words were shown before, and remember the others."""
    marked = tuple(replace(each, again=_words(each.quote) in shown) for each in found)
    shown.update(_words(each.quote) for each in found if each.quote)
    return marked


def _words(quote: Quote | None) -> tuple[Node | None, int, int]:
    return (quote.article.node, quote.start, quote.end) if quote else (None, 0, 0)


def clusters(facts: Iterable[Fact]) -> tuple[Cluster, ...]:
    """Facts by the words they rest on, in the order they come."""
    found: dict[tuple[Node | None, int, int], list[Fact]] = defaultdict(list)
    for fact in facts:
        found[_words(fact.statement.quote)].append(fact)
    return tuple(Cluster(same[0].statement.quote, tuple(same)) for same in found.values())


def _facts(about: Node, statements: Iterable[Statement]) -> Iterator[tuple[int, str, Fact]]:
    for statement in statements:
        outgoing = statement.subject.node == about
        other = statement.object if outgoing else statement.subject
        yield *_heading(statement, outgoing), Fact(other, statement)


def _heading(statement: Statement, outgoing: bool) -> tuple[int, str]:
    """Where a statement stands and under which heading; what a source denies stands apart from what it says."""
    words, place = phrase(statement.predicate), position(statement.predicate)
    heading = words.outgoing if outgoing else words.incoming
    if statement.denied:
        return place + _DENIED, heading
    return (_ASIDE, marked("Set aside")) if statement.quarantined else (place, heading)
